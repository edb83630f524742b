//! Listing orders: a filter becomes one statement, the same text for both engines but for their placeholders.

use std::fmt::Write;

use issue::store::Filter;

use crate::row::milliseconds;

/// A value of the statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    Number(i64),
    Id(u128),
}

/// A statement that lists orders, and its values.
#[derive(Debug)]
pub(crate) struct Search {
    pub(crate) sql: String,
    pub(crate) values: Vec<Value>,
}

impl Search {
    /// For one order more than the filter's limit, newest first. Placeholders are `?1` … with `?` as the mark, `$1` … with `$`.
    ///
    /// States are looked up one by one, each along its own index: a rare state among a million orders is found as quickly as a
    /// frequent one.
    pub(crate) fn of(filter: &Filter, columns: &str, mark: char) -> Search {
        let mut search = Search { sql: String::new(), values: Vec::new() };
        let mut conditions = Vec::new();
        if let Some(app) = &filter.app {
            conditions.push(format!("app = {}", search.value(mark, Value::Text(app.0.clone()))));
        }
        if let Some(seller) = &filter.seller {
            conditions.push(format!("seller = {}", search.value(mark, Value::Text(seller.0.clone()))));
        }
        if let Some(prefix) = filter.number_prefix.as_ref().filter(|prefix| !prefix.is_empty()) {
            conditions.push(format!("number >= {}", search.value(mark, Value::Text(prefix.clone()))));
            if let Some(end) = behind(prefix) {
                conditions.push(format!("number < {}", search.value(mark, Value::Text(end))));
            }
        }
        if let Some(since) = filter.since {
            conditions.push(format!("accepted_at >= {}", search.value(mark, Value::Number(milliseconds(since)))));
        }
        if let Some(before) = filter.before {
            conditions.push(format!("accepted_at < {}", search.value(mark, Value::Number(milliseconds(before)))));
        }
        if let Some(after) = filter.after {
            conditions.push(format!("id < {}", search.value(mark, Value::Id(after.0))));
        }
        let limit = i64::try_from(filter.limit.max(1).saturating_add(1)).unwrap_or(i64::MAX);
        let limit = search.value(mark, Value::Number(limit));
        let one = |conditions: &[String]| {
            let mut sql = format!("SELECT {columns} FROM orders");
            if !conditions.is_empty() {
                let _ = write!(sql, " WHERE {}", conditions.join(" AND "));
            }
            let _ = write!(sql, " ORDER BY id DESC LIMIT {limit}");
            sql
        };
        let mut states = filter.states.clone();
        states.sort_unstable();
        states.dedup();
        if states.is_empty() {
            search.sql = one(&conditions);
            return search;
        }
        let mut parts = Vec::with_capacity(states.len());
        for state in states {
            // The names are ours, of letters and underscores.
            conditions.push(format!("state = '{}'", state.name()));
            parts.push(format!("SELECT * FROM ({}) AS {}", one(&conditions), state.name()));
            conditions.pop();
        }
        search.sql = format!("SELECT * FROM ({}) AS found ORDER BY id DESC LIMIT {limit}", parts.join(" UNION ALL "));
        search
    }

    fn value(&mut self, mark: char, value: Value) -> String {
        self.values.push(value);
        format!("{mark}{}", self.values.len())
    }
}

/// The first text behind all that begin with this one, in the order of characters; none when there is none.
fn behind(prefix: &str) -> Option<String> {
    let mut kept: Vec<char> = prefix.chars().collect();
    while let Some(last) = kept.pop() {
        let next = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32);
        if let Some(next) = next {
            kept.push(next);
            return Some(kept.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_so_ends_before() {
        for (prefix, end) in [
            ("A", Some("B")),
            ("2024", Some("2025")),
            ("a\u{10ffff}", Some("b")),
            ("\u{d7ff}", Some("\u{e000}")),
            ("\u{10ffff}", None),
            ("", None),
        ] {
            assert_eq!(behind(prefix).as_deref(), end, "{prefix:?}");
        }
    }

    #[test]
    fn values_never_stand_in_the_statement() {
        let filter = Filter { app: Some("a'b".into()), number_prefix: Some("'; --".to_owned()), limit: 3, ..Filter::default() };
        let search = Search::of(&filter, "id", '?');
        assert_eq!(search.sql, "SELECT id FROM orders WHERE app = ?1 AND number >= ?2 AND number < ?3 ORDER BY id DESC LIMIT ?4");
        assert_eq!(search.values[3], Value::Number(4));
    }
}
