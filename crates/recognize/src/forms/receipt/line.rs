//! The lines of a till's roll, and the amount at the end of one.

use document::page::Rect;
use rust_decimal::Decimal;

use super::sums::role;
use crate::forms::imprint::EVERYWHERE;
use crate::layout::Sheet;
use crate::layout::gather::{Piece, lines};

/// A line of print.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Its text; what stands far apart is set apart by a space.
    pub(super) text: String,
    pub(super) pieces: Vec<Piece>,
}

/// What slopes by more than this against the lines of a till, in radians, was put over them by hand.
const ASLANT: f32 = 0.1;

impl Line {
    /// The lines of a sheet from top to bottom, without what lies aslant over them: a seal, which no colour tells on a grey picture.
    pub(super) fn all(sheet: &Sheet) -> Vec<Line> {
        let leans = |piece: &Piece| sheet.spans.get(piece.span).is_some_and(|span| span.lean.abs() > ASLANT);
        // a label and a seal beside it may be read as one line
        let aslant = |piece: &Piece| leans(piece) && role(&piece.text()).is_none();
        let pieces = sheet.gather(&EVERYWHERE, 1.0).into_iter().filter(|piece| !aslant(piece)).collect();
        let text = |pieces: &[Piece]| kana(&pieces.iter().map(Piece::text).collect::<Vec<_>>().join(" "));
        lines(pieces).into_iter().map(|pieces| Line { text: text(&pieces), pieces }).collect()
    }

    /// How high its letters are.
    pub(super) fn height(&self) -> f32 {
        self.pieces.iter().map(|p| p.area.height()).fold(0.0, f32::max)
    }

    /// The box around it.
    pub(super) fn area(&self) -> Rect {
        self.pieces.iter().map(|p| p.area).reduce(|a, b| a.union(&b)).unwrap_or_default()
    }
}

/// Characters that look like a katakana, with it.
const ALIKE: &[(char, char)] =
    &[('二', 'ニ'), ('力', 'カ'), ('口', 'ロ'), ('夕', 'タ'), ('卜', 'ト'), ('八', 'ハ'), ('工', 'エ'), ('一', 'ー')];
/// What numbers stand before: a character alike before one of them is a number.
const COUNTED: &str = "階号丁番店人名様個点円月日年時";

/// The text with katakana in place of characters that look like them, where they go on a word in katakana.
fn kana(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let is_kana = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|c| ('\u{30a1}'..='\u{30fc}').contains(c));
    let counts = |at: usize| chars.get(at + 1).is_some_and(|c| COUNTED.contains(*c));
    let read = |(at, ch): (usize, &char)| {
        let goes_on = is_kana(at.checked_sub(1)) && (is_kana(at.checked_sub(2)) || is_kana(Some(at + 1)));
        ALIKE.iter().find(|(han, _)| goes_on && han == ch && !counts(at)).map_or(*ch, |(_, kana)| *kana)
    };
    chars.iter().enumerate().map(read).collect()
}

/// An amount at the end of a line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Money {
    pub(super) amount: Decimal,
    /// What stands before it.
    pub(super) label: String,
    /// Printed with decimals, or beside the sign of a currency.
    pub(super) certain: bool,
}

/// Signs of currencies that stand against a number.
const SIGNS: &[&str] = &[
    "HK$", "NT$", "US$", "MOP", "RMB", "CNY", "HKD", "USD", "EUR", "SGD", "MYR", "JPY", "GBP", "S$", "A$", "C$", "RM", "RP", "¥", "$", "€",
    "£", "₩", "฿", "₹",
];
/// Letters that ¥ is misread as, where they stand by themselves against an amount.
const YEN: [char; 2] = ['V', 'Y'];
/// What may follow a number.
const UNITS: &[&str] = &["元整", "元", "圆", "円", "圓", "원", "RM", "EUR", "USD", "HKD", "CNY", "RMB", "MOP", "€", "kr"];

/// The amount that a line ends with: `Total Amount: RM8.76`, `合计 88.00元`, `MILK 2.49 A`, `-RM0.01`, `SUMME EUR 12,50`.
pub(super) fn money(text: &str) -> Option<Money> {
    let mut rest = text.trim_end();
    let mut signed = false;
    for unit in UNITS {
        if let Some(before) = rest.strip_suffix(unit) {
            (rest, signed) = (before.trim_end(), true);
            break;
        }
    }
    // the class of its tax
    if let Some(before) = rest.strip_suffix(|c: char| c.is_ascii_uppercase() || c == '*')
        && before.trim_end().ends_with(|c: char| c.is_ascii_digit())
    {
        rest = before.trim_end();
    }
    let bracketed = rest.ends_with(')');
    rest = rest.trim_end_matches(')');
    let mut negative = false;
    if let Some(before) = rest.strip_suffix('-') {
        (rest, negative) = (before.trim_end(), true);
    }
    let start = rest
        .rfind(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')
        .map_or(0, |at| at + rest[at..].chars().next().map_or(1, char::len_utf8));
    let run = rest[start..].trim_start_matches(['.', ',']);
    let amount = number(run)?;
    let mut before = rest[..rest.len() - run.len()].trim_end();
    let decimals = run.len() > 3 && matches!(run.as_bytes()[run.len() - 3], b'.' | b',');
    let touching = before.len() == rest.len() - run.len();
    if let Some(shorter) = before.strip_suffix('-') {
        (before, negative) = (shorter.trim_end(), true);
    }
    let upper = before.to_ascii_uppercase();
    let sign =
        SIGNS.iter().find(|sign| upper.ends_with(*sign) && !upper[..upper.len() - sign.len()].ends_with(|c: char| c.is_ascii_alphabetic()));
    if let Some(sign) = sign {
        before = before[..before.len() - sign.len()].trim_end();
        signed = true;
    } else if let Some(yen) =
        before.strip_suffix(YEN).filter(|yen| decimals && touching && !yen.ends_with(|c: char| c.is_ascii_alphanumeric()))
    {
        (before, signed) = (yen.trim_end(), true);
    } else if touching && before.ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '#' | '/' | '@')) {
        // digits behind letters are part of a number of something
        return None;
    }
    if let Some(shorter) = before.strip_suffix('-') {
        (before, negative) = (shorter.trim_end(), true);
    }
    if bracketed && before.ends_with('(') {
        (before, negative) = (before.trim_end_matches('('), true);
    } else if bracketed {
        return None;
    }
    let amount = if negative { -amount } else { amount };
    Some(Money { amount, label: before.trim().trim_end_matches([':', '=']).trim_end().to_owned(), certain: decimals || signed })
}

/// A printed number: thousands set apart by commas and a point, or by points and a comma. What may be either is none.
pub(super) fn number(run: &str) -> Option<Decimal> {
    let digits = run.bytes().filter(u8::is_ascii_digit).count();
    if digits == 0 || digits > 11 || !run.ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (point, comma) = (run.rfind('.'), run.rfind(','));
    let mark = match (point, comma) {
        (Some(p), Some(c)) => Some(p.max(c)),
        (one, other) => one.or(other),
    };
    let Some(at) = mark else { return Decimal::from_str_exact(run).ok() };
    let (whole, fraction) = (&run[..at], &run[at + 1..]);
    let sign = run.as_bytes()[at];
    let grouped = |text: &str, sign: char| {
        let groups: Vec<&str> = text.split(sign).collect();
        groups.len() == 1
            || (1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|g| g.len() == 3 && g.bytes().all(|b| b.is_ascii_digit()))
    };
    match (sign, fraction.len()) {
        (b'.', 1 | 2) if grouped(whole, ',') => Decimal::from_str_exact(&format!("{}.{fraction}", whole.replace(',', ""))).ok(),
        (b',', 2) if grouped(whole, '.') => Decimal::from_str_exact(&format!("{}.{fraction}", whole.replace('.', ""))).ok(),
        (b',', 3) if grouped(run, ',') => Decimal::from_str_exact(&run.replace(',', "")).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_at_the_end_of_lines() {
        let cases = [
            ("Total Amount: RM8.76", Some(("8.76", "Total Amount", true))),
            ("Rounding: -RM0.01", Some(("-0.01", "Rounding", true))),
            ("GST @0%: RM0.00", Some(("0.00", "GST @0%", true))),
            ("合计 88.00元", Some(("88.00", "合计", true))),
            ("合计:88", Some(("88", "合计", false))),
            ("MILK 2L 2.49 A", Some(("2.49", "MILK 2L", true))),
            ("COUPON 1.00-", Some(("-1.00", "COUPON", true))),
            ("SUMME EUR 1.212,50", Some(("1212.50", "SUMME", true))),
            ("合計 ¥1,280", Some(("1280", "合計", true))),
            ("TOTAL $ 1,212.50", Some(("1212.50", "TOTAL", true))),
            ("优惠 (5.00)", Some(("-5.00", "优惠", true))),
            ("应付金额 V225.99", Some(("225.99", "应付金额", true))),
            ("应付金额:Y1,225.99", Some(("1225.99", "应付金额", true))),
            ("PLU V2259", None),
            ("PLU AV22.59", None),
            ("Invoice #: OR18060102160261", None),
            ("GST REG #000656195584", None),
            ("81200 Johor Bahru", None),
            ("TEL 021-2345", None),
            ("GST 6%", None),
        ];
        for (text, expected) in cases {
            let read = money(text).map(|m| (m.amount.to_string(), m.label, m.certain));
            assert_eq!(read, expected.map(|(a, l, c): (&str, &str, bool)| (a.to_owned(), l.to_owned(), c)), "{text}");
        }
    }

    #[test]
    fn words_in_katakana() {
        for (text, expected) in [
            ("見本コンビ二望川店", "見本コンビニ望川店"),
            ("コ一ヒー 一杯", "コーヒー 一杯"),
            ("ラ一メン", "ラーメン"),
            ("見本ビル二階", "見本ビル二階"),
            ("合計 二点", "合計 二点"),
            ("力工口", "力工口"),
        ] {
            assert_eq!(kana(text), expected, "{text}");
        }
    }

    #[test]
    fn what_lies_aslant_is_no_part_of_a_line() {
        let mut sheet =
            crate::forms::drawn::sheet(&[("Total", 20.0, 20.0, 10.0), ("SPECIMEN", 80.0, 21.0, 10.0), ("$49.32", 200.0, 20.0, 10.0)]);
        let texts = |sheet: &Sheet| Line::all(sheet).into_iter().map(|line| line.text).collect::<Vec<_>>();
        assert_eq!(texts(&sheet), ["Total SPECIMEN $49.32"]);
        sheet.spans[1].lean = -0.19;
        assert_eq!(texts(&sheet), ["Total $49.32"]);
        sheet.spans[0].lean = -0.19;
        assert_eq!(texts(&sheet), ["Total $49.32"]);
    }

    #[test]
    fn numbers() {
        for (text, expected) in [
            ("1,234.50", Some("1234.50")),
            ("1.234,50", Some("1234.50")),
            ("1,280", Some("1280")),
            ("1.280", None),
            ("12,34,5", None),
            ("8.", None),
        ] {
            assert_eq!(number(text).map(|n| n.to_string()).as_deref(), expected, "{text}");
        }
    }
}
