//! 诺诺, 诺税通: the real platform. A pure codec of its documented calls (reference, issuing §4).
//!
//! The secret of a seller is the app secret; for an app of a third party a JSON object of `app_secret`, `refresh_token` and `user_id`.

mod code;
mod gateway;
mod lenient;
mod messages;
mod notice;
mod settings;
mod sign;
mod token;

use issue::order::{Content, Invoice, RedReason, Source};
use issue::provider::{
    Answer, Call, Context, Credit, Hint, Inquiry, Issue, LoginReading, LoginStep, Outcome, Provider, RawNotice, RedLetter, RedStanding,
    Rejection, Reply, Standing, Token, TokenBudget, TokenFailure, Unfit,
};
use issue::secret::Secret;
use serde_json::{Map, Value};

use messages::{billing, cancellation, delivery, red, reinvoice, result, session};
use settings::{Keys, Settings, unfit};

pub use messages::red::FormId;
pub use sign::{Signed, sign};
pub use token::Grant;

/// The name in settings and stores.
pub const NAME: &str = "nuonuo";

/// Bytes that a document may have.
const DOCUMENT: usize = 32 << 20;

/// The codec.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nuonuo;

impl Provider for Nuonuo {
    fn name(&self) -> &'static str {
        NAME
    }

    fn check_settings(&self, settings: &Map<String, Value>, has_secret: bool) -> Result<(), Unfit> {
        Settings::read(settings)?;
        if has_secret { Ok(()) } else { Err(unfit("be set up", "the app secret is missing")) }
    }

    fn check_content(&self, content: &Content) -> Result<(), Unfit> {
        billing::check(content)
    }

    fn token_account(&self, context: &Context<'_>) -> Option<String> {
        token::account(context)
    }

    fn token_budget(&self) -> TokenBudget {
        token::BUDGET
    }

    fn authenticate(&self, context: &Context<'_>) -> Result<Call, Unfit> {
        token::ask(context)
    }

    fn token(&self, context: &Context<'_>, answer: &Answer) -> Result<Token, TokenFailure> {
        token::grant(context, answer).map(|grant| grant.token)
    }

    fn refuses_token(&self, answer: &Answer) -> bool {
        matches!(gateway::read(answer), gateway::Said::Code(refusal) if code::refuses_token(&refusal.code))
    }

    fn issue(&self, context: &Context<'_>, issue: &Issue<'_>) -> Result<Call, Unfit> {
        billing::ask(context, issue)
    }

    fn issued(&self, _context: &Context<'_>, answer: &Answer) -> Outcome {
        billing::read(answer)
    }

    fn query(&self, context: &Context<'_>, inquiry: &Inquiry<'_>) -> Result<Call, Unfit> {
        result::ask(context, inquiry.number.as_str())
    }

    fn found(&self, _context: &Context<'_>, inquiry: &Inquiry<'_>, answer: &Answer) -> Standing {
        result::read(inquiry, answer)
    }

    fn reissue(&self, context: &Context<'_>, inquiry: &Inquiry<'_>) -> Result<Call, Unfit> {
        reinvoice::ask(context, inquiry)
    }

    fn reissued(&self, _context: &Context<'_>, answer: &Answer) -> Outcome {
        reinvoice::read(answer)
    }

    fn deliver(&self, context: &Context<'_>, invoice: &Invoice, email: &str, mobile: &str) -> Result<Call, Unfit> {
        delivery::ask(context, invoice, email, mobile)
    }

    fn delivered(&self, _context: &Context<'_>, answer: &Answer) -> Outcome {
        delivery::read(answer)
    }

    fn reverse(&self, context: &Context<'_>, red: &RedLetter<'_>) -> Result<Call, Unfit> {
        red::ask(context, red)
    }

    fn reversed(&self, _context: &Context<'_>, answer: &Answer) -> Outcome {
        red::read(answer)
    }

    fn query_reversal(&self, context: &Context<'_>, red: &RedLetter<'_>) -> Result<Call, Unfit> {
        red::query(context, red)
    }

    fn found_reversal(&self, _context: &Context<'_>, red: &RedLetter<'_>, answer: &Answer) -> RedStanding {
        red::found(red, answer)
    }

    fn withdraw(&self, context: &Context<'_>, red: &RedLetter<'_>) -> Result<Call, Unfit> {
        red::withdraw(context, red)
    }

    fn withdrawn(&self, _context: &Context<'_>, answer: &Answer) -> Outcome {
        red::done(answer)
    }

    fn login(&self, context: &Context<'_>, step: &LoginStep) -> Result<Option<Call>, Unfit> {
        session::step(context, step).map(Some)
    }

    fn login_read(&self, _context: &Context<'_>, step: &LoginStep, answer: &Answer) -> LoginReading {
        session::read(step, answer)
    }

    fn credit(&self, context: &Context<'_>) -> Result<Option<Call>, Unfit> {
        session::credit(context, false).map(Some)
    }

    fn credit_read(&self, _context: &Context<'_>, answer: &Answer) -> Result<Credit, Rejection> {
        session::read_credit(answer)
    }

    fn fetch(&self, context: &Context<'_>, source: &Source) -> Result<Call, Unfit> {
        let settings = Settings::read(context.settings)?;
        if !settings.offers(&source.url) {
            return Err(unfit("fetch a document", "its address is at none of the platform's hosts; document_hosts in the settings adds one"));
        }
        let mut call = Call::get(&source.url);
        call.limit = DOCUMENT;
        Ok(call)
    }

    fn notice(&self, notice: &RawNotice) -> Result<Hint, Unfit> {
        notice::read(notice)
    }

    fn notice_reply(&self, stored: bool) -> Reply {
        notice::reply(stored)
    }
}

/// What the platform offers besides issuing, asking and reversing.
impl Nuonuo {
    /// Asks for the first token of a third party's app, with the code that a merchant's leave brought to `redirect_uri`.
    ///
    /// # Errors
    /// When the settings lack what is needed.
    pub fn exchange(&self, context: &Context<'_>, code: &Secret, redirect_uri: &str) -> Result<Call, Unfit> {
        token::exchange(context, code, redirect_uri)
    }

    /// Reads the answer to [`Nuonuo::exchange`] and to [`Provider::authenticate`] with all that it grants.
    ///
    /// # Errors
    /// As for [`Provider::token`].
    pub fn granted(&self, context: &Context<'_>, answer: &Answer) -> Result<Grant, TokenFailure> {
        token::grant(context, answer)
    }

    /// Voids an invoice of the tax-control system, or a digital one on paper. `serial` is the platform's of its order; `words` say more
    /// about the reason.
    ///
    /// # Errors
    /// When there is no serial, or the settings lack what is needed.
    pub fn void(&self, context: &Context<'_>, serial: &str, invoice: &Invoice, reason: RedReason, words: &str) -> Result<Call, Unfit> {
        cancellation::ask(context, serial, invoice, reason, words)
    }

    /// Reads the answer to [`Nuonuo::void`]: accepted, and done later.
    pub fn voided(&self, _context: &Context<'_>, answer: &Answer) -> Outcome {
        cancellation::read(answer)
    }

    /// Agrees to a red letter that the buyer asked for, or refuses it. Its answer is read by [`Provider::withdrawn`].
    ///
    /// # Errors
    /// When none of the form's ids is known, or the settings lack what is needed.
    pub fn confirm(&self, context: &Context<'_>, form: FormId<'_>, agree: bool, why: &str) -> Result<Call, Unfit> {
        red::confirm(context, form, agree, why)
    }

    /// Has the platform look a red letter's form up at the bureau. Its answer is read by [`Provider::withdrawn`].
    ///
    /// # Errors
    /// As for [`Nuonuo::confirm`].
    pub fn refresh(&self, context: &Context<'_>, uuid: &str) -> Result<Call, Unfit> {
        red::refresh(context, uuid)
    }

    /// Has the platform fetch a red letter that the bureau issued by itself, or issue one on paper. Its answer is read by
    /// [`Provider::issued`].
    ///
    /// # Errors
    /// When the form's number or its id at the bureau is unknown, or the settings lack what is needed.
    pub fn fetch_red(&self, context: &Context<'_>, red: &RedLetter<'_>, form: FormId<'_>) -> Result<Call, Unfit> {
        red::fetch(context, red, form)
    }

    /// Asks how a step of the login ended that was only begun. Its answer is read by [`Provider::login_read`] with the same step.
    ///
    /// # Errors
    /// As for [`Provider::login`].
    pub fn login_end(&self, context: &Context<'_>, of: &LoginStep) -> Result<Call, Unfit> {
        session::end(context, of)
    }

    /// Has the platform look the credit line up at the bureau, at most 20 times a day; [`Provider::credit`] then tells it.
    ///
    /// # Errors
    /// As for [`Provider::credit`].
    pub fn renew_credit(&self, context: &Context<'_>) -> Result<Call, Unfit> {
        session::credit(context, true)
    }

    /// Whether a secret has the form that this provider knows: plain, or a JSON object of its parts.
    ///
    /// # Errors
    /// With what is wrong; never with any of it.
    pub fn check_secret(&self, secret: &Secret) -> Result<(), Unfit> {
        Keys::read(Some(secret)).map(|_| ())
    }
}
