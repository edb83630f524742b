//! The QR code of an invoice: its text and its picture.

use std::io::Cursor;
use std::sync::Arc;

use image::{GrayImage, ImageFormat, Luma};
use invoice::kind::Kind;
use rxing::{BarcodeFormat, EncodeHints, Writer, qrcode::QRCodeWriter};

use crate::error::Error;
use crate::reading::Subject;

/// The text of the invoice's QR code (reference recognition.md §4.4). The amount is without tax on invoices of the tax control system and
/// with tax on 数电票 and tickets; 专票 on paper, 数电票 and tickets have no check code.
pub(crate) fn payload(subject: Subject<'_>) -> Result<String, Error> {
    let (kind, digital) = match subject.kind {
        Kind::VatSpecial if subject.flag("electronic_mark") => ("20", false),
        Kind::VatSpecial => ("01", false),
        Kind::VatOrdinary => ("04", false),
        Kind::VatElectronic | Kind::VatBlockChain => ("10", false),
        Kind::VatToll => ("14", false),
        Kind::DigitalSpecial => ("31", true),
        Kind::DigitalOrdinary => ("32", true),
        Kind::Train => ("51", true),
        Kind::Air => ("61", true),
        kind => return Err(Error::NoForm { kind, format: "QR code" }),
    };
    let amount = subject.amount(if digital { "total" } else { "pretax_amount" })?;
    let number = subject.need(if subject.kind == Kind::Air { "electronic_number" } else { "number" })?;
    let day = subject.day(if subject.kind == Kind::Train { "date_of_issue" } else { "date" })?;
    let code = if digital { "" } else { subject.need("code")? };
    let check = if digital || kind == "01" { "" } else { subject.text("check_code") };
    Ok(invoice::qr::write(kind, code, number, amount, day, check))
}

/// Pixels of one module.
const MODULE: u32 = 4;

/// A text as the picture of a QR code, black on white with a margin of one module, as PNG.
pub(crate) fn picture(text: &str) -> Result<Arc<Vec<u8>>, Error> {
    let hints = EncodeHints { ErrorCorrection: Some("M".to_owned()), Margin: Some("1".to_owned()), ..EncodeHints::default() };
    let matrix = QRCodeWriter.encode_with_hints(text, &BarcodeFormat::QR_CODE, 0, 0, &hints).map_err(|e| Error::encode("QR code", e))?;
    let side = matrix.getWidth();
    let image =
        GrayImage::from_fn(side * MODULE, side * MODULE, |x, y| if matrix.get(x / MODULE, y / MODULE) { Luma([0]) } else { Luma([255]) });
    let mut png = Cursor::new(Vec::new());
    image.write_to(&mut png, ImageFormat::Png).map_err(|e| Error::encode("QR code", e))?;
    Ok(Arc::new(png.into_inner()))
}
