//! 统一社会信用代码 and the older tax ids.
//!
//! Sources: GB 32100-2015 and reference/recognition.md §4.5 (18 characters, alphabet without I O S V Z, weights 3^(i-1) mod 31),
//! GB 11714 (the nine characters of an organisation), GB 11643 (personal ids). Check digits are a score: real ids exist that
//! fail.

use crate::fold::compact;

/// The characters of a 统一社会信用代码 in the order of their values.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
const PERSONAL_WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// What the check digits of an id say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Score {
    /// It has the form of an id but its check digit is wrong.
    Fails,
    /// Its form has no check digit.
    Unchecked,
    /// Its check digit is right.
    Passes,
}

/// A printed id without spaces, in capitals; `None` when it has not the form of any id: 15 to 20 letters and digits. Letters
/// that ids do not have are kept: [`repair`] is for those.
pub fn parse(text: &str) -> Option<String> {
    let id = compact(text).to_ascii_uppercase();
    let form = matches!(id.len(), 15 | 17 | 18 | 19 | 20) && id.bytes().all(|b| b.is_ascii_alphanumeric());
    // An id is mostly digits: a word of fifteen letters is none.
    (form && id.bytes().filter(u8::is_ascii_digit).count() >= 8).then_some(id)
}

/// What the check digits of an id say; `None` when it is no id.
pub fn score(text: &str) -> Option<Score> {
    let id = parse(text)?;
    let right = match id.len() {
        18 => credit_code(&id) || personal(&id),
        // 15 characters: six digits of place and the organisation, or a personal id of the old form, which has no check.
        15 if id.bytes().all(|b| b.is_ascii_digit()) && !organisation(&id[6..]) => return Some(Score::Unchecked),
        15 => organisation(&id[6..]),
        _ => return Some(Score::Unchecked),
    };
    Some(if right { Score::Passes } else { Score::Fails })
}

/// The check character of a 统一社会信用代码, from its first 17 characters; `None` when they are not of its alphabet.
pub fn check_character(first: &str) -> Option<char> {
    if first.len() != 17 {
        return None;
    }
    let sum = first.bytes().zip(WEIGHTS).try_fold(0, |sum, (b, weight)| Some(sum + value(b)? * weight))?;
    Some(char::from(ALPHABET[((31 - sum % 31) % 31) as usize]))
}

fn value(b: u8) -> Option<u32> {
    ALPHABET.iter().position(|&c| c == b).and_then(|at| u32::try_from(at).ok())
}

fn credit_code(id: &str) -> bool {
    id.is_ascii() && id.len() == 18 && check_character(&id[..17]).is_some_and(|check| id.ends_with(check))
}

fn organisation(code: &str) -> bool {
    let sum = code.bytes().zip(ORGANISATION_WEIGHTS).try_fold(0, |sum, (b, weight)| {
        let value = char::from(b).to_digit(36)?;
        Some(sum + value * weight)
    });
    let Some(sum) = sum else { return false };
    let check = match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from_digit(digit, 10).unwrap_or('?'),
    };
    code.len() == 9 && code.ends_with(check)
}

fn personal(id: &str) -> bool {
    let sum = id.bytes().zip(PERSONAL_WEIGHTS).try_fold(0, |sum, (b, weight)| Some(sum + char::from(b).to_digit(10)? * weight));
    sum.is_some_and(|sum| id.len() == 18 && id.ends_with(char::from(b"10X98765432"[(sum % 11) as usize])))
}

/// The 统一社会信用代码 that a misread text must have been: the only one with a right check character among those in which
/// every letter that ids do not have, every letter in the six digits of place, and at most one more character are replaced by
/// what they are mistaken for. A text that is right as it stands comes back as it is.
pub fn repair(text: &str) -> Option<String> {
    let id = compact(text).to_ascii_uppercase();
    if id.len() != 18 || !id.is_ascii() {
        return None;
    }
    if credit_code(&id) || personal(&id) {
        return (score(&id) == Some(Score::Passes)).then_some(id);
    }
    let forced: Vec<u8> = id.bytes().enumerate().map(|(at, b)| forced(at, b)).collect::<Option<_>>()?;
    let mut found = right(&forced);
    if found.is_none() {
        for (at, &b) in forced.iter().enumerate() {
            for &other in alike(b) {
                if (2..8).contains(&at) && !other.is_ascii_digit() {
                    continue;
                }
                let mut candidate = forced.clone();
                candidate[at] = other;
                if let Some(candidate) = right(&candidate) {
                    if found.as_ref().is_some_and(|found| *found != candidate) {
                        return None;
                    }
                    found = Some(candidate);
                }
            }
        }
    }
    found.filter(|id| score(id) == Some(Score::Passes))
}

fn right(id: &[u8]) -> Option<String> {
    let id = std::str::from_utf8(id).ok()?;
    credit_code(id).then(|| id.to_owned())
}

/// The character that must stand here: ids have no I O S V Z, and digits only in places 3 to 8.
fn forced(at: usize, b: u8) -> Option<u8> {
    Some(match b {
        b'O' => b'0',
        b'I' => b'1',
        b'Z' => b'2',
        b'S' => b'5',
        b'D' | b'Q' | b'U' if (2..8).contains(&at) => b'0',
        b'L' | b'J' | b'T' if (2..8).contains(&at) => b'1',
        b'G' if (2..8).contains(&at) => b'6',
        b'B' if (2..8).contains(&at) => b'8',
        _ if (2..8).contains(&at) && !b.is_ascii_digit() => return None,
        b'0'..=b'9' | b'A'..=b'Y' => b,
        _ => return None,
    })
}

/// Characters that optical recognition confuses with this one.
fn alike(b: u8) -> &'static [u8] {
    match b {
        b'0' => b"DQ",
        b'1' => b"LJT7",
        b'2' => b"7",
        b'3' => b"8",
        b'5' => b"6",
        b'6' => b"GB58",
        b'7' => b"T1",
        b'8' => b"B36",
        b'9' => b"4",
        b'4' => b"A9",
        b'A' => b"4",
        b'B' => b"86R",
        b'C' => b"G",
        b'D' => b"0",
        b'E' => b"F",
        b'F' => b"EP",
        b'G' => b"6C",
        b'H' => b"NM",
        b'J' => b"1",
        b'K' => b"X",
        b'L' => b"1",
        b'M' => b"NWH",
        b'N' => b"MH",
        b'P' => b"FR",
        b'Q' => b"0",
        b'R' => b"BP",
        b'T' => b"71",
        b'U' => b"0W",
        b'V' => b"UYW",
        b'W' => b"MU",
        b'X' => b"KY",
        b'Y' => b"XT",
        _ => b"",
    }
}
