//! Sellers: the parties that an app issues for.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use issue::caller::seller_secret_place;
use issue::desk::DeskError;
use issue::order::{Party, TaxId};
use issue::provider::{LoginReading, LoginStep};
use issue::secret::Secret;
use issue::store::{Item, Login, Seller};
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Native;
use super::amount::Amount;
use super::entry::Caller;
use super::named::UntaxedName;
use super::order::{PartyBody, PeopleBody};
use super::problem::{Body as ProblemBody, Code, Problem};
use super::reading::{Json, Named};

/// The routes.
pub(super) fn routes() -> OpenApiRouter<Arc<Native>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get, put)).routes(routes!(login)).routes(routes!(credit))
}

/// A seller's settings. Its tax id is in the address.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SellerRequest {
    /// Full name.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// Address.
    #[serde(default)]
    #[schema(max_length = 80)]
    address: String,
    /// Telephone.
    #[serde(default)]
    #[schema(max_length = 50)]
    telephone: String,
    /// Bank.
    #[serde(default)]
    #[schema(max_length = 100)]
    bank: String,
    /// Account at the bank.
    #[serde(default)]
    #[schema(max_length = 100)]
    account: String,
    /// Its merchant numbers at the gate; each unique within the app.
    #[serde(default)]
    #[schema(max_items = 100)]
    merchants: Vec<String>,
    /// Which provider issues for it: `sandbox`, `nuonuo`.
    #[schema(min_length = 1, max_length = 40)]
    provider: String,
    /// Settings for that provider, in its own terms (docs/providers.md); nothing secret.
    #[serde(default)]
    #[schema(value_type = Object)]
    settings: Map<String, Value>,
    /// The secret for that provider. It is never shown; when this is missing the present one stays.
    #[schema(max_length = 200, write_only)]
    secret: Option<String>,
    /// What is sold when an order gives an amount only.
    item: Option<ItemBody>,
    /// People that are named when an order names nobody.
    #[serde(default)]
    people: PeopleBody,
    /// Whether orders are accepted for it.
    #[serde(default = "yes")]
    #[schema(default = true)]
    enabled: bool,
}

fn yes() -> bool {
    true
}

/// What is sold when an order gives an amount only.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Item)]
struct ItemBody {
    /// Name of the goods or service.
    #[schema(min_length = 1, max_length = 90)]
    name: String,
    /// 19-digit code of the tax classification.
    #[schema(pattern = "^[0-9]{19}$")]
    tax_code: String,
    /// Rate as a fraction: `"0.06"`.
    rate: Amount,
    /// Why the rate is zero.
    untaxed: Option<UntaxedName>,
    /// Unit.
    #[serde(default)]
    #[schema(max_length = 20)]
    unit: String,
    /// Specification.
    #[serde(default)]
    #[schema(max_length = 40)]
    specification: String,
}

/// A seller.
#[derive(Serialize, ToSchema)]
#[schema(as = Seller)]
struct SellerBody {
    /// The party as printed.
    #[serde(flatten)]
    party: PartyBody,
    /// Its merchant numbers at the gate.
    merchants: Vec<String>,
    /// Which provider issues for it.
    provider: String,
    /// Settings for that provider.
    #[schema(value_type = Object)]
    settings: Map<String, Value>,
    /// Whether there is a secret for that provider.
    has_secret: bool,
    /// What is sold when an order gives an amount only.
    item: Option<ItemBody>,
    /// People that are named when an order names nobody.
    people: PeopleBody,
    /// What is known of its login at the tax bureau's platform.
    login: LoginBody,
    /// Whether orders are accepted for it.
    enabled: bool,
}

/// What is known of a login.
#[derive(Serialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
#[schema(as = Login)]
enum LoginBody {
    /// Nothing.
    Unknown,
    /// It was there.
    Present {
        /// When that was seen.
        seen_at: Timestamp,
    },
    /// It was missing.
    Missing {
        /// When that was seen.
        seen_at: Timestamp,
        /// What has to be done.
        text: String,
    },
}

/// Sellers.
#[derive(Serialize, ToSchema)]
struct SellerList {
    /// By tax id.
    sellers: Vec<SellerBody>,
}

impl From<Seller> for SellerBody {
    fn from(seller: Seller) -> SellerBody {
        let item = |item: Item| ItemBody {
            name: item.name,
            tax_code: item.tax_code,
            rate: Amount(item.rate),
            untaxed: item.untaxed.map(Into::into),
            unit: item.unit,
            specification: item.specification,
        };
        SellerBody {
            party: (&seller.party).into(),
            merchants: seller.merchants,
            provider: seller.provider,
            settings: seller.settings,
            has_secret: seller.secret.is_some(),
            item: seller.item.map(item),
            people: (&seller.people).into(),
            login: match seller.login {
                Login::Unknown => LoginBody::Unknown,
                Login::Present { seen_at } => LoginBody::Present { seen_at },
                Login::Missing { seen_at, text } => LoginBody::Missing { seen_at, text },
            },
            enabled: seller.enabled,
        }
    }
}

/// A text of the settings: printable, not too long.
fn printable(field: &str, text: &str, longest: usize) -> Result<(), Problem> {
    if text.chars().count() > longest {
        return Err(Problem::content(field, format!("超过 {longest} 个字符")));
    }
    if text.contains(|c: char| c.is_control()) {
        return Err(Problem::content(field, "含有不可用的字符"));
    }
    Ok(())
}

/// Whether settings hold a NUL, which cannot be stored everywhere.
fn has_nul(settings: &Map<String, Value>) -> bool {
    fn in_value(value: &Value) -> bool {
        match value {
            Value::String(text) => text.contains('\0'),
            Value::Array(values) => values.iter().any(in_value),
            Value::Object(settings) => has_nul(settings),
            _ => false,
        }
    }
    settings.iter().any(|(name, value)| name.contains('\0') || in_value(value))
}

impl SellerRequest {
    fn check(&self, tax_id: &str) -> Result<(), Problem> {
        if !((6..=20).contains(&tax_id.len()) && tax_id.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())) {
            return Err(Problem::content("tax_id", "6 to 20 digits and capitals"));
        }
        if self.name.trim().is_empty() {
            return Err(Problem::content("name", "不能为空"));
        }
        for (field, text, longest) in [
            ("name", &self.name, 100),
            ("address", &self.address, 80),
            ("telephone", &self.telephone, 50),
            ("bank", &self.bank, 100),
            ("account", &self.account, 100),
            ("provider", &self.provider, 40),
        ] {
            printable(field, text, longest)?;
        }
        if self.merchants.len() > 100 {
            return Err(Problem::content("merchants", "100 at most"));
        }
        for (place, merchant) in self.merchants.iter().enumerate() {
            let field = format!("merchants[{place}]");
            printable(&field, merchant, 40)?;
            if merchant.trim().is_empty() {
                return Err(Problem::content(field, "不能为空"));
            }
        }
        if has_nul(&self.settings) {
            return Err(Problem::content("settings", "含有不可用的字符"));
        }
        let PeopleBody { issuer, payee, reviewer } = &self.people;
        for (field, text) in [("people.issuer", issuer), ("people.payee", payee), ("people.reviewer", reviewer)] {
            printable(field, text, 20)?;
        }
        self.item.as_ref().map_or(Ok(()), ItemBody::check)
    }

    fn seller(self, caller: &Caller, tax_id: String) -> Seller {
        let item = |item: ItemBody| Item {
            name: item.name,
            tax_code: item.tax_code,
            rate: item.rate.0,
            untaxed: item.untaxed.map(Into::into),
            unit: item.unit,
            specification: item.specification,
        };
        Seller {
            app: caller.app.clone(),
            party: Party {
                tax_id: TaxId::new(tax_id),
                name: self.name,
                address: self.address,
                telephone: self.telephone,
                bank: self.bank,
                account: self.account,
            },
            merchants: self.merchants,
            provider: self.provider,
            settings: self.settings,
            secret: None,
            item: self.item.map(item),
            people: self.people.into(),
            login: Login::Unknown,
            enabled: self.enabled,
        }
    }
}

impl ItemBody {
    fn check(&self) -> Result<(), Problem> {
        if self.name.trim().is_empty() {
            return Err(Problem::content("item.name", "不能为空"));
        }
        printable("item.name", &self.name, 90)?;
        printable("item.unit", &self.unit, 20)?;
        printable("item.specification", &self.specification, 40)?;
        if self.tax_code.len() != 19 || !self.tax_code.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Problem::content("item.tax_code", "19 digits"));
        }
        let rate = self.rate.0;
        if rate < Decimal::ZERO || rate >= Decimal::ONE || rate.normalize().scale() > 4 {
            return Err(Problem::content("item.rate", "超出范围"));
        }
        if self.untaxed.is_some() && !rate.is_zero() {
            return Err(Problem::content("item.untaxed", "不应填写"));
        }
        Ok(())
    }
}

/// A tax id out of a path. What cannot be stored is no seller's.
fn tax_id(text: String) -> Result<TaxId, Problem> {
    if text.contains(char::is_control) { Err(Code::NoSeller.into()) } else { Ok(TaxId::new(text)) }
}

/// List sellers
#[utoipa::path(get, path = "/api/v1/sellers", tag = "sellers", responses((status = 200, description = "The sellers", body = SellerList)))]
async fn list(State(native): State<Arc<Native>>, caller: Caller) -> Result<axum::Json<SellerList>, Problem> {
    let sellers = native.desk().caller.store.sellers(Some(&caller.app)).await?;
    Ok(axum::Json(SellerList { sellers: sellers.into_iter().map(Into::into).collect() }))
}

/// Look at a seller
#[utoipa::path(
    get, path = "/api/v1/sellers/{tax_id}", tag = "sellers",
    params(("tax_id" = String, Path, description = "The seller's tax id")),
    responses(
        (status = 200, description = "The seller", body = SellerBody),
        (status = 404, description = "no_such_seller", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn get(State(native): State<Arc<Native>>, caller: Caller, Named(named): Named<String>) -> Result<axum::Json<SellerBody>, Problem> {
    let seller = native.desk().caller.store.seller(&caller.app, &tax_id(named)?).await?.ok_or(Code::NoSeller)?;
    Ok(axum::Json(seller.into()))
}

/// Add or change a seller
///
/// Orders that were accepted before keep what they were accepted with.
#[utoipa::path(
    put, path = "/api/v1/sellers/{tax_id}", tag = "sellers",
    params(("tax_id" = String, Path, description = "The seller's tax id: 6 to 20 digits and capitals")),
    request_body = SellerRequest,
    responses(
        (status = 200, description = "It is changed", body = SellerBody),
        (status = 201, description = "It is added", body = SellerBody),
        (status = 409, description = "taken: a merchant number", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "unsupported_media_type", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "invalid_content, unfit_for_provider, rejected_by_provider", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn put(
    State(native): State<Arc<Native>>,
    caller: Caller,
    Named(named): Named<String>,
    Json(body): Json<SellerRequest>,
) -> Result<Response, Problem> {
    body.check(&named)?;
    let (desk, given) = (native.desk(), body.secret.clone().map(Secret::new));
    let mut seller = body.seller(&caller, named);
    let present = desk.caller.store.seller(&seller.app, &seller.party.tax_id).await?;
    seller.secret = match &given {
        Some(secret) => Some(desk.caller.vault.seal(&seller_secret_place(&seller), secret).map_err(|error| {
            tracing::error!(%error, "a secret cannot be sealed");
            Problem::inside()
        })?),
        // A secret belongs to one provider.
        None => present.as_ref().filter(|present| present.provider == seller.provider).and_then(|present| present.secret.clone()),
    };
    if let Some(present) = &present {
        seller.login = present.login.clone();
    }
    desk.check_seller(&seller)?;
    desk.put_seller(&seller).await?;
    let status = if present.is_some() { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, axum::Json(SellerBody::from(seller))).into_response())
}

/// A step of a login.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "step", rename_all = "snake_case", deny_unknown_fields)]
enum LoginRequest {
    /// Whether the seller is logged in.
    Status {},
    /// The code to scan for logging in.
    LoginCode {
        /// Ask the bureau for another one.
        #[serde(default)]
        renew: bool,
    },
    /// The code to scan for proving who one is.
    IdentityCode {
        /// Ask the bureau for another one.
        #[serde(default)]
        renew: bool,
    },
    /// Have a short message with a code sent.
    SendSms {},
    /// Submit the code of a short message.
    SubmitSms {
        /// The code.
        #[schema(min_length = 1, max_length = 20)]
        code: String,
    },
    /// Tell the bureau that the code was scanned.
    Scanned {},
}

/// What a login step gave.
#[derive(Serialize, ToSchema)]
#[serde(tag = "result", rename_all = "snake_case")]
enum LoginAnswer {
    /// The seller is logged in.
    LoggedIn,
    /// The seller is not.
    LoggedOut {
        /// What has to be done.
        text: String,
    },
    /// A code to scan.
    Code {
        /// The text to draw.
        text: String,
        /// With what it is scanned.
        scan_with: String,
        /// Until when it is good.
        expires_at: Option<Timestamp>,
    },
    /// The bureau is at work; ask again.
    Working,
    /// The answer makes no sense.
    Unclear {
        /// Why.
        text: String,
    },
}

/// Take a step of a seller's login at the tax bureau
#[utoipa::path(
    post, path = "/api/v1/sellers/{tax_id}/login", tag = "sellers",
    params(("tax_id" = String, Path, description = "The seller's tax id")),
    request_body = LoginRequest,
    responses(
        (status = 200, description = "What it gave", body = LoginAnswer),
        (status = 404, description = "no_such_seller", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "unsupported_media_type", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "rejected_by_provider, unsupported_by_provider, unfit_for_provider", body = ProblemBody, content_type = "application/problem+json"),
        (status = 502, description = "provider_unreachable", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn login(
    State(native): State<Arc<Native>>,
    caller: Caller,
    Named(named): Named<String>,
    Json(body): Json<LoginRequest>,
) -> Result<axum::Json<LoginAnswer>, Problem> {
    let step = match body {
        LoginRequest::Status {} => LoginStep::Status,
        LoginRequest::LoginCode { renew } => LoginStep::LoginCode { renew },
        LoginRequest::IdentityCode { renew } => LoginStep::IdentityCode { renew },
        LoginRequest::SendSms {} => LoginStep::SendSms,
        LoginRequest::SubmitSms { code } => LoginStep::SubmitSms(Secret::new(code)),
        LoginRequest::Scanned {} => LoginStep::Scanned,
    };
    Ok(axum::Json(match native.desk().login(&caller.app, &tax_id(named)?, &step).await? {
        LoginReading::LoggedIn => LoginAnswer::LoggedIn,
        LoginReading::LoggedOut { text } => LoginAnswer::LoggedOut { text },
        LoginReading::Code(code) => LoginAnswer::Code { text: code.text, scan_with: code.scan_with, expires_at: code.expires_at },
        LoginReading::Working => LoginAnswer::Working,
        LoginReading::Rejected(rejection) => return Err(DeskError::Rejected(rejection).into()),
        LoginReading::Unclear { text } => LoginAnswer::Unclear { text },
    }))
}

/// The credit line (授信额度), net of tax. What the provider did not say is missing.
#[derive(Serialize, ToSchema)]
#[schema(as = Credit)]
struct CreditBody {
    /// All of it.
    total: Option<Amount>,
    /// Used.
    used: Option<Amount>,
    /// Left.
    available: Option<Amount>,
    /// As of when.
    at: Option<Timestamp>,
}

/// Ask for a seller's credit line
#[utoipa::path(
    get, path = "/api/v1/sellers/{tax_id}/credit", tag = "sellers",
    params(("tax_id" = String, Path, description = "The seller's tax id")),
    responses(
        (status = 200, description = "The credit line", body = CreditBody),
        (status = 404, description = "no_such_seller", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "rejected_by_provider, unsupported_by_provider", body = ProblemBody, content_type = "application/problem+json"),
        (status = 502, description = "provider_unreachable", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn credit(State(native): State<Arc<Native>>, caller: Caller, Named(named): Named<String>) -> Result<axum::Json<CreditBody>, Problem> {
    let credit = native.desk().credit(&caller.app, &tax_id(named)?).await?;
    let amount = |amount: Option<Decimal>| amount.map(Amount);
    Ok(axum::Json(CreditBody {
        total: amount(credit.total),
        used: amount(credit.used),
        available: amount(credit.available),
        at: credit.at,
    }))
}
