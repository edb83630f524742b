//! 车辆识别代号, the number of a vehicle.
//!
//! GB 16735 and ISO 3779: seventeen digits and letters without I, O and Q, of which the ninth is a check character and the last four are
//! digits. The check character binds vehicles made in China (numbers that begin with L) and in North America; makers elsewhere are free
//! to use its place otherwise.

use crate::fold::compact;
use crate::tax_id::Score;

const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
/// The place of the check character.
const CHECK: usize = 8;
/// From this place on there are digits only.
const SERIAL: usize = 13;

/// A printed number without spaces, in capitals; `None` when it has not the form of one: seventeen letters and digits, most of them
/// not letters throughout. Letters that such numbers do not have are kept: [`repair`] is for those.
pub fn parse(text: &str) -> Option<String> {
    let vin = compact(text).to_ascii_uppercase();
    let form = vin.len() == 17 && vin.bytes().all(|b| b.is_ascii_alphanumeric());
    (form && vin.bytes().filter(u8::is_ascii_digit).count() >= 4).then_some(vin)
}

/// What the check character says; `None` when the text is no such number.
pub fn score(text: &str) -> Option<Score> {
    let vin = parse(text)?;
    let right = check_character(&vin).is_some_and(|check| vin[CHECK..].starts_with(check));
    Some(match right {
        true => Score::Passes,
        false if bound(&vin) => Score::Fails,
        false => Score::Unchecked,
    })
}

/// The check character that belongs to a number of seventeen characters, whatever stands in its place; `None` when one of the others is
/// no character of such numbers.
pub fn check_character(vin: &str) -> Option<char> {
    if vin.len() != WEIGHTS.len() {
        return None;
    }
    let products = vin.bytes().zip(WEIGHTS).enumerate().filter(|(at, _)| *at != CHECK);
    let sum = products.map(|(_, (b, weight))| Some(value(b)? * weight)).sum::<Option<u32>>()?;
    match sum % 11 {
        10 => Some('X'),
        rest => char::from_digit(rest, 10),
    }
}

/// Makers whose numbers must have the check character: those of China and of North America.
fn bound(vin: &str) -> bool {
    vin.starts_with(['L', '1', '2', '3', '4', '5'])
}

fn value(b: u8) -> Option<u32> {
    Some(match b {
        b'0'..=b'9' => u32::from(b - b'0'),
        b'A'..=b'H' => u32::from(b - b'A') + 1,
        b'J'..=b'N' => u32::from(b - b'J') + 1,
        b'P' => 7,
        b'R' => 9,
        b'S'..=b'Z' => u32::from(b - b'S') + 2,
        _ => return None,
    })
}

/// The number that a misread text must have been. Letters that such numbers do not have, and letters among the last four, become what
/// they are mistaken for. Where the check character then still fails and binds the maker, one more character is replaced, if exactly one
/// replacement makes it right. `None` when that leaves the number in doubt; a text that is right as it stands comes back as it is.
pub fn repair(text: &str) -> Option<String> {
    let vin = parse(text)?;
    if score(&vin) == Some(Score::Passes) {
        return Some(vin);
    }
    let forced: Vec<u8> = vin.bytes().enumerate().map(|(at, b)| forced(at, b)).collect::<Option<_>>()?;
    let mended = String::from_utf8(forced.clone()).ok()?;
    match score(&mended)? {
        Score::Passes => return Some(mended),
        Score::Unchecked => return (mended != vin).then_some(mended),
        Score::Fails => {}
    }
    let mut found = None;
    for (at, &b) in forced.iter().enumerate() {
        for &other in alike(b) {
            if at >= SERIAL && !other.is_ascii_digit() || at == CHECK && !other.is_ascii_digit() && other != b'X' {
                continue;
            }
            let mut candidate = forced.clone();
            candidate[at] = other;
            let candidate = String::from_utf8(candidate).ok()?;
            if score(&candidate) == Some(Score::Passes) && found.replace(candidate).is_some() {
                return None;
            }
        }
    }
    found
}

/// The character that must stand at a place: no I, O and Q, and digits only at the end.
fn forced(at: usize, b: u8) -> Option<u8> {
    Some(match b {
        b'O' | b'Q' => b'0',
        b'I' => b'1',
        b'D' if at >= SERIAL => b'0',
        b'L' if at >= SERIAL => b'1',
        b'Z' if at >= SERIAL => b'2',
        b'S' if at >= SERIAL => b'5',
        b'G' if at >= SERIAL => b'6',
        b'T' if at >= SERIAL => b'7',
        b'B' if at >= SERIAL => b'8',
        _ if at >= SERIAL && !b.is_ascii_digit() => return None,
        other => other,
    })
}

/// Characters that optical recognition confuses with this one.
fn alike(b: u8) -> &'static [u8] {
    match b {
        b'0' => b"D",
        b'D' => b"0",
        b'1' => b"L7",
        b'2' => b"Z",
        b'Z' => b"2",
        b'5' => b"S",
        b'S' => b"5",
        b'6' => b"G",
        b'G' => b"6C",
        b'C' => b"G",
        b'7' => b"1",
        b'8' => b"B",
        b'B' => b"8",
        b'V' => b"Y",
        b'Y' => b"V",
        b'M' => b"N",
        b'N' => b"M",
        _ => b"",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_characters() {
        // the example of ISO 3779's check in 49 CFR 565, and invented numbers with the maker's code of no maker
        for (text, expected) in [
            ("1M8GDM9AXKP042788", Some(Score::Passes)),
            ("1M8GDM9A0KP042788", Some(Score::Fails)),
            ("WM8GDM9A1KP042788", Some(Score::Unchecked)),
            ("1M8GDM9AXKP04278", None),
            ("ABCDEFGHJKLMNPRST", None),
        ] {
            assert_eq!(score(text), expected, "{text}");
        }
    }

    #[test]
    fn repairs_leave_one_reading_or_none() {
        for (read, expected) in [
            ("1M8GDM9AXKP042788", Some("1M8GDM9AXKP042788")),
            ("1m8gdm9axkp042788", Some("1M8GDM9AXKP042788")),
            // there is no I, O or Q, and no letter at the end
            ("IM8GDM9AXKPO42788", Some("1M8GDM9AXKP042788")),
            ("1M8GDM9AXKP04Z7B8", Some("1M8GDM9AXKP042788")),
            ("1M8GDM9AXKP04A788", None),
            // one character against the check: where only one other makes it right
            ("L9WHKJA41PAS03493", Some("L9WHKJA41PA503493")),
            ("1M86DM9AXKP042788", None),
            // a maker elsewhere: nothing tells that it is wrong
            ("WM86DM9AXKP042788", None),
        ] {
            assert_eq!(repair(read).as_deref(), expected, "{read}");
        }
    }
}
