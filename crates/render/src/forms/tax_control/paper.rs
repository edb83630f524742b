//! Invoices on paper, 240 × 140 mm: 专用发票 in brown, 普通发票 alike, a printed form that a machine has typed on.

use invoice::kind::Kind;

use super::Style;
use super::electronic::grouped;
use crate::error::Error;
use crate::qr;
use crate::reading::Subject;
use crate::seal;
use crate::sheet::{Colour, Face, Ink, Mark, Page, Picture, Run, Text};

/// The frame stands in from the holes of the paper's edge; what is typed stands a little low and to the right, in blue-black.
pub(super) const STYLE: Style = Style { ink: [156, 82, 35], typed: [38, 38, 84], with: Ink::Needles24, shift: 13.0, drift: (0.5, 0.45) };
/// The numbering machine's red.
const NUMBERED: Colour = [176, 40, 56];
/// The holes along both edges: how far apart, how wide.
const HOLES: (f32, f32) = (12.7, 4.0);

/// A page with what is printed on the form, code and number, and both stamped again by the machine.
pub(super) fn page(subject: Subject<'_>) -> Result<Page, Error> {
    let mut page = Page::new(240.0, 140.0);
    holes(&mut page);
    let style = STYLE;
    page.print(Text::new(Face::Kai, 6.9, subject.need("title")?).colour(style.ink).centre(118.0, 13.2));
    for y in [18.0, 19.0] {
        style.rule(&mut page, (66.0, y), (144.0, y));
    }
    let (code, number) = (subject.need("code")?, subject.need("number")?);
    page.print(Text::new(Face::Courier, 6.0, code).colour(style.ink).left(42.0, 13.5));
    page.print(Text::new(Face::Song, 5.0, "№").colour(style.ink).left(163.5, 13.4));
    page.print(Text::new(Face::Courier, 6.6, number).colour(NUMBERED).left(169.5, 13.6));
    let typed = |page: &mut Page, x: f32, y: f32, text: &str| style.fill(page, Text::value(text).left(x - style.shift, y));
    typed(&mut page, 203.0, 11.0, subject.text("code_confirm"));
    typed(&mut page, 203.0, 15.4, subject.text("number_confirm"));
    page.print(Text::label("开票日期：", style.ink).left(163.5, 25.5));
    typed(&mut page, 180.0, 25.5, subject.need("date")?);
    page.fill(Picture { area: [18.5, 4.5, 38.5, 24.5], png: qr::picture(&qr::payload(subject)?)? });
    let machine = subject.text("machine_code");
    if !machine.is_empty() {
        page.print(Text::label("机器编号：", style.ink).left(42.0, 21.8));
        typed(&mut page, 58.0, 21.8, machine);
    }
    if subject.kind == Kind::VatOrdinary {
        let check = subject.text("check_code");
        page.print(Text::label("校验码", style.ink).left(42.0, 26.6));
        typed(&mut page, 53.0, 26.6, &grouped(check));
    }
    copy(&mut page, subject, style);
    page.note(Mark::Seal(seal::supervision(118.0, 15.0)?));
    Ok(page)
}

/// Which copy of the form it is: under the title, and down the right margin with what the copy is for.
fn copy(page: &mut Page, subject: Subject<'_>, style: Style) {
    let (copy, name) = (subject.text("form_type"), subject.text("form_name"));
    if copy.is_empty() {
        return;
    }
    page.print(Text::new(Face::Kai, 4.2, name).colour(style.ink).justify(24.0).centre(118.0, 28.9));
    let purpose = match (subject.kind, name) {
        (_, "记账联") => "销售方记账凭证",
        (Kind::VatSpecial, "抵扣联") => "购买方扣税凭证",
        _ => "购买方记账凭证",
    };
    page.print(Text::label(format!("{copy}：{name}"), style.ink).run(Run::Down(4.1)).left(221.0, 46.0));
    page.print(Text::label(purpose, style.ink).run(Run::Down(4.1)).left(221.0, 84.0));
}

fn holes(page: &mut Page) {
    let (apart, wide) = HOLES;
    for x in [6.0, 234.0] {
        let mut y = apart / 2.0;
        while y < page.height {
            let mut hole = crate::sheet::Path::ellipse(x, y, wide / 2.0, wide / 2.0, 0.15, [190, 190, 190]);
            hole.fill = Some([228, 228, 228]);
            page.printed.push(Mark::Path(hole));
            y += apart;
        }
    }
}
