//! The taxes and fees that the bureaus collect: what can stand under 税种 is one of them.

use invoice::details::{Field, Row};

use crate::layout::label::distance;

/// Taxes by their laws, and what is collected with them.
pub(super) const DUTIES: &[&str] = &[
    "增值税",
    "消费税",
    "营业税",
    "企业所得税",
    "个人所得税",
    "城市维护建设税",
    "教育费附加",
    "地方教育附加",
    "房产税",
    "城市房地产税",
    "印花税",
    "城镇土地使用税",
    "土地增值税",
    "车船税",
    "车船使用税",
    "车辆购置税",
    "契税",
    "资源税",
    "耕地占用税",
    "环境保护税",
    "烟叶税",
    "船舶吨税",
    "关税",
    "水利建设基金",
    "地方水利建设基金",
    "文化事业建设费",
    "残疾人就业保障金",
    "社会保险费",
    "工会经费",
];

/// Settles the tax of a row: parts it from what is taxed where both were read as one, mends one character of a long name, and drops what is no tax at all. Forms with
/// the account of the budget (`budgeted`) name no tax.
pub(super) fn settle(row: &mut Row, budgeted: bool) {
    let text = |row: &Row, key: &str| row.get(key).map(|field| field.value.clone());
    if let (None, Some(name), false) = (text(row, "tax_type"), text(row, "name"), budgeted)
        && let Some(duty) = DUTIES.iter().filter(|duty| name.starts_with(**duty)).max_by_key(|duty| duty.len())
        && let Some(field) = row.get("name").filter(|_| name.len() > duty.len()).cloned()
    {
        row.insert("tax_type".to_owned(), Field { value: (*duty).to_owned(), ..field.clone() });
        row.insert("name".to_owned(), Field { value: name[duty.len()..].to_owned(), ..field });
    }
    let Some(field) = row.get("tax_type").cloned() else { return };
    if DUTIES.contains(&field.value.as_str()) {
        return;
    }
    let read: Vec<char> = field.value.chars().collect();
    if let Some(duty) = nearest(&read) {
        row.insert("tax_type".to_owned(), Field { value: (*duty).to_owned(), ..field });
    } else if !field.value.ends_with(['税', '费', '金', '款', '加']) {
        row.shift_remove("tax_type");
    }
}

/// The tax that a misread name is: so near that less than half of its characters are others, and by two nearer than any other.
fn nearest(read: &[char]) -> Option<&'static str> {
    let mut near: Vec<(usize, &str)> = DUTIES.iter().map(|duty| (distance(read, &duty.chars().collect::<Vec<_>>()), *duty)).collect();
    near.sort_by_key(|(off, _)| *off);
    let [(off, duty), (next, _), ..] = near[..] else { return None };
    let long = duty.chars().count();
    (long >= 4 && 2 * off < long && (off == 1 && next > 1 || next >= off + 2)).then_some(duty)
}

#[cfg(test)]
mod tests {
    use invoice::details::Source;

    use super::*;

    #[test]
    fn what_stands_under_the_tax_is_a_tax() {
        type Fields = &'static [(&'static str, &'static str)];
        let cases: [(Fields, [Option<&str>; 2]); 8] = [
            (&[("tax_type", "房产税"), ("name", "从价计征")], [Some("房产税"), Some("从价计征")]),
            (&[("name", "城市维护建设税市区(增值税附征)")], [Some("城市维护建设税"), Some("市区(增值税附征)")]),
            (&[("name", "增值税附征")], [Some("增值税"), Some("附征")]),
            (&[("tax_type", "车辆购直税")], [Some("车辆购置税"), None]),
            (&[("tax_type", "张城板维护速设税")], [Some("城市维护建设税"), None]),
            // it could be that of enterprises as well as that of persons
            (&[("tax_type", "全个所得税")], [Some("全个所得税"), None]),
            // one that is not in the list, and the words of a stamp
            (&[("tax_type", "屠宰税")], [Some("屠宰税"), None]),
            (&[("tax_type", "征税专用"), ("name", "从价计征")], [None, Some("从价计征")]),
        ];
        for (fields, expected) in cases {
            let mut row: Row = fields.iter().map(|(key, value)| ((*key).to_owned(), Field::new(*value, Source::Ocr))).collect();
            settle(&mut row, false);
            assert_eq!(["tax_type", "name"].map(|key| row.get(key).map(|f| f.value.as_str())), expected, "{fields:?}");
        }
    }
}
