//! What is no invoice: one result of kind 其他 without a field. Papers are given as the lines that eyes read on them; pictures without text are drawn
//! and read by the models when they are there, and so are the negative samples outside the repository.

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use image::{ImageFormat, Rgb, RgbImage};
use invoice::kind::Kind;
use ocr::Eyes;
use ocr::barcode::Barcode;
use ocr::text::{Char, Line, Point, Text};
use recognize::{Options, Reader};

/// Eyes that see the same lines on every picture.
struct Seen(Text);

impl Eyes for Seen {
    fn read(&self, _: &RgbImage, _: Option<Instant>) -> Result<Text, ocr::error::Error> {
        Ok(self.0.clone())
    }

    fn read_part(&self, _: &RgbImage, _: f32, _: &[[f32; 4]], _: Option<Instant>) -> Result<Vec<Line>, ocr::error::Error> {
        Ok(Vec::new())
    }

    fn read_boxes(&self, _: &RgbImage, _: u16, boxes: &[[f32; 4]], _: Option<Instant>) -> Result<Vec<Option<Line>>, ocr::error::Error> {
        Ok(vec![None; boxes.len()])
    }

    fn barcodes(&self, _: &RgbImage) -> Vec<Barcode> {
        Vec::new()
    }
}

const PAGE: (u32, u32) = (1654, 2339);

/// A page with these lines: each with its left edge and its top in millimetres and the height of its letters in pixels.
fn page(lines: &[(&str, f32, f32, f32)]) -> Text {
    let dots = 200.0 / 25.4;
    let lines = lines.iter().map(|&(text, x, y, size)| {
        let widths: Vec<f32> = text.chars().map(|c| if c.is_ascii() { size / 2.0 } else { size }).collect();
        let width: f32 = widths.iter().sum();
        let (left, top) = (x * dots, y * dots);
        let mut at = 0.0;
        let chars = text.chars().zip(&widths).map(|(ch, w)| {
            at += w;
            Char { ch, at: (at - w / 2.0) / width, confidence: 0.99 }
        });
        let corner = |x: f32, y: f32| Point { x, y };
        let bottom = top + 1.3 * size;
        let corners = [corner(left, top), corner(left + width, top), corner(left + width, bottom), corner(left, bottom)];
        Line { corners, chars: chars.collect(), confidence: 0.99, vertical: false }
    });
    Text { orientation: 0, width: PAGE.0, height: PAGE.1, lines: lines.collect(), turned: Vec::new() }
}

fn png(picture: &RgbImage) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, ImageFormat::Png).expect("a PNG");
    out.into_inner()
}

/// Asserts that a document gives one result of kind 其他, without a field.
fn assert_nothing(reader: &Reader, name: &str, bytes: &[u8]) {
    // models in a debug build are slow
    let budget = document::budget::Budget { time: std::time::Duration::from_secs(600), ..Default::default() };
    let reading = reader.read(bytes, &Options { budget, ..Options::default() }).unwrap_or_else(|e| panic!("{name}: {e}"));
    let kinds: Vec<Kind> = reading.results.iter().map(|found| found.kind).collect();
    assert_eq!(kinds, [Kind::Other], "{name}");
    let details = &reading.results[0].details;
    assert_eq!(details.fields().count() + details.lists().count(), 0, "{name}: {details:?}");
}

#[test]
fn papers_of_other_kinds() {
    type Words = [(&'static str, f32, f32, f32)];
    let papers: &[(&str, &Words)] = &[
        ("a blank page", &[]),
        (
            "a letter",
            &[
                ("云泽拾光商贸有限公司：", 25.0, 40.0, 34.0),
                ("贵公司2023年05月06日来函收悉。关于发票事宜，请于收到后三日内提供，", 25.0, 52.0, 34.0),
                ("金额合计1,200.00元，开票日期以实际为准。票价、日期、车次等信息不予提供。", 25.0, 62.0, 34.0),
                ("此致 敬礼", 25.0, 80.0, 34.0),
                ("2023年05月09日", 130.0, 95.0, 34.0),
            ],
        ),
        (
            "a contract",
            &[
                ("产品购销合同", 80.0, 25.0, 60.0),
                ("合同编号：20230506001", 130.0, 40.0, 30.0),
                ("甲方（购买方）：云泽拾光商贸有限公司", 25.0, 52.0, 30.0),
                ("乙方（销售方）：白杭一苇物流有限公司", 25.0, 60.0, 30.0),
                ("名称", 25.0, 75.0, 30.0),
                ("数量", 80.0, 75.0, 30.0),
                ("单价", 110.0, 75.0, 30.0),
                ("金额", 140.0, 75.0, 30.0),
                ("钢板", 25.0, 85.0, 30.0),
                ("2", 82.0, 85.0, 30.0),
                ("600.00", 110.0, 85.0, 30.0),
                ("1200.00", 140.0, 85.0, 30.0),
                ("合计人民币（大写）：壹仟贰佰圆整", 25.0, 95.0, 30.0),
                ("签订日期：2023年05月06日", 25.0, 120.0, 30.0),
            ],
        ),
        (
            "an order confirmation",
            &[
                ("ORDER CONFIRMATION", 25.0, 25.0, 50.0),
                ("Order # 100-2345   05/06/2023", 25.0, 40.0, 28.0),
                ("Bill to: Specimen Inc.", 25.0, 50.0, 28.0),
                ("Item", 25.0, 65.0, 28.0),
                ("Qty", 120.0, 65.0, 28.0),
                ("Price", 150.0, 65.0, 28.0),
                ("Desk lamp", 25.0, 73.0, 28.0),
                ("2", 121.0, 73.0, 28.0),
                ("$40.00", 150.0, 73.0, 28.0),
                ("Subtotal", 120.0, 85.0, 28.0),
                ("$80.00", 150.0, 85.0, 28.0),
                ("Tax", 120.0, 93.0, 28.0),
                ("$6.80", 150.0, 93.0, 28.0),
                ("Total", 120.0, 101.0, 28.0),
                ("$86.80", 150.0, 101.0, 28.0),
                ("Thank you for your order!", 25.0, 115.0, 28.0),
            ],
        ),
        (
            "a bank's slip",
            &[
                ("样张银行电子回单", 70.0, 20.0, 50.0),
                ("回单编号：12345678 日期：2023-05-06", 25.0, 35.0, 28.0),
                ("付款人户名：云泽拾光商贸有限公司", 25.0, 48.0, 28.0),
                ("收款人户名：白杭一苇物流有限公司", 25.0, 56.0, 28.0),
                ("金额（大写）：壹仟贰佰圆整", 25.0, 64.0, 28.0),
                ("（小写）￥1,200.00", 110.0, 64.0, 28.0),
                ("交易流水号：00412345", 25.0, 80.0, 28.0),
            ],
        ),
        (
            "a chart",
            &[
                ("Sales by month", 80.0, 20.0, 40.0),
                ("100.00", 20.0, 40.0, 24.0),
                ("75.00", 20.0, 70.0, 24.0),
                ("50.00", 20.0, 100.0, 24.0),
                ("Jan", 40.0, 140.0, 24.0),
                ("Feb", 70.0, 140.0, 24.0),
                ("Total 225.00", 140.0, 140.0, 24.0),
            ],
        ),
        (
            "a timetable",
            &[
                ("云泽客运站时刻表", 70.0, 20.0, 50.0),
                ("车次", 25.0, 40.0, 30.0),
                ("到达站", 60.0, 40.0, 30.0),
                ("时间", 110.0, 40.0, 30.0),
                ("3021", 25.0, 50.0, 30.0),
                ("青岬", 60.0, 50.0, 30.0),
                ("08:30", 110.0, 50.0, 30.0),
            ],
        ),
        (
            "a notice of the bureau",
            &[
                ("国家税务总局云泽省税务局", 60.0, 20.0, 44.0),
                ("关于停止使用通用定额发票的公告", 50.0, 32.0, 44.0),
                ("自2023年7月1日起，全省停止使用通用定额发票，面额伍拾元、壹佰元的一并缴销。", 25.0, 50.0, 30.0),
                ("2023年05月06日", 130.0, 70.0, 30.0),
            ],
        ),
    ];
    let blank = png(&RgbImage::from_pixel(PAGE.0, PAGE.1, Rgb([255; 3])));
    for (name, lines) in papers {
        assert_nothing(&Reader::new(Ok(Arc::new(Seen(page(lines))))), name, &blank);
    }
}

/// The reader with the models, or a message.
#[allow(clippy::print_stdout, reason = "a skipped test says why")]
fn with_models() -> Option<Reader> {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let options = ocr::Options { models: ocr::models::find(Some(&models)).or_else(|_| ocr::models::find(None)).ok(), ..Default::default() };
    let Ok(eyes) = ocr::Reader::load(&options) else {
        println!("skipped: the models are not there (make models)");
        return None;
    };
    Some(Reader::new(Ok(Arc::new(eyes))))
}

#[test]
fn pictures_without_text() {
    let Some(reader) = with_models() else { return };
    let white = |_: u32, _: u32| Rgb([255; 3]);
    // a round head with ears and whiskers in front of a meadow
    let cat = |x: u32, y: u32| {
        let (x, y) = (x as f32 - 300.0, y as f32 - 220.0);
        let ear = |side: f32| (x - side * 70.0).abs() + (y + 110.0).abs() < 50.0;
        let eye = |side: f32| (x - side * 40.0).hypot(y + 20.0) < 12.0;
        let whisker = y.abs() < 60.0 && (20.0..140.0).contains(&x.abs()) && (y - 0.1 * x.abs()).abs() % 24.0 < 2.0;
        match () {
            () if eye(1.0) || eye(-1.0) || whisker => Rgb([20, 20, 20]),
            () if x.hypot(y) < 110.0 || ear(1.0) || ear(-1.0) => Rgb([200, 140, 80]),
            () => Rgb([90, 150 + (y.abs() as u8 % 40), 80]),
        }
    };
    let bars = |x: u32, y: u32| {
        let height = [180, 90, 240, 140, 60, 200][(x / 100) as usize % 6];
        if (20..80).contains(&(x % 100)) && y > 400 - height { Rgb([60, 100, 180]) } else { Rgb([255; 3]) }
    };
    type Pixel<'a> = &'a dyn Fn(u32, u32) -> Rgb<u8>;
    let pictures: [(&str, Pixel); 3] = [("white", &white), ("a cat", &cat), ("bars", &bars)];
    for (name, draw) in pictures {
        assert_nothing(&reader, name, &png(&RgbImage::from_fn(600, 440, draw)));
    }
}

#[test]
fn negative_samples() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples");
    if !samples.is_dir() {
        println!("skipped: the samples are not there");
        return;
    }
    let Some(reader) = with_models() else { return };
    // the five scanned pages of ofd-14 would take minutes in a debug build
    let digital = ["02", "03", "04", "05", "06", "12", "15", "16"].map(|n| format!("ofd/ofd-{n}.ofd"));
    for name in digital.iter().map(String::as_str).chain(["pdf/pdf-05.pdf"]) {
        let Ok(bytes) = std::fs::read(samples.join(name)) else {
            println!("skipped: {name} is not there");
            continue;
        };
        assert_nothing(&reader, name, &bytes);
    }
}
