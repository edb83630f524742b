//! Names of which a character was read in doubt. Of Chinese characters that were read less surely than [`LEAST`] nine in ten are wrong: a text with one of them is
//! none, unless a repair settled what it says.

use document::page::Rect;
use invoice::details::{Details, Field, Source};
use invoice::kind::Kind;

use crate::forms::tax_certificate::subject::is_known;
use crate::found::Check;
use crate::layout::{Sheet, is_chinese};
use crate::repair::note;

/// A Chinese character that was read less surely than this is taken for misread.
const LEAST: f32 = 0.5;

/// Lowers the confidence of each text to that of its least sure Chinese character, where that is in doubt.
pub(crate) fn weaken(details: &mut Details, sheet: &Sheet) {
    let weak: Vec<(char, f32, [f32; 2])> = sheet
        .spans
        .iter()
        .filter(|span| !span.seal)
        .flat_map(|span| span.glyphs.iter().map(move |glyph| (span, glyph)))
        .filter(|(_, glyph)| is_chinese(glyph.ch) && glyph.confidence < LEAST)
        .map(|(span, glyph)| {
            let [left, top, right, bottom] = sheet.pixels(&Rect { left: glyph.left, right: glyph.right, ..span.area });
            (glyph.ch, glyph.confidence, [(left + right) / 2.0, (top + bottom) / 2.0])
        })
        .collect();
    for field in details.every_mut().filter(|field| field.source == Source::Ocr) {
        let Some([left, top, right, bottom]) = field.area else { continue };
        let inside = |[x, y]: [f32; 2]| (left..=right).contains(&x) && (top..=bottom).contains(&y);
        let own = weak.iter().filter(|(ch, _, at)| inside(*at) && field.value.contains(*ch));
        field.confidence = own.map(|(_, confidence, _)| *confidence).fold(field.confidence, f32::min);
    }
}

/// A text in doubt: its list and row, if it stands in one, its key and what it says.
pub(crate) type Doubt = (Option<(String, usize)>, String, String);

/// The texts in doubt. Lists of rides have rules of their own for theirs, titles are put together from words that are known, and remarks of the VAT are so long that
/// one character says little of the others.
pub(crate) fn doubts(details: &Details, kind: Kind) -> Vec<Doubt> {
    if kind == Kind::RideItinerary {
        return Vec::new();
    }
    let doubtful = |field: &Field| {
        // names of taxes are settled by their list
        field.source == Source::Ocr && field.confidence < LEAST && field.value.contains(is_chinese) && !is_known(&field.value)
    };
    // the amount in words is settled by the figures
    let settled = |key: &str| matches!(key, "title" | "total_cn") || key == "remark" && kind.is_vat();
    let fields = details.fields().filter(|(key, field)| !settled(key) && doubtful(field));
    let fields = fields.map(|(key, field)| (None, key.to_owned(), field.value.clone()));
    let rows = details.lists().flat_map(|(list, rows)| rows.iter().enumerate().map(move |(at, row)| (list, at, row)));
    let cells = rows.flat_map(|(list, at, row)| {
        let cells = row.iter().filter(|(_, field)| doubtful(field));
        cells.map(move |(key, field)| (Some((list.to_owned(), at)), key.clone(), field.value.clone()))
    });
    fields.chain(cells).collect()
}

/// Leaves out what is in doubt still.
pub(crate) fn leave_out(details: &mut Details, doubts: Vec<Doubt>, done: &mut Vec<Check>) {
    for (place, key, value) in doubts {
        match place {
            None if details.text(&key) == value => {
                details.remove(&key);
            }
            Some((list, at)) if details.rows(&list).get(at).and_then(|row| row.get(&key)).is_some_and(|field| field.value == value) => {
                details.rows_mut(&list)[at].shift_remove(&key);
            }
            _ => continue,
        }
        done.push(note(&key, &value, "nothing", "a character in doubt"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::drawn;

    #[test]
    fn a_name_with_a_character_in_doubt_is_none() {
        let mut sheet = drawn::sheet(&[("青师", 20.0, 20.0, 10.0), ("云泽", 60.0, 20.0, 10.0), ("66.00", 120.0, 20.0, 10.0)]);
        sheet.source = Source::Ocr;
        for span in &mut sheet.spans {
            span.glyphs[1].confidence = 0.4;
        }
        let all = sheet.gather(&sheet.area, 2.0);
        let read = |source: Source, kind: Kind| {
            let mut details = Details::new();
            details.set("user_name", Field { source, ..sheet.field("青师", &all[..1]) });
            // the character in doubt is not what the value says
            details.set("title", sheet.field("青师", &all[..1]));
            details.set("station_geton", sheet.field("云浮", &all[1..2]));
            details.set("total", sheet.field("66.00", &all[2..]));
            details.rows_mut("flights").push([("from".to_owned(), sheet.field("青师", &all[..1]))].into_iter().collect());
            weaken(&mut details, &sheet);
            let found = doubts(&details, kind);
            leave_out(&mut details, found, &mut Vec::new());
            assert_eq!(details.text("title"), "青师");
            let from = details.rows("flights")[0].get("from").map_or("", |f| f.value.as_str()).to_owned();
            [details.text("user_name").to_owned(), details.text("station_geton").to_owned(), details.text("total").to_owned(), from]
        };
        assert_eq!(read(Source::Ocr, Kind::Air), ["", "云浮", "66.00", ""]);
        assert_eq!(read(Source::TextLayer, Kind::Air), ["青师", "云浮", "66.00", ""]);
        assert_eq!(read(Source::Ocr, Kind::VatOrdinary), ["", "云浮", "66.00", ""]);
        assert_eq!(read(Source::Ocr, Kind::RideItinerary), ["青师", "云浮", "66.00", "青师"]);
    }

    #[test]
    fn what_lists_and_figures_settle_is_in_no_doubt() {
        let weak = |value: &str| Field { confidence: 0.3, ..Field::new(value, Source::Ocr) };
        let mut details = Details::new();
        details.set("total_cn", weak("伍拾圆整"));
        details.set("remark", weak("云泽至白杭"));
        let row = [("tax_type", "房产税"), ("name", "从价计征"), ("budget_account_name", "企业房产税")];
        details.rows_mut("items").push(row.into_iter().map(|(key, value)| (key.to_owned(), weak(value))).collect());
        let keys: Vec<String> = doubts(&details, Kind::TaxCertificate).into_iter().map(|(_, key, _)| key).collect();
        assert_eq!(keys, ["remark", "budget_account_name"]);
        let keys: Vec<String> = doubts(&details, Kind::VatOrdinary).into_iter().map(|(_, key, _)| key).collect();
        assert_eq!(keys, ["budget_account_name"]);
    }

    #[test]
    fn what_was_settled_stays() {
        let mut details = Details::new();
        details.set("tax_authorities", Field { confidence: 0.3, ..Field::new("国家税务总局云泽市税各局", Source::Ocr) });
        let found = doubts(&details, Kind::TaxCertificate);
        assert_eq!(found.len(), 1);
        details.set("tax_authorities", Field { confidence: 0.3, ..Field::new("国家税务总局云泽市税务局", Source::Ocr) });
        leave_out(&mut details, found, &mut Vec::new());
        assert_eq!(details.text("tax_authorities"), "国家税务总局云泽市税务局");
    }
}
