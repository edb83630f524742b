//! What the seals and signatures of a document prove: that what they cover is as it was when it was sealed, and that whoever holds the
//! certificate's key sealed it. Whether that certificate is one to be trusted is not looked at: the bureaus' roots are not published.

use crate::budget::{Budget, Meter};
use crate::error::{Error, Format, Limit};
use crate::{ofd, pdf, sniff};

/// Whether something holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// It does.
    Yes,
    /// It does not: with why, in a few words.
    No(String),
    /// That cannot be told: with why.
    Unknown(String),
}

impl Held {
    pub(crate) fn no(why: impl Into<String>) -> Held {
        Held::No(why.into())
    }

    pub(crate) fn unknown(why: impl Into<String>) -> Held {
        Held::Unknown(why.into())
    }
}

/// What one seal or signature proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Name of the seal, or of the signature field.
    pub name: String,
    /// Who sealed, as the certificate says; of a PDF as the signature says by itself.
    pub signer: String,
    /// When, as written.
    pub time: String,
    /// Whether everything that it covers is as it was.
    pub unchanged: Held,
    /// Whether its signature fits its certificate.
    pub signed: Held,
}

/// Looks at every seal of an OFD and every signature of a PDF; other formats have none. Errors are those of [`crate::open`].
pub fn examine(bytes: &[u8], budget: &Budget) -> Result<Vec<Proof>, Error> {
    let meter = Meter::new(budget);
    if bytes.len() > budget.bytes {
        return Err(Error::over(Limit::Bytes, budget.bytes as u64));
    }
    match sniff::sniff(bytes)? {
        Format::Ofd => ofd::proofs(bytes, &meter),
        Format::Pdf => pdf::proofs(bytes, &meter),
        _ => Ok(Vec::new()),
    }
}
