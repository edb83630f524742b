//! An invoice to the documents that it is issued as: 数电票 XML, OFD, PDF and pictures.
//!
//! An invoice is given as a reader gives it: its [`Kind`] and its [`Details`] by the names of the recognition API. The forms follow
//! the public form rules of the State Taxation Administration; OFD is GB/T 33190-2016, XBRL the taxonomy of the Ministry of Finance.
//! What is drawn is a specimen: seals read 样张专用章, and 样张 SPECIMEN stands across every page. The same invoice gives the same bytes.
#![forbid(unsafe_code)]

pub mod collage;
pub mod damage;
pub mod error;
pub mod specimen;
pub mod stray;

mod forms;
mod ink;
mod ofd;
mod pdf;
mod picture;
mod qr;
mod reading;
mod seal;
mod sheet;
mod typeface;
mod xml;

use image::RgbImage;
use invoice::details::Details;
use invoice::kind::Kind;

use damage::{Drift, Level, Photograph, Print, Shot};
use error::Error;
use ofd::{Dialect, Extras};
use pdf::Attachment;
use reading::{Subject, compact, dashed};

pub use picture::Encoding;

/// The invoice as 数电票 XML, the root `EInvoice`. Only 数电票 have it; so far without a kind of service or with 旅客运输服务, the others'
/// element names not being public.
pub fn xml(kind: Kind, details: &Details) -> Result<Vec<u8>, Error> {
    xml::einvoice::write(Subject { kind, details })
}

/// The words in light print across every page of a specimen.
pub const ACROSS: &str = "样张 SPECIMEN";

/// The invoice as PDF with real text. Tickets carry their XBRL instance as an attachment.
pub fn pdf(kind: Kind, details: &Details) -> Result<Vec<u8>, Error> {
    pdf_across(kind, details, ACROSS)
}

/// The invoice as [`pdf`] gives it, with these words in light print across every page.
pub fn pdf_across(kind: Kind, details: &Details, across: &str) -> Result<Vec<u8>, Error> {
    let subject = Subject { kind, details };
    let pages = forms::lay(subject)?;
    pdf::write(details.text("title"), &pages, attachments(subject)?, Some(across))
}

/// The invoice as OFD: template and values apart, custom tags, custom data, and `original_invoice.xml` or the XBRL instance where the
/// kind has one. Paper invoices have no OFD.
pub fn ofd(kind: Kind, details: &Details) -> Result<Vec<u8>, Error> {
    ofd_across(kind, details, ACROSS)
}

/// The invoice as [`ofd`] gives it, with these words in light print across every page.
pub fn ofd_across(kind: Kind, details: &Details, across: &str) -> Result<Vec<u8>, Error> {
    let subject = Subject { kind, details };
    let dialect = match kind {
        Kind::DigitalSpecial | Kind::DigitalOrdinary => Some(Dialect::Platform),
        Kind::VatElectronic | Kind::VatToll => Some(Dialect::TaxControl),
        Kind::VatSpecial if subject.flag("electronic_mark") => Some(Dialect::TaxControl),
        Kind::Train => None,
        Kind::VehicleSale | Kind::UsedVehicleSale | Kind::MachinePrinted if subject.flag("electronic_mark") => None,
        kind => return Err(Error::NoForm { kind, format: "OFD" }),
    };
    let mut attachments = attachments(subject)?;
    if dialect == Some(Dialect::TaxControl) {
        let data = xml::original::write(subject, &qr::payload(subject)?)?;
        attachments.push(Attachment { name: "original_invoice.xml".to_owned(), mime: "application/xml", data });
    }
    let pages = forms::lay(subject)?;
    let created = if kind == Kind::Train { subject.need("date_of_issue")?.to_owned() } else { dashed(subject.day("date")?) };
    let extras = Extras {
        id: document_id(subject)?,
        created,
        data: custom_data(subject, dialect)?,
        dialect,
        attachments,
        across: Some(across.to_owned()),
    };
    ofd::write(&pages, &extras)
}

/// The invoice's first page as a picture of `dpi` dots per inch, drawn from its PDF.
pub fn picture(kind: Kind, details: &Details, dpi: f32, encoding: Encoding) -> Result<Vec<u8>, Error> {
    picture::write(&pdf(kind, details)?, dpi, encoding)
}

/// The invoice's first page as a phone or a scanner takes it: worn, skewed and dim as `level` says, all of it following from `seed`. What a
/// machine has filled in on a form of paper stands off its labels.
pub fn photograph(kind: Kind, details: &Details, level: Level, seed: u64) -> Result<Photograph, Error> {
    let mut shot = Shot::new(level, seed);
    let pages = forms::lay(Subject { kind, details })?;
    let page = pages.first();
    let dpi = shot.dpi(page.map_or(1.0, |p| p.width.max(p.height)), page.map(Print::of).unwrap_or_default());
    let (paper, _) = worn(kind, details, &mut shot, dpi)?;
    Ok(shot.take(paper))
}

/// How many pages the invoice has when it is drawn.
pub fn pages(kind: Kind, details: &Details) -> Result<usize, Error> {
    Ok(forms::lay(Subject { kind, details })?.len())
}

/// The smallest print that was filled in on the invoice's first page.
fn print(kind: Kind, details: &Details) -> Result<Print, Error> {
    Ok(forms::lay(Subject { kind, details })?.first().map(Print::of).unwrap_or_default())
}

/// The invoice's first page, drawn and worn for a shot; and its width and height in millimetres.
fn worn(kind: Kind, details: &Details, shot: &mut Shot, dpi: f32) -> Result<(RgbImage, (f32, f32)), Error> {
    let subject = Subject { kind, details };
    let pages = forms::lay(subject)?;
    let drift = if forms::on_paper(subject) { Drift::pick(shot.level, &mut shot.draws) } else { Drift::default() };
    let mut paper = picture::drawn(&pages, dpi, drift, Some(ACROSS))?;
    // A seal that is a field of the form must be the only one on it.
    let paper_of = damage::Sheet { dpi, stamped: !details.has("company_seal") && !details.has("stamp_color") };
    damage::wear(&mut paper, paper_of, shot.level, &mut shot.draws)?;
    Ok((paper, pages.first().map_or((1.0, 1.0), |p| (p.width, p.height))))
}

/// The first character of a text that cannot be drawn: the typeface has all of GB2312 and the CJK ideographs of Unicode's first plane, but
/// no pictographs and no rare characters of the later planes.
pub fn cannot_draw(text: &str) -> Option<char> {
    text.chars().find(|ch| *ch != '\n' && typeface::glyph(*ch).is_err())
}

/// The text of the invoice's QR code.
pub fn qr_text(kind: Kind, details: &Details) -> Result<String, Error> {
    qr::payload(Subject { kind, details })
}

fn attachments(subject: Subject<'_>) -> Result<Vec<Attachment>, Error> {
    let (data, name) = match subject.kind {
        Kind::Train if subject.flag("electronic_mark") => {
            let day = subject.need("date_of_issue")?.replace('-', "");
            (xml::xbrl::rail(subject)?, format!("rai_issuer_{day}_{}.xml", subject.need("number")?))
        }
        Kind::Air if subject.details.has("electronic_number") => {
            let day = compact(subject.day("date")?);
            (xml::xbrl::air(subject)?, format!("atr_issuer_{day}_{}.xml", subject.need("electronic_number")?))
        }
        _ => return Ok(Vec::new()),
    };
    Ok(vec![Attachment { name, mime: "application/xml", data }])
}

/// 32 hexadecimal digits that follow from what the invoice is numbered: no two invoices share them.
fn document_id(subject: Subject<'_>) -> Result<String, Error> {
    let digits = format!("{}{}", subject.text("code"), subject.need("number")?);
    Ok(format!("{digits:0>32}"))
}

/// `CustomDatas` as the issuing systems fill them: 数电票 carry number, date, sums and the two tax ids, the tax control system its code
/// and check code as well.
fn custom_data(subject: Subject<'_>, dialect: Option<Dialect>) -> Result<Vec<(&'static str, String)>, Error> {
    let Some(dialect) = dialect else { return Ok(Vec::new()) };
    let mut data = Vec::new();
    if dialect == Dialect::TaxControl {
        data.push(("发票代码", subject.need("code")?.to_owned()));
    }
    data.push(("发票号码", subject.need("number")?.to_owned()));
    data.push(("合计税额", subject.need("tax")?.to_owned()));
    data.push(("合计金额", subject.need("pretax_amount")?.to_owned()));
    data.push(("开票日期", subject.need("date")?.to_owned()));
    if dialect == Dialect::TaxControl {
        data.push(("校验码", subject.text("check_code").to_owned()));
    }
    data.push(("购买方纳税人识别号", subject.text("buyer_tax_id").to_owned()));
    data.push(("销售方纳税人识别号", subject.text("seller_tax_id").to_owned()));
    data.push(("native-producer", "Fapiao".to_owned()));
    Ok(data)
}
