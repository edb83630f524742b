//! What a cell that was read by itself can hold: the sort of its column, and the words and numbers that there are.

use crate::forms::vat::items::held;
use crate::layout::table::{Sort, is_rate, is_stars};

/// The characters of the heads of columns of text.
const HEADS: &str = "规格型号单位建筑服务发生地项目名称产权证书不动面积车牌类";
/// The units that goods and services are counted in, as invoices print them.
const UNITS: [&str; 122] = [
    "个",
    "台",
    "件",
    "套",
    "只",
    "支",
    "把",
    "张",
    "本",
    "册",
    "盒",
    "箱",
    "包",
    "袋",
    "瓶",
    "桶",
    "罐",
    "条",
    "根",
    "块",
    "片",
    "卷",
    "盘",
    "双",
    "对",
    "副",
    "组",
    "批",
    "次",
    "项",
    "天",
    "日",
    "月",
    "年",
    "季",
    "度",
    "人",
    "位",
    "间",
    "辆",
    "部",
    "架",
    "艘",
    "头",
    "匹",
    "棵",
    "株",
    "份",
    "顶",
    "面",
    "米",
    "吨",
    "克",
    "斤",
    "升",
    "车",
    "趟",
    "单",
    "票",
    "笔",
    "户",
    "座",
    "栋",
    "幅",
    "捆",
    "扎",
    "束",
    "粒",
    "颗",
    "枚",
    "打",
    "令",
    "筒",
    "管",
    "板",
    "提",
    "杯",
    "碗",
    "桌",
    "餐",
    "场",
    "节",
    "节课",
    "课时",
    "小时",
    "分钟",
    "人次",
    "人天",
    "人月",
    "千克",
    "公斤",
    "公里",
    "毫升",
    "千瓦时",
    "平方米",
    "立方米",
    "平方",
    "立方",
    "平米",
    "元",
    "壶",
    "枝",
    "付",
    "樘",
    "扇",
    "具",
    "门",
    "轴",
    "串",
    "朵",
    "发",
    "口",
    "听",
    "尾",
    "羽",
    "眼",
    "载",
    "kg",
    "KG",
    "m",
    "吨公里",
    "延米",
];

/// The value of a cell that was read by itself, if it is what its column holds and was read surely. Text is held to more than numbers: any speck reads as
/// some character, but few specks read as a number.
pub(super) fn accepted(sort: Sort, text: &str, confidence: f32) -> Option<String> {
    let money = if sort == Sort::Money { number_before(text).filter(|number| number.contains('.')) } else { None };
    let value = if sort == Sort::Rate { charged(text).unwrap_or_else(|| held(sort, text)) } else { held(sort, money.unwrap_or(text)) };
    let in_use = UNITS.contains(&value.as_str());
    let least = match sort {
        Sort::Unit if in_use => 0.7,
        Sort::Rate if value != held(sort, text) => 0.6,
        Sort::Number | Sort::Money | Sort::Rate => 0.75,
        Sort::Unit => 0.9,
        Sort::Text | Sort::Code => 0.95,
    };
    let fits = match sort {
        Sort::Money => is_stars(&value) || value.contains('.'),
        Sort::Rate => is_rate(&value),
        Sort::Number => !value.is_empty() && value != "0" && !is_stars(&value),
        // any speck reads as one character
        Sort::Unit => in_use || (2..=4).contains(&value.chars().count()) && value.chars().all(char::is_alphabetic),
        Sort::Text | Sort::Code => value.chars().count() >= 2 && value.chars().any(char::is_alphanumeric),
    };
    // the foot of a head above the first row
    let head = value.chars().count() >= 2 && value.chars().all(|c| HEADS.contains(c));
    (confidence >= least && fits && !head).then_some(value)
}

/// A unit of one character on which both looks at its cell agree: surely, if it is none of those in use.
pub(super) fn agreed(sort: Sort, looks: &[(String, f32)]) -> Option<(String, f32)> {
    let [(first, one), (second, other)] = looks else { return None };
    let sure = one.min(*other);
    let is_unit = first.chars().count() == 1 && first.chars().all(char::is_alphabetic) && !HEADS.contains(first.as_str());
    let least = if UNITS.contains(&first.as_str()) { 0.6 } else { 0.95 };
    (sort == Sort::Unit && first == second && is_unit && sure >= least).then(|| (first.clone(), sure))
}

/// A rate whose sign, which is small and dense, was read as another character or not at all. A lone `1` or `3` may be a part
/// of 13 %.
fn charged(text: &str) -> Option<String> {
    let digits = |text: &str| {
        invoice::rate::CHARGED.iter().find(|rate| **rate == text && !["1", "3"].contains(*rate)).map(|rate| format!("{rate}%"))
    };
    let before = || text.char_indices().next_back().and_then(|(at, _)| digits(text[..at].trim_end()));
    (!text.ends_with('%')).then(|| digits(text).or_else(before)).flatten()
}

/// The number with which a text begins, if nothing but other signs than digits stand behind it: characters of what runs down beside the table.
fn number_before(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || ".,-¥%".contains(c)))?;
    let (number, rest) = text.split_at(end);
    let alone =
        !number.is_empty() && !rest.chars().any(|c| c.is_ascii_digit()) && rest.chars().filter(|c| c.is_alphanumeric()).count() <= 2;
    alone.then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rare_unit_is_one_when_two_looks_agree() {
        let looks = |looks: &[(&str, f32)]| looks.iter().map(|(text, sure)| ((*text).to_owned(), *sure)).collect::<Vec<_>>();
        assert_eq!(agreed(Sort::Unit, &looks(&[("茨", 0.98), ("茨", 0.96)])), Some(("茨".to_owned(), 0.96)));
        assert_eq!(agreed(Sort::Unit, &looks(&[("盘", 0.62), ("盘", 0.66)])), Some(("盘".to_owned(), 0.62)));
        assert_eq!(agreed(Sort::Unit, &looks(&[("茨", 0.57), ("茨", 0.98)])), None);
        assert_eq!(agreed(Sort::Unit, &looks(&[("茨", 0.98), ("次", 0.96)])), None);
        assert_eq!(agreed(Sort::Unit, &looks(&[("茨", 0.98)])), None);
    }

    #[test]
    fn what_a_column_takes() {
        let cases = [
            (Sort::Number, "1", 0.9, Some("1")),
            (Sort::Number, "1", 0.6, None),
            (Sort::Number, "I", 0.99, None),
            (Sort::Money, "***", 0.9, Some("***")),
            (Sort::Money, "1", 0.99, None),
            (Sort::Money, "6.80", 0.8, Some("6.80")),
            (Sort::Money, "243.32 抵", 0.98, Some("243.32")),
            (Sort::Money, "¥1568.00扣", 0.92, Some("1568.00")),
            (Sort::Money, "243.32 抵1", 0.98, None),
            (Sort::Money, "243 抵", 0.98, None),
            (Sort::Rate, "6%", 0.8, Some("6%")),
            (Sort::Rate, "6", 0.99, Some("6%")),
            (Sort::Rate, "138", 0.93, Some("13%")),
            (Sort::Rate, "66", 0.67, Some("6%")),
            (Sort::Rate, "66", 0.5, None),
            (Sort::Rate, "1推", 0.9, None),
            (Sort::Rate, "78", 0.99, None),
            (Sort::Unit, "台", 0.95, Some("台")),
            (Sort::Unit, "一", 0.5, None),
            (Sort::Unit, "茨", 0.98, None),
            (Sort::Unit, "盘", 0.74, Some("盘")),
            (Sort::Unit, "盘", 0.54, None),
            (Sort::Unit, "公斤", 0.94, Some("公斤")),
            (Sort::Unit, "12", 0.99, None),
            (Sort::Code, "35kV", 0.97, Some("35kV")),
            (Sort::Code, ".", 0.99, None),
            (Sort::Code, "型号", 0.99, None),
            (Sort::Unit, "单位", 0.99, None),
            (Sort::Unit, "项", 0.99, Some("项")),
        ];
        for (sort, text, confidence, expected) in cases {
            assert_eq!(accepted(sort, text, confidence).as_deref(), expected, "{sort:?} {text} {confidence}");
        }
    }
}
