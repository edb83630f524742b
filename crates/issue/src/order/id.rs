//! Ids: ours, the partner's, the provider's.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The id of this text.
            pub fn new(text: impl Into<String>) -> $name {
                $name(text.into())
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> $name {
                $name(text.to_owned())
            }
        }
    };
}

text_id! {
    /// An app: one id for all APIs (gate `app_id`, hive `appid`).
    AppId
}
text_id! {
    /// The partner's number of an order (gate `obtain_order`, hive `orderno`): unique for ever within an app. At most
    /// [`OrderNumber::LONGEST`] characters.
    OrderNumber
}
text_id! {
    /// The tax id of a party (纳税人识别号, 统一社会信用代码), in capitals.
    TaxId
}

impl OrderNumber {
    /// Characters that an order number may have.
    pub const LONGEST: usize = 64;
}

/// Our id of an order: the first 48 bits are the milliseconds since 1970, the rest is chance, so that ids sort by time. Its
/// text is 32 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OrderId(pub u128);

impl OrderId {
    /// The order's serial as the gate shows it (`obtain_serial`): 24 decimal digits, a pure function of the id.
    pub fn serial(self) -> String {
        // 10^24 is just under 2^80: the milliseconds keep their order, the chance loses its tail.
        let milliseconds = (self.0 >> 80) % 10_u128.pow(14);
        let chance = (self.0 & ((1 << 80) - 1)) % 10_u128.pow(10);
        format!("{milliseconds:014}{chance:010}")
    }
}

impl fmt::Display for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrderId({self})")
    }
}

/// A text that is no id of this kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no {kind}")]
pub struct NoId {
    /// What it should have been.
    pub kind: &'static str,
    /// What it was.
    pub text: String,
}

impl FromStr for OrderId {
    type Err = NoId;

    fn from_str(text: &str) -> Result<OrderId, NoId> {
        let hexadecimal = text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let number = hexadecimal.then(|| u128::from_str_radix(text, 16).ok()).flatten();
        number.map(OrderId).ok_or_else(|| NoId { kind: "order id", text: text.to_owned() })
    }
}

impl Serialize for OrderId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for OrderId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<OrderId, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// An invoice of an order: an order that was split has several, each red letter is one more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct InvoiceId {
    /// Whose invoice it is.
    pub order: OrderId,
    /// Its place among the order's invoices, from 0, in the order in which they came to be known.
    pub place: u16,
}

impl fmt::Display for InvoiceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.order, self.place)
    }
}

impl FromStr for InvoiceId {
    type Err = NoId;

    fn from_str(text: &str) -> Result<InvoiceId, NoId> {
        let wrong = || NoId { kind: "invoice id", text: text.to_owned() };
        let (order, place) = text.split_once('-').ok_or_else(wrong)?;
        Ok(InvoiceId { order: order.parse().map_err(|_| wrong())?, place: place.parse().map_err(|_| wrong())? })
    }
}

/// The number under which a provider knows an order or a red letter: a pure function of the app, the partner's order number
/// and, for a red letter, its place. So it survives restarts, repeated sending and even a restored database, and a provider
/// that refuses numbers it has seen is one more wall against issuing twice. 20 characters of `0-9A-Z` without I L O U (the
/// shortest limit among providers: reference, issuing §4.6), with 100 bits of a SHA-256.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProviderNumber(pub String);

impl ProviderNumber {
    /// The number of an order.
    pub fn of_order(app: &AppId, number: &OrderNumber) -> ProviderNumber {
        ProviderNumber::digest(&["order", app.as_str(), number.as_str()])
    }

    /// The number of the red letter at `place` among the reversals of an order.
    pub fn of_reversal(app: &AppId, number: &OrderNumber, place: u16) -> ProviderNumber {
        ProviderNumber::digest(&["reversal", app.as_str(), number.as_str(), &place.to_string()])
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn digest(parts: &[&str]) -> ProviderNumber {
        const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let mut sha = Sha256::new();
        for part in parts {
            // With its length before it, no two lists of parts give the same bytes.
            sha.update((part.len() as u64).to_be_bytes());
            sha.update(part.as_bytes());
        }
        let hash = sha.finalize();
        let mut bits = hash[..16].iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        let mut text = String::with_capacity(20);
        for _ in 0..20 {
            text.push(char::from(ALPHABET[(bits & 31) as usize]));
            bits >>= 5;
        }
        ProviderNumber(text)
    }
}

impl fmt::Display for ProviderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// SHA-256 of what a partner asked for, over a canonical form: the same order again is told from another one under the same
/// number by this.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 32]);

impl Fingerprint {
    /// Of any bytes.
    pub fn of(bytes: &[u8]) -> Fingerprint {
        Fingerprint(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Fingerprint, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = || serde::de::Error::custom("no fingerprint");
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return Err(wrong());
        }
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).map_err(|_| wrong())?;
        }
        Ok(Fingerprint(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_providers_number_is_a_function_of_ours() {
        let (app, number) = (AppId::from("demo"), OrderNumber::from("20240122150518179381"));
        let first = ProviderNumber::of_order(&app, &number);
        assert_eq!(first, ProviderNumber::of_order(&app, &number));
        assert_eq!(first.as_str().len(), 20);
        assert!(first.as_str().bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()));
        let others = [
            ProviderNumber::of_order(&AppId::from("demo2"), &OrderNumber::from("0240122150518179381")),
            ProviderNumber::of_order(&app, &OrderNumber::from("20240122150518179382")),
            ProviderNumber::of_reversal(&app, &number, 0),
            ProviderNumber::of_reversal(&app, &number, 1),
        ];
        let all: std::collections::BTreeSet<_> = others.into_iter().chain([first]).collect();
        assert_eq!(all.len(), 5);
    }

    #[test]
    fn the_number_never_changes() {
        // Orders of a running platform are known to their provider under these: another function would issue them twice.
        let number = ProviderNumber::of_order(&AppId::from("demo"), &OrderNumber::from("1"));
        assert_eq!(number.as_str(), "E8CSGSME4E3Y2F5PPDWR");
    }

    #[test]
    fn ids_are_read_back() {
        let id = OrderId(0x0198_0000_0000_7000_8000_0000_0000_0001);
        assert_eq!(id.to_string().parse::<OrderId>(), Ok(id));
        assert_eq!(id.serial().len(), 24);
        let invoice = InvoiceId { order: id, place: 3 };
        assert_eq!(invoice.to_string().parse::<InvoiceId>(), Ok(invoice));
        for wrong in ["", "1", "0198000000007000800000000000000G", "+1980000000070008000000000000001"] {
            assert!(wrong.parse::<OrderId>().is_err(), "{wrong}");
        }
        let fingerprint = Fingerprint::of(b"order");
        let json = serde_json::to_string(&fingerprint).unwrap();
        assert_eq!(serde_json::from_str::<Fingerprint>(&json).unwrap(), fingerprint);
    }
}
