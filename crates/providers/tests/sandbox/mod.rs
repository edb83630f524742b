//! The sandbox: its documents are read back by our own reader, its book outlives the process, its switches are obeyed.

mod documents;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use issue::conformance::surroundings::SetClock;
use issue::order::{Extent, RedReason, RedRow, ReversalRequest, State};
use issue::provider::{Answer, Call, Provider};
use issue::transport::{Fault, Transport};
use providers::sandbox::{Bureau, Sandbox, Switch};
use serde_json::{Value, json};

use crate::house::{House, Other, app, clock, dec, number, request};

pub(crate) async fn with(settings: Value) -> House {
    let clock = clock();
    on(Arc::new(Bureau::in_memory(clock.clone())), clock, settings).await
}

async fn on(bureau: Arc<Bureau>, clock: Arc<SetClock>, settings: Value) -> House {
    let (counted, noticed) = (bureau.clone(), bureau.clone());
    let other = Other {
        provider: Arc::new(Sandbox),
        transport: bureau,
        settings,
        secret: None,
        issued: Box::new(move |number| counted.issued(number).unwrap()),
        notices: Box::new(move || noticed.notices().unwrap()),
    };
    House::new(clock, other).await
}

#[test]
fn settings_are_checked() {
    let check = |settings: Value| Sandbox.check_settings(settings.as_object().unwrap(), false);
    assert_eq!(check(json!({})), Ok(()));
    assert_eq!(check(json!({"delay_ms": 0, "switches": ["reject:2", "slow"]})), Ok(()));
    for wrong in [json!({"delay": 1}), json!({"delay_ms": "1"}), json!({"delay_ms": 3_600_001}), json!({"switches": ["nothing"]})] {
        assert!(check(wrong.clone()).is_err(), "{wrong}");
    }
    // Who mistypes a switch is told which there are.
    let error = check(json!({"switches": ["rejects"]})).unwrap_err().to_string();
    assert!(Switch::ALL.iter().all(|switch| error.contains(switch.name())), "{error}");
}

#[tokio::test]
async fn it_takes_its_time() {
    for (settings, seconds) in [(json!({}), 2), (json!({"delay_ms": 500, "switches": ["slow"]}), 15), (json!({"delay_ms": 0}), 0)] {
        let house = with(settings.clone()).await;
        let accepted = house.accept("1").await.accepted_at;
        let order = house.settle("1").await;
        let taken = order.progress.invoices[0].issued_at.unwrap().duration_since(accepted);
        assert_eq!(taken.as_secs(), seconds, "{settings}");
    }
}

#[tokio::test]
async fn an_order_asks_for_a_fault_in_its_remark() {
    let house = with(json!({})).await;
    let mut asked = request("1");
    asked.remark = "车牌 样A00001 sandbox:reject:1".to_owned();
    house.accept_as(asked).await;
    assert_eq!(house.settle("1").await.state(), State::Failed);
    house.desk.retry(&app(), &number("1")).await.unwrap();
    assert_eq!(house.settle("1").await.state(), State::Issued);
    // Others are not touched.
    house.accept("2").await;
    assert_eq!(house.settle("2").await.state(), State::Issued);
}

#[tokio::test]
async fn a_busy_bureau_is_tried_again_and_credit_ends() {
    let house = with(json!({"switches": ["busy:2"]})).await;
    house.accept("1").await;
    let order = house.settle("1").await;
    assert_eq!((order.state(), order.progress.attempt), (State::Issued, 3));
    let house = with(json!({"switches": ["no_credit"]})).await;
    house.accept("1").await;
    let order = house.settle("1").await;
    assert_eq!(order.state(), State::Failed);
    assert!(order.progress.reason.unwrap().text.contains("授信"));
}

#[tokio::test]
async fn settings_that_change_are_obeyed() {
    let house = with(json!({"switches": ["reject"]})).await;
    house.accept("1").await;
    assert_eq!(house.settle("1").await.state(), State::Failed);
    house.set("switches", json!([])).await;
    house.desk.retry(&app(), &number("1")).await.unwrap();
    assert_eq!(house.settle("1").await.state(), State::Issued);
}

#[tokio::test]
async fn notices_come_once_twice_or_not_at_all() {
    for (switches, count) in [(json!([]), 1), (json!(["duplicate_notice"]), 2), (json!(["no_notice"]), 0)] {
        let house = with(json!({"switches": switches})).await;
        house.accept("1").await;
        house.work().await;
        assert_eq!((house.notices)().len(), 0, "not before it is due");
        house.clock.forward(Duration::from_secs(3));
        assert_eq!((house.notices)().len(), count, "{switches}");
        assert_eq!((house.notices)().len(), 0, "they are taken");
    }
}

#[tokio::test]
async fn the_book_outlives_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bureau.jsonl");
    let clock = clock();
    let open = || Arc::new(Bureau::open(clock.clone(), &path).unwrap());
    let house = on(open(), clock.clone(), json!({})).await;
    house.accept("1").await;
    house.work().await;
    // The bureau's process ends with the order taken and not issued.
    let later = on(open(), clock.clone(), json!({})).await;
    let order = house.order("1").await;
    clock.forward(Duration::from_secs(5));
    let numbers = (later.issued)(&order.provider_number());
    assert_eq!(numbers.len(), 1);
    assert_eq!((on(open(), clock.clone(), json!({})).await.issued)(&order.provider_number()), numbers);
}

/// The bureaus of two processes that open one file, asked in turn.
struct InTurn([Arc<Bureau>; 2], AtomicUsize);

#[async_trait::async_trait]
impl Transport for InTurn {
    async fn carry(&self, call: &Call) -> Result<Answer, Fault> {
        self.0[self.1.fetch_add(1, Ordering::SeqCst) % 2].carry(call).await
    }
}

#[tokio::test]
async fn processes_on_one_book_have_one_bureau() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bureau.jsonl");
    let clock = clock();
    let open = || Arc::new(Bureau::open(clock.clone(), &path).unwrap());
    let (one, other) = (open(), open());
    let counted = one.clone();
    let other = Other {
        provider: Arc::new(Sandbox),
        transport: Arc::new(InTurn([one, other], AtomicUsize::new(0))),
        settings: json!({"switches": ["seal_fails:1"]}),
        secret: None,
        issued: Box::new(move |number| counted.issued(number).unwrap()),
        notices: Box::new(Vec::new),
    };
    let house = House::new(clock.clone(), other).await;
    let mut numbers = std::collections::BTreeSet::new();
    for text in ["1", "2", "3"] {
        house.accept(text).await;
        let order = house.settle(text).await;
        assert_eq!((order.state(), house.count(&order)), (State::Issued, 1));
        numbers.insert(order.progress.invoices[0].number.clone());
    }
    assert_eq!(numbers.len(), 3);
}

#[tokio::test]
async fn what_was_reversed_is_not_reversed_again() {
    let house = with(json!({})).await;
    house.accept("1").await;
    let order = house.settle("1").await;
    house.reverse("1", Extent::Whole).await;
    let reversed = house.settle("1").await;
    // Past the machine, which would refuse it: another red letter of the same invoice.
    let number = issue::order::ProviderNumber("ANOTHER0RED0LETTER00".to_owned());
    let mut wish = reversed.progress.reversals[0].clone();
    wish.red = None;
    let (blue, blue_number) = (&order.progress.invoices[0], order.provider_number());
    let letter = issue::provider::RedLetter {
        number: &number,
        blue,
        blue_number: &blue_number,
        blue_serial: None,
        first_row: 0,
        content: &order.content,
        extent: &Extent::Whole,
        reason: issue::order::RedReason::Mistake,
        reversal: &wish,
    };
    let outcome = house.worker.caller.call(
        &house.seller,
        None,
        |provider, context| provider.reverse(context, &letter),
        |provider, context, answer| provider.reversed(context, answer),
    );
    let outcome = outcome.await.unwrap();
    assert!(matches!(outcome, issue::provider::Outcome::Rejected(_)), "{outcome:?}");
    assert!((house.issued)(&number).is_empty());
}

#[tokio::test]
async fn a_part_of_a_split_order_is_reversed() {
    let house = with(json!({"switches": ["split"]})).await;
    house.accept("1").await;
    assert_eq!(house.settle("1").await.progress.invoices.len(), 2);
    let row = |net: &str, tax: &str| RedRow { row: 1, quantity: None, net: dec(net), tax: dec(tax) };
    let ask = |invoice, net, tax| ReversalRequest { invoice, extent: Extent::Part(vec![row(net, tax)]), reason: RedReason::Return };
    // The second row stands on the second invoice.
    let wrong = house.desk.reverse(&app(), &number("1"), ask(Some(0), "10.00", "0.60")).await;
    assert!(matches!(wrong, Err(issue::desk::DeskError::Refused(_))), "{wrong:?}");
    for (invoice, net, tax) in [(Some(1), "10.00", "0.60"), (None, "37.17", "2.23")] {
        house.desk.reverse(&app(), &number("1"), ask(invoice, net, tax)).await.unwrap();
        let order = house.settle("1").await;
        assert_eq!(order.state(), State::PartlyReversed, "{:?}", order.progress.reversals);
    }
    let order = house.order("1").await;
    assert_eq!(order.progress.invoices[1].reversed_by, [2, 3]);
    assert_eq!(order.progress.invoices[2].net, Some(dec("-10.00")));
    house.reverse("1", Extent::Whole).await;
    assert_eq!(house.settle("1").await.state(), State::Reversed);
}

#[test]
fn what_cannot_be_drawn_is_refused_at_once() {
    let mut content = issue::conformance::sample::content();
    assert_eq!(Sandbox.check_content(&content), Ok(()));
    content.remark = "行\n".repeat(6);
    assert!(Sandbox.check_content(&content).is_err());
    let mut content = issue::conformance::sample::content();
    content.buyer.name = "云泽🦀有限公司".to_owned();
    assert!(Sandbox.check_content(&content).unwrap_err().to_string().contains('🦀'));
    let mut content = issue::conformance::sample::content();
    content.rows[0].name = "长".repeat(71);
    assert!(Sandbox.check_content(&content).is_err());
}
