//! Keeping the bytes of issued documents. Folders and buckets implement this in `store`.

use async_trait::async_trait;

use crate::order::{Format, InvoiceId};

/// Keeps documents under keys. Keys are made by [`key`]: relative, of `[0-9a-z./-]` only.
#[async_trait]
pub trait Documents: Send + Sync {
    /// Keeps bytes durably before it returns. The same key again replaces them: the key holds the hash of its content, so it is
    /// the same content.
    ///
    /// # Errors
    /// When they are not kept.
    async fn keep(&self, key: &str, bytes: &[u8]) -> Result<(), DocumentError>;

    /// The bytes of a key; none when there are none.
    ///
    /// # Errors
    /// When the place cannot be read.
    async fn read(&self, key: &str) -> Result<Option<Vec<u8>>, DocumentError>;

    /// Whether the place can be written to, for readiness.
    ///
    /// # Errors
    /// When it cannot.
    async fn probe(&self) -> Result<(), DocumentError>;
}

/// A document that could not be kept or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the document {key} could not be {what}: {why}")]
pub struct DocumentError {
    /// Which.
    pub key: String,
    /// `kept`, `read`.
    pub what: &'static str,
    /// Why.
    pub why: String,
}

/// The key of a document: a folder per day and order, the invoice's place, the beginning of its SHA-256.
pub fn key(invoice: InvoiceId, format: Format, sha256: &str) -> String {
    let order = invoice.order.to_string();
    let short: String = sha256.chars().take(16).collect();
    // The first eight digits of an id change every 65 seconds: folders of bearable size.
    format!("{}/{order}/{}-{short}.{}", &order[..8], invoice.place, format.name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::OrderId;

    #[test]
    fn keys_are_plain() {
        let invoice = InvoiceId { order: OrderId(0x0198_1234_5678_7abc << 64), place: 2 };
        let key = key(invoice, Format::Pdf, "0123456789abcdef0123456789abcdef");
        assert_eq!(key, "01981234/0198123456787abc0000000000000000/2-0123456789abcdef.pdf");
    }
}
