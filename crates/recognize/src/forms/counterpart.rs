//! Which copy of a form in several parts a sheet is: 第一联 发票联, printed down its side or under its title.

use document::page::Rect;
use invoice::details::{Details, Field};

use crate::layout::Sheet;

/// Sets `form_type` (第N联) and `form_name` (one of these names) where they are printed.
pub(crate) fn read(sheet: &Sheet, names: &[&str], details: &mut Details) {
    let put = |details: &mut Details, key: &str, value: String, area: &Rect| {
        let mut field = Field::new(value, sheet.source);
        (field.page, field.area) = (sheet.page, Some(sheet.pixels(area)));
        details.set(key, field);
    };
    let texts: Vec<(String, Rect)> = sheet.spans.iter().map(|s| (s.compact(), s.area)).collect();
    let ordinal = texts.iter().find_map(|(text, area)| Some((ordinal(text)?, area)));
    if let Some((ordinal, area)) = &ordinal {
        put(details, "form_type", ordinal.clone(), area);
    }
    // the name beside the ordinal goes before one that stands elsewhere
    let named = |(text, area): &(String, Rect)| names.iter().find(|n| text.contains(**n)).map(|n| ((*n).to_owned(), *area));
    let beside = texts.iter().filter(|(text, _)| self::ordinal(text).is_some()).find_map(named);
    if let Some((name, area)) = beside.or_else(|| texts.iter().find_map(named)) {
        put(details, "form_name", name, &area);
    }
}

/// 第N联 in a text.
fn ordinal(text: &str) -> Option<String> {
    let at = text.find('第')?;
    let mut rest = text[at..].chars().skip(1);
    let (which, end) = (rest.next()?, rest.next()?);
    ("一二三四五六".contains(which) && end == '联').then(|| format!("第{which}联"))
}

#[cfg(test)]
mod tests {
    use super::super::drawn::sheet;
    use super::*;

    #[test]
    fn the_name_beside_the_ordinal_goes_first() {
        let cases: [(&[&str], &str, &str); 4] = [
            (&["发票联", "第二联 抵扣联(购货单位扣税凭证)"], "第二联", "抵扣联"),
            (&["第一联", "发票联"], "第一联", "发票联"),
            (&["发票联"], "", "发票联"),
            (&["第九联", "串联"], "", ""),
        ];
        for (texts, form_type, form_name) in cases {
            let words: Vec<_> = texts.iter().enumerate().map(|(i, t)| (*t, 20.0, 20.0 + 40.0 * i as f32, 10.0)).collect();
            let mut details = Details::new();
            read(&sheet(&words), &["发票联", "抵扣联"], &mut details);
            assert_eq!((details.text("form_type"), details.text("form_name")), (form_type, form_name), "{texts:?}");
        }
    }
}
