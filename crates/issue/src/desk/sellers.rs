//! Sellers as orders need them: remembered for a moment, because every order asks for its seller.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::Desk;
use crate::order::{AppId, TaxId};
use crate::store::{Seller, StoreError};

/// For how long a seller that was found is not asked for again. What another process changes of it counts after as long; what
/// [`Desk::put_seller`] changes counts at once.
const REMEMBERED: Duration = Duration::from_secs(2);
/// Sellers that are remembered.
const MOST: usize = 10_000;

/// What a seller is asked for by.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Named {
    TaxId(String),
    Merchant(String),
}

/// The sellers that a desk has asked for lately.
#[derive(Debug, Default)]
pub struct Sellers(Mutex<Found>);

type Found = HashMap<(AppId, Named), (Timestamp, Arc<Seller>)>;

impl Sellers {
    fn found(&self) -> MutexGuard<'_, Found> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn recall(&self, key: &(AppId, Named), now: Timestamp) -> Option<Arc<Seller>> {
        let found = self.found();
        let (since, seller) = found.get(key)?;
        (now.duration_since(*since).unsigned_abs() < REMEMBERED).then(|| Arc::clone(seller))
    }

    fn remember(&self, key: (AppId, Named), now: Timestamp, seller: Seller) -> Arc<Seller> {
        let seller = Arc::new(seller);
        let mut found = self.found();
        if found.len() >= MOST {
            found.clear();
        }
        found.insert(key, (now, Arc::clone(&seller)));
        seller
    }
}

impl Desk {
    /// A seller of an app by its tax id, as it stood within the last two seconds.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn seller_of_tax_id(&self, app: &AppId, tax_id: &TaxId) -> Result<Option<Arc<Seller>>, StoreError> {
        let (key, now) = ((app.clone(), Named::TaxId(tax_id.0.clone())), self.now());
        if let Some(seller) = self.sellers.recall(&key, now) {
            return Ok(Some(seller));
        }
        let seller = self.store().seller(app, tax_id).await?;
        Ok(seller.map(|seller| self.sellers.remember(key, now, seller)))
    }

    /// A seller of an app by its merchant number, as it stood within the last two seconds.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn seller_of_merchant(&self, app: &AppId, merchant: &str) -> Result<Option<Arc<Seller>>, StoreError> {
        let (key, now) = ((app.clone(), Named::Merchant(merchant.to_owned())), self.now());
        if let Some(seller) = self.sellers.recall(&key, now) {
            return Ok(Some(seller));
        }
        let seller = self.store().seller_of_merchant(app, merchant).await?;
        Ok(seller.map(|seller| self.sellers.remember(key, now, seller)))
    }

    /// Stores a seller and its settings; orders of this process go by them from now on.
    ///
    /// # Errors
    /// When the store refuses it.
    pub async fn put_seller(&self, seller: &Seller) -> Result<(), StoreError> {
        let stored = self.store().put_seller(seller).await;
        // Its merchant numbers may have been others before.
        self.sellers.found().retain(|_, (_, known)| known.app != seller.app || known.party.tax_id != seller.party.tax_id);
        stored
    }
}
