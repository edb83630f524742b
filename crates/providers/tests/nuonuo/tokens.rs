//! Access tokens: fifty calls in thirty days, one at a time, forgotten when they are refused.

use issue::conformance::sample;
use issue::order::{State, TaxId};
use issue::provider::{Answer, Context, Provider};
use issue::secret::Secret;
use providers::nuonuo::Nuonuo;
use serde_json::{Value, json};

use crate::house::{House, clock};
use crate::stub::Stub;

fn with<T>(secret: &str, then: impl FnOnce(&Context<'_>) -> T) -> T {
    let seller = TaxId::from(sample::SELLER);
    let settings = json!({"app_key": "test-app"});
    let secret = Secret::new(secret);
    let settings = settings.as_object().unwrap();
    then(&Context { seller: &seller, settings, secret: Some(&secret), token: None, now: sample::at(0), nonce: [0; 16], notice_url: None })
}

fn answer(status: u16, body: Value) -> Answer {
    Answer::new(status, body.to_string())
}

const PARTS: &str = r#"{"app_secret":"s+/=","refresh_token":"refresh","user_id":"user"}"#;

#[test]
fn a_token_is_asked_for_in_each_way() {
    let form = |call: &issue::provider::Call| String::from_utf8(call.body.clone()).unwrap();
    let call = with("s+/=", |context| Nuonuo.authenticate(context)).unwrap();
    assert_eq!(call.url, "https://open.nuonuo.com/accessToken");
    assert_eq!(call.header_value("content-type"), Some("application/x-www-form-urlencoded;charset=UTF-8"));
    assert_eq!(form(&call), "client_id=test-app&client_secret=s%2B%2F%3D&grant_type=client_credentials");
    let call = with(PARTS, |context| Nuonuo.authenticate(context)).unwrap();
    assert_eq!(form(&call), "client_id=user&client_secret=s%2B%2F%3D&grant_type=refresh_token&refresh_token=refresh");
    let call = with("s", |context| Nuonuo.exchange(context, &Secret::new("code"), "https://fapiao.example.test/")).unwrap();
    let expected = "client_id=test-app&client_secret=s&code=code&taxNum=91110000MA00FAPA0T\
                    &redirect_uri=https%3A%2F%2Ffapiao.example.test%2F&grant_type=authorization_code";
    assert_eq!(form(&call), expected);
    assert_eq!(with("s", |context| Nuonuo.token_account(context)).as_deref(), Some("test-app"));
    assert_eq!(with(PARTS, |context| Nuonuo.token_account(context)).as_deref(), Some("test-app/91110000MA00FAPA0T"));
}

#[test]
fn what_is_granted_is_read_with_a_margin() {
    let life = |expires_in: Value| {
        let answer = answer(200, json!({"access_token": "t", "expires_in": expires_in}));
        let token = with("s", |context| Nuonuo.token(context, &answer)).unwrap();
        assert_eq!(token.secret, Secret::new("t"));
        token.expires_at.duration_since(sample::at(0)).as_secs()
    };
    // The text of the documents, a number, nothing, never, and a short life.
    let lives = [
        (json!("86400"), 85_800),
        (json!(86400), 85_800),
        (Value::Null, 85_800),
        (json!(0), 85_800),
        (json!(100), 90),
        (json!(9_999_999), 2_591_400),
    ];
    for (expires_in, seconds) in lives {
        assert_eq!(life(expires_in.clone()), seconds, "{expires_in}");
    }
    let third = answer(200, json!({"access_token": "t", "refresh_token": "r", "expires_in": "86400", "userId": "u", "oauthUser": "{}"}));
    let grant = with(PARTS, |context| Nuonuo.granted(context, &third)).unwrap();
    assert_eq!((grant.refresh_token, grant.user_id.as_deref()), (Some(Secret::new("r")), Some("u")));
    // The refresh token that came is what fetches the next one; the rest of the secret stays.
    let renewed = grant.token.renewed.unwrap();
    let parts: Value = serde_json::from_str(renewed.expose()).unwrap();
    assert_eq!(parts, json!({"app_secret": "s+/=", "refresh_token": "r", "user_id": "user"}));
    let form = with(renewed.expose(), |context| Nuonuo.authenticate(context)).unwrap().body;
    assert!(String::from_utf8(form).unwrap().ends_with("&refresh_token=r"));
    // The same one again, none, and an app of one's own change nothing.
    let same = answer(200, json!({"access_token": "t", "refresh_token": "refresh"}));
    let none = answer(200, json!({"access_token": "t"}));
    for (secret, answer) in [(PARTS, &same), (PARTS, &none), ("s", &third)] {
        assert_eq!(with(secret, |context| Nuonuo.token(context, answer)).unwrap().renewed, None);
    }
}

#[test]
fn refusals_are_told_from_breaks() {
    let cases = [
        (answer(200, json!({"error": "070306", "error_description": "超出调用次数"})), "070306", false),
        (answer(400, json!({"error": "070305", "error_description": "client_secret错误"})), "070305", false),
        (answer(200, json!({"code": "070101", "describe": "appkey无效"})), "070101", false),
        (answer(200, json!({"expires_in": 1})), "no_token", true),
        (answer(502, json!({"access_token": "t"})), "no_token", true),
        (Answer::new(200, "<html>"), "no_token", true),
    ];
    for (answer, code, retryable) in cases {
        let failure = with("s", |context| Nuonuo.token(context, &answer)).unwrap_err();
        assert_eq!((failure.rejection.code.as_str(), failure.rejection.retryable), (code, retryable));
    }
}

#[tokio::test]
async fn one_token_serves_all_calls_until_it_is_refused() {
    let clock = clock();
    let stub = Stub::start(clock.clone()).await;
    let house = House::new(clock, stub.other()).await;
    for number in ["1", "2"] {
        house.accept(number).await;
        assert_eq!(house.settle(number).await.state(), State::Issued);
    }
    assert_eq!(stub.state().tokens, 1);
    // Somebody fetched another token elsewhere: ours is no longer good.
    stub.state().good_token = "another".to_owned();
    house.accept("3").await;
    let order = house.settle("3").await;
    assert_eq!((order.state(), house.count(&order)), (State::Issued, 1));
    assert_eq!(stub.state().tokens, 2);
}

#[tokio::test]
async fn a_platform_without_tokens_is_not_asked_in_vain() {
    let clock = clock();
    let stub = Stub::start(clock.clone()).await;
    stub.state().tokens = 50;
    let house = House::new(clock, stub.other()).await;
    house.accept("1").await;
    let order = house.settle("1").await;
    assert_eq!((order.state(), order.progress.reason.as_ref().unwrap().code.as_str()), (State::Failed, "070306"));
    // One call, and none of any other method: asking again would not help.
    let tokens = stub.state().tokens;
    assert_eq!((tokens, stub.calls("requestBillingNew")), (51, 0));
}

#[tokio::test]
async fn a_red_letter_whose_form_says_no_number_is_found_as_an_order() {
    let clock = clock();
    let stub = Stub::start(clock.clone()).await;
    stub.plan_red(crate::stub::RedPlan::Numberless);
    let house = House::new(clock, stub.other()).await;
    house.accept("1").await;
    house.settle("1").await;
    house.reverse("1", issue::order::Extent::Whole).await;
    let order = house.settle("1").await;
    assert_eq!((order.state(), house.red_count(&order, 0)), (State::Reversed, 1));
    assert_eq!(order.progress.reversals[0].serial.as_deref(), Some("322d5d68518944e3a566d1743f7f612f"));
}

#[tokio::test]
async fn a_form_that_nobody_confirms_expires() {
    let clock = clock();
    let stub = Stub::start(clock.clone()).await;
    stub.plan_red(crate::stub::RedPlan::Expires);
    let house = House::new(clock, stub.other()).await;
    house.accept("1").await;
    house.settle("1").await;
    house.reverse("1", issue::order::Extent::Whole).await;
    let order = house.settle("1").await;
    assert_eq!((order.state(), house.red_count(&order, 0)), (State::Issued, 0));
    assert!(order.progress.reversals[0].failure.as_ref().unwrap().text.contains("72"));
}
