use std::collections::BTreeMap;
use std::time::Duration;

use issue::conformance::oracle::Fate;
use issue::conformance::stage::Stage;
use issue::order::{AppId, Target};
use issue::provider::{Answer, Call};
use issue::store::CallbackState;
use serde_json::Value;

use crate::house::{APP, House, MERCHANT, SECRET, SELLER, md5_hex};

fn fields(call: &Call) -> BTreeMap<String, String> {
    assert_eq!(call.header_value("content-type"), Some("application/x-www-form-urlencoded; charset=UTF-8"));
    url::form_urlencoded::parse(&call.body).into_owned().collect()
}

impl House {
    /// An order that is told in this dialect, worked on to its end.
    async fn told(&self, number: &str, dialect: &str, url: &str) -> Vec<Call> {
        let mut request = Stage::request(number, 10);
        request.notify = vec![Target { dialect: dialect.to_owned(), url: url.to_owned() }];
        self.stage.desk.accept(&AppId::from(APP), &request).await.unwrap();
        self.stage.work_for(Duration::from_secs(60)).await;
        self.callbacks().await
    }

    async fn state(&self, number: &str) -> (CallbackState, u32) {
        let callbacks = self.stage.store.callbacks(self.stage.order(number).await.id).await.unwrap();
        assert_eq!(callbacks.len(), 1);
        (callbacks[0].state, callbacks[0].attempt)
    }
}

#[tokio::test]
async fn the_gate_tells_that_it_is_issued() {
    let house = House::build().await;
    house.partner.answers.lock().unwrap().push(Ok(Answer::new(200, r#"{"code":"1001","message":"ok","hint":""}"#)));
    let calls = house.told("G-1", "gate", "https://partner.example/notify?a=1#merchant=6262666666").await;
    assert_eq!((calls.len(), calls[0].url.as_str()), (1, "https://partner.example/notify?a=1"));
    let mut fields = fields(&calls[0]);
    let order = house.stage.order("G-1").await;
    let sign = fields.remove("sign").unwrap();
    let joined: String = fields.iter().map(|(name, value)| format!("{name}={value}&")).collect();
    assert_eq!(sign, md5_hex(&format!("{joined}app_secret={SECRET}")).to_uppercase());
    let url = fields.remove("invoice_url").unwrap();
    assert!(url.starts_with("https://fapiao.invalid/d/") && url.ends_with(".pdf"), "{url}");
    let expected = [
        ("app_id", APP),
        ("invoice_no", &order.progress.invoices[0].number),
        ("invoice_time", "1767225600000"),
        ("merchant", MERCHANT),
        ("obtain_order", "G-1"),
        ("obtain_serial", &order.id.serial()),
        ("status", "2"),
        ("status_desc", "开票成功"),
    ];
    assert_eq!(fields, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
    assert_eq!(house.state("G-1").await, (CallbackState::Delivered, 1));
}

#[tokio::test]
async fn the_gate_tells_that_it_failed_until_it_is_heard() {
    let house = House::build().await;
    house.destine("G-2", [Fate::Refuses]);
    house.partner.answers.lock().unwrap().push(Ok(Answer::new(200, "success")));
    let calls = house.told("G-2", "gate", "https://partner.example/notify").await;
    let said = fields(&calls[0]);
    let reason = house.stage.order("G-2").await.progress.reason.unwrap().text;
    assert_eq!((said["status"].as_str(), said["status_desc"].as_str()), ("-1", reason.as_str()));
    assert_eq!(said["merchant"], MERCHANT, "without one in the address it is the seller's first");
    assert!(!said.contains_key("invoice_no") && !said.contains_key("invoice_url"));
    assert_eq!(house.state("G-2").await, (CallbackState::Waiting, 1));
    house.stage.clock.forward(Duration::from_secs(10));
    house.partner.answers.lock().unwrap().push(Ok(Answer::new(200, r#"{"code":1001}"#)));
    let again = house.callbacks().await;
    assert_eq!(fields(&again[0]), said, "what is told again is the same");
    assert_eq!(house.state("G-2").await, (CallbackState::Delivered, 2));
}

#[tokio::test]
async fn the_hive_pushes_what_nuonuo_would() {
    let house = House::build().await;
    house.partner.answers.lock().unwrap().push(Ok(Answer::new(200, r#"{"status":"0000","message":"同步成功"}"#)));
    let calls = house.told("20240122150518179381", "hive", "https://partner.example/fc/nuonuo/notify").await;
    assert_eq!((calls.len(), calls[0].url.as_str()), (1, "https://partner.example/fc/nuonuo/notify"));
    let mut fields = fields(&calls[0]);
    let sign = fields.remove("sign").unwrap();
    let joined: String = fields.iter().map(|(name, value)| format!("{name}{value}")).collect();
    assert_eq!(sign, md5_hex(&format!("{SECRET}{joined}{SECRET}")));
    assert_eq!(
        (fields["operater"].as_str(), fields["orderno"].as_str(), fields["appid"].as_str()),
        ("callback", "20240122150518179381", APP)
    );
    assert!(fields["id"].starts_with("evt_"));
    let content: Value = serde_json::from_str(&fields["content"]).unwrap();
    let number = house.stage.order("20240122150518179381").await.progress.invoices[0].number.clone();
    for (name, value) in [
        ("c_status", "1"),
        ("c_orderno", "20240122150518179381"),
        ("c_fphm", number.as_str()),
        ("allElectronicInvoiceNumber", number.as_str()),
        ("c_fpdm", ""),
        ("c_saletaxnum", SELLER),
    ] {
        assert_eq!(content[name], value, "{name}");
    }
    assert!(content["c_url"].as_str().unwrap().ends_with(".pdf"));
    assert_eq!(house.state("20240122150518179381").await, (CallbackState::Delivered, 1));
}

#[tokio::test]
async fn the_hive_pushes_a_failure_with_its_reason() {
    let house = House::build().await;
    house.destine("H-2", [Fate::Refuses]);
    house.partner.answers.lock().unwrap().push(Ok(Answer::new(200, r#"{"status":"9999"}"#)));
    let calls = house.told("H-2", "hive", "https://partner.example/notify").await;
    let content: Value = serde_json::from_str(&fields(&calls[0])["content"]).unwrap();
    let names: Vec<&str> = content.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["c_fpqqlsh", "c_saletaxnum", "c_status", "c_errorMessage"], "what a failure has (reference, issuing §4.13)");
    assert_eq!(content["c_status"], "2");
    assert_eq!(content["c_errorMessage"], house.stage.order("H-2").await.progress.reason.unwrap().text);
    assert_eq!(house.state("H-2").await, (CallbackState::Waiting, 1));
}
