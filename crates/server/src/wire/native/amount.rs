//! Numbers of the wire: plain decimal strings, exact.

use std::borrow::Cow;

use rust_decimal::Decimal;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

/// Digits before the point: beyond them no amount is issued.
const WHOLE: usize = 13;
/// Digits behind it, as quantities and prices have them.
const FRACTION: usize = 8;

/// A decimal number as a string: `"106.00"`, `"0.06"`, `"-1"`. A JSON number is refused, since many programs read it as a float.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Amount(pub(super) Decimal);

impl Amount {
    fn read(text: &str) -> Option<Amount> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
        let fits = |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        let right = fits(whole, WHOLE) && fraction.is_none_or(|fraction| fits(fraction, FRACTION));
        right.then(|| Decimal::from_str_exact(text).ok()).flatten().map(Amount)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&invoice::amount::plain(self.0))
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        Amount::read(&text).ok_or_else(|| D::Error::custom("a number must be a string such as \"106.00\": 13 digits, 8 decimals at most"))
    }
}

impl PartialSchema for Amount {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .pattern(Some(format!("^-?[0-9]{{1,{WHOLE}}}(\\.[0-9]{{1,{FRACTION}}})?$")))
            .description(Some("An exact decimal number as a string; money in yuan."))
            .examples(["106.00"])
            .into()
    }
}

impl ToSchema for Amount {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Amount")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_strings_and_exact() {
        for (json, written) in [
            (r#""106.00""#, Some(r#""106.00""#)),
            (r#""-0.00000001""#, Some(r#""-0.00000001""#)),
            (r#""0.10""#, Some(r#""0.10""#)),
            (r#""9999999999999.99999999""#, Some(r#""9999999999999.99999999""#)),
            (r#""-0""#, Some(r#""0""#)),
            ("106.00", None),
            (r#""""#, None),
            (r#""1e3""#, None),
            (r#"".5""#, None),
            (r#""5.""#, None),
            (r#""+5""#, None),
            (r#"" 5""#, None),
            (r#""1,000""#, None),
            (r#""１""#, None),
            (r#""0.000000001""#, None),
            (r#""12345678901234""#, None),
        ] {
            let read = serde_json::from_str::<Amount>(json).ok();
            assert_eq!(read.map(|amount| serde_json::to_string(&amount).unwrap()).as_deref(), written, "{json}");
        }
    }
}
