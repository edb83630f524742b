//! The login at the pretended platform, and the credit line.

use std::time::Duration;

use issue::order::TaxId;
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::book::BookError;
use super::desk::{Desk, Done, Entry};
use super::message::{Letter, Step, Told};
use super::switch::Switch;

/// All sellers' credit line, in yuan.
const CREDIT: Decimal = Decimal::from_parts(10_000_000, 0, 0, false, 0);
/// How long a code is good: as at the real platforms.
const CODE: Duration = Duration::from_secs(300);

/// What the book says of a seller.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Account {
    used: Decimal,
}

fn key(seller: &TaxId) -> String {
    format!("seller/{seller}")
}

impl Desk {
    pub(super) fn login(&mut self, letter: &Letter, step: Step, now: Timestamp) -> Done {
        Done::Told(match step {
            Step::Status if letter.switches.has(Switch::Login) && !self.logged_in.contains(&letter.seller) => Told::LoggedOut,
            Step::Status => Told::LoggedIn,
            Step::Code => Told::Code {
                text: format!("sandbox://login/{}", letter.seller),
                expires_at: now.checked_add(CODE).unwrap_or(Timestamp::MAX),
            },
            Step::Sms => Told::Done,
            Step::Submit | Step::Scanned => {
                self.logged_in.insert(letter.seller.clone());
                Told::LoggedIn
            }
        })
    }

    pub(super) fn credit(&mut self, letter: &Letter, now: Timestamp) -> Result<Done, BookError> {
        let used = self.book.get::<Account>(&key(&letter.seller))?.unwrap_or_default().used;
        Ok(Done::Told(Told::Credit { total: CREDIT, used, at: now }))
    }

    /// Counts what was issued against the seller's credit; a red letter gives it back.
    pub(super) fn charge(&mut self, entry: &Entry) -> Result<(), BookError> {
        let key = key(entry.seller());
        let mut account = self.book.get::<Account>(&key)?.unwrap_or_default();
        let net = invoice::amount::sum(entry.invoices.iter().map(|invoice| invoice.net)).unwrap_or_default();
        account.used = account.used.checked_add(net).unwrap_or(account.used);
        self.book.put(&key, &account)
    }
}
