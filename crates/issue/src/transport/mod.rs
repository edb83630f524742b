//! Carrying calls: over HTTP by [`Http`], or inside the process for a provider that lives there.

mod http;

use async_trait::async_trait;

pub use http::{Http, redirected};

use crate::provider::{Answer, Call};

/// Carries a call and brings the answer, whatever its status. It repeats nothing, follows no redirect and adds nothing to the
/// call: one call of this method is one try on the wire.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Carries one call within its time.
    ///
    /// # Errors
    /// [`Fault::NotSent`] only when not a byte of the call can have been read by the other side; everything else, a timeout
    /// or a reset as much as a too long answer, is [`Fault::Unknown`].
    async fn carry(&self, call: &Call) -> Result<Answer, Fault>;
}

/// No answer. The texts name no address and no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Not sent: the name was not found, the connection was refused, TLS did not come about.
    #[error("not sent: {0}")]
    NotSent(String),
    /// Sent, or perhaps sent, and no whole answer.
    #[error("sent, but no answer: {0}")]
    Unknown(String),
}
