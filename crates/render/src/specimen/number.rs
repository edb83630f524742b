//! Numbers, codes and ids that no authority gives out.

use jiff::civil::Date;

use super::draws::Draws;

/// The digits of a province that GB/T 2260 does not have.
const NOWHERE: &str = "99";
/// The alphabet of 统一社会信用代码 (GB 32100-2015).
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
/// What machines of the tax control system print into 密码区.
const CIPHER: &str = "0123456789+-*/<>";

/// A 统一社会信用代码 of a company in no region, with its two check characters.
pub(super) fn tax_id(draws: &mut Draws) -> String {
    let body = draws.letters(ALPHABET, 8);
    let first = format!("91{NOWHERE}{}{body}{}", draws.digits(4), organisation_check(&body));
    match invoice::tax_id::check_character(&first) {
        Some(check) => format!("{first}{check}"),
        // Every character above is of the alphabet.
        None => first,
    }
}

/// The check character of an organisation's code (GB 11714-1997).
fn organisation_check(body: &str) -> char {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body.chars().zip(WEIGHTS).map(|(c, w)| c.to_digit(36).unwrap_or(0) * w).sum();
    match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        n => char::from_digit(n, 10).unwrap_or('0'),
    }
}

/// A day of these years, never later than the 28th.
pub(super) fn day(draws: &mut Draws, years: (u64, u64)) -> Date {
    let (year, month, day) = (draws.between(years.0, years.1), draws.between(1, 12), draws.between(1, 28));
    jiff::civil::date(year as i16, month as i8, day as i8)
}

fn short_year(day: Date) -> String {
    format!("{:02}", day.year() % 100)
}

/// A 数电票 number: year, region, channel, sequence.
pub(super) fn digital(draws: &mut Draws, day: Date) -> String {
    format!("{}{NOWHERE}{}{}", short_year(day), draws.pick(&["2", "7", "9"]), draws.digits(15))
}

/// A code of twelve digits: 0, region, year, batch, kind (11 电子普票, 12 通行费, 13 电子专票).
pub(super) fn electronic_code(draws: &mut Draws, day: Date, kind: &str) -> String {
    format!("0{NOWHERE}00{}00{}{kind}", short_year(day), draws.between(1, 9))
}

/// A code of a block-chain invoice: 1, region, year, industry, 9, batch, copy, 0.
pub(super) fn block_chain_code(draws: &mut Draws, day: Date) -> String {
    format!("1{NOWHERE}00{}{}9110", short_year(day), draws.between(0, 6))
}

/// A code of twelve digits of a form that a province's bureau prints: 1, region, year, batch.
pub(super) fn local_code(draws: &mut Draws, day: Date) -> String {
    format!("1{NOWHERE}00{}{}", short_year(day), draws.digits(5))
}

/// A code of ten digits of an invoice on paper; its eighth digit is 1 on 专票 and 3 on 普票, its ninth the number of copies.
pub(super) fn paper_code(draws: &mut Draws, day: Date, special: bool) -> String {
    let (language, copies) = if special { (1, 3) } else { (3, 2) };
    format!("{NOWHERE}00{}{}{language}{copies}0", short_year(day), draws.between(1, 4))
}

/// A ciphertext: so many lines of so many characters, joined by commas.
pub(super) fn ciphertext(draws: &mut Draws, lines: usize, length: usize) -> String {
    (0..lines).map(|_| draws.letters(CIPHER, length)).collect::<Vec<_>>().join(",")
}
