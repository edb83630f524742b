//! Fetching the documents of an issued invoice at once, before their addresses go stale, and keeping them.

use sha2::{Digest, Sha256};

use super::Worker;
use crate::documents::key;
use crate::machine::Fetched;
use crate::order::{Document, Invoice, InvoiceId, Order, Source};
use crate::provider::Answer;
use crate::store::Seller;
use crate::transport::redirected;

/// Redirects that lead to a document.
const REDIRECTS: usize = 3;

impl Worker {
    /// Fetches and keeps what is named and not kept yet.
    pub(super) async fn fetch(&self, order: &Order, seller: &Seller, concerns: impl Fn(&Invoice) -> bool + Send) -> Fetched {
        let mut fetched = Fetched::default();
        for (invoice, place) in order.progress.invoices.iter().zip(0_u16..) {
            if !concerns(invoice) {
                continue;
            }
            for source in invoice.sources.iter().filter(|source| invoice.document(source.format).is_none()) {
                match self.fetch_one(order, seller, place, source).await {
                    Ok(document) => fetched.documents.push((place, document)),
                    Err(why) => fetched.missing = Some(format!("{}: {why}", source.format.name())),
                }
            }
        }
        fetched
    }

    async fn fetch_one(&self, order: &Order, seller: &Seller, place: u16, source: &Source) -> Result<Document, String> {
        let answer = self.follow_source(order, seller, source.clone()).await?;
        if answer.status != 200 {
            return Err(format!("HTTP {}", answer.status));
        }
        // A stale link answers 200 with a page that says so (reference, issuing §5).
        if !source.format.fits(&answer.body) {
            return Err("the bytes are no such document".to_owned());
        }
        let sha256: String = Sha256::digest(&answer.body).iter().map(|byte| format!("{byte:02x}")).collect();
        let key = key(InvoiceId { order: order.id, place }, source.format, &sha256);
        self.documents.keep(&key, &answer.body).await.map_err(|error| error.to_string())?;
        let length = answer.body.len() as u64;
        Ok(Document { format: source.format, key, length, sha256, kept_at: self.now() })
    }

    /// The answer at a document's address, or at the one that it leads to: short links are how some providers give documents
    /// (reference, issuing §5). Every address on the way is one that the provider would give, and is reached by the same guarded
    /// transport.
    async fn follow_source(&self, order: &Order, seller: &Seller, mut source: Source) -> Result<Answer, String> {
        for _ in 0..=REDIRECTS {
            let called = self.caller.call(
                seller,
                order.progress.leased_until,
                |provider, context| provider.fetch(context, &source),
                |_, _, answer| answer.clone(),
            );
            let answer = called.await.map_err(|error| error.to_string())?;
            match redirected(&source.url, &answer) {
                Some(url) => source.url = url,
                None => return Ok(answer),
            }
        }
        Err(format!("more than {REDIRECTS} redirects"))
    }
}
