//! A seller's settings for 诺诺.

use issue::provider::{Context, Unfit};
use issue::secret::Secret;
use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use super::NAME;

/// Where the platform is (reference, issuing §4.1, §4.4).
const GATEWAY: &str = "https://sdk.nuonuo.com/open/v1/services";
const TOKENS: &str = "https://open.nuonuo.com/accessToken";

/// Where the platform offers documents: its own hosts, and those of the tax bureaus. Settings may add to them.
const DOCUMENT_HOSTS: [&str; 6] = ["jss.com.cn", "nuonuo.com", "nuonuocs.cn", "nntest.cn", "fapiao.com", "chinatax.gov.cn"];

/// The two families of calls that the platform sells; their fields are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
pub(super) enum Family {
    /// 诺税通, which digital invoices need.
    #[default]
    #[serde(rename = "OpeMplatform")]
    Platform,
    /// 诺诺发票.
    #[serde(rename = "ElectronInvoice")]
    Electron,
}

/// The settings as they are written.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Settings {
    /// The app's key.
    pub(super) app_key: String,
    /// The address of all calls.
    pub(super) gateway: Option<String>,
    /// The address for tokens.
    pub(super) tokens: Option<String>,
    /// `OpeMplatform` or `ElectronInvoice`.
    pub(super) family: Family,
    /// 分机号: selects the account of digital invoices.
    pub(super) extension_number: String,
    /// 数电账号: the account that logs in at the tax bureau's platform.
    pub(super) ele_account: String,
    /// Who issues, when an order names nobody: the name bound to the account that is logged in.
    pub(super) clerk: String,
    /// 诺诺's ids of department and clerk.
    pub(super) department_id: String,
    /// See `department_id`.
    pub(super) clerk_id: String,
    /// Whether the platform sends invoices to buyers: -1 no, 0 by mail, 1 by short message, 2 both; by default wherever the buyer can be
    /// reached.
    pub(super) push_mode: Option<i8>,
    /// Further hosts at which it offers documents.
    pub(super) document_hosts: Vec<String>,
}

/// What stands in the seller's secret: the app secret, or for an app of a third party a JSON object with the refresh token besides.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    app_secret: String,
    #[serde(default)]
    refresh_token: String,
    #[serde(default)]
    user_id: String,
}

/// What signs calls and fetches tokens.
pub(super) struct Keys {
    pub(super) app_secret: Secret,
    /// The refresh token and the user id of a third party's app.
    pub(super) refresh: Option<(Secret, String)>,
}

pub(super) fn unfit(what: &'static str, why: impl Into<String>) -> Unfit {
    Unfit { provider: NAME, what, why: why.into() }
}

impl Settings {
    /// Reads and checks settings.
    pub(super) fn read(settings: &Map<String, Value>) -> Result<Settings, Unfit> {
        let wrong = |why: String| unfit("be set up", why);
        let read = Settings::deserialize(Value::Object(settings.clone())).map_err(|error| wrong(error.to_string()))?;
        if read.app_key.is_empty() {
            return Err(wrong("app_key is missing: the key of the app at open.nuonuo.com".to_owned()));
        }
        for address in [&read.gateway, &read.tokens].into_iter().flatten() {
            secure(address).ok_or_else(|| wrong(format!("{address} is no https address")))?;
        }
        let extension = &read.extension_number;
        if extension.len() > 5 || !extension.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong("extension_number has at most five digits".to_owned()));
        }
        if read.push_mode.is_some_and(|mode| !(-1..=2).contains(&mode)) {
            return Err(wrong("push_mode is -1, 0, 1 or 2".to_owned()));
        }
        Ok(read)
    }

    pub(super) fn gateway(&self) -> &str {
        self.gateway.as_deref().unwrap_or(GATEWAY)
    }

    pub(super) fn tokens(&self) -> &str {
        self.tokens.as_deref().unwrap_or(TOKENS)
    }

    /// The full name of a call in this family. Some of 诺诺发票's are spelled with a small letter (reference, issuing §4.1).
    pub(super) fn method(&self, name: &str) -> String {
        match (self.family, name) {
            (Family::Platform, _) => format!("nuonuo.OpeMplatform.{name}"),
            (Family::Electron, "invoiceCancellation" | "invoiceInspection") => format!("nuonuo.electronInvoice.{name}"),
            (Family::Electron, _) => format!("nuonuo.ElectronInvoice.{name}"),
        }
    }

    /// Whether the platform would give this address for a document.
    pub(super) fn offers(&self, address: &str) -> bool {
        let Ok(url) = Url::parse(address) else { return false };
        let Some(host) = url.host_str() else { return false };
        let named = |suffix: &str| host == suffix || host.strip_suffix(suffix).is_some_and(|rest| rest.ends_with('.'));
        matches!(url.scheme(), "https" | "http")
            && (DOCUMENT_HOSTS.into_iter().any(named) || self.document_hosts.iter().any(|suffix| named(suffix)))
    }
}

/// An https address, or one of this machine, where tests have a stub.
fn secure(address: &str) -> Option<Url> {
    let url = Url::parse(address).ok()?;
    let here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    (url.scheme() == "https" || (url.scheme() == "http" && here)).then_some(url)
}

impl Keys {
    /// Reads a seller's secret.
    pub(super) fn read(secret: Option<&Secret>) -> Result<Keys, Unfit> {
        let missing = || unfit("be set up", "the app secret is missing");
        let secret = secret.ok_or_else(missing)?;
        if !secret.expose().trim_start().starts_with('{') {
            return if secret.expose().is_empty() { Err(missing()) } else { Ok(Keys { app_secret: secret.clone(), refresh: None }) };
        }
        // The parser's own words would repeat parts of the secret.
        let parts: Parts = serde_json::from_str(secret.expose()).map_err(|_| {
            unfit("be set up", "the secret is JSON without app_secret, or with more than refresh_token and user_id besides")
        })?;
        let refresh = (!parts.refresh_token.is_empty()).then(|| (Secret::new(parts.refresh_token), parts.user_id));
        if refresh.as_ref().is_some_and(|(_, user)| user.is_empty()) {
            return Err(unfit("be set up", "user_id is missing beside refresh_token"));
        }
        Ok(Keys { app_secret: Secret::new(parts.app_secret), refresh })
    }

    /// The secret of a third party's app with another refresh token in it. None when it has none, or this one already.
    pub(super) fn renewed(secret: &Secret, refresh: &Secret) -> Option<Secret> {
        let keys = Keys::read(Some(secret)).ok()?;
        let (present, user) = keys.refresh?;
        if present == *refresh {
            return None;
        }
        let parts = [("app_secret", keys.app_secret.expose()), ("refresh_token", refresh.expose()), ("user_id", &user)];
        let parts: Map<String, Value> = parts.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        Some(Secret::new(Value::Object(parts).to_string()))
    }

    pub(super) fn of(context: &Context<'_>) -> Result<Keys, Unfit> {
        Keys::read(context.secret)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> Result<Settings, Unfit> {
        Settings::read(value.as_object().unwrap())
    }

    #[test]
    fn settings_are_checked() {
        assert_eq!(read(json!({"app_key": "k"})).unwrap().gateway(), GATEWAY);
        for wrong in [
            json!({}),
            json!({"app_key": "k", "gateway": "http://sdk.nuonuo.com/open/v1/services"}),
            json!({"app_key": "k", "gateway": "somewhere"}),
            json!({"app_key": "k", "extension_number": "123456"}),
            json!({"app_key": "k", "push_mode": 3}),
            json!({"app_key": "k", "app_secret": "s"}),
            json!({"app_key": "k", "family": "other"}),
        ] {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_secret_is_plain_or_has_parts() {
        assert_eq!(Keys::read(Some(&Secret::new("s"))).unwrap().app_secret, Secret::new("s"));
        let keys = Keys::read(Some(&Secret::new(r#"{"app_secret":"s","refresh_token":"r","user_id":"u"}"#))).unwrap();
        assert_eq!(keys.refresh, Some((Secret::new("r"), "u".to_owned())));
        for wrong in
            [Some(""), Some("{}"), Some(r#"{"app_secret":"planted","refresh_token":"r"}"#), Some(r#"{"app_secret":"planted"#), None]
        {
            let error = Keys::read(wrong.map(Secret::new).as_ref()).err().unwrap();
            assert!(!error.to_string().contains("planted"), "{error}");
        }
    }

    #[test]
    fn documents_come_from_the_platforms_hosts() {
        let settings = read(json!({"app_key": "k", "document_hosts": ["example.test"]})).unwrap();
        for (address, offered) in [
            ("https://inv.jss.com.cn/fp2/x.pdf", true),
            ("http://invtest.nntest.cn/fp/x.pdf", true),
            ("https://dppt.zhejiang.chinatax.gov.cn:8443/x", true),
            ("https://example.test/x", true),
            ("https://jss.com.cn.evil.test/x.pdf", false),
            ("https://evilnuonuo.com/x.pdf", false),
            ("file:///etc/passwd", false),
            ("http://127.0.0.1/x", false),
            ("inv.jss.com.cn/x.pdf", false),
        ] {
            assert_eq!(settings.offers(address), offered, "{address}");
        }
    }

    #[test]
    fn methods_are_spelled_as_documented() {
        let platform = read(json!({"app_key": "k"})).unwrap();
        let electron = read(json!({"app_key": "k", "family": "ElectronInvoice"})).unwrap();
        assert_eq!(platform.method("invoiceCancellation"), "nuonuo.OpeMplatform.invoiceCancellation");
        assert_eq!(electron.method("invoiceCancellation"), "nuonuo.electronInvoice.invoiceCancellation");
        assert_eq!(electron.method("requestBillingNew"), "nuonuo.ElectronInvoice.requestBillingNew");
    }
}
