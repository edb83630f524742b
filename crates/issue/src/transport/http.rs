//! HTTP by reqwest: one call is one try on the wire.

use async_trait::async_trait;

use super::{Fault, Transport};
use crate::provider::{Answer, Call, Method};

/// Carries calls over HTTP.
#[derive(Debug, Clone)]
pub struct Http {
    client: reqwest::Client,
}

impl Http {
    /// Over a client of one's own: one that guards where connections go, for addresses that partners give. It has to be built
    /// with [`Http::builder`]'s settings: a client that sends anything twice breaks the promise to issue once.
    pub fn over(client: reqwest::Client) -> Http {
        Http { client }
    }

    /// Over the settings of [`Http::builder`].
    ///
    /// # Errors
    /// When the system gives no random numbers or no certificate authorities for TLS.
    pub fn new() -> Result<Http, reqwest::Error> {
        Ok(Http { client: Http::builder().build()? })
    }

    /// Settings that keep the promise: nothing is sent again by itself, no redirect is followed (a POST that is redirected was
    /// read by somebody), no proxy of the environment, no idle connection is used again (a server may close one just as it is
    /// written to, and then nobody knows whether it read).
    pub fn builder() -> reqwest::ClientBuilder {
        reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .connect_timeout(std::time::Duration::from_secs(10))
            .pool_max_idle_per_host(0)
            .user_agent(concat!("fapiao/", env!("CARGO_PKG_VERSION")))
    }
}

#[async_trait]
impl Transport for Http {
    async fn carry(&self, call: &Call) -> Result<Answer, Fault> {
        let method = match call.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
        };
        let mut request = self.client.request(method, &call.url).timeout(call.time);
        for (name, value) in &call.headers {
            request = request.header(name, value);
        }
        if call.method == Method::Post {
            request = request.body(call.body.clone());
        }
        let mut answer = request.send().await.map_err(|error| fault(&error))?;
        fail::fail_point!(crate::crash::SENT);
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(|error| fault(&error))? {
            if body.len() + piece.len() > call.limit {
                return Err(Fault::Unknown(format!("the answer is longer than {} bytes", call.limit)));
            }
            body.extend_from_slice(&piece);
        }
        let header = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        };
        Ok(Answer { status: answer.status().as_u16(), headers: answer.headers().iter().filter_map(header).collect(), body })
    }
}

/// The address that a document's address leads to, when the answer says that it is elsewhere. Only for what is asked with GET.
pub fn redirected(from: &str, answer: &Answer) -> Option<String> {
    if !matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let to = answer.header_value("location")?;
    reqwest::Url::parse(from).ok()?.join(to).ok().map(Into::into)
}

/// Only what fails before there is a connection was surely not sent. The texts name no address.
fn fault(error: &reqwest::Error) -> Fault {
    if error.is_builder() {
        return Fault::NotSent("the call is no HTTP request".to_owned());
    }
    if error.is_connect() {
        let mut last: &dyn std::error::Error = error;
        while let Some(source) = last.source() {
            last = source;
        }
        return Fault::NotSent(format!("no connection: {last}"));
    }
    Fault::Unknown(if error.is_timeout() { "timeout".to_owned() } else { "the connection broke".to_owned() })
}

#[cfg(test)]
mod tests;
