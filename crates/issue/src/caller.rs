//! Calling providers: who they are, how to reach them, with which token.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::crash::hurried;
use crate::machine::pace::later;
use crate::order::AppId;
use crate::provider::{Answer, Call, Context, Provider, Unfit};
use crate::secret::{Secret, Vault, VaultError};
use crate::store::{Seller, Store, StoreError, TokenDesk, TokenKey};
use crate::surroundings::{Chance, Clock};
use crate::transport::{Fault, Transport};

/// How long the right to fetch a token lasts.
const TOKEN_TIME: Duration = Duration::from_secs(60);

/// The providers that there are, by name.
#[derive(Clone, Default)]
pub struct Registry(BTreeMap<&'static str, Known>);

#[derive(Clone)]
struct Known {
    provider: Arc<dyn Provider>,
    transport: Arc<dyn Transport>,
}

impl Registry {
    /// Adds a provider with the way to it.
    #[must_use]
    pub fn with(mut self, provider: Arc<dyn Provider>, transport: Arc<dyn Transport>) -> Registry {
        self.0.insert(provider.name(), Known { provider, transport });
        self
    }

    /// A provider.
    pub fn provider(&self, name: &str) -> Option<&Arc<dyn Provider>> {
        self.0.get(name).map(|known| &known.provider)
    }

    /// The names, sorted.
    pub fn names(&self) -> Vec<&'static str> {
        self.0.keys().copied().collect()
    }
}

/// Where an app's secret is sealed for.
pub fn app_secret_place(app: &AppId) -> String {
    format!("app/{app}/secret")
}

/// Where a seller's secret for its provider is sealed for.
pub fn seller_secret_place(seller: &Seller) -> String {
    format!("seller/{}/{}/secret", seller.app, seller.party.tax_id)
}

fn token_place(key: &TokenKey) -> String {
    format!("token/{}/{}", key.provider, key.account)
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// It cannot be said in this provider's words, or its settings lack something.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// Surely not sent; it may be tried again.
    #[error("{0}")]
    NotSent(String),
    /// The provider gives no token, and will give none until somebody changes something.
    #[error("{0}")]
    NoToken(crate::provider::Rejection),
    /// Sent, perhaps, and no answer.
    #[error("{0}")]
    Unknown(String),
}

impl From<StoreError> for CallError {
    fn from(error: StoreError) -> CallError {
        CallError::NotSent(error.to_string())
    }
}

impl From<VaultError> for CallError {
    fn from(error: VaultError) -> CallError {
        CallError::NotSent(error.to_string())
    }
}

/// Calls providers.
#[derive(Clone)]
pub struct Caller {
    /// The providers.
    pub registry: Registry,
    /// Where tokens are kept.
    pub store: Arc<dyn Store>,
    /// Opens secrets.
    pub vault: Arc<dyn Vault>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Nonces.
    pub chance: Arc<dyn Chance>,
    /// The address at which providers give notice, with the provider's name to be put behind it; none when this platform cannot
    /// be reached from outside.
    pub notice_base: Option<String>,
}

impl Caller {
    /// Builds a call for a seller, carries it, and reads the answer. A call that could last beyond `deadline` is not made.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn call<B, R, T>(&self, seller: &Seller, deadline: Option<Timestamp>, build: B, read: R) -> Result<T, CallError>
    where
        B: Fn(&dyn Provider, &Context<'_>) -> Result<Call, Unfit> + Send + Sync,
        R: Fn(&dyn Provider, &Context<'_>, &Answer) -> T + Send + Sync,
    {
        let known = self.registry.0.get(seller.provider.as_str());
        let known = known.ok_or_else(|| CallError::NotSent(format!("there is no provider {}", seller.provider)))?;
        let secret = seller.secret.as_ref().map(|sealed| self.vault.open(&seller_secret_place(seller), sealed)).transpose()?;
        let mut token = None;
        if let Some(account) = known.provider.token_account(&self.context(seller, secret.as_ref(), None, None)) {
            let key = TokenKey { provider: seller.provider.clone(), account };
            let (open, fence) = self.token(known, seller, secret.as_ref(), &key).await?;
            token = Some((key, open, fence));
        }
        let notice_url = self.notice_base.as_ref().map(|base| format!("{base}{}", seller.provider));
        let open = token.as_ref().map(|(_, open, _)| open);
        let mut call = build(&*known.provider, &self.context(seller, secret.as_ref(), open, notice_url.as_deref()))?;
        call.time = hurried(call.time);
        // A call that could outlast the lease is not begun: another worker might take the order for lost.
        if deadline.is_some_and(|deadline| later(self.clock.now(), call.time) > deadline) {
            return Err(CallError::NotSent("the lease is too short for the call".to_owned()));
        }
        fail::fail_point!(crate::crash::INTENT);
        let answer = known.transport.carry(&call).await.map_err(|fault| match fault {
            Fault::NotSent(text) => CallError::NotSent(text),
            Fault::Unknown(text) => CallError::Unknown(text),
        })?;
        if let Some((key, _, fence)) = &token
            && known.provider.refuses_token(&answer)
        {
            // If that fails the next answer refuses the token again.
            let _ = self.store.forget_token(key, *fence).await;
        }
        let open = token.as_ref().map(|(_, open, _)| open);
        Ok(read(&*known.provider, &self.context(seller, secret.as_ref(), open, notice_url.as_deref()), &answer))
    }

    fn context<'a>(
        &self,
        seller: &'a Seller,
        secret: Option<&'a Secret>,
        token: Option<&'a Secret>,
        notice_url: Option<&'a str>,
    ) -> Context<'a> {
        Context {
            seller: &seller.party.tax_id,
            settings: &seller.settings,
            secret,
            token,
            now: self.clock.now(),
            nonce: self.chance.bytes(),
            notice_url,
        }
    }

    /// The token of an account, fetched when there is none and the budget allows it.
    async fn token(&self, known: &Known, seller: &Seller, secret: Option<&Secret>, key: &TokenKey) -> Result<(Secret, u64), CallError> {
        let now = self.clock.now();
        let fence = match self.store.token(key, known.provider.token_budget(), now, later(now, TOKEN_TIME)).await? {
            TokenDesk::Kept { token, fence, .. } => return Ok((self.vault.open(&token_place(key), &token)?, fence)),
            TokenDesk::Busy { .. } => return Err(CallError::NotSent("another call is fetching the access token".to_owned())),
            TokenDesk::Spent { until } => {
                return Err(CallError::NotSent(format!("the budget of access tokens is spent until {until}")));
            }
            TokenDesk::Yours { fence } => fence,
        };
        let fetched = self.fetch_token(known, seller, secret).await;
        match fetched {
            Ok(token) => {
                // First what fetches the next one: without it a person would have to give leave again.
                if let Some(renewed) = &token.renewed {
                    self.renew_secret(seller, renewed).await?;
                }
                let sealed = self.vault.seal(&token_place(key), &token.secret)?;
                self.store.keep_token(key, fence, &sealed, token.expires_at).await?;
                Ok((token.secret, fence))
            }
            Err(error) => {
                // If that fails the right ends by itself.
                let _ = self.store.drop_token_right(key, fence).await;
                Err(error)
            }
        }
    }

    /// Writes a seller's secret that the provider has changed. What somebody else has put there meanwhile stays.
    pub(crate) async fn renew_secret(&self, seller: &Seller, renewed: &Secret) -> Result<(), CallError> {
        let Some(stored) = self.store.seller(&seller.app, &seller.party.tax_id).await? else { return Ok(()) };
        if stored.secret == seller.secret && stored.provider == seller.provider {
            let secret = Some(self.vault.seal(&seller_secret_place(&stored), renewed)?);
            self.store.put_seller(&Seller { secret, ..stored }).await?;
        }
        Ok(())
    }

    async fn fetch_token(&self, known: &Known, seller: &Seller, secret: Option<&Secret>) -> Result<crate::provider::Token, CallError> {
        let context = self.context(seller, secret, None, None);
        let call = known.provider.authenticate(&context)?;
        // Whatever became of it: the call that wanted the token was not sent.
        let answer = known.transport.carry(&call).await.map_err(|fault| CallError::NotSent(format!("access token: {fault}")))?;
        known.provider.token(&context, &answer).map_err(|failure| {
            if failure.rejection.retryable { CallError::NotSent(failure.to_string()) } else { CallError::NoToken(failure.rejection) }
        })
    }
}
