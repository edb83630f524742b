//! The head of electronic invoices: 电子普通发票, 电子专用发票, 通行费, 区块链.

use invoice::kind::Kind;

use super::Style;
use crate::error::Error;
use crate::qr;
use crate::reading::Subject;
use crate::seal;
use crate::sheet::{BLACK, Face, Ink, Mark, Page, Path, Picture, Text};
use crate::typeface::{Placing, outline};

/// The colours of the forms: 电子专票 brown, the others a darker red.
pub(super) fn style(kind: Kind) -> Style {
    let ink = if kind == Kind::VatSpecial { [156, 82, 35] } else { [128, 0, 0] };
    Style { ink, typed: BLACK, with: Ink::Solid, shift: 0.0, drift: (0.0, 0.0) }
}

/// A page with title, code, number, date, check code and machine number.
pub(super) fn page(subject: Subject<'_>) -> Result<Page, Error> {
    let style = style(subject.kind);
    let mut page = Page::new(210.0, 140.0);
    page.print(Text::new(Face::Kai, 6.7, subject.need("title")?).colour(style.ink).centre(105.0, 12.76));
    for y in [18.0, 19.0] {
        style.rule(&mut page, (68.5, y), (141.5, y));
    }
    let block = subject.kind == Kind::VatBlockChain;
    for (y, words) in [(10.23, "发票代码："), (15.73, "发票号码："), (21.23, "开票日期："), (26.73, "校验码：")] {
        style.spread(&mut page, 148.6, y, words, 15.875);
    }
    if !block {
        style.label(&mut page, 5.6, 26.73, "机器编号：");
        page.fill(Text::value(subject.text("machine_code")).left(22.0, 26.73).tag("MachineNo", None));
    }
    page.fill(Picture { area: [8.5, 3.5, 28.5, 23.5], png: qr::picture(&qr::payload(subject)?)? });
    page.fill(Text::value(subject.need("code")?).left(164.6, 10.29).tag("InvoiceCode", None));
    page.fill(Text::value(subject.need("number")?).left(164.6, 15.79).tag("InvoiceNo", None));
    page.fill(Text::value(subject.need("date")?).left(164.6, 21.29).tag("IssueDate", None));
    page.fill(Text::value(grouped(subject.text("check_code"))).left(164.6, 26.79).tag("InvoiceCheckCode", None));
    if subject.kind == Kind::VatToll {
        toll_mark(&mut page)?;
    }
    page.note(Mark::Seal(seal::supervision(105.0, 18.0)?));
    Ok(page)
}

/// A check code of twenty digits in groups of five, as it is printed.
pub(super) fn grouped(code: &str) -> String {
    let chars: Vec<char> = code.chars().collect();
    chars.chunks(5).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// 通行费 stands at the top left as a drawing, not as text.
fn toll_mark(page: &mut Page) -> Result<(), Error> {
    let mut letters = Path { fill: Some(BLACK), ..Path::default() };
    for (i, ch) in "通行费".chars().enumerate() {
        outline(ch, Placing { x: 32.0 + 6.4 * i as f32, y: 17.5, width: 6.2, height: 6.2, turn: 0.0 }, &mut letters)?;
    }
    page.print(letters);
    Ok(())
}
