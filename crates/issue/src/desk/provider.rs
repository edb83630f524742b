//! What the desk asks of providers at once, and what it is told by them.

use super::{Desk, DeskError};
use crate::caller::CallError;
use crate::machine::{self, Event};
use crate::order::{AppId, Order, OrderNumber, TaxId};
use crate::provider::{Credit, LoginReading, LoginStep, Outcome, RawNotice, Rejection, Reply, Unfit};
use crate::store::{Login, NoticeId, NoticeTaken, Seller, StoreError};

/// What the codec says when there is no call to make.
const UNSUPPORTED: &str = "unsupported";

impl Desk {
    /// Takes a provider's notice in: stored once, as a hint for the order that it is about. What to answer the provider; when
    /// it could not be stored the answer says so, and the provider comes again. None when there is no such provider.
    pub async fn notice(&self, provider: &str, raw: &RawNotice) -> Option<Reply> {
        let codec = self.caller.registry.provider(provider)?;
        let hint = match codec.notice(raw) {
            Ok(hint) => hint,
            Err(unfit) => {
                tracing::warn!(provider, %unfit, "a notice makes no sense");
                return Some(codec.notice_reply(false));
            }
        };
        let stored = self.take(provider, raw, &hint).await;
        if let Err(error) = &stored {
            tracing::warn!(provider, %error, "a notice could not be stored");
        }
        Some(codec.notice_reply(stored.is_ok()))
    }

    async fn take(&self, provider: &str, raw: &RawNotice, hint: &crate::provider::Hint) -> Result<(), StoreError> {
        let id = NoticeId::of(provider, &raw.path, &raw.body);
        for _ in 0..super::TRIES {
            let order = self.meant(provider, hint).await?;
            let change = match &order {
                Some(order) => {
                    let event = Event::Noticed { claim: hint.claim.clone() };
                    // A notice is never refused: every state has a rule for it.
                    match machine::step(order, &event, self.now(), &self.pace) {
                        Ok(step) => crate::worker::change(self.store(), order, step).await?,
                        Err(_) => None,
                    }
                }
                None => None,
            };
            match self.store().take_notice(&id, self.now(), &hint.claim, change.as_ref()).await? {
                NoticeTaken::Fresh | NoticeTaken::Known => {
                    self.wake.notify_one();
                    return Ok(());
                }
                NoticeTaken::Conflict => {}
            }
        }
        Err(StoreError::Busy("the order keeps changing"))
    }

    /// The order that a hint is about.
    async fn meant(&self, provider: &str, hint: &crate::provider::Hint) -> Result<Option<Order>, StoreError> {
        if let Some(number) = &hint.number
            && let Some(order) = self.store().order_by_provider_number(provider, number).await?
        {
            return Ok(Some(order));
        }
        match &hint.serial {
            Some(serial) => self.store().order_by_serial(provider, serial).await,
            None => Ok(None),
        }
    }

    async fn seller(&self, app: &AppId, tax_id: &TaxId) -> Result<Seller, DeskError> {
        self.store().seller(app, tax_id).await?.ok_or_else(|| DeskError::NoSeller(tax_id.clone()))
    }

    /// One step of a seller's login at the tax bureau's platform. What it shows of the login is kept, so that a retry knows.
    ///
    /// # Errors
    /// [`DeskError::Unsupported`] when the provider knows no login; and what calls end with.
    pub async fn login(&self, app: &AppId, tax_id: &TaxId, step: &LoginStep) -> Result<LoginReading, DeskError> {
        let seller = self.seller(app, tax_id).await?;
        let called = self.caller.call(
            &seller,
            None,
            |provider, context| provider.login(context, step)?.ok_or_else(|| unsupported(provider.name())),
            |provider, context, answer| provider.login_read(context, step, answer),
        );
        let reading = called.await.map_err(asked)?;
        let seen_at = self.now();
        let login = match &reading {
            LoginReading::LoggedIn => Some(Login::Present { seen_at }),
            LoginReading::LoggedOut { text } => Some(Login::Missing { seen_at, text: text.clone() }),
            _ => None,
        };
        if let Some(login) = login {
            self.store().note_login(app, tax_id, &login).await?;
        }
        Ok(reading)
    }

    /// A seller's credit line.
    ///
    /// # Errors
    /// [`DeskError::Unsupported`] when the provider knows none; and what calls end with.
    pub async fn credit(&self, app: &AppId, tax_id: &TaxId) -> Result<Credit, DeskError> {
        let seller = self.seller(app, tax_id).await?;
        let called = self.caller.call(
            &seller,
            None,
            |provider, context| provider.credit(context)?.ok_or_else(|| unsupported(provider.name())),
            |provider, context, answer| provider.credit_read(context, answer),
        );
        called.await.map_err(asked)?.map_err(DeskError::Rejected)
    }

    /// Has the provider send an issued invoice to the buyer once more. Sending twice does no harm: no intent is kept.
    ///
    /// # Errors
    /// [`DeskError::NoOrder`] when there is no such invoice; and what calls end with.
    pub async fn deliver(&self, app: &AppId, number: &OrderNumber, place: u16, email: &str, mobile: &str) -> Result<(), DeskError> {
        let order = self.order(app, number).await?;
        let invoice = order.progress.invoices.get(usize::from(place)).ok_or(DeskError::NoOrder)?;
        let seller = self.seller(app, order.seller()).await?;
        let called = self.caller.call(
            &seller,
            None,
            |provider, context| provider.deliver(context, invoice, email, mobile),
            |provider, context, answer| provider.delivered(context, answer),
        );
        match called.await? {
            Outcome::Accepted { .. } | Outcome::Issued { .. } => Ok(()),
            Outcome::Rejected(rejection) => Err(DeskError::Rejected(rejection)),
            Outcome::NotSent { text } | Outcome::Unknown { text } => Err(DeskError::NoAnswer(text)),
        }
    }

    /// Checks a seller before it is stored: its settings for its provider, its item.
    ///
    /// # Errors
    /// With what is missing or wrong.
    pub fn check_seller(&self, seller: &Seller) -> Result<(), DeskError> {
        let provider = self.caller.registry.provider(&seller.provider);
        let provider = provider.ok_or_else(|| {
            let text = format!("there is no provider {}; there are {}", seller.provider, self.caller.registry.names().join(", "));
            DeskError::Rejected(Rejection::final_one("no_provider", text))
        })?;
        provider.check_settings(&seller.settings, seller.secret.is_some())?;
        Ok(())
    }
}

fn unsupported(provider: &'static str) -> Unfit {
    Unfit { provider, what: UNSUPPORTED, why: String::new() }
}

fn asked(error: CallError) -> DeskError {
    match error {
        CallError::Unfit(unfit) if unfit.what == UNSUPPORTED => DeskError::Unsupported,
        other => other.into(),
    }
}
