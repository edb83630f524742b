//! Which copy of a form in several parts a sheet is: 第一联 发票联, printed down its side or under its title.

use document::page::Rect;
use invoice::details::{Details, Field};

use crate::layout::Sheet;

/// The copies of a form in their order: 第一联 is the first.
pub(crate) type Copies = &'static [&'static str];

const ORDINALS: &[char] = &['一', '二', '三', '四', '五', '六'];

/// The sheet with the upright words at its side whole: of `第一联发票联` the first characters are at times read one by one, above the rest.
pub(crate) fn upright(sheet: &Sheet) -> Sheet {
    let mut sheet = sheet.clone();
    let mut taken: Vec<usize> = Vec::new();
    for at in 0..sheet.spans.len() {
        if !sheet.spans[at].vertical || !sheet.spans[at].compact().starts_with(['联', '一', '二', '三', '四', '五', '六']) {
            continue;
        }
        loop {
            let span = &sheet.spans[at];
            let width = span.area.width();
            let stacked = (0..sheet.spans.len()).filter(|other| {
                let part = &sheet.spans[*other];
                let single = part.compact().chars().count() == 1 && part.compact().starts_with(|c| c == '第' || ORDINALS.contains(&c));
                let over =
                    (part.area.center().x - span.area.center().x).abs() < 0.5 * width && part.area.center().y < span.area.top + 0.5 * width;
                single && over && span.area.top - part.area.bottom < 1.5 * width && !taken.contains(other) && *other != at
            });
            // the nearest first
            let above = stacked.max_by(|a, b| sheet.spans[*a].area.bottom.total_cmp(&sheet.spans[*b].area.bottom));
            let Some(above) = above else { break };
            let part = sheet.spans[above].clone();
            let span = &mut sheet.spans[at];
            span.area = span.area.union(&part.area);
            span.glyphs.splice(0..0, part.glyphs);
            taken.push(above);
        }
    }
    let mut index = 0;
    sheet.spans.retain(|_| {
        index += 1;
        !taken.contains(&(index - 1))
    });
    sheet
}

/// Sets `form_type` (第N联) and `form_name` (one of these names) where they are printed. An ordinal that was not read follows from the name at the
/// side, since each copy has its own.
pub(crate) fn read(sheet: &Sheet, names: Copies, details: &mut Details) {
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
    let name = beside.or_else(|| texts.iter().find_map(named));
    if let Some((name, area)) = &name {
        put(details, "form_name", name.clone(), area);
    }
    // a bar by itself (一) is passed over in upright print
    let side = sheet.spans.iter().filter(|s| s.vertical).find_map(|s| named(&(s.compact(), s.area)));
    if ordinal.is_none()
        && let Some((name, area)) = side
        && let Some(which) = names.iter().position(|n| *n == name).and_then(|at| ORDINALS.get(at))
    {
        put(details, "form_type", format!("第{which}联"), &area);
    }
}

/// 第N联 in a text.
fn ordinal(text: &str) -> Option<String> {
    let at = text.find('第')?;
    let mut rest = text[at..].chars().skip(1);
    let (which, end) = (rest.next()?, rest.next()?);
    (ORDINALS.contains(&which) && end == '联').then(|| format!("第{which}联"))
}

#[cfg(test)]
mod tests {
    use super::super::drawn::sheet;
    use super::*;

    #[test]
    fn upright_words_are_whole_and_tell_their_ordinal() {
        for (above, expected) in [(&["第", "四"][..], "第四联"), (&["第"], "第一联"), (&[], "第一联")] {
            let mut page = sheet(&[("联发票联", 100.0, 60.0, 10.0), ("9199四", 20.0, 20.0, 10.0)]);
            let side = &mut page.spans[0];
            side.vertical = true;
            side.area = Rect { left: 100.0, top: 60.0, right: 110.0, bottom: 100.0 };
            for (i, text) in above.iter().enumerate() {
                let top = 59.0 - 12.0 * (above.len() - i) as f32;
                let mut part = sheet(&[(*text, 100.0, top, 10.0)]).spans.remove(0);
                part.area = Rect { left: 100.0, top, right: 110.0, bottom: top + 10.0 };
                page.spans.insert(0, part);
            }
            let whole = upright(&page);
            assert_eq!(whole.spans.len(), 2, "{above:?}");
            let mut details = Details::new();
            read(&whole, &["发票联", "抵扣联"], &mut details);
            assert_eq!((details.text("form_type"), details.text("form_name")), (expected, "发票联"), "{above:?}");
        }
    }

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
