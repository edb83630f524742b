//! What the parts of a paper train ticket look like.

use invoice::amount;
use rust_decimal::Decimal;

use crate::forms::stamped;
use crate::layout::gather::Piece;
use crate::layout::is_chinese;

/// The longest name of a station: 呼和浩特东 has five characters, 齐齐哈尔南 with 站 six.
const LONGEST_STATION: usize = 8;
/// Classes of seats; what is printed before them (新空调) belongs to them.
const CLASSES: &[&str] = &[
    "商务座",
    "特等座",
    "优选一等座",
    "一等座",
    "二等座",
    "硬座",
    "软座",
    "无座",
    "硬卧",
    "软卧",
    "高级软卧",
    "动卧",
    "高级动卧",
    "一等卧",
    "二等卧",
    "软卧代软座",
    "软卧代二等座",
    "硬卧代硬座",
    "动卧代二等座",
    "一人软包",
    "包厢硬卧",
    "特等软座",
    "一等软座",
    "二等软座",
    "混编硬座",
    "混编硬卧",
];
/// What stands before a class on trains with air conditioning.
const PREFIXES: &[&str] = &["新空调", "空调", "新"];
/// What stands behind a class on old fast trains.
const SUFFIXES: &[&str] = &["特快卧", "快速卧", "普快卧", "特快", "快速", "普快", "快速硬座", "普快硬座"];
/// What the characters of the marks between price and class say: 网 sold on the net, 折 at a discount, 惠 at another, 学 to a student, 孩 or 儿 to a child, 残 to a disabled soldier, 中 on the way,
/// 通 or 联 through, 代 on behalf, 电 by telephone, 卡 to a card, 团 to a group, 随 with a pet, 优 at a preference, 微 and 支 and 现 how it was paid, 军 to a soldier, 挂 and 补 at the station.
const MARKS: &str = "网折惠学孩儿残中通联代电卡团优微支现军补半";
/// Terms of the sale, and what business they tell (the seed's 退 售 改签 退差).
const TERMS: &[(&str, Option<&str>)] = &[
    ("始发改签", Some("改签")),
    ("中转签证", Some("改签")),
    ("变更到站", Some("改签")),
    ("退票费", Some("退")),
    ("退差", Some("退差")),
    ("改签", Some("改签")),
    ("限乘当日当次车", None),
    ("仅供报销使用", None),
];

/// A train's number: `G7383`, `1461`, `K1068`. What is read as an arrow beside it is no part of it, nor are the letters of a stamp.
pub(super) fn train(text: &str) -> Option<String> {
    let text = text.trim_end_matches(['次', '-', '—', '>', '→', '一']);
    let bare = text.trim_matches(is_chinese);
    let text = if bare.starts_with(|c: char| c.is_ascii_uppercase()) { bare } else { text };
    let (first, rest) = text.split_at_checked(1)?;
    // behind its letter there are only digits: what is read as a round letter is nought
    let text = if rest.bytes().filter(u8::is_ascii_digit).count() > 1 {
        format!("{first}{}", rest.replace(['O', 'Q'], "0"))
    } else {
        text.to_owned()
    };
    let digits = text.trim_start_matches(|c: char| "GDCZTKYLSPXFN".contains(c));
    let letters = text.len() - digits.len();
    let fits = letters <= 1
        && (1..=4).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        && (letters == 1 || digits.len() == 4);
    (fits && !digits.starts_with('0')).then(|| text.clone())
}

/// What stamps say, of whose letters those that lie by themselves are read one by one.
const STAMPED: &str = "报销核验专用财务章讫";

/// A station's name from the pieces of its row, without its 站: what follows that, and single letters of a stamp, are none of it. Nothing where less than
/// two characters are left, as no name has one.
pub(in crate::forms) fn name_of<'a>(pieces: impl Iterator<Item = &'a Piece>) -> Option<String> {
    let pieces: Vec<&Piece> = pieces.collect();
    let whole = |p: &&&Piece| p.compact().split_once('站').is_some_and(|(before, _)| before.chars().count() > 1);
    let main = pieces.iter().find(whole).map(|p| p.area);
    // a letter beside a name with its 站 that is not as tall, or not on its line, is a stamp's
    let astray = |p: &Piece| {
        main.is_some_and(|main| {
            let (height, off) = (p.area.height() / main.height(), (p.area.center().y - main.center().y).abs() / main.height());
            !(0.8..1.25).contains(&height) || off > 0.25
        })
    };
    let mut name = String::new();
    for piece in pieces {
        let text = piece.compact();
        if text.chars().count() == 1 && (astray(piece) && text != "站" || STAMPED.contains(text.as_str())) {
            continue;
        }
        if let Some((before, _)) = text.split_once('站').filter(|(before, _)| !(before.is_empty() && name.is_empty())) {
            name.push_str(before);
            break;
        }
        name.push_str(&text);
    }
    (name.chars().count() > 1).then_some(name)
}

/// A name without the letter of a stamp that was read in one run with it: its spelling, if read, tells whether the first letter is its own (章丘). Where nothing
/// tells it, there is no name.
pub(super) fn unstamped(name: String, spelt: Option<(usize, usize)>) -> Option<String> {
    let first = name.chars().next().filter(|first| STAMPED.contains(*first));
    let Some(first) = first else { return Some(name) };
    let letters = name.chars().count();
    let (least, most) = spelt?;
    if (least..=most).contains(&letters) {
        return Some(name);
    }
    (letters > 2 && (least..=most).contains(&(letters - 1))).then(|| name[first.len_utf8()..].to_owned())
}

/// Whether a text may be a station's name, with or without 站, or 站 alone. A stamp's letters may follow 站.
pub(in crate::forms) fn is_station(text: &str) -> bool {
    let text = text.find('站').filter(|at| *at > 0).map_or(text, |at| &text[..at + '站'.len_utf8()]);
    let chinese = text.chars().all(is_chinese);
    let other = ["候车", "检票", "仅供", "专用", "报销"].iter().any(|word| text.contains(word)) || text.ends_with('章');
    chinese && !other && (1..=LONGEST_STATION).contains(&text.chars().count()) && text != "一"
}

/// What a syllable of pinyin begins with, and what it ends with (ü is printed as v or u).
const INITIALS: &[&str] =
    &["zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "r", "z", "c", "s", "y", "w", ""];
const FINALS: &[&str] = &[
    "iang", "iong", "uang", "ang", "eng", "ian", "iao", "ing", "ong", "uai", "uan", "ai", "an", "ao", "ei", "en", "er", "ia", "ie", "in",
    "iu", "ou", "ua", "ue", "ui", "un", "uo", "ve", "a", "e", "i", "o", "u", "v",
];

/// Whether Latin letters are syllables of pinyin from end to end, as the names of stations are spelt.
pub(in crate::forms) fn is_pinyin(text: &str) -> bool {
    let letters: String = text.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    let mut reached = vec![false; letters.len() + 1];
    reached[0] = true;
    for from in 0..letters.len() {
        if !reached[from] {
            continue;
        }
        for rest in INITIALS.iter().filter_map(|initial| letters[from..].strip_prefix(initial)) {
            for after in FINALS.iter().filter_map(|last| rest.strip_prefix(last)) {
                reached[letters.len() - after.len()] = true;
            }
        }
    }
    !letters.is_empty() && reached[letters.len()]
}

/// The least and the most syllables that a spelling may have; `None` where it is none.
pub(super) fn syllables(text: &str) -> Option<(usize, usize)> {
    let letters: String = text.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    let mut reached: Vec<Option<(usize, usize)>> = vec![None; letters.len() + 1];
    reached[0] = Some((0, 0));
    for from in 0..letters.len() {
        let Some((least, most)) = reached[from] else { continue };
        for rest in INITIALS.iter().filter_map(|initial| letters[from..].strip_prefix(initial)) {
            for after in FINALS.iter().filter_map(|last| rest.strip_prefix(last)) {
                let to = &mut reached[letters.len() - after.len()];
                *to = Some(to.map_or((least + 1, most + 1), |(low, high)| (low.min(least + 1), high.max(most + 1))));
            }
        }
    }
    reached[letters.len()].filter(|_| !letters.is_empty())
}

/// Carriage and seat at the beginning of a text, and what follows: `07车12B号`, `07车012号下铺`, `06车无座`, `加1车08号`. 车 and 号 that were misread are made up for by the shape.
pub(super) fn seat(text: &str) -> (Option<String>, &str) {
    let Some((carriage, rest)) = text.split_once(['车', '年', '牛', '军']) else { return (None, text) };
    let number = carriage.trim_start_matches(['加', ' ']);
    if !(1..=2).contains(&number.len()) || !number.bytes().all(|b| b.is_ascii_digit()) || carriage.chars().count() > number.len() + 1 {
        return (None, text);
    }
    if let Some(after) = rest.strip_prefix("无座") {
        // 无座 is the place; a class follows it, or it stands for it
        return (Some(format!("{carriage}车无座")), after);
    }
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let after = &rest[digits.len()..];
    let row = digits.parse::<u16>().unwrap_or(0);
    if row == 0 || digits.len() > 3 {
        return (None, text);
    }
    let letter: String = after.chars().take(1).filter(|c| matches!(c, 'A'..='D' | 'F')).collect();
    let after = &after[letter.len()..];
    let Some(after) = after.strip_prefix('号') else { return (None, text) };
    let berth = ["上铺", "中铺", "下铺", "上", "中", "下"].into_iter().find(|b| after.starts_with(b)).unwrap_or_default();
    let berth = if berth.chars().count() == 1 && !after[berth.len()..].is_empty() { "" } else { berth };
    (Some(format!("{carriage}车{digits}{letter}号{berth}")), &after[berth.len()..])
}

/// A class of seats: exactly, or with its first stroke read as a dash (`-等座`).
pub(super) fn class(text: &str) -> Option<String> {
    let text = text.trim_matches(|c: char| c.is_ascii_punctuation() && !matches!(c, '-' | '=') || c == '·');
    let mended = match text.strip_suffix("等座").or_else(|| text.strip_suffix("等卧")) {
        Some("-" | "—" | "一" | "–" | "_") => text.replace(['-', '—', '–', '_'], "一"),
        Some("=" | "二" | "=-") => format!("二{}", &text[text.find('等')?..]),
        _ => text.to_owned(),
    };
    let bare = PREFIXES.iter().find_map(|prefix| mended.strip_prefix(prefix)).unwrap_or(&mended);
    let known = |text: &str| CLASSES.contains(&text);
    let fits = known(bare) || SUFFIXES.iter().any(|suffix| bare.strip_suffix(suffix).is_some_and(known));
    fits.then_some(mended)
}

/// A class of seats behind the words of a stamp that it was read in one line with.
pub(super) fn class_behind(text: &str) -> Option<String> {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).skip(1).collect();
    let stamp = |before: &str| !before.ends_with('代') && before.chars().all(|c| is_chinese(c) || c.is_ascii_digit());
    starts.into_iter().filter(|at| stamp(&text[..*at])).find_map(|at| class(&text[at..]))
}

/// The marks of the sale: one to four of their characters, in circles or not.
pub(super) fn marks(text: &str) -> Option<String> {
    let bare: String = text.chars().filter(|c| !matches!(c, '(' | ')' | '○' | '*')).collect();
    ((1..=4).contains(&bare.chars().count()) && bare.chars().all(|c| MARKS.contains(c))).then_some(bare)
}

/// The terms of the sale that a line says, and the business that they tell. A character of 限乘当日当次车 may be misread.
pub(super) fn terms(text: &str) -> Option<(&'static str, Option<&'static str>)> {
    let exact = TERMS.iter().find(|(terms, _)| text.contains(terms));
    let letters: Vec<char> = text.chars().collect();
    let nearly = || {
        TERMS.iter().find(|(terms, _)| {
            let own: Vec<char> = terms.chars().collect();
            own.len() >= 6 && letters.len().abs_diff(own.len()) <= 1 && crate::layout::label::distance(&letters, &own) <= 2
        })
    };
    exact.or_else(nearly).copied()
}

/// The identity number at the beginning of a text, and what follows: `3622011988****0417 易双智`. Stars are kept as printed.
pub(super) fn identity(text: &str) -> Option<(String, String)> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '*' | 'X' | 'x'))).unwrap_or(text.len());
    let (id, rest) = text.split_at(end);
    let stars = id.bytes().filter(|b| *b == b'*').count();
    let digits = id.bytes().filter(u8::is_ascii_digit).count();
    // eighteen digits, the middle hidden; passports and permits are shorter
    let stars_lost = id.len() == 17 && id.bytes().enumerate().all(|(at, b)| (b == b'*') == (10..13).contains(&at));
    // of an identity card's eighteen places the four stars are those of the birthday; one of them runs into the next
    let id = if stars_lost { &format!("{}****{}", &id[..10], &id[13..]) } else { id };
    let fits = (14..=20).contains(&id.len()) && stars >= 2 && digits >= 8 || id.len() == 18 && digits >= 17;
    fits.then(|| (id.to_owned(), rest.to_owned()))
}

/// Whether a text may be a passenger's name.
pub(super) fn is_name(text: &str) -> bool {
    let chinese = text.chars().filter(|c| is_chinese(*c)).count();
    let other = text.chars().filter(|c| !matches!(c, '·' | '•' | '.') && !is_chinese(*c)).count();
    (2..=15).contains(&chinese) && other == 0
        || chinese == 0 && text.chars().count() >= 4 && text.chars().all(|c| c.is_ascii_uppercase() || c == '/')
}

/// The serial number at the beginning of a text, and what follows: fourteen digits, then the red number without what stands before its letter. Fifteen to eighteen digits
/// alone when no letter was read.
pub(super) fn serial(text: &str) -> Option<(String, String)> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    let letters: Vec<usize> = number.char_indices().filter(|(_, c)| c.is_ascii_alphabetic()).map(|(at, _)| at).collect();
    let fits = match letters[..] {
        [at] => (13..=15).contains(&at) && (20..=22).contains(&number.len()),
        [] => false,
        _ => false,
    };
    fits.then(|| (number.to_owned(), rest.to_owned()))
}

/// The price as tickets print it, with one decimal between its sign and 元: `¥344.5元`. Of the two, each of which is taken for a letter or a sign at times
/// (`Y344.5x`), one must be left in some form.
pub(super) fn price(text: &str) -> Option<Decimal> {
    let from = text.find('¥').map_or(text, |at| &text[at..]);
    let own = from.split_inclusive('元').next().unwrap_or_default();
    if (own.starts_with('¥') || own.ends_with('元'))
        && let Some(price) = stamped::money(own)
    {
        return Some(price);
    }
    let number = from.strip_prefix(['¥', 'Y', 'V'])?;
    let (whole, rest) = number.split_once('.')?;
    let mut rest = rest.chars();
    let decimal = rest.next().filter(char::is_ascii_digit)?;
    let printed = (1..=4).contains(&whole.len()) && whole.bytes().all(|b| b.is_ascii_digit()) && !whole.starts_with('0');
    let ended = rest.next().is_none_or(|last| !last.is_ascii_digit()) && rest.next().is_none();
    amount::parse(&format!("{whole}.{decimal}")).filter(|_| printed && ended)
}

/// The place of sale: `南丰售`, `广州东售`; what stands before it in the same print is no part of it.
pub(super) fn sold(text: &str) -> Option<String> {
    let before = text.strip_suffix('售')?;
    let name: Vec<char> = before.chars().rev().take_while(|c| is_chinese(*c)).collect();
    let name: String = name.into_iter().rev().collect();
    ((1..=10).contains(&name.chars().count())).then(|| format!("{name}售"))
}

/// The red number: a letter and six or seven digits, which stand at the end of the serial number too, behind nothing, or behind a letter or digits of the machine (`Z54H006881`, `142J048953`). Where the
/// serial number was read, it settles a letter that was taken for a digit.
pub(super) fn number(text: &str, serial: Option<&str>) -> Option<String> {
    let text: String = text.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    if !(6..=12).contains(&text.len()) || text.chars().any(|c| c.is_ascii_lowercase()) {
        return None;
    }
    let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
    let tail = serial.and_then(|serial| Some(&serial[serial.rfind(|c: char| c.is_ascii_alphabetic())?..]));
    if let Some(tail) = tail.filter(|tail| (7..=8).contains(&tail.len()) && text.len() >= tail.len()) {
        let (before, end) = text.split_at(text.len() - tail.len());
        if end[1..] == tail[1..] {
            // a letter among the machine's digits is one of them, misread
            if before.bytes().skip(1).any(|b| !b.is_ascii_digit()) {
                return None;
            }
            return Some(format!("{before}{tail}"));
        }
    }
    let lettered = text.len() > digits && text.as_bytes()[text.len() - digits - 1].is_ascii_alphabetic();
    let before = text.get(..text.len() - digits - usize::from(lettered)).unwrap_or_default();
    let machine = before.bytes().enumerate().all(|(at, b)| b.is_ascii_digit() || at == 0);
    (lettered && machine && (6..=7).contains(&digits)).then_some(text)
}
