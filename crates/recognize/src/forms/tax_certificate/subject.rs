//! What a tax is levied on (征收品目), as the bureaus' system names it, and what else the cells of a row can hold.

use invoice::date;
use invoice::details::{Field, Row};

use super::duty::DUTIES;
use super::unread::is_rank;
use crate::layout::is_chinese;
use crate::layout::label::distance;

/// Names of the subjects that the taxes of enterprises and persons are most often levied on.
const SUBJECTS: &[&str] = &[
    "买卖合同",
    "购销合同",
    "加工承揽合同",
    "承揽合同",
    "建设工程合同",
    "建设工程勘察设计合同",
    "建筑安装工程承包合同",
    "财产租赁合同",
    "租赁合同",
    "融资租赁合同",
    "货物运输合同",
    "运输合同",
    "仓储保管合同",
    "借款合同",
    "财产保险合同",
    "技术合同",
    "产权转移书据",
    "营业账簿",
    "资金账簿",
    "权利、许可证照",
    "商业",
    "工业",
    "销售货物",
    "其他现代服务",
    "市区(增值税附征)",
    "市区(消费税附征)",
    "县城(增值税附征)",
    "县城、镇(增值税附征)",
    "县城、镇(消费税附征)",
    "其他地区(增值税附征)",
    "增值税教育费附加",
    "消费税教育费附加",
    "增值税地方教育附加",
    "消费税地方教育附加",
    "从价计征",
    "从租计征",
    "应纳税所得额",
    "工资薪金所得",
    "载客汽车",
    "载货汽车",
];

/// Settles the cells of a row by what they can hold: a subject with at most one character in four misread is nearer to that one than to all others, what a stamp left behind
/// or before one goes, and periods, rates, shares and accounts that are none are left out.
pub(super) fn settle(row: &mut Row) {
    let replace = |row: &mut Row, key: &str, right: fn(&str) -> Option<String>| {
        let Some(field) = row.get(key).cloned() else { return };
        match right(&field.value) {
            Some(value) => row.insert(key.to_owned(), Field { value, ..field }),
            None => row.shift_remove(key),
        };
    };
    replace(row, "name", subject);
    replace(row, "tax_period", |text| is_period(text).then(|| text.to_owned()));
    replace(row, "tax_rate", rate);
    replace(row, "budget_account_level", |text| is_rank(text).then(|| text.to_owned()));
    replace(row, "budget_account_code", |text| ((5..=9).contains(&text.len()) && all_digits(text)).then(|| text.to_owned()));
}

/// Whether a text is the name of a tax or of what one is levied on.
pub(crate) fn is_known(text: &str) -> bool {
    SUBJECTS.contains(&text) || DUTIES.contains(&text)
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

/// A subject as it is called. A name that is in no list stays, letters of a stamp alone do not.
fn subject(text: &str) -> Option<String> {
    if SUBJECTS.contains(&text) {
        return Some(text.to_owned());
    }
    let read: Vec<char> = text.chars().collect();
    let mut near: Vec<(usize, &str)> = SUBJECTS.iter().map(|word| (distance(&read, &word.chars().collect::<Vec<_>>()), *word)).collect();
    near.sort_by_key(|(off, _)| *off);
    if let [(off, word), (next, _), ..] = near[..]
        && word.chars().count() >= 4
        && off <= word.chars().count() / 4
        && (off == 1 && next > 1 || next >= off + 2)
    {
        return Some(word.to_owned());
    }
    // what stands before and behind a whole name without a sign between them
    let around = |word: &&&str| {
        let Some((before, behind)) = text.split_once(**word).filter(|_| word.chars().count() >= 4) else { return false };
        let plain = |rest: &str| rest.chars().all(|c| is_chinese(c) || c.is_ascii_alphanumeric() || c == '.');
        plain(before) && plain(behind)
    };
    let mut within: Vec<&&str> = SUBJECTS.iter().filter(around).collect();
    within.sort_by_key(|word| std::cmp::Reverse(word.len()));
    match within[..] {
        [] => text.contains(is_chinese).then(|| text.to_owned()),
        // of 承揽合同 in 加工承揽合同 the longer; of two taxes in one cell none
        [word, ref others @ ..] => others.iter().all(|other| word.contains(**other)).then(|| (*word).to_owned()),
    }
}

/// Whether a text is a period for which a tax is levied: two days, or one, or a month.
fn is_period(text: &str) -> bool {
    let is_day = |text: &str| {
        let parts: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
        let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        match lengths[..] {
            [4, 1..=2, 1..=2] => date::find(text).is_some() && text.chars().all(|c| c.is_ascii_digit() || "-/.年月日".contains(c)),
            [8] => text.len() == 8 && date::find(text).is_some(),
            _ => false,
        }
    };
    let is_month = |text: &str| {
        let parts: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
        parts.len() == 2 && parts[0].len() == 4 && parts[1].parse::<u8>().is_ok_and(|month| (1..=12).contains(&month))
    };
    match text.split_once('至') {
        Some((first, last)) => (is_day(first) && is_day(last)) || (is_month(first) && is_month(last)),
        None => is_day(text) || is_month(text),
    }
}

/// A rate, or an amount for a unit. A comma in a share of one is its point.
fn rate(text: &str) -> Option<String> {
    let text = text.strip_prefix("0,").map_or_else(|| text.to_owned(), |rest| format!("0.{rest}"));
    let figures = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit = &text[figures.len()..];
    let (whole, cents) = figures.split_once('.').unwrap_or((figures, ""));
    let number = !whole.is_empty() && all_digits(whole) && all_digits(cents) && figures.len() - whole.len() != 1;
    // what is left of a day begins with its century
    let begun = cents.is_empty() && whole.len() > 2 && (whole.starts_with("19") || whole.starts_with("20"));
    let fits = if unit.is_empty() { !begun } else { unit == "%" || unit == "‰" || unit.starts_with('元') };
    (number && fits).then_some(text)
}

#[cfg(test)]
mod tests {
    use invoice::details::Source;

    use super::*;

    #[test]
    fn subjects_are_called_as_the_bureaus_call_them() {
        for (read, expected) in [
            ("营业账薄", Some("营业账簿")),
            ("县域(增值税附征)", Some("县城(增值税附征)")),
            ("显域(增值税射征)", Some("显域(增值税射征)")),
            ("应纳税所得颜", Some("应纳税所得额")),
            ("载客汽车EN", Some("载客汽车")),
            ("张报营业账簿", Some("营业账簿")),
            ("加工承揽合同章", Some("加工承揽合同")),
            // it may be one as well as the other
            ("从相计征", Some("从相计征")),
            ("市区(增值税附征)", Some("市区(增值税附征)")),
            ("从价计征应纳税所得额", None),
            ("SPECIMEN", None),
            ("其他住宿服务", Some("其他住宿服务")),
            ("载客汽车(1.0升以下)", Some("载客汽车(1.0升以下)")),
        ] {
            assert_eq!(subject(read).as_deref(), expected, "{read}");
        }
        for (text, known) in [("营业账簿", true), ("房产税", true), ("营业账薄", false)] {
            assert_eq!(is_known(text), known, "{text}");
        }
    }

    #[test]
    fn cells_hold_what_they_can() {
        for (key, read, expected) in [
            ("tax_period", "2022-01-01至2022-01-30", Some("2022-01-01至2022-01-30")),
            ("tax_period", "2022年1月", Some("2022年1月")),
            ("tax_period", "202-04-01至2022-04-30", None),
            ("tax_period", "2021-12-01至2021-12-30SPE", None),
            ("tax_period", "2024-11-01至2024-11-302024-11-01至2024-11-30", None),
            ("tax_period", "-04-30", None),
            ("tax_rate", "0.07", Some("0.07")),
            ("tax_rate", "0,0003", Some("0.0003")),
            ("tax_rate", "13%", Some("13%")),
            ("tax_rate", "480元/辆", Some("480元/辆")),
            ("tax_rate", "0.0120.25", None),
            ("tax_rate", "报0.03", None),
            ("tax_rate", "201", None),
            ("tax_rate", "420", Some("420")),
            ("budget_account_level", "中央50%", Some("中央50%")),
            ("budget_account_level", "中央50%中央50%", None),
            ("budget_account_code", "101090600", Some("101090600")),
            ("budget_account_code", "101100300101043399", None),
        ] {
            let mut row: Row = [(key.to_owned(), Field::new(read, Source::Ocr))].into_iter().collect();
            settle(&mut row);
            assert_eq!(row.get(key).map(|f| f.value.as_str()), expected, "{key} {read}");
        }
    }
}
