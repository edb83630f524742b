//! A picture to invoices: read its text and its codes, take its tickets apart, find the forms.

use document::page::Rect;
use image::{RgbImage, imageops};
use invoice::kind::Kind;
use ocr::Eyes;
use ocr::text::{Line, Point, Text};

use crate::draft::Draft;
use crate::error::Error;
use crate::layout::Sheet;
use crate::look::Look;
use crate::pieces::{self, Block, Lines};
use crate::reader::Run;
use crate::seals::{Inks, through};
use crate::{cipher, closer, codes, forms, heading, place, seals, strays, unsure, watermark};

/// Pictures of more pixels are read smaller, which saves memory and costs nothing that could be seen: A4 has 35 million at 600 dots an inch.
const LARGEST: f64 = 36_000_000.0;

/// Reads the invoices on a picture that is a document of its own, and drops it.
pub(crate) fn read_whole(eyes: &dyn Eyes, picture: RgbImage, run: &Run) -> Result<Vec<Draft>, Error> {
    let given = picture.dimensions();
    let scale = (LARGEST / (f64::from(given.0) * f64::from(given.1))).sqrt();
    if scale >= 1.0 {
        return read(eyes, &picture, 0, run);
    }
    let side = |length: u32| ((f64::from(length) * scale) as u32).max(1);
    let small = imageops::thumbnail(&picture, side(given.0), side(given.1));
    drop(picture);
    let mut drafts = read(eyes, &small, 0, run)?;
    place::scaled(&mut drafts, small.dimensions(), given);
    Ok(drafts)
}

/// Reads the invoices on a picture.
pub(crate) fn read(eyes: &dyn Eyes, picture: &RgbImage, page: usize, run: &Run) -> Result<Vec<Draft>, Error> {
    let mut text = eyes.read(picture, run.deadline())?;
    run.go_on()?;
    let codes = eyes.barcodes(picture);
    let turned = std::mem::take(&mut text.turned);
    let (size, orientation) = ([text.width, text.height], text.orientation);
    let mut texts: Vec<Text> = std::iter::once(text).chain(turned).collect();
    let about = texts.len() > 1;
    texts.iter_mut().for_each(watermark::take_off);
    strays::settle(&mut texts, picture);
    let mut drafts = Vec::new();
    for mut text in texts {
        let look = Look { eyes, picture, orientation: text.orientation, page };
        let all: Vec<usize> = (0..text.lines.len()).collect();
        let few = all.len() <= through::MANY;
        let slips = if few { all } else { slips(&text) };
        through::read(&mut text, through::Lines::Doubtful, &slips, &look, run)?;
        let mut found = of_text(&text, about, &look, run)?;
        let all: Vec<usize> = (0..text.lines.len()).collect();
        if few && wanting(&found) && through::read(&mut text, through::Lines::All, &all, &look, run)? {
            found = of_text(&text, about, &look, run)?;
        }
        drafts.extend(found);
    }
    codes::of_picture(&mut drafts, codes, picture);
    if drafts.is_empty() {
        let mut nothing = Draft::nothing(size);
        (nothing.orientation, nothing.page) = (orientation, page);
        drafts.push(nothing);
    }
    place::together(&mut drafts, picture);
    Ok(drafts)
}

/// Whether no form was found, or a receipt without its day or its shop, which every till prints: a seal may hide its whole head from the detector.
fn wanting(found: &[Draft]) -> bool {
    let lacks = |draft: &Draft| {
        let has = |key: &str| draft.readings.iter().any(|details| details.has(key));
        draft.kind == Some(Kind::Receipt) && !(has("date") && has("store_name"))
    };
    found.iter().all(lacks)
}

/// The lines of the tills' slips among many papers, as far as lines that are nearest to each other tell.
fn slips(text: &Text) -> Vec<usize> {
    let blocks: Vec<Block> = text.lines.iter().map(block).collect();
    let is_slip = |lines: &[usize]| {
        let texts: String = lines.iter().filter_map(|line| text.lines.get(*line)).flat_map(|line| [line.text(), "\n".to_owned()]).collect();
        lines.len() <= through::MANY && forms::is_till(&texts)
    };
    pieces::branches(&blocks, &is_slip).concat()
}

/// The invoices in what lies one way on a picture.
fn of_text(text: &Text, about: bool, look: &Look, run: &Run) -> Result<Vec<Draft>, Error> {
    let blocks: Vec<Block> = text.lines.iter().map(block).collect();
    let settled = |mut sheet: Sheet| {
        cipher::settle(&mut sheet, look.picture, look.orientation);
        sheet
    };
    let inks = Inks::new(look.picture, look.orientation);
    let sheet = |lines: &[usize]| {
        let whole = lines.len() == text.lines.len();
        let lines = lines.iter().filter_map(|line| text.lines.get(*line)).cloned().collect();
        let part = Text { orientation: text.orientation, width: text.width, height: text.height, lines, turned: Vec::new() };
        let mut sheet = Sheet::from_text(&part, look.page);
        if !whole {
            sheet.area = around(&sheet);
        }
        seals::mark(&mut sheet, &inks);
        settled(sheet)
    };
    let mut drafts = Vec::new();
    for (mut part, form) in pieces::divide(&Lines { blocks: &blocks, by_eye: true, about, sheet: &sheet }) {
        run.go_on()?;
        let Some(mut form) = form else { continue };
        if let Some(band) = form.heading
            && let Some(closer) = heading::read_again(&part, &band, look, run)?
            && let Some(again) = forms::read(&closer).filter(|again| again.heading.is_none())
        {
            (part, form) = (closer, again);
        }
        if !form.faint.is_empty()
            && let Some(closer) = closer::read_again(&part, &form.faint, look, run)?.map(settled)
            && let Some(again) = forms::read(&closer).filter(|again| again.kind == form.kind)
        {
            (part, form) = (closer, again);
        }
        look.fill(&mut form.details, std::mem::take(&mut form.blanks), &part, run)?;
        look.read_over(&mut form.details, &form.over, &part, run)?;
        unsure::weaken(&mut form.details, &part);
        let mut draft = Draft::from_form(form, &part, [text.width, text.height]);
        draft.orientation = text.orientation;
        seals::of_picture(&mut draft, &part, look, run)?;
        drafts.push(draft);
    }
    Ok(drafts)
}

/// A line as far as its place goes.
fn block(line: &Line) -> Block {
    let far = |a: Point, b: Point| (b.x - a.x).hypot(b.y - a.y);
    let nowhere = Rect { left: f32::MAX, top: f32::MAX, right: f32::MIN, bottom: f32::MIN };
    let area = line.corners.iter().fold(nowhere, |area, p| area.union(&Rect { left: p.x, top: p.y, right: p.x, bottom: p.y }));
    // the letters of a line that runs down are as high as its box is wide
    let [a, b, c, d] = line.corners;
    let (long, high) = (far(a, b), far(a, d));
    let between = |p: Point, q: Point| ((p.x + q.x) / 2.0, (p.y + q.y) / 2.0);
    let middle = if long >= high { [between(a, d), between(b, c)] } else { [between(a, b), between(c, d)] };
    let height = long.min(high);
    let text: String = line.chars.iter().map(|c| c.ch).filter(|c| !c.is_whitespace()).collect();
    Block { area, middle: pieces::shortened(middle, height / 2.0), height, count: line.chars.len(), words: pieces::words(&text) }
}

/// The box around a part's text with the margin that paper has.
fn around(sheet: &Sheet) -> Rect {
    let text = forms::signs::extent(sheet);
    let heights = sheet.spans.iter().map(|s| s.area.height()).sum::<f32>();
    let margin = heights / sheet.spans.len().max(1) as f32;
    Rect { left: text.left - margin, top: text.top - margin, right: text.right + margin, bottom: text.bottom + margin }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::drawn;

    #[test]
    fn a_receipt_without_its_head_is_looked_at_again() {
        let draft = |words: &[(&str, f32, f32, f32)]| {
            let sheet = drawn::sheet(words);
            forms::read(&sheet).map(|form| Draft::from_form(form, &sheet, [595, 420]))
        };
        let head = [("云泽永样超市", 60.0, 20.0, 10.0), ("2019-03-22 09:15:07", 20.0, 34.0, 10.0)];
        let body = [
            ("品名 数量 单价 金额", 20.0, 48.0, 10.0),
            ("样张牛奶 2 13.00", 20.0, 62.0, 10.0),
            ("样张面巾纸 1 9.90", 20.0, 76.0, 10.0),
            ("小计: 22.90", 20.0, 90.0, 10.0),
            ("应付: 22.90元", 20.0, 104.0, 10.0),
            ("微信支付: 22.90", 20.0, 118.0, 10.0),
            ("谢谢惠顾", 20.0, 132.0, 10.0),
            ("电话:0990-00000000", 20.0, 146.0, 10.0),
        ];
        let whole = draft(&[&head[..], &body[..]].concat()).expect("a receipt");
        let headless = draft(&body).expect("a receipt");
        assert!(headless.readings.iter().all(|details| !details.has("store_name")));
        assert!(!wanting(&[whole]));
        assert!(wanting(&[headless]));
        assert!(wanting(&[]));
    }
}
