//! What was read from one invoice: fields by name, each with its source, its confidence and where it stood.

use indexmap::IndexMap;

/// Where a value came from, most trusted first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// 数电票 XML.
    EInvoiceXml,
    /// `original_invoice.xml` of an OFD, or the same vocabulary as a file.
    OriginalInvoice,
    /// XBRL attachment or file.
    Xbrl,
    /// OFD custom tags.
    OfdTags,
    /// OFD custom data, PDF Info entries.
    CustomData,
    /// A text layer, by geometry.
    TextLayer,
    /// The text of a QR code.
    QrCode,
    /// Optical recognition.
    Ocr,
    /// Follows from other fields (regions from the code, the consumption class from the item's class …).
    Derived,
}

/// A place on a page: left, top, right, bottom in pixels of the upright page at `image_size`.
pub type Area = [f32; 4];

/// One value.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Field {
    /// The text as the recognition API gives it: dates `YYYY年MM月DD日`, plain decimals, text as printed.
    pub value: String,
    /// Where it came from.
    pub source: Source,
    /// From 0 to 1.
    pub confidence: f32,
    /// The page it stood on, from 0.
    pub page: usize,
    /// Where it stood, when it stood anywhere.
    pub area: Option<Area>,
}

impl Field {
    /// A value with full confidence and no place.
    pub fn new(value: impl Into<String>, source: Source) -> Field {
        Field { value: value.into(), source, confidence: 1.0, page: 0, area: None }
    }
}

/// A row of a list: an item, a flight, a trip.
pub type Row = IndexMap<String, Field>;

/// Fields and lists of one invoice, by the names of the recognition API. A field that was not read is absent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Details {
    fields: IndexMap<String, Field>,
    lists: IndexMap<String, Vec<Row>>,
}

impl Details {
    /// Nothing read yet.
    pub fn new() -> Details {
        Details::default()
    }

    /// Sets a field, replacing what was there. An empty value removes the field: a value that was not read is absent.
    pub fn set(&mut self, key: &str, field: Field) {
        if field.value.is_empty() {
            self.fields.shift_remove(key);
        } else {
            self.fields.insert(key.to_owned(), field);
        }
    }

    /// The field, if it was read.
    pub fn get(&self, key: &str) -> Option<&Field> {
        self.fields.get(key)
    }

    /// The field's value, or the empty string.
    pub fn text(&self, key: &str) -> &str {
        self.fields.get(key).map_or("", |f| f.value.as_str())
    }

    /// True when the field was read.
    pub fn has(&self, key: &str) -> bool {
        self.fields.contains_key(key)
    }

    /// Takes a field out.
    pub fn remove(&mut self, key: &str) -> Option<Field> {
        self.fields.shift_remove(key)
    }

    /// Every field, those of the lists included, to be changed.
    pub fn every_mut(&mut self) -> impl Iterator<Item = &mut Field> {
        self.fields.values_mut().chain(self.lists.values_mut().flatten().flat_map(Row::values_mut))
    }

    /// All fields in the order they were set.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &Field)> {
        self.fields.iter().map(|(k, f)| (k.as_str(), f))
    }

    /// The rows of a list (`items`, `transports`, `flights`); empty when none was read.
    pub fn rows(&self, key: &str) -> &[Row] {
        self.lists.get(key).map_or(&[], Vec::as_slice)
    }

    /// The rows of a list, to be changed.
    pub fn rows_mut(&mut self, key: &str) -> &mut Vec<Row> {
        self.lists.entry(key.to_owned()).or_default()
    }

    /// All lists.
    pub fn lists(&self) -> impl Iterator<Item = (&str, &[Row])> {
        self.lists.iter().map(|(k, r)| (k.as_str(), r.as_slice()))
    }
}

/// What catalogues say of an invoice: a map of texts and of lists of rows, as [`crate::kind::record::Record`] writes it.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Known {
    Text(String),
    Rows(Vec<IndexMap<String, String>>),
}

impl<'de> serde::Deserialize<'de> for Details {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Details, D::Error> {
        let mut details = Details::new();
        for (key, known) in IndexMap::<String, Known>::deserialize(from)? {
            match known {
                Known::Text(text) => details.set(&key, Field::new(text, Source::Derived)),
                Known::Rows(rows) => {
                    let row = |row: IndexMap<String, String>| row.into_iter().map(|(k, v)| (k, Field::new(v, Source::Derived))).collect();
                    *details.rows_mut(&key) = rows.into_iter().map(row).collect();
                }
            }
        }
        Ok(details)
    }
}
