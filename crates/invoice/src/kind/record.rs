//! An invoice laid out by its kind: every documented key in its order, whether read or not. The recognition API's JSON, the
//! command line's table, csv and spreadsheet are all drawn from this.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::Kind;
use super::field::FieldSpec;
use crate::details::{Details, Row};

/// Keys and values in the order of the seed: an invoice, or one row of a list. Serialises as a map of strings and lists.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Record<'a> {
    entries: Vec<Entry<'a>>,
}

/// One key of a [`Record`].
#[derive(Debug, Clone, PartialEq)]
pub struct Entry<'a> {
    /// The key on the wire.
    pub key: &'a str,
    /// Its description; `None` for a field that was read though the seed does not list it for the kind.
    pub spec: Option<&'static FieldSpec>,
    /// Its value.
    pub value: Value<'a>,
}

/// The value of a key.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// Text; empty when not read.
    Text(&'a str),
    /// Rows; none when not read.
    List(Vec<Record<'a>>),
}

impl<'a> Record<'a> {
    /// The entries in order.
    pub fn entries(&self) -> &[Entry<'a>] {
        &self.entries
    }

    /// The value of a key, if the key is returned.
    pub fn get(&self, key: &str) -> Option<&Value<'a>> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// The text of a key; empty when the key is not returned or is a list.
    pub fn text(&self, key: &str) -> &'a str {
        match self.get(key) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    /// The rows of a key; none when the key is not returned or is no list.
    pub fn rows(&self, key: &str) -> &[Record<'a>] {
        match self.get(key) {
            Some(Value::List(rows)) => rows,
            _ => &[],
        }
    }

    fn row(specs: &'static [FieldSpec], details: &'a Details, row: &'a Row) -> Record<'a> {
        let read = |key: &str| row.get(key).map_or("", |field| field.value.as_str());
        let mut entries = Vec::with_capacity(specs.len());
        for spec in specs.iter().filter(|spec| spec.returned(details, read(spec.key))) {
            entries.push(Entry { key: spec.key, spec: Some(spec), value: Value::Text(given(spec, details, read(spec.key))) });
        }
        for (key, field) in row.iter().filter(|(key, field)| !field.value.is_empty() && !listed(specs, key)) {
            entries.push(Entry { key, spec: None, value: Value::Text(&field.value) });
        }
        Record { entries }
    }
}

impl Kind {
    /// The invoice laid out for this kind: every documented key in the order of the seed, `""` or an empty list where nothing
    /// was read, conditional keys only in their case; then what was read beyond the seed's list.
    pub fn record(self, details: &Details) -> Record<'_> {
        let specs = self.fields();
        let mut entries = Vec::with_capacity(specs.len());
        for spec in specs {
            let value = match spec.rows() {
                Some(keys) => {
                    let rows = details.rows(spec.key);
                    if rows.is_empty() && !spec.returned(details, "") {
                        continue;
                    }
                    Value::List(rows.iter().map(|row| Record::row(keys, details, row)).collect())
                }
                None if spec.returned(details, details.text(spec.key)) => Value::Text(given(spec, details, details.text(spec.key))),
                None => continue,
            };
            entries.push(Entry { key: spec.key, spec: Some(spec), value });
        }
        for (key, field) in details.fields().filter(|(key, _)| !listed(specs, key)) {
            entries.push(Entry { key, spec: None, value: Value::Text(&field.value) });
        }
        for (key, rows) in details.lists().filter(|(key, rows)| !rows.is_empty() && !listed(specs, key)) {
            let rows = rows.iter().map(|row| Record::row(&[], details, row)).collect();
            entries.push(Entry { key, spec: None, value: Value::List(rows) });
        }
        Record { entries }
    }
}

fn given<'a>(spec: &FieldSpec, details: &Details, read: &'a str) -> &'a str {
    if read.is_empty() { spec.unread(details) } else { read }
}

fn listed(specs: &[FieldSpec], key: &str) -> bool {
    specs.iter().any(|spec| spec.key == key)
}

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.entries.len()))?;
        for entry in &self.entries {
            map.serialize_entry(entry.key, &entry.value)?;
        }
        map.end()
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Text(text) => serializer.serialize_str(text),
            Value::List(rows) => serializer.collect_seq(rows),
        }
    }
}
