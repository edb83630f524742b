use axum::body::Body;
use axum::http::Request;
use issue::conformance::oracle::Fate;
use issue::order::AppId;
use serde_json::{Value, json};

use crate::house::{APP, FORM, House, MERCHANT, NODE, SECRET, form, md5_hex, multipart, post};

const OBTAIN: &str = "/gate/1.0/invoice/obtain";

/// Signs as the sample program of the seed does, and adds the signature.
fn signed<'a>(pairs: &[(&'a str, &'a str)], secret: &str) -> Vec<(&'a str, String)> {
    let mut sorted = pairs.to_vec();
    sorted.sort_unstable();
    let joined: String = sorted.iter().map(|(name, value)| format!("{name}={value}&")).collect();
    let sign = md5_hex(&format!("{joined}app_secret={secret}")).to_uppercase();
    let pairs = pairs.iter().map(|(name, value)| (*name, (*value).to_owned()));
    pairs.chain([("sign", sign)]).collect()
}

fn borrowed<'a>(pairs: &'a [(&'a str, String)]) -> Vec<(&'a str, &'a str)> {
    pairs.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

fn query(path: &str, pairs: &[(&str, &str)]) -> Request<Body> {
    Request::get(format!("/gate/1.0/invoice/{path}?{}", form(pairs))).body(Body::empty()).unwrap()
}

fn detail(number: &str) -> Request<Body> {
    let pairs = signed(&[("app_id", APP), ("merchant", MERCHANT), ("obtain_order", number)], SECRET);
    query("detail", &borrowed(&pairs))
}

/// The fields of an order by the demo app, before the signature.
fn order<'a>(number: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut pairs = vec![
        ("app_id", APP),
        ("merchant", MERCHANT),
        ("obtain_order", number),
        ("value", "1000"),
        ("buyer_tax_type", "2"),
        ("buyer_name", "张三"),
        ("buyer_email", "zhang@example.com"),
    ];
    for (name, value) in more {
        match pairs.iter_mut().find(|(known, _)| known == name) {
            Some(pair) => pair.1 = value,
            None => pairs.push((name, value)),
        }
    }
    pairs.retain(|(_, value)| *value != "-");
    pairs
}

fn obtain(pairs: &[(&str, &str)]) -> Request<Body> {
    post(OBTAIN, FORM, form(&borrowed(&signed(pairs, SECRET))))
}

fn code(answer: &Value) -> (&str, &str) {
    (answer["code"].as_str().unwrap(), answer["message"].as_str().unwrap())
}

/// The request that seed 000 works out, signature and all, and the shape that it prints for an order that is not there.
#[tokio::test]
async fn the_request_of_the_seed() {
    let house = House::build().await;
    house.admit("op6619067c70f1234213", "d6d3ea8f910b9a3ff1234234", None, "626266016").await;
    for path in ["detail", "invoice"] {
        let answer = house
            .json(query(
                path,
                &[
                    ("app_id", "op6619067c70f1234213"),
                    ("merchant", "626266016"),
                    ("obtain_order", "123456789111"),
                    ("sign", "CF56BA852C2F8DF9CD8D3DFB94C56DC0"),
                ],
            ))
            .await;
        let time_cost = answer["time_cost"].clone();
        assert!(time_cost.is_u64());
        let expected = json!({
            "code": "1002", "message": "未查询到开票记录", "seqno": "79bf5a170965c38b", "data_node": NODE, "time_cost": time_cost,
            "payload": {
                "merchant": "", "status": 0, "status_desc": "", "invoice_code": "", "invoice_no": "", "verify_code": "", "invoice_url": "",
            },
        });
        assert_eq!(answer.to_string(), expected.to_string(), "the keys stand in the seed's order");
    }
}

/// The request for an invoice that the documents work out (reference, issuing §1).
#[tokio::test]
async fn the_order_of_the_documents() {
    let house = House::build().await;
    house.admit("op6619067c70f1234213", "another", Some("d6d3ea8f910b9a3ffa2341234"), "626266016").await;
    let pairs = [
        ("app_id", "op6619067c70f1234213"),
        ("buyer_email", "191671412@qq.com"),
        ("buyer_mobile", "18075521111"),
        ("buyer_name", "随便开票"),
        ("buyer_tax_no", "91440300067123423"),
        ("buyer_tax_type", "1"),
        ("merchant", "626266016"),
        ("obtain_order", "123456789111"),
        ("value", "100"),
        ("sign", "b10de5e8a1b5e8b16878ae49c917c212"),
    ];
    let (content_type, parts) = multipart(&pairs);
    let as_json = serde_json::to_string(&pairs.into_iter().collect::<std::collections::BTreeMap<_, _>>()).unwrap();
    let mut serials = Vec::new();
    for request in [post(OBTAIN, FORM, form(&pairs)), post(OBTAIN, &content_type, parts), post(OBTAIN, "application/json", as_json)] {
        let answer = house.json(request).await;
        assert_eq!(code(&answer), ("1000", "受理成功,开票中"), "{answer}");
        serials.push(answer["payload"]["obtain_serial"].as_str().unwrap().to_owned());
    }
    assert!(serials[0].len() == 24 && serials[0].bytes().all(|digit| digit.is_ascii_digit()), "{serials:?}");
    assert!(serials.iter().all(|serial| *serial == serials[0]), "the same order has the same serial: {serials:?}");
    let order = house.stage.store.order(&AppId::from("op6619067c70f1234213"), &"123456789111".into()).await.unwrap().unwrap();
    assert_eq!(order.content.totals().unwrap().gross.to_string(), "1.00");
    assert_eq!(order.content.buyer.tax_id.unwrap().as_str(), "91440300067123423");
}

#[tokio::test]
async fn an_order_from_waiting_to_issued() {
    let house = House::build().await;
    let answer = house.json(obtain(&order("A-1", &[("extra", r#"{"memo":"车牌 京A00000"}"#)]))).await;
    assert_eq!(code(&answer).0, "1000");
    let accepted = house.json(detail("A-1")).await;
    assert_eq!(accepted["code"], "1001");
    let payload = json!({
        "merchant": MERCHANT, "status": 0, "status_desc": "等待接口开票", "invoice_code": "", "invoice_no": "", "verify_code": "",
        "invoice_url": "", "invoice_time": "2026-01-01T00:00:00Z",
    });
    assert_eq!(accepted["payload"].to_string(), payload.to_string());
    house.stage.work().await;
    let working = house.json(detail("A-1")).await;
    assert_eq!((&working["payload"]["status"], &working["payload"]["status_desc"]), (&json!(1), &json!("开票中")));
    house.stage.work_for(std::time::Duration::from_secs(60)).await;
    let issued = house.json(detail("A-1")).await["payload"].clone();
    let stored = house.stage.order("A-1").await;
    assert_eq!((&issued["status"], &issued["status_desc"]), (&json!(2), &json!("开票成功")));
    assert_eq!(issued["invoice_no"], stored.progress.invoices[0].number.as_str());
    assert_eq!(issued["invoice_time"], "2026-01-01T00:00:00Z", "the time of the request");
    let url = issued["invoice_url"].as_str().unwrap();
    assert!(url.starts_with("https://fapiao.invalid/d/") && url.ends_with(".pdf"), "{url}");
    assert_eq!(stored.content.remark, "车牌 京A00000");
    assert_eq!(house.json(detail("A-1")).await["payload"]["invoice_url"], url, "asked again, the link is the same");
    // The same order once more: it is issued, and nothing is issued again.
    let again = house.json(obtain(&order("A-1", &[("extra", r#"{"memo":"车牌 京A00000"}"#)]))).await;
    assert_eq!(code(&again), ("1001", "已开票"));
    house.stage.work_for(std::time::Duration::from_secs(60)).await;
    assert_eq!(house.stage.oracle.issued_of(&stored.provider_number()), 1);
}

#[tokio::test]
async fn a_failed_order_says_why() {
    let house = House::build().await;
    house.destine("F-1", [Fate::Refuses]);
    house.json(obtain(&order("F-1", &[]))).await;
    house.stage.work().await;
    let failed = house.json(detail("F-1")).await;
    let reason = house.stage.order("F-1").await.progress.reason.unwrap().text;
    assert_eq!((&failed["payload"]["status"], &failed["payload"]["status_desc"]), (&json!(-1), &json!(reason)));
    assert_eq!(failed["code"], "1001", "the query went well");
    // Asked for again it is not issued again by itself, and the answer says how it stands.
    let again = house.json(obtain(&order("F-1", &[]))).await;
    assert_eq!(again["code"], "1000");
    assert!(again["hint"].as_str().unwrap().contains(&reason), "{again}");
    assert_eq!(house.json(detail("F-1")).await["payload"]["status"], -1);
}

#[tokio::test]
async fn another_method_is_told_which_is_right() {
    let house = House::build().await;
    let get = |path: &str| Request::get(path).body(Body::empty()).unwrap();
    let details = ["/gate/1.0/invoice/detail", "/gate/1.0/invoice/invoice"];
    let wrong = details.map(|path| (post(path, FORM, String::new()), path, "POST", "GET"));
    for (request, path, sent, right) in wrong.into_iter().chain([(get(OBTAIN), OBTAIN, "GET", "POST")]) {
        let (status, headers, body) = house.send(request).await;
        assert_eq!((status.as_u16(), headers["allow"].to_str().unwrap()), (405, right), "{path}");
        let answer: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(code(&answer), ("1400", format!("请求方法须为 {right}").as_str()));
        assert_eq!(answer["path"], format!("{sent} {path}"));
    }
}

#[tokio::test]
async fn what_is_refused() {
    let house = House::build().await;
    house.admit("other", "other-secret", None, "777").await;
    house.json(obtain(&order("R-1", &[]))).await;
    let number = "R-2";
    for (pairs, expected, named) in [
        (order(number, &[("app_id", "-")]), "1400", "app_id"),
        (order(number, &[("app_id", "nobody")]), "1401", "应用不存在"),
        (order(number, &[("merchant", "-")]), "1400", "merchant"),
        (order(number, &[("merchant", "777")]), "1403", "商户号"),
        (order("-", &[]), "1400", "obtain_order"),
        (order(&"x".repeat(65), &[]), "1400", "obtain_order"),
        (order(number, &[("value", "-")]), "1400", "value"),
        (order(number, &[("value", "10.00")]), "1400", "value"),
        (order(number, &[("value", "0")]), "1400", "value"),
        (order(number, &[("buyer_tax_type", "-")]), "1400", "buyer_tax_type"),
        (order(number, &[("buyer_tax_type", "3")]), "1400", "buyer_tax_type"),
        (order(number, &[("buyer_tax_type", "1")]), "1400", "buyer_tax_no"),
        (order(number, &[("buyer_tax_no", "91440300067123423")]), "1400", "buyer_tax_no"),
        (order(number, &[("buyer_tax_type", "1"), ("buyer_tax_no", "short")]), "1400", "buyer_tax_no"),
        (order(number, &[("buyer_name", "-")]), "1400", "buyer_name"),
        (order(number, &[("buyer_email", "-")]), "1400", "buyer_email"),
        (order(number, &[("buyer_telephone", "1")]), "1400", "buyer_address"),
        (order(number, &[("buyer_bank_account", "1")]), "1400", "buyer_bank_name"),
        (order(number, &[("notify_url", "partner")]), "1400", "notify_url"),
        (order(number, &[("extra", "memo")]), "1400", "extra"),
        (order("R-1", &[("value", "1001")]), "1403", "订单号已存在"),
    ] {
        let answer = house.json(obtain(&pairs)).await;
        let (code, message) = code(&answer);
        assert_eq!(code, expected, "{pairs:?} {answer}");
        assert!(message.contains(named), "{named} {answer}");
        assert_eq!(answer["path"], "POST /gate/1.0/invoice/obtain");
        assert!(answer.get("payload").is_none() && answer["seqno"] == "79bf5a170965c38b", "{answer}");
    }
    assert!(house.stage.store.order(&AppId::from(APP), &number.into()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_signature_covers_every_byte() {
    let house = House::build().await;
    let pairs = order("S-1", &[]);
    let good = signed(&pairs, SECRET);
    let sign = good.last().unwrap().1.clone();
    for place in 1..pairs.len() {
        let mut changed = pairs.clone();
        let value = format!("{}1", changed[place].1);
        changed[place].1 = &value;
        changed.push(("sign", &sign));
        let answer = house.json(post(OBTAIN, FORM, form(&changed))).await;
        assert_eq!(code(&answer), ("1403", "签名错误"), "{changed:?}");
    }
    for wrong in
        [signed(&pairs, "another"), [pairs.iter().map(|(n, v)| (*n, (*v).to_owned())).collect(), vec![("sign", "x".to_owned())]].concat()]
    {
        assert_eq!(code(&house.json(post(OBTAIN, FORM, form(&borrowed(&wrong)))).await).0, "1403");
    }
    let missing = house.json(post(OBTAIN, FORM, form(&pairs))).await;
    assert_eq!(code(&missing), ("1400", "缺少参数 sign"));
    // In lower case, with empty fields kept as the sample program keeps them, or a body signed as a whole.
    let lower = [pairs.clone(), vec![("sign", "")]].concat();
    let lower: Vec<_> = lower.into_iter().map(|(n, v)| if n == "sign" { (n, sign.to_lowercase()) } else { (n, v.to_owned()) }).collect();
    assert_eq!(code(&house.json(post(OBTAIN, FORM, form(&borrowed(&lower)))).await).0, "1000");
    let kept = signed(&[order("S-2", &[]), vec![("buyer_mobile", "")]].concat(), SECRET);
    assert_eq!(code(&house.json(post(OBTAIN, FORM, form(&borrowed(&kept)))).await).0, "1000");
    let body = serde_json::to_string(&order("S-3", &[]).into_iter().collect::<std::collections::BTreeMap<_, _>>()).unwrap();
    let whole = md5_hex(&format!("{body}&app_secret={SECRET}"));
    let request = |sign: &str, body: &str| {
        Request::post(OBTAIN)
            .header("content-type", "application/json")
            .header("authorization", sign)
            .body(Body::from(body.to_owned()))
            .unwrap()
    };
    assert_eq!(code(&house.json(request(&whole, &body)).await).0, "1000");
    assert_eq!(code(&house.json(request(&whole, &format!("{body} "))).await).0, "1403");
}

#[tokio::test]
async fn partners_do_not_see_each_other() {
    let house = House::build().await;
    house.admit("other", "other-secret", None, "777").await;
    house.json(obtain(&order("P-1", &[]))).await;
    let theirs = signed(&[("app_id", "other"), ("merchant", "777"), ("obtain_order", "P-1")], "other-secret");
    assert_eq!(house.json(query("detail", &borrowed(&theirs))).await["code"], "1002");
    let crossed = signed(&[("app_id", "other"), ("merchant", MERCHANT), ("obtain_order", "P-1")], "other-secret");
    assert_eq!(code(&house.json(query("detail", &borrowed(&crossed))).await).0, "1403");
    let impostor = signed(&[("app_id", APP), ("merchant", MERCHANT), ("obtain_order", "P-1")], "other-secret");
    assert_eq!(code(&house.json(query("detail", &borrowed(&impostor))).await), ("1403", "签名错误"));
}

#[tokio::test]
async fn one_order_of_many_equal_calls() {
    let house = House::build().await;
    let calls = (0..64).map(|_| house.json(obtain(&order("M-1", &[]))));
    let answers: Vec<Value> = futures_util::future::join_all(calls).await;
    let serials: std::collections::BTreeSet<&str> =
        answers.iter().map(|answer| answer["payload"]["obtain_serial"].as_str().unwrap()).collect();
    assert_eq!(serials.len(), 1);
    assert_eq!(house.stage.desk.tally().await.unwrap().orders.iter().map(|(_, count)| count).sum::<u64>(), 1);
}

#[tokio::test]
async fn an_app_that_is_switched_off_may_not_call() {
    let house = House::build().await;
    let mut app = house.stage.store.app(&AppId::from(APP)).await.unwrap().unwrap();
    app.enabled = false;
    house.stage.store.put_app(&app).await.unwrap();
    assert_eq!(code(&house.json(detail("X")).await).0, "1401");
}
