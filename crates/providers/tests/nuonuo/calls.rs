//! What is sent, field by field, as the documents have it.

use issue::conformance::sample;
use issue::order::{Extent, Form, Phase, RedReason, RedRow, Reversal, RowKind, Untaxed};
use issue::provider::{Call, Context, Issue, LoginStep, Method, Provider, RedLetter, Unfit};
use issue::secret::Secret;
use providers::nuonuo::{FormId, Nuonuo};
use serde_json::{Map, Value, json};

use crate::house::dec;

/// A context as the worker makes one.
fn with<T>(settings: Value, then: impl FnOnce(&Context<'_>) -> T) -> T {
    let seller = issue::order::TaxId::from(sample::SELLER);
    let mut all = json!({"app_key": "test-app", "extension_number": "923", "ele_account": "13800000000"});
    all.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
    then(&Context {
        seller: &seller,
        settings: all.as_object().unwrap(),
        secret: Some(&Secret::new("test-app-secret")),
        token: Some(&Secret::new("test-token")),
        now: sample::at(0),
        nonce: [0xab; 16],
        notice_url: Some("https://fapiao.example.test/notices/nuonuo"),
    })
}

fn body(call: &Call) -> Value {
    serde_json::from_slice(&call.body).unwrap()
}

fn method(call: &Call) -> &str {
    call.header_value("method").unwrap()
}

fn issue_call(settings: Value, change: impl FnOnce(&mut issue::order::Content)) -> Result<Call, Unfit> {
    let mut order = sample::order(1, "demo", "20240122150518179381");
    change(&mut order.content);
    let number = order.provider_number();
    with(settings, |context| Nuonuo.issue(context, &Issue { number: &number, content: &order.content, ordered_at: order.accepted_at }))
}

#[test]
fn a_call_is_signed_and_named() {
    let call = issue_call(json!({}), |_| {}).unwrap();
    assert_eq!(call.method, Method::Post);
    let (address, query) = call.url.split_once('?').unwrap();
    assert_eq!(address, "https://sdk.nuonuo.com/open/v1/services");
    let senid = "ab".repeat(16);
    assert_eq!(query, format!("senid={senid}&nonce=41111083&timestamp=1767225600&appkey=test-app"));
    for (name, value) in [
        ("accessToken", "test-token"),
        ("userTax", sample::SELLER),
        ("method", "nuonuo.OpeMplatform.requestBillingNew"),
        ("content-type", "application/json;charset=UTF-8"),
    ] {
        assert_eq!(call.header_value(name), Some(value));
    }
    let body = std::str::from_utf8(&call.body).unwrap();
    let signed = providers::nuonuo::Signed { app_key: "test-app", senid: &senid, nonce: 41_111_083, timestamp: 1_767_225_600, body };
    assert_eq!(call.header_value("X-Nuonuo-Sign").unwrap(), providers::nuonuo::sign(&Secret::new("test-app-secret"), signed));
    // Nothing of it is printed.
    assert!(!format!("{call:?}").contains("test-"));
}

#[test]
fn an_order_is_said_in_their_words() {
    let call = issue_call(json!({}), |_| {}).unwrap();
    let expected = json!({"order": {
        "extensionNumber": "923",
        "pushMode": "-1",
        "buyerName": "测试购买方有限公司",
        "buyerTaxNum": "91110000MA00FAPA1B",
        "naturalPersonFlag": "0",
        "salerTaxNum": "91110000MA00FAPA0T",
        "orderNo": sample::order(1, "demo", "20240122150518179381").provider_number().as_str(),
        "invoiceDate": "2026-01-01 08:00:00",
        "invoiceType": "1",
        "invoiceLine": "pc",
        "clerk": "测试员",
        "callBackUrl": "https://fapiao.example.test/notices/nuonuo",
        "invoiceDetail": [{
            "goodsName": "停车费",
            "goodsCode": "3040502020200000000",
            "unit": "次",
            "withTaxFlag": "1",
            "price": "50",
            "num": "2",
            "taxRate": "0.09",
            "tax": "8.26",
            "taxExcludedAmount": "91.74",
            "taxIncludedAmount": "100.00",
            "invoiceLineProperty": "0",
            "favouredPolicyFlag": "0",
        }],
    }});
    assert_eq!(body(&call), expected);
}

#[test]
fn partners_words_never_stand_above_ours() {
    let call = issue_call(json!({"clerk": "夜班"}), |content| {
        content.form = Form::Special;
        content.people.issuer.clear();
        let extras = json!({
            "extensionNumber": 888, "specificFactor": "4", "orderNo": "X", "salerTaxNum": "X", "invoiceDetail": [], "callBackUrl": "X",
            "bField1": null, "unheardOf": "X", "invoiceGoodsTransports": [{"transportTool": "1"}], "vehicleFlag": true,
        });
        content.extras = extras.as_object().unwrap().clone();
    });
    let body = body(&call.unwrap());
    let order = &body["order"];
    for (name, value) in
        [("extensionNumber", "888"), ("specificFactor", "4"), ("clerk", "夜班"), ("invoiceLine", "bs"), ("vehicleFlag", "1")]
    {
        assert_eq!(order[name], value);
    }
    assert_eq!(order["invoiceGoodsTransports"], json!([{"transportTool": "1"}]));
    assert_eq!((order["orderNo"].as_str().unwrap().len(), order["invoiceDetail"].as_array().unwrap().len()), (20, 1));
    assert_eq!(order["salerTaxNum"], sample::SELLER);
    assert!(order.get("unheardOf").is_none() && order.get("bField1").is_none());
}

#[test]
fn rows_say_discounts_and_exemptions() {
    let call = issue_call(json!({}), |content| {
        let row = content.rows[0].clone();
        let discount = issue::order::Row {
            kind: RowKind::Discount,
            quantity: None,
            price: None,
            net: dec("-9.17"),
            tax: dec("-0.83"),
            gross: dec("-10"),
            ..row.clone()
        };
        let exempt = issue::order::Row {
            untaxed: Some(Untaxed::Exempt),
            rate: dec("0.00"),
            tax: dec("0"),
            gross: row.net,
            price: Some(dec("45.87000000")),
            price_with_tax: false,
            ..row.clone()
        };
        content.rows = vec![issue::order::Row { kind: RowKind::Discounted, ..row }, discount, exempt];
    });
    let body = body(&call.unwrap());
    let row = |at: usize| &body["order"]["invoiceDetail"][at];
    assert_eq!((row(0)["invoiceLineProperty"].as_str(), row(1)["invoiceLineProperty"].as_str()), (Some("2"), Some("1")));
    assert_eq!((row(1)["taxIncludedAmount"].as_str(), row(1).get("num"), row(1).get("price")), (Some("-10.00"), None, None));
    assert_eq!(
        (row(2)["favouredPolicyFlag"].as_str(), row(2)["taxRate"].as_str(), row(2)["price"].as_str()),
        (Some("03"), Some("0"), Some("45.87"))
    );
    assert_eq!((row(2)["withTaxFlag"].as_str(), row(2)["tax"].as_str()), (Some("0"), Some("0.00")));
}

type Change = fn(&mut issue::order::Content);

#[test]
fn what_they_would_refuse_is_refused_before() {
    let cases: [(Change, &str); 12] = [
        (|content| content.rows.clear(), "rows"),
        (|content| content.rows = vec![content.rows[0].clone(); 2001], "rows"),
        (|content| content.remark = "字".repeat(201), "remark"),
        (|content| content.buyer.name = "字".repeat(101), "buyer's name"),
        (|content| content.rows[0].name = "字".repeat(91), "name"),
        (|content| content.rows[0].tax_code = "304".to_owned(), "tax code"),
        (|content| content.rows[0].tax = dec("8.25"), "gross"),
        (|content| (content.rows[0].tax, content.rows[0].gross) = (dec("8.33"), dec("100.07")), "0.06"),
        (|content| content.rows[0].price = Some(dec("0.123456789")), "price"),
        (|content| content.rows[0].quantity = None, "together"),
        (|content| (content.form, content.buyer.tax_id) = (Form::Special, None), "tax id"),
        (|content| content.people.issuer.clear(), "who issues"),
    ];
    for (change, word) in cases {
        let error = issue_call(json!({}), change).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
}

fn red_call(extent: Extent, then: impl Fn(&Context<'_>, &RedLetter<'_>) -> Result<Call, Unfit>) -> Result<Call, Unfit> {
    let order = sample::order(1, "demo", "1");
    let (number, blue_number) = (order.reversal_number(0), order.provider_number());
    let blue = issue::order::Invoice {
        code: String::new(),
        number: "24352000000096322399".to_owned(),
        check_code: String::new(),
        issued_at: None,
        net: None,
        tax: None,
        gross: None,
        reverses: None,
        reversed_by: Vec::new(),
        sources: Vec::new(),
        documents: Vec::new(),
    };
    let reversal = Reversal {
        invoice: 0,
        extent: extent.clone(),
        reason: RedReason::Mistake,
        phase: Phase::Asked,
        asked_at: sample::at(0),
        attempt: 0,
        sent_at: None,
        registered: false,
        missed_at: None,
        serial: None,
        waits_for: None,
        failure: None,
        red: None,
    };
    let letter = RedLetter {
        number: &number,
        blue: &blue,
        blue_number: &blue_number,
        blue_serial: None,
        first_row: 0,
        content: &order.content,
        extent: &extent,
        reason: RedReason::Mistake,
        reversal: &reversal,
    };
    with(json!({}), |context| then(context, &letter))
}

#[test]
fn a_red_letter_is_asked_for_by_its_form() {
    let call = red_call(Extent::Whole, |context, red| Nuonuo.reverse(context, red)).unwrap();
    assert_eq!(method(&call), "nuonuo.OpeMplatform.saveInvoiceRedConfirm");
    let whole = body(&call);
    let number = sample::order(1, "demo", "1").reversal_number(0);
    assert_eq!(
        whole,
        json!({
            "billId": number.as_str(), "orderNo": number.as_str(), "blueInvoiceLine": "pc", "applySource": "0", "sellerTaxNo": sample::SELLER,
            "sellerName": "演示停车场管理有限公司", "buyerTaxNo": "91110000MA00FAPA1B", "buyerName": "测试购买方有限公司",
            // A mistake: 2 here, 01 at the bureau.
            "redReason": "2", "extensionNumber": "923", "callbackUrl": "https://fapiao.example.test/notices/nuonuo",
            "blueElecInvoiceNumber": "24352000000096322399",
        })
    );
    let part = Extent::Part(vec![RedRow { row: 0, quantity: Some(dec("1")), net: dec("45.87"), tax: dec("4.13") }]);
    let call = red_call(part, |context, red| Nuonuo.reverse(context, red)).unwrap();
    let detail = json!([{
        "blueDetailIndex": "1", "goodsName": "停车费", "goodsCode": "3040502020200000000", "taxRate": "0.09", "unit": "次", "num": "-1",
        "taxExcludedAmount": "-45.87", "taxAmount": "-4.13",
    }]);
    assert_eq!(body(&call)["detail"], detail);
    let beyond = Extent::Part(vec![RedRow { row: 1, quantity: None, net: dec("1"), tax: dec("0") }]);
    assert!(red_call(beyond, |context, red| Nuonuo.reverse(context, red)).is_err());
}

#[test]
fn the_form_is_asked_for_withdrawn_confirmed_and_fetched() {
    let number = sample::order(1, "demo", "1").reversal_number(0);
    let call = red_call(Extent::Whole, |context, red| Nuonuo.query_reversal(context, red)).unwrap();
    assert_eq!(method(&call), "nuonuo.OpeMplatform.queryInvoiceRedConfirm");
    assert_eq!(body(&call), json!({"identity": "0", "billId": number.as_str(), "pageNo": "1", "pageSize": "10"}));
    let call = red_call(Extent::Whole, |context, red| Nuonuo.withdraw(context, red)).unwrap();
    assert_eq!(method(&call), "nuonuo.OpeMplatform.confirmInfoCancel");
    assert_eq!(body(&call)["billId"], number.as_str());
    let form = FormId { uuid: "u", id: "i", number: "n" };
    let call = with(json!({}), |context| Nuonuo.confirm(context, form, false, "不同意")).unwrap();
    assert_eq!(method(&call), "nuonuo.OpeMplatform.confirm");
    assert_eq!((body(&call)["confirmAgreement"].as_str(), body(&call)["billUuid"].as_str()), (Some("0"), Some("u")));
    let call = with(json!({}), |context| Nuonuo.refresh(context, "u")).unwrap();
    assert_eq!(method(&call), "nuonuo.OpeMplatform.refreshInvoiceRedConfirm");
    let call = red_call(Extent::Whole, |context, red| Nuonuo.fetch_red(context, red, form)).unwrap();
    assert_eq!(method(&call), "nuonuo.OpeMplatform.fastInvoiceRed");
    assert_eq!(
        (body(&call)["elecInvoiceNumber"].as_str(), body(&call)["orderNo"].as_str()),
        (Some("24352000000096322399"), Some(number.as_str()))
    );
    assert!(with(json!({}), |context| Nuonuo.confirm(context, FormId::default(), true, "")).is_err());
}

#[test]
fn the_session_is_asked_for_in_their_numbers() {
    for (step, name, query_type) in [
        (LoginStep::Status, "getCertificationStatus", "2"),
        (LoginStep::LoginCode { renew: true }, "getQrCode", "2"),
        (LoginStep::LoginCode { renew: false }, "getQrCode", "3"),
        (LoginStep::IdentityCode { renew: true }, "getQrCode", "0"),
        (LoginStep::IdentityCode { renew: false }, "getQrCode", "1"),
        (LoginStep::SendSms, "getQrCode", "4"),
        (LoginStep::SubmitSms(Secret::new("123456")), "verifyComplete", "2"),
        (LoginStep::Scanned, "verifyComplete", "0"),
    ] {
        let call = with(json!({}), |context| Nuonuo.login(context, &step)).unwrap().unwrap();
        assert_eq!(
            (method(&call), &body(&call)["queryType"]),
            (format!("nuonuo.OpeMplatform.{name}").as_str(), &json!(query_type)),
            "{step:?}"
        );
    }
    for (step, query_type) in [(LoginStep::SendSms, "5"), (LoginStep::Scanned, "1"), (LoginStep::SubmitSms(Secret::new("1")), "3")] {
        let call = with(json!({}), |context| Nuonuo.login_end(context, &step)).unwrap();
        assert_eq!(body(&call)["queryType"], query_type, "{step:?}");
    }
    let call = with(json!({}), |context| Nuonuo.login(context, &LoginStep::SubmitSms(Secret::new("123456")))).unwrap().unwrap();
    assert_eq!(body(&call)["verifyCode"], "123456");
    for (call, query_type) in [
        (with(json!({}), |context| Nuonuo.credit(context)).unwrap().unwrap(), "1"),
        (with(json!({}), |context| Nuonuo.renew_credit(context)).unwrap(), "0"),
    ] {
        assert_eq!((method(&call), &body(&call)["queryType"]), ("nuonuo.OpeMplatform.getCreditLine", &json!(query_type)));
    }
}

#[test]
fn an_invoice_is_voided_and_delivered() {
    let mut invoice = sample::order(1, "demo", "1");
    invoice.content.rows.clear();
    let invoice = issue::order::Invoice {
        code: "050001501530".to_owned(),
        number: "23501899".to_owned(),
        ..serde_json::from_value(json!({"code": "", "number": "", "check_code": "", "issued_at": null, "net": null, "tax": null, "gross": null, "reverses": null})).unwrap()
    };
    let call = with(json!({}), |context| Nuonuo.void(context, "20052622361801000032", &invoice, RedReason::Mistake, "")).unwrap();
    let expected = json!({"invoiceId": "20052622361801000032", "invoiceCode": "050001501530", "invoiceNo": "23501899", "invalidReason": "2", "specificReason": ""});
    assert_eq!((method(&call), body(&call)), ("nuonuo.OpeMplatform.invoiceCancellation", expected));
    let call = with(json!({}), |context| Nuonuo.deliver(context, &invoice, "", "13800000000")).unwrap();
    let expected = json!({"taxnum": sample::SELLER, "invoiceCode": "050001501530", "invoiceNum": "23501899", "phone": "13800000000"});
    assert_eq!((method(&call), body(&call)), ("nuonuo.OpeMplatform.deliveryInvoice", expected));
    let call = with(json!({"family": "ElectronInvoice"}), |context| Nuonuo.void(context, "1", &invoice, RedReason::Return, "")).unwrap();
    assert_eq!(method(&call), "nuonuo.electronInvoice.invoiceCancellation");
}

#[test]
fn nothing_is_called_without_a_token_or_a_secret() {
    let seller = issue::order::TaxId::from(sample::SELLER);
    let settings = Map::from_iter([("app_key".to_owned(), json!("k"))]);
    let secret = Secret::new("s");
    for (secret, token) in [(None, Some(&secret)), (Some(&secret), None)] {
        let context = Context { seller: &seller, settings: &settings, secret, token, now: sample::at(0), nonce: [0; 16], notice_url: None };
        assert!(Nuonuo.credit(&context).is_err());
    }
}
