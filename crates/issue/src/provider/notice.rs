//! Notices that providers send us.

use crate::order::ProviderNumber;

/// A notice as it came, with no more than its form decoded.
#[derive(Clone, PartialEq, Eq)]
pub struct RawNotice {
    /// The path behind the provider's notice address, if any.
    pub path: String,
    /// The media type, in lower case without parameters.
    pub media_type: String,
    /// The body.
    pub body: Vec<u8>,
}

impl std::fmt::Debug for RawNotice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RawNotice").field("media_type", &self.media_type).field("bytes", &self.body.len()).finish_non_exhaustive()
    }
}

/// What a notice is about. Never what became of it: that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The order or red letter, by the number that we gave it.
    pub number: Option<ProviderNumber>,
    /// The order, by the provider's serial.
    pub serial: Option<String>,
    /// What the notice claims, in a sentence for the timeline, personal data masked.
    pub claim: String,
}

/// The HTTP answer to a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Media type.
    pub media_type: &'static str,
    /// Body.
    pub body: String,
}
