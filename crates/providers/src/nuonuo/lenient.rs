//! Values as the platform really sends them: texts as numbers, numbers as texts, nulls, and keys left out (reference, issuing §4.7).

use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{self, TimeZone};
use rust_decimal::Decimal;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error};
use serde_json::value::RawValue;

/// Any scalar as its text: a string's content, a number's digits as they were sent (no float in between), `true`; empty for null and
/// for what is left out. Lists and objects are refused.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Text(pub(super) String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        match raw.get().trim() {
            "null" => Ok(Text::default()),
            text if text.starts_with('"') => serde_json::from_str(text).map(Text).map_err(Error::custom),
            text if text.starts_with(['[', '{']) => Err(Error::custom("a list or an object where a text belongs")),
            text => Ok(Text(text.to_owned())),
        }
    }
}

impl Text {
    pub(super) fn as_str(&self) -> &str {
        self.0.trim()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.as_str().is_empty()
    }

    /// The text, unless it is empty.
    pub(super) fn filled(&self) -> Option<&str> {
        Some(self.as_str()).filter(|text| !text.is_empty())
    }

    /// An exact decimal; none for anything else.
    pub(super) fn decimal(&self) -> Option<Decimal> {
        let text = self.as_str();
        Decimal::from_str_exact(text).ok().or_else(|| Decimal::from_scientific(text).ok())
    }

    /// A moment: milliseconds since 1970, or `yyyy-MM-dd HH:mm:ss` in Beijing time.
    pub(super) fn moment(&self) -> Option<Timestamp> {
        let text = self.as_str();
        if let Ok(milliseconds) = text.parse::<i64>() {
            return Timestamp::from_millisecond(milliseconds).ok();
        }
        let at = DateTime::from_str(text).ok()?;
        at.to_zoned(beijing()).ok().map(|at| at.timestamp())
    }

    /// A length of time in seconds.
    pub(super) fn seconds(&self) -> Option<Duration> {
        self.as_str().parse().ok().map(Duration::from_secs)
    }
}

/// What stands where a structure belongs: the structure itself, or the same as JSON in a string, or nothing.
pub(super) fn structure<T: DeserializeOwned>(raw: Option<&RawValue>) -> Option<T> {
    let text = raw?.get();
    match serde_json::from_str(text) {
        Ok(read) => Some(read),
        Err(_) => serde_json::from_str(&serde_json::from_str::<String>(text).ok()?).ok(),
    }
}

/// The platform's clock: Beijing time, which has no summer time.
pub(super) fn beijing() -> TimeZone {
    TimeZone::fixed(tz::offset(8))
}

/// A moment as the platform writes it.
pub(super) fn local(at: Timestamp) -> String {
    at.to_zoned(beijing()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Read {
        #[serde(default)]
        a: Text,
    }

    fn text(json: &str) -> Option<String> {
        serde_json::from_str::<Read>(json).ok().map(|read| read.a.0)
    }

    #[test]
    fn scalars_of_any_type_are_texts() {
        let cases = [
            (r#"{"a":"x\n"}"#, Some("x\n")),
            (r#"{"a":20}"#, Some("20")),
            (r#"{"a":100.10}"#, Some("100.10")),
            (r#"{"a":12345678901234567890123.45}"#, Some("12345678901234567890123.45")),
            (r#"{"a":null}"#, Some("")),
            (r#"{"a":true}"#, Some("true")),
            ("{}", Some("")),
            (r#"{"a":[1]}"#, None),
            (r#"{"a":{}}"#, None),
        ];
        for (json, expected) in cases {
            assert_eq!(text(json).as_deref(), expected, "{json}");
        }
    }

    #[test]
    fn amounts_are_exact() {
        for (given, decimal) in [("0.1", Some("0.1")), ("-1.00", Some("-1.00")), ("1e2", Some("100")), ("1,000", None), ("", None)] {
            assert_eq!(Text(given.to_owned()).decimal().map(|d| d.to_string()).as_deref(), decimal, "{given}");
        }
    }

    #[test]
    fn moments_are_of_beijing() {
        let moment = |text: &str| Text(text.to_owned()).moment().map(|at| at.to_string());
        assert_eq!(moment("1722852414000").as_deref(), Some("2024-08-05T10:06:54Z"));
        assert_eq!(moment("2024-08-05 18:06:54").as_deref(), Some("2024-08-05T10:06:54Z"));
        assert_eq!(moment("soon"), None);
        assert_eq!(local("2024-08-05T16:06:54Z".parse().unwrap()), "2024-08-06 00:06:54");
    }
}
