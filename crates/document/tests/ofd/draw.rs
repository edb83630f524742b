//! Drawing pages, and the pixels of pictures.

use std::io::Cursor;

use document::Document;
use document::budget::Budget;
use document::error::{Error, Limit};
use image::{GrayImage, ImageFormat, Luma, Rgb, RgbImage, Rgba, RgbaImage};

use crate::fixture::{Package, budget, text_object, wrap};

const RED: [u8; 3] = [255, 0, 0];
const GREEN: [u8; 3] = [0, 255, 0];
const BLUE: [u8; 3] = [0, 0, 255];
const WHITE: [u8; 3] = [255; 3];
const BLACK: [u8; 3] = [0; 3];

/// A picture of four quarters: red, green above blue, black.
fn quarters(format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_fn(40, 40, |x, y| {
        Rgb(match (x < 20, y < 20) {
            (true, true) => RED,
            (false, true) => GREEN,
            (true, false) => BLUE,
            (false, false) => BLACK,
        })
    });
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, format).expect("writing to memory");
    out.into_inner()
}

fn with_picture(object: &str, name: &str, file: Vec<u8>) -> Package {
    let resources = format!(
        "<ofd:MultiMedias><ofd:MultiMedia ID=\"6\" Type=\"Image\"><ofd:MediaFile>{name}</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias>"
    );
    let list = wrap("Res", &resources).replacen("<ofd:Res ", "<ofd:Res BaseLoc=\"Res\" ", 1);
    Package::page(object).with("Doc_0/PublicRes.xml", list).with(&format!("Doc_0/Res/{name}"), file)
}

fn draw(document: &Document, dpi: f32) -> RgbImage {
    document.draw(0, dpi, &budget()).expect("it can be drawn")
}

/// Four pixels for each millimetre.
const DPI: f32 = 101.6;

/// The colour at a place in millimetres of a page of 210 mm.
fn at(drawn: &RgbImage, x: f32, y: f32) -> [u8; 3] {
    let scale = drawn.width() as f32 / 210.0;
    drawn.get_pixel((x * scale) as u32, (y * scale) as u32).0
}

fn near(left: [u8; 3], right: [u8; 3]) -> bool {
    left.iter().zip(right).all(|(l, r)| l.abs_diff(r) <= 12)
}

const UPRIGHT: &str = "<ofd:ImageObject ID=\"1\" CTM=\"20 0 0 20 0 0\" Boundary=\"10 30 20 20\" ResourceID=\"6\"/>";

#[test]
fn a_page_is_drawn_at_the_size_that_was_asked_for() {
    let document = Package::invoice().opened();
    assert_eq!(draw(&document, 254.0).dimensions(), (2100, 1400));
    assert_eq!(draw(&document, 72.0).dimensions(), (595, 397));
    // A limit on pixels lowers the resolution, down to 72 dpi and no further.
    let few = Budget { pixels: 300_000, ..budget() };
    let drawn = document.draw(0, 254.0, &few).expect("it fits at a lower resolution");
    assert!(drawn.width() * drawn.height() <= 301_000 && drawn.width() > 595, "{:?}", drawn.dimensions());
    let fewer = Budget { pixels: 200_000, ..budget() };
    assert_eq!(document.draw(0, 254.0, &fewer), Err(Error::over(Limit::Pixels, 200_000)));
    assert_eq!(document.draw(1, 72.0, &budget()), Err(Error::NoPage { page: 1, pages: 1 }));
}

#[test]
fn pictures_of_every_format_are_placed_and_drawn() {
    for (name, format) in [
        ("a.png", ImageFormat::Png),
        ("a.jpg", ImageFormat::Jpeg),
        ("a.bmp", ImageFormat::Bmp),
        ("a.gif", ImageFormat::Gif),
        ("a.tif", ImageFormat::Tiff),
        // What it is is told by its content.
        ("wrong.jb2", ImageFormat::Png),
    ] {
        let document = with_picture(UPRIGHT, name, quarters(format)).opened();
        let page = &document.pages[0];
        assert!(!page.readable, "{name}: a page that is only a picture has no text");
        let [picture] = page.pictures.as_slice() else { panic!("{name}: {} pictures", page.pictures.len()) };
        let points = 72.0 / 25.4;
        assert!(
            (picture.area.left - 10.0 * points).abs() < 0.01 && (picture.area.bottom - 50.0 * points).abs() < 0.01 && !picture.annotation
        );
        let pixels = picture.pixels.as_ref().expect("the picture is small");
        let [r, g, b, _] = pixels.get_pixel(5, 5).0;
        assert!(near([r, g, b], RED), "{name}");
        let drawn = draw(&document, DPI);
        for (x, y, color) in
            [(15.0, 35.0, RED), (25.0, 35.0, GREEN), (15.0, 45.0, BLUE), (25.0, 45.0, BLACK), (5.0, 35.0, WHITE), (35.0, 35.0, WHITE)]
        {
            assert!(near(at(&drawn, x, y), color), "{name} at {x} {y}: {:?}", at(&drawn, x, y));
        }
    }
}

#[test]
fn pixels_are_turned_as_the_picture_is_painted() {
    // Matrix, and the colours of the upper left and upper right corner as painted.
    for (matrix, left, right) in [
        ("20 0 0 20 0 0", RED, GREEN),
        ("-20 0 0 20 20 0", GREEN, RED),
        ("20 0 0 -20 0 20", BLUE, BLACK),
        ("-20 0 0 -20 20 20", BLACK, BLUE),
        ("0 20 -20 0 20 0", BLUE, RED),
        ("0 -20 20 0 0 20", GREEN, BLACK),
        ("0 20 20 0 0 0", RED, BLUE),
        ("0 -20 -20 0 20 20", BLACK, GREEN),
    ] {
        let document = with_picture(&UPRIGHT.replace("20 0 0 20 0 0", matrix), "a.png", quarters(ImageFormat::Png)).opened();
        let drawn = draw(&document, DPI);
        assert!(
            near(at(&drawn, 15.0, 35.0), left) && near(at(&drawn, 25.0, 35.0), right),
            "{matrix}: {:?} {:?}",
            at(&drawn, 15.0, 35.0),
            at(&drawn, 25.0, 35.0)
        );
        let pixels = document.pages[0].pictures[0].pixels.as_ref().expect("the picture is small");
        let color = |x, y| {
            let [r, g, b, _] = pixels.get_pixel(x, y).0;
            [r, g, b]
        };
        assert!(near(color(5, 5), left) && near(color(35, 5), right), "{matrix}");
    }
}

#[test]
fn a_picture_without_a_matrix_fills_its_boundary() {
    let document = with_picture(&UPRIGHT.replace("CTM=\"20 0 0 20 0 0\"", ""), "a.png", quarters(ImageFormat::Png)).opened();
    assert!(near(at(&draw(&document, DPI), 28.0, 48.0), BLACK));
}

#[test]
fn pictures_that_cannot_be_decoded_keep_their_place() {
    for file in
        [Vec::new(), b"no picture".to_vec(), quarters(ImageFormat::Png)[..60].to_vec(), b"\x97JB2\r\n\x1a\n\x01\x00\x00\x00\x01".to_vec()]
    {
        let document = with_picture(UPRIGHT, "a.png", file).opened();
        assert!(document.pages[0].pictures[0].pixels.is_none());
        assert!(near(at(&draw(&document, DPI), 15.0, 35.0), WHITE));
    }
    // Larger than what is decoded at once; drawn all the same.
    let mut large = Cursor::new(Vec::new());
    GrayImage::from_pixel(2001, 2001, Luma([0])).write_to(&mut large, ImageFormat::Png).expect("writing to memory");
    let document = with_picture(UPRIGHT, "a.png", large.into_inner()).opened();
    assert!(document.pages[0].pictures[0].pixels.is_none());
    assert!(near(at(&draw(&document, DPI), 15.0, 35.0), BLACK));
}

#[test]
fn paths_are_stroked_filled_and_cut() {
    let path = |attributes: &str, inside: &str| {
        format!(
            "<ofd:PathObject ID=\"1\" Boundary=\"10 10 40 40\" {attributes}>{inside}<ofd:AbbreviatedData>M 0 0 L 40 0 L 40 40 L 0 40 C</ofd:AbbreviatedData></ofd:PathObject>"
        )
    };
    let fill = "<ofd:FillColor Value=\"255 0 0\"/>";
    for (object, middle, edge) in [
        (path("LineWidth=\"2\"", "<ofd:StrokeColor Value=\"0 0 255\"/>"), WHITE, BLUE),
        (path("Fill=\"true\" Stroke=\"false\"", fill), RED, RED),
        (path("Fill=\"true\" Stroke=\"false\"", "<ofd:FillColor Value=\"#FF #0 #0\"/>"), RED, RED),
        (path("Fill=\"true\" LineWidth=\"2\"", &format!("{fill}<ofd:StrokeColor Value=\"0 0 255\"/>")), RED, BLUE),
        (path("Fill=\"true\" Stroke=\"false\" Alpha=\"0\"", fill), WHITE, WHITE),
        // Without a colour strokes are black, and areas are not filled.
        (path("Fill=\"true\" LineWidth=\"2\"", ""), WHITE, BLACK),
        (
            path(
                "Fill=\"true\" Stroke=\"false\"",
                &format!(
                    "{fill}<ofd:Clips><ofd:Clip><ofd:Area><ofd:Path Boundary=\"0 0 40 10\"><ofd:AbbreviatedData>M 0 0 L 40 0 L 40 10 L 0 10 C</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip></ofd:Clips>"
                ),
            ),
            WHITE,
            RED,
        ),
    ] {
        let drawn = draw(&Package::page(&object).opened(), DPI);
        assert!(
            near(at(&drawn, 30.0, 30.0), middle) && near(at(&drawn, 30.0, 10.3), edge),
            "{object}: {:?} {:?}",
            at(&drawn, 30.0, 30.0),
            at(&drawn, 30.0, 10.3)
        );
    }
}

#[test]
fn colours_come_from_drawing_parameters() {
    let resources = concat!(
        "<ofd:ColorSpaces><ofd:ColorSpace ID=\"1\" Type=\"RGB\"/><ofd:ColorSpace ID=\"2\" Type=\"CMYK\"/><ofd:ColorSpace ID=\"3\" Type=\"GRAY\"/></ofd:ColorSpaces>",
        "<ofd:DrawParams><ofd:DrawParam ID=\"7\"><ofd:FillColor Value=\"255 0 0\" ColorSpace=\"1\"/></ofd:DrawParam><ofd:DrawParam ID=\"8\" Relative=\"7\" LineWidth=\"1\"/>",
        "<ofd:DrawParam ID=\"9\"><ofd:FillColor Value=\"0 255 255 0\" ColorSpace=\"2\"/></ofd:DrawParam><ofd:DrawParam ID=\"10\"><ofd:FillColor Value=\"0\" ColorSpace=\"3\"/></ofd:DrawParam></ofd:DrawParams>",
    );
    for (parameter, color) in [("7", RED), ("8", RED), ("9", RED), ("10", BLACK), ("404", WHITE)] {
        let object = format!(
            "<ofd:PathObject ID=\"1\" DrawParam=\"{parameter}\" Boundary=\"10 10 40 40\" Fill=\"true\" Stroke=\"false\"><ofd:AbbreviatedData>M 0 0 L 40 0 L 40 40 L 0 40 C</ofd:AbbreviatedData></ofd:PathObject>"
        );
        let document = Package::page(&object).with("Doc_0/PublicRes.xml", wrap("Res", resources)).opened();
        assert!(near(at(&draw(&document, DPI), 30.0, 30.0), color), "{parameter}");
    }
}

/// Share of dark pixels in a box given in millimetres.
fn ink(drawn: &RgbImage, [left, top, right, bottom]: [f32; 4]) -> f32 {
    let (mut dark, mut all) = (0.0, 0.0_f32);
    let scale = drawn.width() as f32 / 210.0;
    for y in (top * scale) as u32..(bottom * scale).ceil() as u32 {
        for x in (left * scale) as u32..(right * scale).ceil() as u32 {
            all += 1.0;
            dark += f32::from(u8::from(drawn.get_pixel(x, y).0[0] < 128));
        }
    }
    dark / all
}

#[test]
fn letters_are_drawn_where_they_stand() {
    let object =
        text_object(20, 10.0, 20.0, "<ofd:TextCode X=\"0\" Y=\"9\" DeltaX=\"10\">国1</ofd:TextCode>").replace("Size=\"4\"", "Size=\"10\"");
    let drawn = draw(&Package::page(&object).opened(), DPI);
    let (ideograph, digit, beside) =
        (ink(&drawn, [10.0, 20.4, 20.0, 30.4]), ink(&drawn, [20.0, 20.4, 25.0, 30.4]), ink(&drawn, [30.0, 20.0, 60.0, 31.0]));
    assert!(ideograph > 0.15 && ideograph < 0.6, "{ideograph}");
    assert!(digit > 0.03 && digit < 0.4, "{digit}");
    assert_eq!(beside, 0.0);
    assert_eq!(ink(&drawn, [0.0, 0.0, 200.0, 19.0]), 0.0);
}

#[test]
fn templates_annotations_and_pages_are_all_drawn() {
    let drawn = draw(&Package::invoice().opened(), DPI);
    for (what, place) in [
        ("the template's title", [70.0, 10.0, 94.0, 17.0]),
        ("the page's number", [50.0, 31.0, 82.0, 35.0]),
        ("the ruled line", [5.0, 40.1, 205.0, 40.3]),
        ("the download counter", [206.0, 30.0, 209.2, 52.0]),
    ] {
        assert!(ink(&drawn, place) > 0.05, "{what}: {}", ink(&drawn, place));
    }
}

#[test]
fn a_large_scan_is_scaled_down_without_losing_thin_lines() {
    // One dark row in ten, drawn at a tenth of its size: grey all over, never white or striped.
    let scan = RgbaImage::from_fn(800, 800, |_, y| if y % 10 == 0 { Rgba([0, 0, 0, 255]) } else { Rgba([255; 4]) });
    let mut file = Cursor::new(Vec::new());
    scan.write_to(&mut file, ImageFormat::Png).expect("writing to memory");
    let drawn = draw(&with_picture(UPRIGHT, "a.png", file.into_inner()).opened(), DPI);
    for y in [33.0, 35.1, 40.2, 44.7] {
        let [grey, ..] = at(&drawn, 20.0, y);
        assert!((215..=242).contains(&grey), "{grey} at {y}");
    }
}
