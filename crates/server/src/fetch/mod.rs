//! Fetching the document that an `image_url` names, without lending the caller our place in the network.
//!
//! Two gates: an address that is an IP literal is judged before it is used, since the HTTP client asks no resolver for it; a
//! name is resolved by our own [resolver](resolver::Guard), which gives an address only when all addresses of the name are
//! admitted. Redirects are followed by hand, and each hop passes both gates again. No proxy from the environment, no cookies,
//! no credentials. What the other side says (status, headers, error text) is never shown to the caller.

pub(crate) mod address;
mod policy;
mod resolver;
mod sending;

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::LOCATION;
use url::Url;

pub use policy::Policy;
pub(crate) use sending::Guarded;

use crate::memory::{Full, Held};
use policy::Forbidden;
use resolver::{Guard, Lookup, SystemLookup};

/// Redirects that are followed.
const REDIRECTS: usize = 3;
/// Until the connection stands.
const CONNECT_TIME: Duration = Duration::from_secs(3);
/// For everything together; the documented limit of error 10400 (reference: recognition §1.5).
const TOTAL_TIME: Duration = Duration::from_secs(20);

/// Why there is no document. The texts are shown to the caller.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    /// No address at all.
    #[error("image_url is not an address")]
    NotAnAddress,
    /// Out of bounds.
    #[error("image_url {0}")]
    Forbidden(#[from] Forbidden),
    /// More hops than allowed.
    #[error("image_url redirects more than {REDIRECTS} times")]
    Redirects,
    /// No answer, or not a good one.
    #[error("image_url could not be fetched; check that it can be opened without a login from another network")]
    Failed,
    /// Not within the time.
    #[error("image_url was not fetched within {} seconds", TOTAL_TIME.as_secs())]
    Time,
    /// The document is too large.
    #[error("the document at image_url is larger than {0} bytes")]
    TooLarge(usize),
    /// No memory is left for it.
    #[error(transparent)]
    Full(#[from] Full),
}

/// Fetches documents.
pub(crate) struct Fetcher {
    client: reqwest::Client,
    policy: Arc<Policy>,
    time: Duration,
}

impl Fetcher {
    /// A fetcher under this policy.
    ///
    /// # Errors
    /// When the policy's certificate authority cannot be read, or the system gives no random numbers for TLS.
    pub(crate) fn new(policy: Policy) -> Result<Fetcher, reqwest::Error> {
        Fetcher::with(policy, Arc::new(SystemLookup))
    }

    fn with(policy: Policy, lookup: Arc<dyn Lookup>) -> Result<Fetcher, reqwest::Error> {
        // The provider is one for the whole process; whoever installed one before us has chosen.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let policy = Arc::new(policy);
        let authorities = match &policy.authority {
            Some(pem) => reqwest::Certificate::from_pem_bundle(pem)?,
            None => Vec::new(),
        };
        let builder = || {
            reqwest::Client::builder()
                .dns_resolver(Guard { lookup: Arc::clone(&lookup), policy: Arc::clone(&policy) })
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .no_proxy()
                .connect_timeout(CONNECT_TIME)
                .pool_max_idle_per_host(0)
                .user_agent(concat!("fapiao/", env!("CARGO_PKG_VERSION")))
        };
        let with_system_roots = builder().tls_certs_merge(authorities.iter().cloned()).build();
        let client = with_system_roots.or_else(|error| {
            tracing::warn!(%error, "no certificate authorities on this system: https addresses cannot be fetched; install ca-certificates");
            builder().tls_certs_only(authorities.iter().cloned()).build()
        })?;
        Ok(Fetcher { client, policy, time: TOTAL_TIME })
    }

    /// The document behind an address, at most `limit` bytes, for which memory is set aside in `held` as they come.
    pub(crate) async fn fetch(&self, address: &str, limit: usize, held: &mut Held) -> Result<Bytes, Error> {
        tokio::time::timeout(self.time, self.follow(address, limit, held)).await.unwrap_or(Err(Error::Time))
    }

    async fn follow(&self, address: &str, limit: usize, held: &mut Held) -> Result<Bytes, Error> {
        let mut url = Url::parse(address).map_err(|_| Error::NotAnAddress)?;
        for _ in 0..=REDIRECTS {
            self.policy.judge(&url)?;
            let answer = self.client.get(url.clone()).send().await.map_err(|error| reason(&error))?;
            if answer.status().is_redirection() {
                let location = answer.headers().get(LOCATION).and_then(|value| std::str::from_utf8(value.as_bytes()).ok());
                url = location.and_then(|place| url.join(place).ok()).ok_or(Error::Failed)?;
                continue;
            }
            if !answer.status().is_success() {
                return Err(Error::Failed);
            }
            return body(answer, limit, held).await;
        }
        Err(Error::Redirects)
    }
}

/// Collects a body as it comes, whatever its Content-Length says.
async fn body(mut answer: reqwest::Response, limit: usize, held: &mut Held) -> Result<Bytes, Error> {
    let mut body = BytesMut::new();
    while let Some(piece) = answer.chunk().await.map_err(|error| reason(&error))? {
        if body.len() + piece.len() > limit {
            return Err(Error::TooLarge(limit));
        }
        held.grow(piece.len())?;
        body.extend_from_slice(&piece);
    }
    Ok(body.freeze())
}

/// Says no more than the caller may know: whether the resolver found the name out of bounds, or that it failed.
fn reason(error: &reqwest::Error) -> Error {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if let Some(forbidden) = inner.downcast_ref::<Forbidden>() {
            return Error::Forbidden(*forbidden);
        }
        source = inner.source();
    }
    tracing::debug!(kind = error.is_connect(), "image_url was not fetched");
    Error::Failed
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tls_tests;
