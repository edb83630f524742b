//! The numbers that identify an invoice: codes of ten and twelve digits, numbers of eight and twenty, check codes.
//!
//! Sources: reference/recognition.md §4.5; the kinds by code are those of the tax bureau's page for verifying invoices.

use crate::fold::compact;
use crate::kind::Kind;

/// What a 发票代码 of ten or twelve digits says by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The kind, where the digits tell it.
    pub kind: Option<Kind>,
    /// True where the digits say that the invoice is electronic.
    pub electronic: bool,
    /// The four digits of the place (GB/T 2260, province and prefecture); see [`crate::region::of_code`].
    pub region: String,
    /// The year for which it was printed.
    pub year: u16,
}

/// What a 数电票 number of twenty digits says: two digits of year, two of region, one of channel, fifteen of sequence. It has
/// no check digit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digital {
    /// The year of issue.
    pub year: u16,
    /// The two digits of the province or planned city; see [`crate::region::of_digital`].
    pub region: String,
    /// Through which channel it was issued.
    pub channel: u8,
}

/// The first electronic invoices, of 2015, before the code said so.
const FIRST_ELECTRONIC: [&str; 4] = ["144031539110", "131001570151", "133011501118", "111001571071"];

/// The digits of a printed number without spaces and marks of the kind `No` or `№`; `None` when anything else stands there.
pub fn digits(text: &str) -> Option<String> {
    let text = compact(text);
    let rest = text.trim_start_matches("No").trim_start_matches(['.', ':']);
    (!rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit())).then(|| rest.to_owned())
}

/// What a code says; `None` when it is not ten or twelve digits with a possible year.
pub fn code(text: &str) -> Option<Code> {
    let code = digits(text)?;
    let (region, year) = match code.len() {
        10 => (&code[..4], &code[4..6]),
        12 => (&code[1..5], &code[5..7]),
        _ => return None,
    };
    let year: u16 = year.parse().ok()?;
    let kind = kind_of(&code);
    let electronic = matches!(kind, Some(Kind::VatElectronic | Kind::VatToll | Kind::VatBlockChain))
        || code.len() == 12 && kind == Some(Kind::VatSpecial);
    // Codes began with the tax reform of 1994.
    let year = if year >= 94 { 1900 + year } else { 2000 + year };
    Some(Code { kind, electronic, region: region.to_owned(), year })
}

fn kind_of(code: &str) -> Option<Kind> {
    if code.len() == 10 {
        return match &code[7..8] {
            "1" | "5" => Some(Kind::VatSpecial),
            "3" | "6" => Some(Kind::VatOrdinary),
            _ => None,
        };
    }
    if code.starts_with('0') {
        return match &code[10..] {
            "04" | "05" => Some(Kind::VatOrdinary),
            "06" | "07" => Some(Kind::VatRoll),
            "11" => Some(Kind::VatElectronic),
            "12" => Some(Kind::VatToll),
            "13" => Some(Kind::VatSpecial),
            "17" => Some(Kind::UsedVehicleSale),
            _ => None,
        };
    }
    if FIRST_ELECTRONIC.contains(&code) {
        return Some(Kind::VatElectronic);
    }
    // Block-chain invoices of Shenzhen: industry 0, then 9; they began in 2018. Other codes that begin with 1 or 2 are local
    // forms, whose kind the title tells.
    (code.starts_with("14403") && &code[7..9] == "09" && &code[5..7] >= "18").then_some(Kind::VatBlockChain)
}

/// What a number of twenty digits says; `None` when it is not twenty digits.
pub fn digital(text: &str) -> Option<Digital> {
    let number = digits(text).filter(|number| number.len() == 20)?;
    let year: u16 = number[..2].parse().ok()?;
    Some(Digital { year: 2000 + year, region: number[2..4].to_owned(), channel: number.as_bytes()[4] - b'0' })
}

/// A number of the tax-control system: eight digits.
pub fn legacy(text: &str) -> Option<String> {
    digits(text).filter(|number| number.len() == 8)
}

/// A check code: twenty digits, printed in groups; block-chain invoices have five characters.
pub fn check_code(text: &str) -> Option<String> {
    let code = compact(text);
    let digits = code.len() == 20 && code.bytes().all(|b| b.is_ascii_digit());
    let short = code.len() == 5 && code.bytes().all(|b| b.is_ascii_alphanumeric());
    (digits || short).then_some(code)
}

/// The digits of a number in which optical recognition took digits for letters (O for 0, I for 1 …), if it then has one of
/// these lengths.
pub fn repair(text: &str, lengths: &[usize]) -> Option<String> {
    let mended: String = compact(text)
        .chars()
        .filter(|c| !matches!(c, '.' | ',' | '\'' | '-' | '·'))
        .map(|c| match c {
            'O' | 'o' | 'D' | 'Q' | '〇' | '○' => '0',
            'I' | 'l' | 'i' | '|' | '!' | 'L' => '1',
            'Z' | 'z' => '2',
            'S' | 's' => '5',
            'b' | 'G' => '6',
            'T' => '7',
            'B' => '8',
            'g' | 'q' => '9',
            other => other,
        })
        .collect();
    (lengths.contains(&mended.len()) && mended.bytes().all(|b| b.is_ascii_digit())).then_some(mended)
}
