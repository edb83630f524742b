use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use issue::conformance::oracle::Fate;
use issue::order::{AppId, State};
use issue::surroundings::Clock as _;
use serde_json::{Value, json};

use crate::house::{APP, FORM, House, SECRET, SELLER, form, md5_hex, multipart, post};

const AGAIN: &str = "/gateway/nuonuo/invoice/rebillingnew";
const FIRST: &str = "/gateway/nuonuo/invoice/billingnew";

/// `Utils.Sign`, written once more from the documents.
fn sign(pairs: &[(&str, &str)], secret: &str) -> String {
    let mut sorted = pairs.to_vec();
    sorted.sort_unstable();
    let joined: String = sorted.iter().map(|(name, value)| format!("{name}{value}")).collect();
    md5_hex(&format!("{secret}{joined}{secret}"))
}

fn call(path: &str, pairs: &[(&str, &str)], secret: &str) -> Request<Body> {
    let sign = sign(pairs, secret);
    let mut pairs = pairs.to_vec();
    pairs.push(("sign", &sign));
    post(path, FORM, form(&pairs))
}

impl House {
    fn seconds(&self, off: i64) -> String {
        (self.stage.clock.now().as_second() + off).to_string()
    }

    async fn again(&self, number: &str) -> Value {
        let data = format!("{{  \"orderno\": \"{number}\"}}");
        self.hive(AGAIN, &data).await
    }

    async fn hive(&self, path: &str, data: &str) -> Value {
        let now = self.seconds(0);
        let pairs = [("appid", APP), ("timestamp", &now), ("tax_num", SELLER), ("request_data", data)];
        self.json(call(path, &pairs, SECRET)).await
    }
}

const UNDER_WAY: &str = "开票中(重试中),请耐心等待开票结果";

/// Nuonuo's order object for one row of 10 yuan.
fn billing(number: &str) -> String {
    json!({"order": {
        "buyerName": "测试购买方", "orderNo": number, "invoiceDate": "2026-01-01 08:00:00", "clerk": "张三", "pushMode": "0",
        "email": "a@example.com", "invoiceType": "1", "callBackUrl": "https://partner.example/fc/nuonuo/notify",
        "invoiceDetail": [{"goodsName": "停车费", "goodsCode": "3040502020200000000", "withTaxFlag": "1", "taxRate": "0.09",
            "taxIncludedAmount": "10.00", "num": "1", "price": "10"}],
    }})
    .to_string()
}

/// The vector of reference, issuing §1, at its own time.
#[tokio::test]
async fn the_vector_of_the_reference() {
    let house = House::build().await;
    house.stage.clock.forward_to("2026-11-21T00:00:00Z".parse().unwrap());
    house.admit("uwkahf@jfs92", "SECRET", None, "1").await;
    let pairs = [
        ("appid", "uwkahf@jfs92"),
        ("timestamp", "1633618722"),
        ("tax_num", "4214132412414"),
        ("request_data", r#"{"orderno":"223881341324"}"#),
        ("sign", "145ed596c9ed16ed89286702ca193a81"),
    ];
    // The signature is right; the time of the vector has passed.
    assert_eq!(house.json(post(AGAIN, FORM, form(&pairs))).await["code"], 408);
    let mut wrong = pairs;
    wrong[3].1 = r#"{"orderno": "223881341324"}"#;
    assert_eq!(house.json(post(AGAIN, FORM, form(&wrong))).await["code"], 403);
}

#[tokio::test]
async fn the_three_answers_of_the_seed() {
    let house = House::build().await;
    house.destine("20240122150518179381", [Fate::Refuses]);
    let answer = house.hive(FIRST, &billing("20240122150518179381")).await;
    assert_eq!(answer, json!({"code": 0, "message": "提交成功"}));
    assert_eq!(house.again("20240122150518179381").await, json!({"code": 1, "message": UNDER_WAY}));
    house.stage.work().await;
    assert_eq!(house.stage.order("20240122150518179381").await.state(), State::Failed);
    let again = house.again("20240122150518179381").await;
    assert_eq!(again.to_string(), r#"{"code":0,"message":"重试成功"}"#);
    assert_eq!(house.again("20240122150518179381").await, json!({"code": 1, "message": UNDER_WAY}), "it is under way again");
    house.stage.work_for(Duration::from_secs(60)).await;
    let issued = house.again("20240122150518179381").await;
    let number = house.stage.order("20240122150518179381").await.progress.invoices[0].number.clone();
    let url = issued["invoice_down_url"].as_str().unwrap();
    assert!(url.starts_with("https://fapiao.invalid/d/") && url.ends_with(".pdf"), "{url}");
    let expected = json!({"code": 100, "invoice_down_url": url, "invoice_no": number, "message": "发票已经生成,不需要重复提交"});
    assert_eq!(issued.to_string(), expected.to_string(), "the keys stand in the seed's order");
    // The same order asked for again tells the same, and nothing is issued twice.
    assert_eq!(house.hive(FIRST, &billing("20240122150518179381")).await, expected);
    let order = house.stage.order("20240122150518179381").await;
    assert_eq!(house.stage.oracle.issued_of(&order.provider_number()), 1);
    // It goes under the same number all the time.
    assert_eq!(house.stage.oracle.issued().len(), 1);
}

#[tokio::test]
async fn a_missing_login_is_told() {
    let house = House::build().await;
    house.destine("L-1", [Fate::WantsLogin]);
    house.hive(FIRST, &billing("L-1")).await;
    house.stage.work_for(Duration::from_secs(1)).await;
    let order = house.stage.order("L-1").await;
    assert_eq!(order.state(), State::Failed, "{order:?}");
    let refused = house.again("L-1").await;
    assert_eq!(refused, json!({"code": 3, "message": order.progress.reason.unwrap().text}));
    assert_eq!(house.stage.order("L-1").await.state(), State::Failed);
    // Long after, nobody knows whether the login is missing still: the order goes again.
    house.stage.clock.forward(Duration::from_secs(3600));
    assert_eq!(house.again("L-1").await["code"], 0);
}

#[tokio::test]
async fn one_that_needs_attention_is_waited_for() {
    let house = House::build().await;
    house.destine("N-1", vec![Fate::RefusesForNow; 9]);
    house.hive(FIRST, &billing("N-1")).await;
    house.stage.work().await;
    let mut order = house.stage.order("N-1").await;
    assert_eq!(order.state(), State::Accepted);
    house.age("N-1").await;
    house.stage.work().await;
    order = house.stage.order("N-1").await;
    assert_eq!(order.state(), State::NeedsAttention, "{order:?}");
    assert_eq!(house.again("N-1").await, json!({"code": 1, "message": UNDER_WAY}));
    assert_eq!(house.stage.order("N-1").await.state(), State::NeedsAttention);
}

#[tokio::test]
async fn another_method_is_told_which_is_right() {
    let house = House::build().await;
    for path in [AGAIN, FIRST] {
        let (status, headers, body) = house.send(Request::get(path).body(Body::empty()).unwrap()).await;
        assert_eq!((status.as_u16(), headers["allow"].to_str().unwrap()), (405, "POST"));
        let answer: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(answer, json!({"code": 400, "message": "请求方法须为 POST"}));
    }
}

#[tokio::test]
async fn every_form_of_body() {
    let house = House::build().await;
    let now = house.seconds(0);
    let data = r#"{"orderno":"none"}"#;
    let pairs = [("appid", APP), ("timestamp", now.as_str()), ("tax_num", SELLER), ("request_data", data)];
    let sign = sign(&pairs, SECRET).to_uppercase();
    let pairs = [&pairs[..], &[("sign", sign.as_str())]].concat();
    let (content_type, parts) = multipart(&pairs);
    let as_json = serde_json::to_string(&pairs.iter().copied().collect::<std::collections::BTreeMap<_, _>>()).unwrap();
    for request in [post(AGAIN, FORM, form(&pairs)), post(AGAIN, &content_type, parts), post(AGAIN, "application/json", as_json)] {
        assert_eq!(house.json(request).await, json!({"code": 2, "message": "订单不存在"}));
    }
}

#[tokio::test]
async fn what_is_refused() {
    let house = House::build().await;
    house.admit("other", "other-secret", None, "777").await;
    house.hive(FIRST, &billing("R-1")).await;
    let (now, early, late, milliseconds) = (house.seconds(0), house.seconds(-601), house.seconds(601), house.seconds(0) + "000");
    let data = r#"{"orderno":"R-1"}"#;
    for (appid, timestamp, tax_num, data, secret, expected, named) in [
        ("", now.as_str(), SELLER, data, SECRET, 400, "appid"),
        (APP, "", SELLER, data, SECRET, 400, "timestamp"),
        (APP, &now, "", data, SECRET, 400, "tax_num"),
        (APP, &now, SELLER, "", SECRET, 400, "request_data"),
        (APP, &now, SELLER, "orderno", SECRET, 400, "request_data"),
        (APP, &now, SELLER, "“orderno”", SECRET, 400, "request_data"),
        // As the seed's table prints it.
        (APP, &now, SELLER, "{“orderno”:”223881341324”}", SECRET, 2, "订单不存在"),
        (APP, &now, SELLER, "{}", SECRET, 400, "orderno"),
        ("nobody", &now, SELLER, data, SECRET, 401, "appid"),
        (APP, &now, SELLER, data, "another", 403, "签名"),
        (APP, &now, "91110000MA00FAPA1B", data, SECRET, 403, "tax_num"),
        (APP, "soon", SELLER, data, SECRET, 400, "timestamp"),
        (APP, &early, SELLER, data, SECRET, 408, "timestamp"),
        (APP, &late, SELLER, data, SECRET, 408, "timestamp"),
        (APP, &milliseconds, SELLER, data, SECRET, 408, "timestamp"),
        (APP, &now, SELLER, r#"{"orderno":"R-2"}"#, SECRET, 2, "订单不存在"),
        ("other", &now, SELLER, data, "other-secret", 2, "订单不存在"),
    ] {
        let pairs = [("appid", appid), ("timestamp", timestamp), ("tax_num", tax_num), ("request_data", data)];
        let answer = house.json(call(AGAIN, &pairs, secret)).await;
        assert_eq!(answer["code"], expected, "{pairs:?} {answer}");
        assert!(answer["message"].as_str().unwrap().contains(named), "{named} {answer}");
    }
    let other = billing("R-1").replace("10.00", "20.00").replace("\"price\":\"10\"", "\"price\":\"20\"");
    assert_eq!(house.hive(FIRST, &other).await, json!({"code": 409, "message": "订单号已存在,且内容不一致"}));
    let row = billing("R-3").replace("0.09", "9");
    let answer = house.hive(FIRST, &row).await;
    assert_eq!((&answer["code"], &answer["message"]), (&json!(400), &json!("invoiceDetail[0].taxRate 超出范围")));
}

/// An order of one API is followed and retried through another (design §4).
#[tokio::test]
async fn orders_of_the_gate_are_retried_here() {
    let house = House::build().await;
    let request = issue::conformance::stage::Stage::request("G-1", 10);
    house.destine("G-1", [Fate::Refuses]);
    house.stage.desk.accept(&AppId::from(APP), &request).await.unwrap();
    house.stage.work().await;
    assert_eq!(house.again("G-1").await["code"], 0);
}
