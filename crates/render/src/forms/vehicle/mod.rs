//! 机动车销售统一发票 and 二手车销售统一发票: on paper 241 × 177.8 mm, as 数电票 210 × 140 mm.

mod sale;
mod used;

use invoice::kind::Kind;

use super::cells::{Look, seal};
use crate::error::Error;
use crate::reading::{Subject, dashed};
use crate::seal::{company, supervision};
use crate::sheet::{Colour, Face, Page, Path, Picture, Run, Text};
use crate::{qr, reading};

/// The brown of the copy that the buyer keeps, and the dark red of 数电票.
const BROWN: Colour = [120, 62, 30];
const MAROON: Colour = [128, 0, 0];
/// Width of the grids.
const WIDTH: f32 = 207.0;
/// Height of the block of what the machine prints.
const MACHINE: f32 = 19.0;

/// Lays the form out.
pub(super) fn lay(subject: Subject<'_>) -> Result<Vec<Page>, Error> {
    let electronic = subject.flag("electronic_mark");
    let look = Look { ink: if electronic { MAROON } else { BROWN }, sizes: (3.1, 3.2), drift: drift(subject, electronic)? };
    let left = if electronic { 1.5 } else { 14.0 };
    let (mut page, top) = if electronic { digital_head(subject, look)? } else { paper_head(subject, look, left)? };
    let bottom = match subject.kind {
        Kind::UsedVehicleSale => used::grid(&mut page, subject, look, (left, top), electronic)?,
        _ => sale::grid(&mut page, subject, look, (left, top), electronic)?,
    };
    foot(&mut page, subject, look, (left, bottom), electronic)?;
    Ok(vec![page])
}

/// How the stamped values lie against the printed form: up to a millimetre off on paper.
fn drift(subject: Subject<'_>, electronic: bool) -> Result<(f32, f32), Error> {
    if electronic {
        return Ok((0.0, 0.0));
    }
    let digits: Vec<f32> = subject.need("number")?.bytes().rev().take(2).map(|b| f32::from(b.saturating_sub(b'0'))).collect();
    let off = |at: usize| digits.get(at).map_or(0.0, |d| (d - 4.5) / 5.0);
    Ok((off(0).max(-0.4), off(1)))
}

fn paper_head(subject: Subject<'_>, look: Look, left: f32) -> Result<(Page, f32), Error> {
    let mut page = Page::new(241.0, 177.8);
    let middle = left + WIDTH / 2.0;
    look.title(&mut page, subject.need("title")?, (middle, 15.0), 7.4);
    page.note(seal(supervision(middle, 19.0)?));
    page.print(Text::new(Face::Kai, 4.6, subject.text("form_name")).colour(look.ink).justify(26.0).centre(middle - 6.0, 28.0));
    for (y, words, key) in [(16.0, "发票代码", "code"), (23.5, "发票号码", "number")] {
        page.print(Text::new(Face::Kai, 3.6, words).colour(look.ink).left(left + 152.0, y));
        page.print(Text::new(Face::Courier, 5.0, subject.need(key)?).left(left + 169.0, y + 0.3));
    }
    page.print(Text::new(Face::Kai, 3.4, "开票日期").colour(look.ink).left(left + 1.0, 33.0));
    page.fill(Text::new(Face::Song, 3.4, dashed(subject.day("date")?)).left(left + 20.0 + look.drift.0, 33.0 + look.drift.1));
    let copy = format!("{}{}（{}）", subject.text("form_type"), subject.text("form_name"), "手写无效");
    page.print(Text::new(Face::Kai, 3.2, copy).colour(look.ink).run(Run::Down(4.4)).left(left + WIDTH + 4.0, 55.0));
    machine(&mut page, subject, look, (left, 36.0));
    Ok((page, 36.0 + MACHINE))
}

/// 机打代码, 机打号码 and 机器编号 on the left; 税控码 on the right.
fn machine(page: &mut Page, subject: Subject<'_>, look: Look, (left, top): (f32, f32)) {
    let (middle, bottom) = (left + 96.0, top + MACHINE);
    for (from, to) in [
        ((left, top), (left + WIDTH, top)),
        ((left, top), (left, bottom)),
        ((left + WIDTH, top), (left + WIDTH, bottom)),
        ((middle, top), (middle, bottom)),
        ((middle + 7.0, top), (middle + 7.0, bottom)),
    ] {
        page.print(Path::line(from, to, 0.25, look.ink));
    }
    for (i, (words, key)) in [("机打代码", "machine_code"), ("机打号码", "machine_number"), ("机器编号", "machine_id")].iter().enumerate()
    {
        let y = top + 5.0 + 5.6 * i as f32;
        page.print(Text::new(Face::Kai, look.sizes.0, *words).colour(look.ink).left(left + 3.0, y));
        page.fill(Text::new(Face::Song, look.sizes.1, subject.text(key)).left(left + 27.0 + look.drift.0, y + look.drift.1));
    }
    page.print(Text::new(Face::Kai, look.sizes.0, "税控码").colour(look.ink).run(Run::Down(5.0)).left(middle + 2.0, top + 5.0));
    for (i, line) in subject.text("ciphertext").split(',').enumerate() {
        let y = top + 4.2 + 3.4 * i as f32;
        page.fill(Text::new(Face::Courier, 3.0, line).left(middle + 9.0 + look.drift.0, y + look.drift.1));
    }
}

fn digital_head(subject: Subject<'_>, look: Look) -> Result<(Page, f32), Error> {
    let mut page = Page::new(210.0, 140.0);
    look.title(&mut page, subject.need("title")?, (105.0, 12.0), 5.6);
    page.note(seal(supervision(105.0, 14.0)?));
    page.fill(Picture { area: [6.0, 4.0, 22.0, 20.0], png: qr::picture(crate::ACROSS)? });
    for (y, words, text) in
        [(10.0, "发票号码：", subject.need("number")?.to_owned()), (16.0, "开票日期：", invoice::date::text(subject.day("date")?))]
    {
        page.print(Text::new(Face::Kai, 3.2, words).colour(look.ink).left(152.0, y));
        page.fill(Text::new(Face::Song, 3.2, text).left(168.0, y));
    }
    Ok((page, 23.0))
}

/// Who seals and who issued; the seller's seal.
fn foot(page: &mut Page, subject: Subject<'_>, look: Look, (left, bottom): (f32, f32), electronic: bool) -> Result<(), Error> {
    let y = bottom + if electronic { 5.0 } else { 7.0 };
    let word = |page: &mut Page, x: f32, words: &str| {
        page.print(Text::new(Face::Kai, look.sizes.0, words).colour(look.ink).left(left + x, y));
    };
    let used = subject.kind == Kind::UsedVehicleSale;
    if electronic {
        word(page, 20.0, "开票人：");
    } else {
        word(page, 20.0, if used { "开票单位（盖章）" } else { "销货单位盖章" });
        word(page, 104.0, "开票人");
        if !used {
            word(page, 160.0, "备注：一车一票");
        }
    }
    let x = if electronic { 33.0 } else { 117.0 };
    page.fill(Text::new(Face::Song, look.sizes.1, subject.text("issuer")).left(left + x + look.drift.0, y + look.drift.1));
    if subject.flag("company_seal") {
        let (name, id) = match used {
            true => (subject.text("company_name"), subject.text("company_tax_id")),
            false => (subject.text("seller"), subject.text("seller_tax_id")),
        };
        page.note(seal(company(name, id, left + 62.0, y - 1.0)?));
    }
    Ok(())
}

/// An amount behind its currency sign.
fn money(subject: Subject<'_>, key: &'static str) -> Result<String, Error> {
    reading::amount(key, subject.need(key)?).map(|_| format!("¥{}", subject.text(key)))
}

/// The total in words behind the crossed circle that keeps anybody from writing before it.
fn words(subject: Subject<'_>) -> Result<String, Error> {
    Ok(format!("⊗{}", subject.need("total_cn")?))
}
