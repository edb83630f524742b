//! Apps and sellers.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::access::AccessKey;
use crate::order::{AppId, Party, People, Target, Untaxed};
use crate::secret::Sealed;

/// An app: whoever calls the APIs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct App {
    /// Its id.
    pub id: AppId,
    /// Its name, for people.
    pub name: String,
    /// The secret that its requests and our callbacks are signed with.
    pub secret: Sealed,
    /// The secret before it, valid until then: for changing secrets without a gap.
    pub earlier_secret: Option<(Sealed, Timestamp)>,
    /// Where all of its orders' events go.
    pub targets: Vec<Target>,
    /// Whether it may call.
    pub enabled: bool,
    /// Whether it may make and change apps, and act for others.
    #[serde(default)]
    pub operator: bool,
    /// Keys that it may call with instead of a signature.
    #[serde(default)]
    pub keys: Vec<AccessKey>,
    /// Since when it is there.
    pub created_at: Timestamp,
}

impl App {
    /// An app that may call and has nothing but its secret.
    pub fn made(id: AppId, name: impl Into<String>, secret: Sealed, created_at: Timestamp) -> App {
        App {
            id,
            name: name.into(),
            secret,
            earlier_secret: None,
            targets: Vec::new(),
            enabled: true,
            operator: false,
            keys: Vec::new(),
            created_at,
        }
    }
}

/// An issuing party of an app. Unique by app and tax id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seller {
    /// Whose it is.
    pub app: AppId,
    /// The party as printed.
    pub party: Party,
    /// Its merchant numbers at the gate; each unique within the app.
    pub merchants: Vec<String>,
    /// Which provider issues for it.
    pub provider: String,
    /// Settings for that provider, in the provider's terms; nothing secret.
    pub settings: Map<String, Value>,
    /// The secret for that provider.
    pub secret: Option<Sealed>,
    /// What is sold when an order gives an amount only.
    pub item: Option<Item>,
    /// People that are named when an order names nobody.
    pub people: People,
    /// What is known of its login at the tax bureau's platform.
    pub login: Login,
    /// Whether orders are accepted for it.
    pub enabled: bool,
}

/// What is sold when an order gives an amount only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Name of the goods or service.
    pub name: String,
    /// 19-digit code of the tax classification.
    pub tax_code: String,
    /// Rate as a fraction.
    pub rate: Decimal,
    /// Why the rate is zero.
    #[serde(default)]
    pub untaxed: Option<Untaxed>,
    /// Unit, or empty.
    #[serde(default)]
    pub unit: String,
    /// Specification, or empty.
    #[serde(default)]
    pub specification: String,
}

/// What is known of a seller's login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Login {
    /// Nothing.
    #[default]
    Unknown,
    /// It was there.
    Present {
        /// When that was seen.
        seen_at: Timestamp,
    },
    /// It was missing.
    Missing {
        /// When that was seen.
        seen_at: Timestamp,
        /// What has to be done, in the provider's words.
        text: String,
    },
}
