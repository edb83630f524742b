//! Fields in the making: texts of a payload in the shapes of the recognition API.

use document::page::Rect;
use document::payload::Element;
use indexmap::IndexMap;
use invoice::details::{Details, Field, Row, Source};
use invoice::fold::compact;
use invoice::kind::Kind;
use invoice::{amount, date, rate, words};

use super::Mapped;

/// How a text of a payload becomes a value of the recognition API (seed 002, section 3.2; reference recognition.md §1.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Text of one line; line breaks of pretty-printed files vanish.
    Line,
    /// Text of several lines, joined by spaces.
    Note,
    /// Codes, numbers and tax ids: no white space at all.
    Id,
    /// `YYYY年MM月DD日`.
    Date,
    /// `YYYY-MM-DD`, which only `date_of_issue` of railway tickets wants.
    IsoDate,
    /// `YYYYMMDD`, the form of the dates of a toll passage.
    DayNumber,
    /// `HH:MM`; a text that is no time of day stays as it is.
    Time,
    /// A plain decimal with the decimals given; `***` and 免税 stay.
    Amount,
    /// `13%`; a fraction becomes a percentage, a text such as 免税 stays.
    Rate,
    /// The lines of the cipher area, joined by commas.
    Cipher,
}

impl Shape {
    /// The value, or `None` when the text holds none of this shape.
    pub(super) fn read(self, text: &str) -> Option<String> {
        let value = match self {
            Shape::Line => lines(text).collect::<String>(),
            Shape::Note => lines(text).collect::<Vec<_>>().join(" "),
            Shape::Id => compact(text),
            Shape::Date => date::wire(day(text))?,
            Shape::IsoDate => separated(text, "-")?,
            Shape::DayNumber => separated(text, "")?,
            Shape::Time => date::time(text).unwrap_or_else(|| compact(text)),
            Shape::Amount => amount(text)?,
            Shape::Rate => percent(text),
            Shape::Cipher => cipher(text),
        };
        Some(value).filter(|v| !v.is_empty())
    }
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|l| !l.is_empty())
}

/// The part of a time stamp in digits alone that says the day: some writers add milliseconds (`20260227172851000`).
fn day(text: &str) -> &str {
    let text = text.trim();
    if text.len() > 14 && text.bytes().all(|b| b.is_ascii_digit()) { &text[..14] } else { text }
}

/// A day written with another sign between its parts, or with none.
fn separated(text: &str, between: &str) -> Option<String> {
    let date = date::parse(day(text))?;
    Some(format!("{:04}{between}{:02}{between}{:02}", date.year(), date.month(), date.day()))
}

/// A plain decimal; a text that stands for an amount is kept, a lone currency sign is nothing.
fn amount(text: &str) -> Option<String> {
    amount::parse(text).map(amount::plain).or_else(|| rate::is_untaxed(text).then(|| compact(text)))
}

/// A tax rate in per cent. What has its sign already is kept as it is written.
fn percent(text: &str) -> String {
    let text = compact(text);
    if text.ends_with('%') { text } else { rate::text(&text) }
}

/// The cipher area line by line. Where the lines were run together, four lines of equal length are cut apart again: 21, 27 or
/// 28 characters, as the printed forms have them.
fn cipher(text: &str) -> String {
    let found: Vec<&str> = lines(text).collect();
    if let [line] = found[..]
        && line.is_ascii()
        && [84, 108, 112].contains(&line.len())
    {
        let quarter = line.len() / 4;
        return (0..4).map(|i| &line[i * quarter..(i + 1) * quarter]).collect::<Vec<_>>().join(",");
    }
    found.join(",")
}

/// The parts that are not empty, with spaces between them.
pub(super) fn joined<const N: usize>(parts: [&str; N]) -> String {
    parts.into_iter().map(str::trim).filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A name of the payload's vocabulary, the field that it is, and its shape.
pub(super) type Column = (&'static str, &'static str, Shape);

/// The fields of one invoice in the making, all from one source.
#[derive(Debug)]
pub(super) struct Draft {
    source: Source,
    details: Details,
}

impl Draft {
    pub(super) fn new(source: Source) -> Draft {
        Draft { source, details: Details::new() }
    }

    /// A field with this value and no place.
    pub(super) fn field(&self, value: String) -> Field {
        Field::new(value, self.source)
    }

    /// A field with this value that stands there, in page units.
    pub(super) fn placed(&self, value: String, page: usize, area: Rect) -> Field {
        Field { page, area: Some([area.left, area.top, area.right, area.bottom]), ..self.field(value) }
    }

    /// Sets a field when the text holds a value of that shape, replacing what was there.
    pub(super) fn set(&mut self, key: &str, shape: Shape, text: &str) {
        if let Some(value) = shape.read(text) {
            let field = self.field(value);
            self.details.set(key, field);
        }
    }

    /// Sets a field that is not there yet.
    pub(super) fn set_if_absent(&mut self, key: &str, shape: Shape, text: &str) {
        if !self.details.has(key) {
            self.set(key, shape, text);
        }
    }

    /// Puts a field that is ready.
    pub(super) fn put(&mut self, key: &str, field: Field) {
        self.details.set(key, field);
    }

    /// Sets a mark: `1`.
    pub(super) fn mark(&mut self, key: &str) {
        self.set(key, Shape::Id, "1");
    }

    /// Sets a value that is not written in the payload but follows from what is.
    pub(super) fn derive(&mut self, key: &str, value: &str) {
        self.details.set(key, Field::new(value, Source::Derived));
    }

    /// Sets the fields that children of the element hold; of several names for one field the first that holds a value.
    pub(super) fn fill(&mut self, at: &Element, columns: &[Column]) {
        for (name, key, shape) in columns {
            for element in at.all(name) {
                self.set_if_absent(key, *shape, &element.text);
            }
        }
    }

    /// A row of what children of the element hold.
    pub(super) fn row(&self, at: &Element, columns: &[Column]) -> Row {
        let mut row = IndexMap::new();
        for (name, key, shape) in columns {
            let value = at.all(name).find_map(|e| shape.read(&e.text));
            if let Some(value) = value
                && !row.contains_key(*key)
            {
                row.insert((*key).to_owned(), self.field(value));
            }
        }
        row
    }

    /// Sets a list; an empty one is none.
    pub(super) fn list(&mut self, key: &str, rows: Vec<Row>) {
        if !rows.is_empty() {
            *self.details.rows_mut(key) = rows;
        }
    }

    /// Sets `items`, and `item_names` with one name for each row that has one (recognition.md §1.8).
    pub(super) fn items(&mut self, rows: Vec<Row>) {
        let names: Vec<&str> = rows.iter().filter_map(|r| r.get("name")).map(|f| f.value.as_str()).collect();
        let names = names.join(",");
        self.set("item_names", Shape::Line, &names);
        self.list("items", rows);
    }

    /// The field's value so far, or the empty string.
    pub(super) fn text(&self, key: &str) -> &str {
        self.details.text(key)
    }

    /// The rows of the items so far.
    pub(super) fn item_rows(&self) -> &[Row] {
        self.details.rows("items")
    }

    /// True while no field has been set.
    pub(super) fn is_empty(&self) -> bool {
        self.details.fields().next().is_none()
    }

    /// Sets the title of a 数电票 that follows from its kind, unless one was read.
    pub(super) fn title(&mut self, kind: Kind) {
        let title = match kind {
            Kind::DigitalSpecial => "电子发票（增值税专用发票）",
            Kind::DigitalOrdinary => "电子发票（普通发票）",
            Kind::VehicleSale => "电子发票（机动车销售统一发票）",
            Kind::UsedVehicleSale => "电子发票（二手车销售统一发票）",
            Kind::Train => "电子发票（铁路电子客票）",
            Kind::Air => "电子发票（航空运输电子客票行程单）",
            _ => return,
        };
        if !self.details.has("title") {
            self.derive("title", title);
        }
    }

    /// Sets the amount in words that the total is printed with, unless it was read: one is the other in another script.
    pub(super) fn words(&mut self) {
        let words = amount::parse(self.text("total")).and_then(words::write);
        if let Some(words) = words
            && !self.details.has("total_cn")
        {
            self.derive("total_cn", &words);
        }
    }

    /// What came of it.
    pub(super) fn finish(self, kind: Option<Kind>, extra_qr: Option<String>) -> Mapped {
        Mapped { kind, source: self.source, details: self.details, page: None, extra_qr: extra_qr.filter(|q| !q.is_empty()) }
    }
}

#[cfg(test)]
mod tests {
    use super::Shape;

    #[test]
    fn shapes_of_the_recognition_api() {
        for (shape, text, expected) in [
            (Shape::Line, "\n  样张\n   有限公司 ", "样张有限公司"),
            (Shape::Note, "第一行\n\n 第二行", "第一行 第二行"),
            (Shape::Id, "00000 11111\n22222", "000001111122222"),
            (Shape::Id, "９１９９", "9199"),
            (Shape::Date, "2026-03-05T08:09:10", "2026年03月05日"),
            (Shape::Date, "20260305080910123", "2026年03月05日"),
            (Shape::Date, "见附件", ""),
            (Shape::IsoDate, "2026年3月5日", "2026-03-05"),
            (Shape::DayNumber, "20260227172851000", "20260227"),
            (Shape::Time, "6:23", "06:23"),
            (Shape::Time, "待定", "待定"),
            (Shape::Amount, "¥1,234.50", "1234.50"),
            (Shape::Amount, "-0.96", "-0.96"),
            (Shape::Amount, "9.91150442", "9.91150442"),
            (Shape::Amount, "¥", ""),
            (Shape::Amount, "***", "***"),
            (Shape::Amount, "免税", "免税"),
            (Shape::Amount, "详见清单", ""),
            (Shape::Rate, "0.060000", "6%"),
            (Shape::Rate, "13.00%", "13.00%"),
            (Shape::Rate, "３％", "3%"),
            (Shape::Rate, "不征税", "不征税"),
            (Shape::Cipher, "+-*/\n 0123 \n\n", "+-*/,0123"),
        ] {
            assert_eq!(shape.read(text).unwrap_or_default(), expected, "{shape:?} {text:?}");
        }
    }
}
