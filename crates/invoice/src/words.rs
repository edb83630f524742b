//! Amounts in words (大写): to exact decimals and back. The forms are those of the rules for bills
//! (reference/recognition.md §4.5): 零壹贰叁肆伍陆柒捌玖, 拾佰仟万亿, 圆 or 元, 角, 分; 整 after 圆, optional after 角, never after 分.

pub mod repair;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::fold::compact;

/// The longest amount in words that is read, in characters.
const LONGEST: usize = 80;
const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
const TENS: [&str; 4] = ["", "拾", "佰", "仟"];
const MYRIADS: [&str; 4] = ["", "万", "亿", "万亿"];

/// An amount in words, with two decimals: 壹佰贰拾叁圆肆角伍分, ⊗肆仟圆整, （负数）伍佰圆整, 人民币伍角整. Variants (元 圓 萬 弍 叄 两 〇 正 …)
/// and the marks printed before the words are understood; zeros may be left out or written. `None` for anything that is not
/// one whole amount.
pub fn parse(text: &str) -> Option<Decimal> {
    if text.len() > LONGEST * 4 {
        return None;
    }
    let text = compact(text);
    let (negative, words) = marks(&text);
    let mut reader = Reader::default();
    for c in words.chars() {
        reader.take(sign(c)?)?;
    }
    let mut amount = reader.finish()?;
    amount.set_sign_negative(negative && !amount.is_zero());
    Some(amount)
}

/// Takes off what is printed before the words: the crossed circle, currency, labels, the word for minus.
fn marks(text: &str) -> (bool, &str) {
    let mut rest = text;
    let mut negative = false;
    loop {
        let shorter = rest.trim_start_matches(['⊗', 'Ⓧ', 'x', 'X', '×', '✕', '⨂', '¥', ':', '*']);
        let shorter = shorter.strip_prefix("人民币").unwrap_or(shorter);
        let shorter = shorter.strip_prefix("(大写)").unwrap_or(shorter);
        let (minus, shorter) = ["(负数)", "负数", "负"]
            .into_iter()
            .find_map(|word| shorter.strip_prefix(word))
            .map_or((false, shorter), |shorter| (true, shorter));
        if shorter.len() == rest.len() {
            return (negative, rest);
        }
        negative |= minus;
        rest = shorter;
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Sign {
    Digit(u64),
    /// 拾, 佰, 仟 as a power of ten.
    Unit(u64),
    Myriad,
    Hundredmillion,
    Yuan,
    Jiao,
    Fen,
    Whole,
}

fn sign(c: char) -> Option<Sign> {
    Some(match c {
        '零' | '〇' | '○' | 'O' | '0' => Sign::Digit(0),
        '壹' | '弌' | '壱' | '一' => Sign::Digit(1),
        '贰' | '貳' | '弍' | '貮' | '两' | '兩' | '二' => Sign::Digit(2),
        '叁' | '叄' | '參' | '参' | '弎' | '三' => Sign::Digit(3),
        '肆' | '四' => Sign::Digit(4),
        '伍' | '五' => Sign::Digit(5),
        '陆' | '陸' | '六' => Sign::Digit(6),
        '柒' | '漆' | '七' => Sign::Digit(7),
        '捌' | '八' => Sign::Digit(8),
        '玖' | '九' => Sign::Digit(9),
        '拾' | '十' => Sign::Unit(10),
        '佰' | '百' => Sign::Unit(100),
        '仟' | '千' => Sign::Unit(1000),
        '万' | '萬' => Sign::Myriad,
        '亿' | '億' => Sign::Hundredmillion,
        '圆' | '圓' | '元' => Sign::Yuan,
        '角' => Sign::Jiao,
        '分' => Sign::Fen,
        '整' | '正' => Sign::Whole,
        _ => return None,
    })
}

/// Reads the signs one by one, refusing any that cannot stand where it does.
#[derive(Default)]
struct Reader {
    /// Above the running group of four: whole multiples of 万 and 亿.
    high: u128,
    /// The running group of four.
    group: u64,
    digit: Option<u64>,
    /// The unit last used in this group; units fall.
    unit: Option<u64>,
    /// The myriad last used since the last 亿.
    myriad: bool,
    yuan: Option<u128>,
    jiao: Option<u64>,
    fen: Option<u64>,
    whole: bool,
    any: bool,
}

impl Reader {
    fn take(&mut self, sign: Sign) -> Option<()> {
        if self.whole {
            return None;
        }
        match sign {
            Sign::Digit(0) => {
                if self.digit.is_some_and(|digit| digit != 0) {
                    return None;
                }
                self.digit = Some(0);
                self.any = true;
            }
            Sign::Digit(digit) => {
                if self.digit.is_some_and(|before| before != 0) || self.fen.is_some() {
                    return None;
                }
                self.digit = Some(digit);
                self.any = true;
            }
            Sign::Unit(unit) => {
                if self.yuan.is_some() || self.unit.is_some_and(|before| before <= unit) {
                    return None;
                }
                // 拾圆 and 零拾 without 壹 are written for ten; no other unit stands alone.
                let digit = match self.digit.take() {
                    Some(digit) if digit > 0 => digit,
                    _ if unit == 10 => 1,
                    _ => return None,
                };
                self.group += digit * unit;
                self.unit = Some(unit);
                self.any = true;
            }
            Sign::Myriad => {
                if self.yuan.is_some() || self.myriad {
                    return None;
                }
                let group = self.close()?;
                self.high += u128::from(group) * 10_000;
                self.myriad = true;
            }
            Sign::Hundredmillion => {
                if self.yuan.is_some() || self.high >= 100_000_000 {
                    return None;
                }
                let group = if self.group == 0 && self.digit.is_none() { 0 } else { self.close()? };
                let count = self.high + u128::from(group);
                if count == 0 {
                    return None;
                }
                self.high = count * 100_000_000;
                self.myriad = false;
            }
            Sign::Yuan => {
                if self.yuan.is_some() || self.jiao.is_some() || !self.any {
                    return None;
                }
                self.yuan = Some(self.high + u128::from(self.group + self.digit.take().unwrap_or(0)));
            }
            Sign::Jiao => {
                if self.jiao.is_some() || self.fen.is_some() || (self.yuan.is_none() && (self.high, self.group) != (0, 0)) {
                    return None;
                }
                self.jiao = Some(self.digit.take()?);
            }
            Sign::Fen => {
                if self.fen.is_some() || (self.yuan.is_none() && (self.high, self.group) != (0, 0)) {
                    return None;
                }
                self.fen = Some(self.digit.take()?);
            }
            Sign::Whole => {
                // 壹佰整 without 圆 is met on till receipts.
                if self.yuan.is_none() && self.jiao.is_none() && self.fen.is_none() {
                    self.take(Sign::Yuan)?;
                }
                self.whole = true;
            }
        }
        Some(())
    }

    /// Ends a group of four before 万 or 亿; the group may not be empty.
    fn close(&mut self) -> Option<u64> {
        let group = self.group + self.digit.take().unwrap_or(0);
        self.group = 0;
        self.unit = None;
        (group > 0).then_some(group)
    }

    fn finish(self) -> Option<Decimal> {
        // A digit without a unit behind it: the words were cut off.
        if self.digit.is_some_and(|digit| digit != 0) || (self.yuan.is_none() && self.jiao.is_none() && self.fen.is_none()) {
            return None;
        }
        let cents = self.yuan.unwrap_or(0) * 100 + u128::from(self.jiao.unwrap_or(0) * 10 + self.fen.unwrap_or(0));
        Decimal::try_from_i128_with_scale(i128::try_from(cents).ok()?, 2).ok()
    }
}

/// The amount in words as the tax platform prints it: 圆, 整 after 圆 and after 角, （负数） before a negative one. `None` for
/// fractions of a cent and for amounts of ten thousand million million and more.
pub fn write(amount: Decimal) -> Option<String> {
    let cents = amount.abs().checked_mul(Decimal::ONE_HUNDRED)?;
    if !cents.fract().is_zero() {
        return None;
    }
    let cents = cents.to_u64().filter(|cents| *cents < 1_000_000_000_000_000_000)?;
    let (yuan, jiao, fen) = (cents / 100, (cents / 10 % 10) as usize, (cents % 10) as usize);
    let mut words = String::new();
    if amount.is_sign_negative() && cents != 0 {
        words.push_str("（负数）");
    }
    if yuan > 0 || cents == 0 {
        words.push_str(&integer(yuan));
        words.push('圆');
    }
    match (jiao, fen) {
        (0, 0) => words.push('整'),
        (0, fen) => {
            if yuan > 0 {
                words.push('零');
            }
            words.push(DIGITS[fen]);
            words.push('分');
        }
        (jiao, 0) => {
            words.push(DIGITS[jiao]);
            words.push_str("角整");
        }
        (jiao, fen) => {
            words.push(DIGITS[jiao]);
            words.push('角');
            words.push(DIGITS[fen]);
            words.push('分');
        }
    }
    Some(words)
}

fn integer(yuan: u64) -> String {
    if yuan == 0 {
        return "零".to_owned();
    }
    let mut words = String::new();
    let mut zero = false;
    for index in (0..4).rev() {
        let group = yuan / 10_000_u64.pow(index) % 10_000;
        for power in (0..4).rev() {
            let digit = (group / 10_u64.pow(power) % 10) as usize;
            if digit == 0 {
                zero = !words.is_empty();
                continue;
            }
            if std::mem::take(&mut zero) {
                words.push('零');
            }
            words.push(DIGITS[digit]);
            words.push_str(TENS[power as usize]);
        }
        if group > 0 {
            // 万亿: the 亿 is said once, by the lower of the two groups if that has anything to say.
            let hundred_millions = yuan / 100_000_000;
            let myriad = if index == 3 && !hundred_millions.is_multiple_of(10_000) { "万" } else { MYRIADS[index as usize] };
            words.push_str(myriad);
        }
    }
    words
}
