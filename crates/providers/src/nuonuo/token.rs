//! Access tokens (reference, issuing §4.4). An account has 50 calls in 30 days: the store keeps tokens and counts.

use std::time::Duration;

use issue::provider::{Answer, Call, Context, Rejection, Token, TokenBudget, TokenFailure, Unfit};
use issue::secret::Secret;
use serde::Deserialize;

use super::lenient::Text;
use super::settings::{Keys, Settings};

/// What the platform allows.
pub(super) const BUDGET: TokenBudget = TokenBudget { calls: 50, window: Duration::from_secs(30 * 24 * 3600) };
/// How long a token is good when the platform does not say.
const DAY: Duration = Duration::from_secs(24 * 3600);
/// The longest that we believe in: an app may be set up so that tokens never expire.
const LONGEST: Duration = Duration::from_secs(30 * 24 * 3600);
/// What is taken off, so that a call under way does not outlive its token; a tenth of a shorter one.
const MARGIN: Duration = Duration::from_secs(600);

/// The account whose budget a seller's calls use: an app of one's own has one token, an app of a third party one for each seller.
pub(super) fn account(context: &Context<'_>) -> Option<String> {
    let settings = Settings::read(context.settings).ok()?;
    let keys = Keys::of(context).ok()?;
    Some(match keys.refresh {
        None => settings.app_key,
        Some(_) => format!("{}/{}", settings.app_key, context.seller),
    })
}

fn post(address: &str, fields: &[(&str, &str)]) -> Call {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(fields);
    Call::post(address, "application/x-www-form-urlencoded;charset=UTF-8", body.finish())
}

/// Asks for a token: for an app of one's own by its secret, for a third party's by the refresh token.
pub(super) fn ask(context: &Context<'_>) -> Result<Call, Unfit> {
    let settings = Settings::read(context.settings)?;
    let keys = Keys::of(context)?;
    let secret = keys.app_secret.expose();
    Ok(match &keys.refresh {
        None => {
            post(settings.tokens(), &[("client_id", &settings.app_key), ("client_secret", secret), ("grant_type", "client_credentials")])
        }
        // Here the client is the user who gave leave.
        Some((refresh, user)) => post(
            settings.tokens(),
            &[("client_id", user), ("client_secret", secret), ("grant_type", "refresh_token"), ("refresh_token", refresh.expose())],
        ),
    })
}

/// Asks for the first token of a third party's app, with the code that the merchant's leave (`/authorize`) brought. The answer is read
/// by [`grant`]; its refresh token and user id belong into the seller's secret.
pub(super) fn exchange(context: &Context<'_>, code: &Secret, redirect_uri: &str) -> Result<Call, Unfit> {
    let settings = Settings::read(context.settings)?;
    let keys = Keys::of(context)?;
    Ok(post(
        settings.tokens(),
        &[
            ("client_id", &settings.app_key),
            ("client_secret", keys.app_secret.expose()),
            ("code", code.expose()),
            ("taxNum", context.seller.as_str()),
            ("redirect_uri", redirect_uri),
            ("grant_type", "authorization_code"),
        ],
    ))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Granted {
    #[serde(default, rename = "access_token")]
    access_token: Text,
    #[serde(default, rename = "refresh_token")]
    refresh_token: Text,
    #[serde(default, rename = "expires_in")]
    expires_in: Text,
    #[serde(default)]
    user_id: Text,
    #[serde(default)]
    error: Text,
    #[serde(default, rename = "error_description")]
    error_description: Text,
    // The gateway's own form of errors.
    #[serde(default)]
    code: Text,
    #[serde(default)]
    describe: Text,
}

/// What the platform grants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The token.
    pub token: Token,
    /// Of a third party's app: what fetches the next one.
    pub refresh_token: Option<Secret>,
    /// Of a third party's app: who gave leave.
    pub user_id: Option<String>,
}

/// Reads the answer to any of the calls for a token.
pub(super) fn grant(context: &Context<'_>, answer: &Answer) -> Result<Grant, TokenFailure> {
    let failure =
        |code: &str, text: String, retryable: bool| TokenFailure { rejection: Rejection { retryable, ..Rejection::final_one(code, text) } };
    // Errors may come with any status, in the same form.
    let Ok(granted) = serde_json::from_slice::<Granted>(&answer.body) else {
        return Err(failure("no_token", format!("诺诺: HTTP {}, 应答无法解析", answer.status), true));
    };
    let refused = [(&granted.error, &granted.error_description), (&granted.code, &granted.describe)];
    if let Some((code, text)) = refused.into_iter().find(|(code, _)| !code.is_empty()) {
        // Nothing that asking again could mend: the key, the secret, the budget, the type of the app.
        let retryable = answer.status >= 500;
        return Err(failure(code.as_str(), text.as_str().to_owned(), retryable));
    }
    let Some(token) = granted.access_token.filled().filter(|_| answer.is_success()) else {
        return Err(failure("no_token", format!("诺诺: HTTP {}, 应答中无access_token", answer.status), true));
    };
    let life = granted.expires_in.seconds().filter(|life| !life.is_zero()).unwrap_or(DAY).min(LONGEST);
    let expires_at = context.now.checked_add(life.saturating_sub(MARGIN.min(life / 10))).unwrap_or(context.now);
    let refresh_token = granted.refresh_token.filled().map(Secret::new);
    let renewed = refresh_token.as_ref().and_then(|refresh| Keys::renewed(context.secret?, refresh));
    Ok(Grant {
        token: Token { secret: Secret::new(token), expires_at, renewed },
        refresh_token,
        user_id: granted.user_id.filled().map(str::to_owned),
    })
}
