//! The columns of a sheet: drawn from the table of kinds, in its order.

use indexmap::IndexMap;
use invoice::kind::field::{FieldSpec, Shape};
use invoice::kind::record::{Entry, Record, Value};

/// One column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column<'a> {
    /// The key on the wire.
    pub(super) key: &'a str,
    spec: Option<&'static FieldSpec>,
    /// True when any row has a value in it.
    pub(super) used: bool,
}

impl Column<'_> {
    /// What the field is called in Chinese; its key where the table of kinds does not list it.
    pub(super) fn label(&self) -> &str {
        self.spec.map_or(self.key, |spec| spec.label)
    }

    /// Whether the values are numbers.
    pub(super) fn is_amount(&self) -> bool {
        self.spec.is_some_and(|spec| spec.shape == Shape::Amount)
    }
}

/// The columns that these rows need: every key with text, in the order in which the rows bring them up.
pub(super) fn of<'a>(rows: impl IntoIterator<Item = &'a Record<'a>>) -> Vec<Column<'a>> {
    let mut columns: IndexMap<&str, Column<'_>> = IndexMap::new();
    for Entry { key, spec, value } in rows.into_iter().flat_map(Record::entries) {
        let Value::Text(text) = value else { continue };
        let column = columns.entry(key).or_insert(Column { key, spec: *spec, used: false });
        column.spec = column.spec.or(*spec);
        column.used |= !text.is_empty();
    }
    columns.into_values().collect()
}
