//! Carrying callbacks to addresses that partners chose, under the same two gates as fetching.

use std::sync::Arc;

use async_trait::async_trait;
use issue::provider::{Answer, Call};
use issue::transport::{Fault, Http, Transport};
use url::Url;

use super::policy::Policy;
use super::resolver::{Guard, Lookup, SystemLookup};

/// A transport that connects to no place out of bounds, and follows no redirect to one.
pub(crate) struct Guarded {
    http: Http,
    policy: Arc<Policy>,
}

impl Guarded {
    /// Under this policy.
    ///
    /// # Errors
    /// As for [`super::Fetcher::new`].
    pub(crate) fn new(policy: Policy) -> Result<Guarded, reqwest::Error> {
        Guarded::with(policy, Arc::new(SystemLookup))
    }

    fn with(policy: Policy, lookup: Arc<dyn Lookup>) -> Result<Guarded, reqwest::Error> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let policy = Arc::new(policy);
        let authorities = match &policy.authority {
            Some(pem) => reqwest::Certificate::from_pem_bundle(pem)?,
            None => Vec::new(),
        };
        let builder = || Http::builder().dns_resolver(Guard { lookup: Arc::clone(&lookup), policy: Arc::clone(&policy) });
        let with_system_roots = builder().tls_certs_merge(authorities.iter().cloned()).build();
        let client = with_system_roots.or_else(|error| {
            tracing::warn!(%error, "no certificate authorities on this system: callbacks to https addresses cannot be sent; install ca-certificates");
            builder().tls_certs_only(authorities.iter().cloned()).build()
        })?;
        Ok(Guarded { http: Http::over(client), policy })
    }
}

#[async_trait]
impl Transport for Guarded {
    async fn carry(&self, call: &Call) -> Result<Answer, Fault> {
        let url = Url::parse(&call.url).map_err(|_| Fault::NotSent("the address is none".to_owned()))?;
        self.policy.judge(&url).map_err(|forbidden| Fault::NotSent(format!("the address {forbidden}")))?;
        self.http.carry(call).await
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::net::SocketAddr;

    use futures_util::future::BoxFuture;

    use super::*;

    /// Every name leads to this machine.
    struct Home;

    impl Lookup for Home {
        fn addresses(&self, _: String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> {
            Box::pin(async { Ok(vec![SocketAddr::from(([127, 0, 0, 1], 0))]) })
        }
    }

    #[tokio::test]
    async fn what_is_out_of_bounds_is_never_connected_to() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let policy = Policy { ports: Vec::new(), ..Policy::default() };
        let transport = Guarded::with(policy, Arc::new(Home)).unwrap();
        for address in [
            format!("http://127.0.0.1:{port}/notify"),
            format!("http://0x7f000001:{port}/notify"),
            format!("http://[::ffff:127.0.0.1]:{port}/notify"),
            format!("http://partner.example:{port}/notify"),
            format!("http://user@partner.example:{port}/"),
            "ftp://partner.example/".to_owned(),
            "nowhere".to_owned(),
        ] {
            let fault = transport.carry(&Call::post(address.clone(), "text/plain", "x")).await.unwrap_err();
            assert!(matches!(&fault, Fault::NotSent(_)), "{address}: {fault}");
        }
        let connected = tokio::select! {
            biased;
            connected = listener.accept() => Some(connected),
            () = std::future::ready(()) => None,
        };
        assert!(connected.is_none(), "somebody connected");
    }

    #[tokio::test]
    async fn what_is_allowed_is_sent_as_it_is() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let answer = tokio::spawn(async move {
            let app = axum::Router::new().route("/notify", axum::routing::post(|body: String| async move { format!("heard {body}") }));
            axum::serve(listener, app).await
        });
        let transport = Guarded::with(Policy::with_loopback(), Arc::new(Home)).unwrap();
        let call = Call::post(format!("http://partner.example:{}/notify#fragment", address.port()), "text/plain", "x=1");
        let heard = transport.carry(&call).await.unwrap();
        assert_eq!((heard.status, heard.body.as_slice()), (200, &b"heard x=1"[..]));
        answer.abort();
    }
}
