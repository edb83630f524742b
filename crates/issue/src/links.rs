//! Links to documents: unguessable, expiring, and the same for an invoice as long as they last.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

use crate::order::{InvoiceId, Order};
use crate::secret::Secret;
use crate::store::{LinkDigest, Linked, Store, StoreError};

/// Links that are remembered as stored already.
const REMEMBERED: usize = 100_000;

/// Makes links and follows them. The secret in a link is an HMAC-SHA256 of the invoice and the period, so that asking again
/// gives the same link and writes nothing; the store keeps its digest alone, with the moment at which it expires.
pub struct Links {
    store: Arc<dyn Store>,
    key: Secret,
    base: String,
    life: Duration,
    stored: Mutex<HashSet<LinkDigest>>,
}

impl Links {
    /// Links under `base` (`https://invoices.example.com/d/`, the secret is put behind it), each good for at least `life` and at
    /// most twice as long.
    pub fn new(store: Arc<dyn Store>, key: Secret, base: impl Into<String>, life: Duration) -> Links {
        let life = life.max(Duration::from_secs(60));
        Links { store, key, base: base.into(), life, stored: Mutex::default() }
    }

    /// The link to an invoice's documents.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn of(&self, invoice: InvoiceId, now: Timestamp) -> Result<String, StoreError> {
        let life = i64::try_from(self.life.as_secs()).unwrap_or(i64::MAX);
        let period = now.as_second().div_euclid(life);
        let expires_at = Timestamp::from_second(period.saturating_add(2).saturating_mul(life)).unwrap_or(Timestamp::MAX);
        let secret = self.secret(invoice, period);
        let digest = LinkDigest::of(&secret);
        if !self.stored().contains(&digest) {
            self.store.put_link(&digest, invoice, expires_at).await?;
            let mut stored = self.stored();
            if stored.len() >= REMEMBERED {
                stored.clear();
            }
            stored.insert(digest);
        }
        Ok(format!("{}{secret}", self.base))
    }

    /// The links to the invoices of an order that have documents, each with the place of its invoice.
    ///
    /// # Errors
    /// When one could not be stored.
    pub async fn of_order(&self, order: &Order, now: Timestamp) -> Result<Vec<(u16, String)>, StoreError> {
        self.of_invoices(order.id, &order.progress.invoices, now).await
    }

    /// The links to those of an order's invoices that have documents.
    ///
    /// # Errors
    /// When one could not be stored.
    pub async fn of_invoices(
        &self,
        order: crate::order::OrderId,
        invoices: &[crate::order::Invoice],
        now: Timestamp,
    ) -> Result<Vec<(u16, String)>, StoreError> {
        let mut links = Vec::new();
        for (invoice, place) in invoices.iter().zip(0_u16..) {
            if !invoice.documents.is_empty() {
                links.push((place, self.of(InvoiceId { order, place }, now).await?));
            }
        }
        Ok(links)
    }

    /// What the secret of a link leads to, while it is good.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn follow(&self, secret: &str, now: Timestamp) -> Result<Option<Linked>, StoreError> {
        // No longer text was ever given out: nothing else need be looked for.
        if secret.len() > 64 {
            return Ok(None);
        }
        self.store.follow_link(&LinkDigest::of(secret), now).await
    }

    fn stored(&self) -> std::sync::MutexGuard<'_, HashSet<LinkDigest>> {
        self.stored.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn secret(&self, invoice: InvoiceId, period: i64) -> String {
        #[allow(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(self.key.expose().as_bytes()).expect("a key of any length");
        mac.update(format!("document link {invoice} {period} {}", self.life.as_secs()).as_bytes());
        URL_SAFE_NO_PAD.encode(&mac.finalize().into_bytes()[..24])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::sample::{at, new_order};
    use crate::memory::Memory;
    use crate::order::OrderId;

    #[tokio::test]
    async fn a_link_is_the_same_while_it_lasts_and_then_leads_nowhere() {
        let store = Arc::new(Memory::new());
        store.accept(&new_order(1, "demo", "N1")).await.unwrap();
        let links = Links::new(store, Secret::new("key"), "https://invoices.invalid/d/", Duration::from_secs(1000));
        let invoice = InvoiceId { order: OrderId(1), place: 0 };
        let link = links.of(invoice, at(0)).await.unwrap();
        assert_eq!(links.of(invoice, at(1)).await.unwrap(), link);
        let other = links.of(InvoiceId { place: 1, ..invoice }, at(0)).await.unwrap();
        assert_ne!(other, link);
        let secret = link.strip_prefix("https://invoices.invalid/d/").unwrap();
        assert!(secret.len() == 32 && secret.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')));
        assert_eq!(links.follow(secret, at(1000)).await.unwrap().unwrap().invoice, invoice);
        assert_eq!(links.follow(&secret[1..], at(0)).await.unwrap(), None);
        assert_eq!(links.follow(&"x".repeat(10_000), at(0)).await.unwrap(), None);
        let expires_at = links.follow(secret, at(0)).await.unwrap().unwrap().expires_at;
        assert!(expires_at >= crate::machine::pace::later(at(0), Duration::from_secs(1000)));
        assert_eq!(links.follow(secret, expires_at).await.unwrap(), None);
        assert_ne!(links.of(invoice, expires_at).await.unwrap(), link);
    }
}
