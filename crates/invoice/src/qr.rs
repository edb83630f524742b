//! The text of the QR codes on invoices.
//!
//! `01,<kind>,<code>,<number>,<amount>,<day>,<check code>,<crc>[,]` (reference/recognition.md §4.4, reference/documents.md §1.4).
//! Fields may be empty or blank, the check code may be left out altogether, the last comma may be missing, the day may carry
//! dashes. Block-chain invoices of Shenzhen carry an address instead; other codes carry addresses or anything else.

use crc::{CRC_16_MODBUS, CRC_16_UMTS, Crc};
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::kind::Kind;
use crate::{amount, date};

/// What a QR code says.
#[derive(Debug, Clone, PartialEq)]
pub enum Qr {
    /// The fields of an invoice.
    Invoice(Payload),
    /// The address of a block-chain invoice of Shenzhen.
    BlockChain(BlockChain),
    /// Another address.
    Url(String),
    /// Anything else.
    Other(String),
}

/// The fields that the QR code of an invoice carries.
#[derive(Debug, Clone, PartialEq)]
pub struct Payload {
    /// The second field, two digits: 01 专票, 04 普票, 10 电子普票, 20 电子专票, 31 数电专, 32 数电普, 51 铁路, 61 航空 …
    pub kind_code: String,
    /// 发票代码; empty on 数电票.
    pub code: String,
    /// 发票号码.
    pub number: String,
    /// Net or total, see [`Payload::meaning`].
    pub amount: Option<Decimal>,
    /// 开票日期.
    pub date: Option<Date>,
    /// 校验码; empty on 专票 and 数电票.
    pub check_code: String,
    /// Whether the checksum at the end fits the text.
    pub checksum: Checksum,
}

/// Which of an invoice's amounts its QR code carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Without tax: the kinds of the tax-control system.
    Net,
    /// With tax: 数电票, rail and air.
    Total,
}

/// What the checksum of a payload says. It detects damage and naive forgery, no more: never reject on its word alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checksum {
    /// There is none.
    Absent,
    /// It fits.
    Fits,
    /// It does not.
    Differs,
}

/// What the address of a block-chain invoice of Shenzhen carries.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockChain {
    /// 发票号码 (`bill_num`).
    pub number: String,
    /// 价税合计 (`total_amount`, in cents there).
    pub total: Option<Decimal>,
    /// The hash of the transaction.
    pub hash: String,
}

/// The longest text that is looked at, in bytes: a QR code cannot hold more.
const LONGEST: usize = 7_089;
const SHENZHEN: &str = "bcfp.shenzhen.chinatax.gov.cn";

/// CRC-16/UMTS, also called BUYPASS: polynomial 0x8005, start 0, not reflected.
const UMTS: Crc<u16> = Crc::<u16>::new(&CRC_16_UMTS);
/// CRC-16/MODBUS: polynomial 0x8005, start 0xFFFF, reflected; the railway's.
const MODBUS: Crc<u16> = Crc::<u16>::new(&CRC_16_MODBUS);

/// What the text of a QR code says. Never fails: what is not understood is [`Qr::Other`].
pub fn parse(text: &str) -> Qr {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0');
    if text.len() > LONGEST {
        return Qr::Other(text.chars().take(LONGEST).collect());
    }
    if let Some(payload) = payload(text) {
        return Qr::Invoice(payload);
    }
    let lower = text.get(..8).map(str::to_ascii_lowercase).unwrap_or_default();
    if lower.starts_with("http://") || lower == "https://" {
        return block_chain(text).map_or_else(|| Qr::Url(text.to_owned()), Qr::BlockChain);
    }
    Qr::Other(text.to_owned())
}

fn payload(text: &str) -> Option<Payload> {
    let fields: Vec<&str> = text.split(',').map(str::trim).collect();
    let (&["01", kind, code, number, amount, day], rest) = fields.split_first_chunk::<6>()? else {
        return None;
    };
    let digits = |field: &str| field.bytes().all(|b| b.is_ascii_digit());
    if kind.len() != 2 || !digits(kind) || !digits(code) || !digits(number) || !(8..=20).contains(&number.len()) {
        return None;
    }
    // 专票 may leave the check code out: then the checksum follows the day at once.
    let (check_code, crc) = match rest {
        [] => ("", None),
        [crc] | [crc, ""] if is_crc(crc) => ("", Some((*crc, 6))),
        [check_code] => (*check_code, None),
        [check_code, crc, ..] => (*check_code, (!crc.is_empty()).then_some((*crc, 7))),
    };
    Some(Payload {
        kind_code: kind.to_owned(),
        code: code.to_owned(),
        number: number.to_owned(),
        amount: amount::parse(amount),
        date: date::parse(day),
        check_code: check_code.to_owned(),
        checksum: crc.map_or(Checksum::Absent, |(crc, field)| checksum(text, field, crc)),
    })
}

fn is_crc(field: &str) -> bool {
    field.len() == 4 && field.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Compares the checksum that stands in field number `field` with the text before it, with and without the comma between.
fn checksum(text: &str, field: usize, crc: &str) -> Checksum {
    let Ok(expected) = u16::from_str_radix(crc, 16) else { return Checksum::Differs };
    let Some((comma, _)) = text.match_indices(',').nth(field - 1) else { return Checksum::Differs };
    let (without, with) = (&text.as_bytes()[..comma], &text.as_bytes()[..=comma]);
    let fits = [UMTS.checksum(with), UMTS.checksum(without), MODBUS.checksum(with)].contains(&expected);
    if fits { Checksum::Fits } else { Checksum::Differs }
}

fn block_chain(address: &str) -> Option<BlockChain> {
    let (_, rest) = address.split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    if !host.eq_ignore_ascii_case(SHENZHEN) {
        return None;
    }
    let (_, query) = path.split_once('?')?;
    let value = |key: &str| query.split('&').filter_map(|pair| pair.split_once('=')).find(|(name, _)| *name == key).map(|(_, v)| v);
    let number = value("bill_num").filter(|number| number.len() == 8 && number.bytes().all(|b| b.is_ascii_digit()))?;
    let cents = value("total_amount").and_then(|cents| cents.parse::<i64>().ok());
    Some(BlockChain {
        number: number.to_owned(),
        total: cents.map(|cents| Decimal::new(cents, 2)),
        hash: value("hash").unwrap_or_default().to_owned(),
    })
}

impl Payload {
    /// The kind of invoice that the second field names, where it is known. The codes up to 15 are those of the tax bureau's
    /// page for verifying invoices.
    pub fn kind(&self) -> Option<Kind> {
        Some(match self.kind_code.as_str() {
            "01" | "20" => Kind::VatSpecial,
            "03" => Kind::VehicleSale,
            "04" => Kind::VatOrdinary,
            "10" => Kind::VatElectronic,
            "11" => Kind::VatRoll,
            "14" => Kind::VatToll,
            "15" => Kind::UsedVehicleSale,
            "31" => Kind::DigitalSpecial,
            "32" => Kind::DigitalOrdinary,
            "51" => Kind::Train,
            "61" => Kind::Air,
            _ => return None,
        })
    }

    /// Which amount it carries, where that is known.
    pub fn meaning(&self) -> Option<Meaning> {
        match self.kind_code.as_str() {
            "01" | "04" | "10" | "11" | "14" | "20" => Some(Meaning::Net),
            code if code.starts_with(['3', '5', '6']) => Some(Meaning::Total),
            _ => None,
        }
    }
}

/// The payload of an invoice as text, with its checksum: for drawing codes.
pub fn write(kind_code: &str, code: &str, number: &str, amount: Decimal, day: Date, check_code: &str) -> String {
    let day = day.strftime("%Y%m%d");
    let before = format!("01,{kind_code},{code},{number},{},{day},{check_code},", amount::plain(amount));
    if kind_code == "51" {
        let crc = MODBUS.checksum(before.as_bytes());
        format!("{before}{crc:04x},")
    } else {
        let crc = UMTS.checksum(before.as_bytes());
        format!("{before}{crc:04X},")
    }
}
