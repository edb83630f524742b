//! Providers: pure codecs between us and whoever issues. Bytes out, bytes in; no clock, no chance, no network.

mod answer;
mod call;
mod login;
mod notice;

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};

pub use answer::{Outcome, ProviderInvoice, RedStanding, Rejection, Standing, Token, TokenFailure};
pub use call::{Answer, Call, Method};
pub use login::{Credit, LoginReading, LoginStep, QrCode};
pub use notice::{Hint, RawNotice, Reply};

use crate::order::{Content, Extent, Invoice, ProviderNumber, RedReason, Reversal, Source, TaxId};
use crate::secret::Secret;

/// What a codec may use besides the business itself. Made anew for each call.
pub struct Context<'a> {
    /// The issuing party.
    pub seller: &'a TaxId,
    /// The seller's settings for this provider, as the operator wrote them ([`crate::store::Seller::settings`]).
    pub settings: &'a Map<String, Value>,
    /// The seller's secret for this provider; none when none is set.
    pub secret: Option<&'a Secret>,
    /// An access token, when [`Provider::token_account`] asks for one.
    pub token: Option<&'a Secret>,
    /// Now.
    pub now: Timestamp,
    /// Sixteen fresh random bytes, for nonces and transport ids.
    pub nonce: [u8; 16],
    /// The address at which the provider may give notice of results (its callback), where this platform can be reached.
    pub notice_url: Option<&'a str>,
}

/// An order as it is issued.
pub struct Issue<'a> {
    /// The number under which the provider will know it.
    pub number: &'a ProviderNumber,
    /// What is issued.
    pub content: &'a Content,
    /// When the order was accepted: the order's time on the invoice.
    pub ordered_at: Timestamp,
}

/// An order that is asked for or issued again.
pub struct Inquiry<'a> {
    /// The number under which the provider knows it.
    pub number: &'a ProviderNumber,
    /// The provider's serial, once it gave one.
    pub serial: Option<&'a str>,
    /// What was issued.
    pub content: &'a Content,
    /// When the order was accepted.
    pub ordered_at: Timestamp,
}

/// A reversal.
pub struct RedLetter<'a> {
    /// The number under which the provider knows the red letter.
    pub number: &'a ProviderNumber,
    /// The invoice that is reversed.
    pub blue: &'a Invoice,
    /// The number under which the provider knows the order of that invoice.
    pub blue_number: &'a ProviderNumber,
    /// The provider's serial of that order.
    pub blue_serial: Option<&'a str>,
    /// What had been issued.
    pub content: &'a Content,
    /// The first of its rows that stands on that invoice: not 0 where the order was split.
    pub first_row: u16,
    /// How much of it is reversed.
    pub extent: &'a Extent,
    /// Why.
    pub reason: RedReason,
    /// Where it stands: the confirmation's id, when it was asked for.
    pub reversal: &'a Reversal,
}

/// Something that cannot be put into this provider's words: the call is not made, and the order fails with this reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{provider} cannot {what}: {why}")]
pub struct Unfit {
    /// Which provider.
    pub provider: &'static str,
    /// What was asked of it: `issue`, `reverse in part` ….
    pub what: &'static str,
    /// Why not, and what to do.
    pub why: String,
}

/// How many calls for a token are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenBudget {
    /// So many calls …
    pub calls: u32,
    /// … within so long.
    pub window: Duration,
}

/// A provider of invoices. Every pair of methods is a codec: one builds the call, the other reads its answer. An answer of any
/// status and any bytes is read without panicking; what cannot be understood is [`Outcome::Unknown`] (it may have been issued),
/// never a rejection.
pub trait Provider: Send + Sync {
    /// The name in settings and stores: `sandbox`, `nuonuo`.
    fn name(&self) -> &'static str;

    /// Checks a seller's settings when they are stored.
    ///
    /// # Errors
    /// With what is missing or wrong, in a sentence.
    fn check_settings(&self, settings: &Map<String, Value>, has_secret: bool) -> Result<(), Unfit>;

    /// Whether content can be issued by this provider, before it is accepted.
    ///
    /// # Errors
    /// With what it cannot carry.
    fn check_content(&self, content: &Content) -> Result<(), Unfit>;

    /// The account whose token this seller's calls use: sellers of one account share a token and its budget. None when the
    /// provider knows no tokens.
    fn token_account(&self, context: &Context<'_>) -> Option<String>;

    /// How many calls for a token an account has. Asked only when there are tokens.
    fn token_budget(&self) -> TokenBudget;

    /// Asks for a token.
    ///
    /// # Errors
    /// When the settings lack what is needed.
    fn authenticate(&self, context: &Context<'_>) -> Result<Call, Unfit>;
    /// Reads the answer to [`Provider::authenticate`].
    ///
    /// # Errors
    /// When there is no token in it, with whether asking again can help.
    fn token(&self, context: &Context<'_>, answer: &Answer) -> Result<Token, TokenFailure>;

    /// Whether an answer refuses the token that the call carried: it is forgotten then, and what the answer is read as must be a
    /// refusal for now.
    fn refuses_token(&self, answer: &Answer) -> bool {
        let _ = answer;
        false
    }

    /// Issues.
    ///
    /// # Errors
    /// When this provider cannot carry the content or the settings lack what is needed.
    fn issue(&self, context: &Context<'_>, issue: &Issue<'_>) -> Result<Call, Unfit>;
    /// Reads the answer to [`Provider::issue`]. "This number exists already" is [`Outcome::Accepted`]: the provider has it, and
    /// it will be asked for.
    fn issued(&self, context: &Context<'_>, answer: &Answer) -> Outcome;

    /// Asks how an order stands. Also asked with a red letter's number, for its documents.
    ///
    /// # Errors
    /// As for [`Provider::issue`].
    fn query(&self, context: &Context<'_>, inquiry: &Inquiry<'_>) -> Result<Call, Unfit>;
    /// Reads the answer to [`Provider::query`] for the order of this number: an answer about another one is
    /// [`Standing::Unclear`].
    fn found(&self, context: &Context<'_>, inquiry: &Inquiry<'_>, answer: &Answer) -> Standing;

    /// Issues an order again that the provider knows as failed, or seals again what could not be sealed, under the same number.
    ///
    /// # Errors
    /// As for [`Provider::issue`].
    fn reissue(&self, context: &Context<'_>, inquiry: &Inquiry<'_>) -> Result<Call, Unfit>;
    /// Reads the answer to [`Provider::reissue`].
    fn reissued(&self, context: &Context<'_>, answer: &Answer) -> Outcome;

    /// Has the provider send an invoice to the buyer once more.
    ///
    /// # Errors
    /// Also when there is neither an address nor a number to send it to.
    fn deliver(&self, context: &Context<'_>, invoice: &Invoice, email: &str, mobile: &str) -> Result<Call, Unfit>;
    /// Reads the answer to [`Provider::deliver`].
    fn delivered(&self, context: &Context<'_>, answer: &Answer) -> Outcome;

    /// Asks for a red letter (on digital invoices: enters the confirmation form).
    ///
    /// # Errors
    /// As for [`Provider::issue`].
    fn reverse(&self, context: &Context<'_>, red: &RedLetter<'_>) -> Result<Call, Unfit>;
    /// Reads the answer to [`Provider::reverse`].
    fn reversed(&self, context: &Context<'_>, answer: &Answer) -> Outcome;

    /// Asks how a red letter stands.
    ///
    /// # Errors
    /// As for [`Provider::issue`].
    fn query_reversal(&self, context: &Context<'_>, red: &RedLetter<'_>) -> Result<Call, Unfit>;
    /// Reads the answer to [`Provider::query_reversal`].
    fn found_reversal(&self, context: &Context<'_>, red: &RedLetter<'_>, answer: &Answer) -> RedStanding;

    /// Withdraws a red letter that is not issued yet.
    ///
    /// # Errors
    /// As for [`Provider::issue`].
    fn withdraw(&self, context: &Context<'_>, red: &RedLetter<'_>) -> Result<Call, Unfit>;
    /// Reads the answer to [`Provider::withdraw`]; [`Outcome::Accepted`] and [`Outcome::Issued`] both mean that it is withdrawn or
    /// will be, which [`Provider::query_reversal`] then tells.
    fn withdrawn(&self, context: &Context<'_>, answer: &Answer) -> Outcome;

    /// One step of the seller's login at the tax bureau's platform. None when this provider knows no login.
    ///
    /// # Errors
    /// As for [`Provider::issue`].
    fn login(&self, context: &Context<'_>, step: &LoginStep) -> Result<Option<Call>, Unfit>;
    /// Reads the answer to [`Provider::login`].
    fn login_read(&self, context: &Context<'_>, step: &LoginStep, answer: &Answer) -> LoginReading;

    /// Asks for the seller's credit line (授信额度). None when this provider knows none.
    ///
    /// # Errors
    /// As for [`Provider::issue`].
    fn credit(&self, context: &Context<'_>) -> Result<Option<Call>, Unfit>;
    /// Reads the answer to [`Provider::credit`].
    ///
    /// # Errors
    /// With what the provider said instead.
    fn credit_read(&self, context: &Context<'_>, answer: &Answer) -> Result<Credit, Rejection>;

    /// The call that fetches a document which this provider named.
    ///
    /// # Errors
    /// When the address is none that this provider would give.
    fn fetch(&self, context: &Context<'_>, source: &Source) -> Result<Call, Unfit>;

    /// Reads a notice that the provider sent us. It is a hint: nothing is believed but that it is worth asking.
    ///
    /// # Errors
    /// When it cannot be told what it is about.
    fn notice(&self, notice: &RawNotice) -> Result<Hint, Unfit>;
    /// What to answer: that the notice is stored, or that it is not.
    fn notice_reply(&self, stored: bool) -> Reply;
}
