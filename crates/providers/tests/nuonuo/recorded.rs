//! Recorded messages, written from the documents and from what the platform was seen to send (reference, issuing §4): numbers as texts,
//! texts as numbers, nulls, keys left out, states mixed. Each file says what it must be read as.

use std::path::Path;

use issue::conformance::sample;
use issue::order::{Extent, Format, Phase, ProviderNumber, RedReason, Reversal};
use issue::provider::{
    Answer, Context, Inquiry, LoginStep, Outcome, Provider, ProviderInvoice, RawNotice, RedLetter, RedStanding, Rejection, Standing,
};
use issue::secret::Secret;
use providers::nuonuo::Nuonuo;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Recorded {
    /// What it shows, for people.
    #[allow(dead_code, reason = "for whoever reads the file")]
    about: String,
    /// Which answer it is.
    call: String,
    /// The number that was asked for.
    #[serde(default)]
    number: String,
    #[serde(default)]
    serial: Option<String>,
    #[serde(default = "ok")]
    status: u16,
    /// As it came, to the last digit.
    answer: Box<RawValue>,
    means: Value,
}

fn ok() -> u16 {
    200
}

fn rejection(rejection: &Rejection) -> Value {
    json!({"is": "rejected", "code": rejection.code, "text": rejection.text, "retryable": rejection.retryable, "needs_login": rejection.needs_login})
}

fn invoice(invoice: &ProviderInvoice) -> Value {
    let amounts = [invoice.net, invoice.tax, invoice.gross].map(|amount| amount.map(|amount| amount.to_string()));
    let sources: Vec<String> = invoice.sources.iter().map(|source| format!("{} {}", source.format.name(), source.url)).collect();
    let at = invoice.issued_at.map(|at| at.to_string());
    json!({"code": invoice.code, "number": invoice.number, "check_code": invoice.check_code, "at": at, "amounts": amounts, "sources": sources})
}

fn outcome(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Accepted { serial } => json!({"is": "accepted", "serial": serial}),
        Outcome::Issued { serial, .. } => json!({"is": "issued", "serial": serial}),
        Outcome::Rejected(refusal) => rejection(refusal),
        Outcome::NotSent { .. } => json!({"is": "not_sent"}),
        Outcome::Unknown { .. } => json!({"is": "unknown"}),
    }
}

fn standing(standing: &Standing) -> Value {
    let all = |invoices: &[ProviderInvoice]| invoices.iter().map(invoice).collect::<Vec<_>>();
    match standing {
        Standing::NotFound => json!({"is": "not_found"}),
        Standing::Pending { serial } => json!({"is": "pending", "serial": serial}),
        Standing::Sealing { serial, invoices } => json!({"is": "sealing", "serial": serial, "invoices": all(invoices)}),
        Standing::SealFailed { invoices, text } => json!({"is": "seal_failed", "invoices": all(invoices), "text": text}),
        Standing::Issued { serial, invoices } => json!({"is": "issued", "serial": serial, "invoices": all(invoices)}),
        Standing::Failed(refusal) => rejection(refusal),
        Standing::Unclear { needs_login, .. } => json!({"is": "unclear", "needs_login": needs_login}),
    }
}

fn red(standing: &RedStanding) -> Value {
    match standing {
        RedStanding::NotFound => json!({"is": "not_found"}),
        RedStanding::Pending { serial, waits_for } => json!({"is": "pending", "serial": serial, "waits_for": waits_for}),
        RedStanding::Issued { serial, invoice: letter } => json!({"is": "issued", "serial": serial, "invoice": invoice(letter)}),
        RedStanding::Failed(refusal) => rejection(refusal),
        RedStanding::Unclear { needs_login, .. } => json!({"is": "unclear", "needs_login": needs_login}),
    }
}

impl Recorded {
    fn read(&self) -> Value {
        let order = sample::order(1, "demo", "1");
        let seller = order.seller().clone();
        let settings = json!({"app_key": "test-app"});
        let secret = Secret::new("s");
        let context = Context {
            seller: &seller,
            settings: settings.as_object().unwrap(),
            secret: Some(&secret),
            token: Some(&secret),
            now: sample::at(0),
            nonce: [0; 16],
            notice_url: None,
        };
        let answer = Answer::new(self.status, self.answer.get().as_bytes());
        let number = ProviderNumber(self.number.clone());
        match self.call.as_str() {
            "requestBillingNew" => outcome(&Nuonuo.issued(&context, &answer)),
            "reInvoice" => outcome(&Nuonuo.reissued(&context, &answer)),
            "deliveryInvoice" => outcome(&Nuonuo.delivered(&context, &answer)),
            "invoiceCancellation" => outcome(&Nuonuo.voided(&context, &answer)),
            "saveInvoiceRedConfirm" => outcome(&Nuonuo.reversed(&context, &answer)),
            "queryInvoiceResult" => {
                let serial = self.serial.as_deref();
                let inquiry = Inquiry { number: &number, serial, content: &order.content, ordered_at: order.accepted_at };
                standing(&Nuonuo.found(&context, &inquiry, &answer))
            }
            "queryInvoiceRedConfirm" => self.red(&context, &number, &answer),
            "getQrCode" => json!(format!("{:?}", Nuonuo.login_read(&context, &LoginStep::LoginCode { renew: false }, &answer))),
            "getCertificationStatus" => json!(format!("{:?}", Nuonuo.login_read(&context, &LoginStep::Status, &answer))),
            "verifyComplete" => json!(format!("{:?}", Nuonuo.login_read(&context, &LoginStep::Scanned, &answer))),
            "getCreditLine" => match Nuonuo.credit_read(&context, &answer) {
                Ok(credit) => {
                    let text = |amount: Option<rust_decimal::Decimal>| amount.map(|amount| amount.to_string());
                    json!({"total": text(credit.total), "used": text(credit.used), "available": text(credit.available), "at": credit.at.map(|at| at.to_string())})
                }
                Err(refusal) => rejection(&refusal),
            },
            other => panic!("{other}"),
        }
    }

    fn red(&self, context: &Context<'_>, number: &ProviderNumber, answer: &Answer) -> Value {
        let order = sample::order(1, "demo", "1");
        let blue_number = order.provider_number();
        let blue = serde_json::from_value(json!({
            "code": "", "number": "1", "check_code": "", "issued_at": null, "net": null, "tax": null, "gross": null, "reverses": null,
        }));
        let reversal = Reversal {
            invoice: 0,
            extent: Extent::Whole,
            reason: RedReason::Mistake,
            phase: Phase::Waiting,
            asked_at: sample::at(0),
            attempt: 1,
            sent_at: None,
            registered: true,
            missed_at: None,
            serial: self.serial.clone(),
            waits_for: None,
            failure: None,
            red: None,
        };
        let letter = RedLetter {
            number,
            blue: &blue.unwrap(),
            blue_number: &blue_number,
            blue_serial: None,
            first_row: 0,
            content: &order.content,
            extent: &Extent::Whole,
            reason: RedReason::Mistake,
            reversal: &reversal,
        };
        red(&Nuonuo.found_reversal(context, &letter, answer))
    }
}

#[test]
fn every_message_means_what_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/messages");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let messages: Vec<Recorded> = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for message in messages {
            assert_eq!(message.read(), message.means, "{}: {}", path.display(), message.about);
            count += 1;
        }
    }
    assert!(count >= 40, "{count} messages");
}

fn notice(fields: &[(&str, &str)]) -> RawNotice {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields);
    RawNotice { path: String::new(), media_type: "application/x-www-form-urlencoded".to_owned(), body: form.finish().into_bytes() }
}

/// The fields of a notice; the number, the serial and the claim that they are read as.
type Noticed<'a> = (&'a [(&'a str, &'a str)], Option<&'a str>, Option<&'a str>, &'a str);

#[test]
fn notices_are_read_for_what_they_are_about() {
    let done = r#"{"c_status":"1","c_orderno":"A1","c_fpqqlsh":"24051420014001423596","c_fphm":"24992000000000000001","c_fpdm":"","specificFactor":0,"c_qdbz":0}"#;
    let failed = r#"{"c_fpqqlsh":"S1","c_status":"2","c_saletaxnum":"91110000MA00FAPA0T","c_errorMessage":"买方张三不存在"}"#;
    let cases: [Noticed<'_>; 8] = [
        (
            &[("operater", "callback"), ("orderno", "A1"), ("content", done)],
            Some("A1"),
            Some("24051420014001423596"),
            "开票成功 24992000000000000001",
        ),
        // The state is sent only where failures are wanted too: without one it is a success.
        (&[("operater", "callback"), ("orderno", "A1"), ("content", "{}")], Some("A1"), None, "开票成功"),
        (&[("operater", "callback"), ("orderno", "A1"), ("content", failed)], Some("A1"), Some("S1"), "开票失败 买***在"),
        (&[("operater", "callback"), ("content", failed)], None, Some("S1"), "开票失败 买***在"),
        (&[("operater", "callback"), ("orderno", "A1"), ("content", "damaged")], Some("A1"), None, "开票成功"),
        (
            &[("operater", "callback"), ("orderno", "A1"), ("content", r#"{"c_status":3,"c_fphm":1}"#)],
            Some("A1"),
            None,
            "开票成功, 签章失败 1",
        ),
        (&[("operater", "invoiceInvalid"), ("fpqqlsh", "S1"), ("content", "{}")], None, Some("S1"), "发票作废"),
        (
            &[("operater", "redConfirmCallback"), ("billId", "B1"), ("content", r#"{"billStatus":"02"}"#)],
            Some("B1"),
            None,
            "红字确认单状态 02",
        ),
    ];
    for (fields, number, serial, claim) in cases {
        let hint = Nuonuo.notice(&notice(fields)).unwrap();
        assert_eq!(
            (hint.number.as_ref().map(ProviderNumber::as_str), hint.serial.as_deref(), hint.claim.as_str()),
            (number, serial, claim)
        );
    }
    let json = RawNotice { body: br#"{"operater":"redConfirmCallback","billId":"B1","content":{"billStatus":1}}"#.to_vec(), ..notice(&[]) };
    assert_eq!(Nuonuo.notice(&json).unwrap().number.unwrap().as_str(), "B1");
    for nothing in [notice(&[]), notice(&[("operater", "callback")]), RawNotice { body: b"\xff\xfe".to_vec(), ..notice(&[]) }] {
        assert!(Nuonuo.notice(&nothing).is_err());
    }
}

#[test]
fn what_is_stored_is_confirmed_and_what_is_not_is_met_with_silence() {
    let stored: Value = serde_json::from_str(&Nuonuo.notice_reply(true).body).unwrap();
    assert_eq!(stored, json!({"status": "0000", "message": "同步成功"}));
    let lost = Nuonuo.notice_reply(false);
    // Neither word of theirs: they come again.
    assert_eq!((lost.status, lost.body.as_str()), (503, ""));
}

#[test]
fn documents_are_fetched_from_their_hosts_alone() {
    let settings = json!({"app_key": "test-app"});
    let seller = issue::order::TaxId::from(sample::SELLER);
    let context = Context {
        seller: &seller,
        settings: settings.as_object().unwrap(),
        secret: None,
        token: None,
        now: sample::at(0),
        nonce: [0; 16],
        notice_url: None,
    };
    let fetch = |url: &str| Nuonuo.fetch(&context, &issue::order::Source { format: Format::Pdf, url: url.to_owned() });
    let call = fetch("https://inv.jss.com.cn/fp2/x.pdf").unwrap();
    // Whoever offers documents gets neither token nor signature.
    assert!(call.headers.is_empty());
    assert!(fetch("https://169.254.169.254/latest").is_err());
}
