//! Mends amounts in words that optical recognition misread: each character that no amount can contain is replaced by those
//! it is mistaken for, and the mend counts only if exactly one amount comes out.

use rust_decimal::Decimal;

use super::{marks, parse, sign};
use crate::fold::compact;

/// The most readings that are tried.
const MOST: usize = 256;

/// What a foreign character in an amount may have been: characters of the same shape.
const MISTAKEN: &[(char, &[char])] = &[
    ('壶', &['壹']),
    ('查', &['壹']),
    ('壺', &['壹']),
    ('臺', &['壹']),
    ('壷', &['壹']),
    ('亶', &['壹']),
    ('武', &['贰']),
    ('式', &['贰']),
    ('贡', &['贰']),
    ('叶', &['叁']),
    ('肄', &['肆']),
    ('隶', &['肆']),
    ('任', &['伍', '仟']),
    ('位', &['伍']),
    ('侨', &['仟']),
    ('陡', &['陆']),
    ('陈', &['陆']),
    ('附', &['陆']),
    ('染', &['柒']),
    ('朵', &['柒']),
    ('柴', &['柒']),
    ('扒', &['捌']),
    ('别', &['捌']),
    ('拐', &['捌']),
    ('玫', &['玖']),
    ('玟', &['玖']),
    ('致', &['玖']),
    ('抬', &['拾']),
    ('给', &['拾']),
    ('恰', &['拾']),
    ('洽', &['拾']),
    ('合', &['拾']),
    ('格', &['拾']),
    ('伯', &['佰']),
    ('陌', &['佰']),
    ('怕', &['佰']),
    ('什', &['仟']),
    ('件', &['仟']),
    ('阡', &['仟']),
    ('干', &['仟']),
    ('方', &['万']),
    ('力', &['万']),
    ('忆', &['亿']),
    ('园', &['圆']),
    ('因', &['圆']),
    ('圃', &['圆']),
    ('圈', &['圆']),
    ('固', &['圆']),
    ('回', &['圆']),
    ('国', &['圆']),
    ('圜', &['圆']),
    ('无', &['元']),
    ('用', &['角']),
    ('甬', &['角']),
    ('鱼', &['角']),
    ('兮', &['分']),
    ('芬', &['分']),
    ('憨', &['整']),
    ('蹩', &['整']),
    ('鳖', &['整']),
    ('弊', &['整']),
    ('止', &['正']),
    ('雾', &['零']),
    ('露', &['零']),
    ('需', &['零']),
    ('雪', &['零']),
];

/// The amount that a misread text must have been, if exactly one is possible. A text that reads as it stands is not changed.
pub fn amount(text: &str) -> Option<Decimal> {
    if let Some(amount) = parse(text) {
        return Some(amount);
    }
    let text = compact(text);
    let (negative, words) = marks(&text);
    let mut readings = vec![String::new()];
    for c in words.chars() {
        let choices: &[char] = match MISTAKEN.iter().find(|(seen, _)| *seen == c) {
            Some((_, choices)) => choices,
            None if sign(c).is_some() => std::slice::from_ref(&c),
            None => return None,
        };
        if readings.len() * choices.len() > MOST {
            return None;
        }
        readings = readings.iter().flat_map(|reading| choices.iter().map(move |choice| format!("{reading}{choice}"))).collect();
    }
    let mut amounts = readings.iter().filter_map(|reading| parse(reading));
    let mut first = amounts.next()?;
    if amounts.any(|other| other != first) {
        return None;
    }
    first.set_sign_negative(negative && !first.is_zero());
    Some(first)
}
