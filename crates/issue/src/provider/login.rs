//! The seller's login at the tax bureau's platform, and the credit line.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::Rejection;
use crate::secret::Secret;

/// A step of a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginStep {
    /// Whether the seller is logged in.
    Status,
    /// The stored code to scan for logging in; `renew` asks the bureau for another one (providers limit how often).
    LoginCode {
        /// Ask for another one.
        renew: bool,
    },
    /// The stored code to scan for proving who one is.
    IdentityCode {
        /// Ask for another one.
        renew: bool,
    },
    /// Have a short message with a code sent.
    SendSms,
    /// Submit the code of a short message.
    SubmitSms(Secret),
    /// Tell the bureau that the code was scanned.
    Scanned,
}

/// What a login step gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginReading {
    /// The seller is logged in.
    LoggedIn,
    /// The seller is not.
    LoggedOut {
        /// What has to be done, in the provider's words.
        text: String,
    },
    /// A code to scan.
    Code(QrCode),
    /// The bureau is at work; ask again.
    Working,
    /// Refused.
    Rejected(Rejection),
    /// The answer makes no sense.
    Unclear {
        /// Why.
        text: String,
    },
}

/// A code to scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrCode {
    /// The text to draw.
    pub text: String,
    /// With what it is scanned, in words: 微信或支付宝, 电子税务局 App ….
    pub scan_with: String,
    /// Until when it is good.
    pub expires_at: Option<Timestamp>,
}

/// The credit line (授信额度), in yuan net of tax. What the provider did not say is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Credit {
    /// All of it.
    pub total: Option<Decimal>,
    /// Used.
    pub used: Option<Decimal>,
    /// Left.
    pub available: Option<Decimal>,
    /// As of when.
    pub at: Option<Timestamp>,
}
