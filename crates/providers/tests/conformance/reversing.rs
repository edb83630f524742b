//! Red letters.

use issue::order::{Extent, Order, Phase, ProviderNumber, RedReason, RedRow, Reversal, State};
use issue::provider::{RedLetter, RedStanding};

use super::{Mood, Subject};
use crate::house::{House, app, dec, number};

/// How a red letter of this number stands at the other side.
pub(crate) async fn with_red(house: &House, order: &Order, red_number: &ProviderNumber) -> RedStanding {
    let reversal = Reversal {
        invoice: 0,
        extent: Extent::Whole,
        reason: RedReason::Return,
        phase: Phase::Waiting,
        asked_at: order.accepted_at,
        attempt: 1,
        sent_at: None,
        registered: true,
        missed_at: None,
        serial: None,
        waits_for: None,
        failure: None,
        red: None,
    };
    let blue = issue::conformance::sample::order(1, "demo", "1");
    let invoice = order.progress.invoices.first().cloned().unwrap_or_else(|| issue::order::Invoice {
        code: String::new(),
        number: "26992000000000000001".to_owned(),
        check_code: String::new(),
        issued_at: None,
        net: None,
        tax: None,
        gross: None,
        reverses: None,
        reversed_by: Vec::new(),
        sources: Vec::new(),
        documents: Vec::new(),
    });
    let blue_number = blue.provider_number();
    let letter = RedLetter {
        number: red_number,
        blue: &invoice,
        blue_number: &blue_number,
        blue_serial: None,
        first_row: 0,
        content: &order.content,
        extent: &reversal.extent,
        reason: RedReason::Return,
        reversal: &reversal,
    };
    let standing = house.worker.caller.call(
        &house.seller,
        None,
        |provider, context| provider.query_reversal(context, &letter),
        |provider, context, answer| provider.found_reversal(context, &letter, answer),
    );
    standing.await.unwrap()
}

async fn issued(subject: &dyn Subject, mood: Mood) -> House {
    let house = subject.house(mood).await;
    house.accept("1").await;
    let order = house.settle("1").await;
    assert_eq!((order.state(), house.count(&order)), (State::Issued, 1), "{:?}", order.progress.reason);
    house
}

/// Wholly reversed by one red letter that is linked both ways.
fn assert_reversed(house: &House, order: &Order) {
    assert_eq!(order.state(), State::Reversed, "{:?}", order.progress.reversals);
    assert_eq!((house.count(order), house.red_count(order, 0)), (1, 1));
    let [blue, red] = order.progress.invoices.as_slice() else { panic!("{:?}", order.progress.invoices) };
    assert_eq!((red.reverses, blue.reversed_by.as_slice()), (Some(0), [1].as_slice()));
    assert_eq!((red.net, red.tax, red.gross), (Some(dec("-138.91")), Some(dec("-11.09")), Some(dec("-150.00"))));
    assert_eq!((house.issued)(&order.reversal_number(0)), std::slice::from_ref(&red.number));
    assert!(red.readable().is_some());
}

pub(crate) async fn an_invoice_is_reversed(subject: &dyn Subject) {
    let house = issued(subject, Mood::Good).await;
    house.reverse("1", Extent::Whole).await;
    assert_reversed(&house, &house.settle("1").await);
}

pub(crate) async fn a_part_and_then_the_rest_is_reversed(subject: &dyn Subject) {
    let house = issued(subject, Mood::Good).await;
    let row = |row: u16, net: &str, tax: &str| RedRow { row, quantity: None, net: dec(net), tax: dec(tax) };
    house.reverse("1", Extent::Part(vec![row(0, "91.74", "8.26"), row(1, "10.00", "0.60")])).await;
    let order = house.settle("1").await;
    assert_eq!(order.state(), State::PartlyReversed, "{:?}", order.progress.reversals);
    assert_eq!(order.progress.invoices[1].net, Some(dec("-101.74")));
    house.reverse("1", Extent::Part(vec![row(1, "37.17", "2.23")])).await;
    let order = house.settle("1").await;
    assert_eq!(order.state(), State::Reversed, "{:?}", order.progress.reversals);
    assert_eq!((house.red_count(&order, 0), house.red_count(&order, 1)), (1, 1));
    assert_eq!(order.progress.invoices[0].reversed_by, [1, 2]);
}

pub(crate) async fn a_broken_red_letter_is_issued_once(subject: &dyn Subject) {
    for (mood, attempts) in [(Mood::RedBreaksAfter, 1), (Mood::RedBreaksBefore, 2)] {
        // The sandbox counts its faults by order: the blue one has its own, and goes through all the same.
        let house = issued(subject, mood).await;
        house.reverse("1", Extent::Whole).await;
        house.work().await;
        assert_eq!(house.order("1").await.progress.reversals[0].phase, Phase::Unknown);
        let order = house.settle("1").await;
        assert_reversed(&house, &order);
        assert_eq!(order.progress.reversals[0].attempt, attempts, "{mood:?}");
    }
}

pub(crate) async fn the_buyer_confirms(subject: &dyn Subject) {
    let house = issued(subject, Mood::BuyerConfirms).await;
    house.reverse("1", Extent::Whole).await;
    while house.order("1").await.progress.reversals[0].waits_for.is_none() {
        house.clock.forward_to(house.order("1").await.progress.due.unwrap());
        assert!(house.work().await > 0);
    }
    let order = house.order("1").await;
    assert!(order.progress.reversals[0].waits_for.as_deref().unwrap().contains("购方确认"), "{:?}", order.progress.reversals);
    assert_eq!(house.red_count(&order, 0), 0);
    assert_reversed(&house, &house.settle("1").await);
}

pub(crate) async fn the_buyer_refuses(subject: &dyn Subject) {
    let house = issued(subject, Mood::BuyerRefuses).await;
    house.reverse("1", Extent::Whole).await;
    let order = house.settle("1").await;
    assert_eq!((order.state(), house.red_count(&order, 0)), (State::Issued, 0));
    assert_eq!(order.progress.reversals[0].phase, Phase::Failed);
    assert!(order.progress.reversals[0].failure.as_ref().unwrap().text.contains("拒绝"));
    assert!(order.progress.invoices[0].reversed_by.is_empty());
}

pub(crate) async fn a_red_letter_is_withdrawn(subject: &dyn Subject) {
    let house = issued(subject, Mood::BuyerConfirms).await;
    house.reverse("1", Extent::Whole).await;
    house.work().await;
    house.desk.withdraw(&app(), &number("1"), None).await.unwrap();
    let order = house.settle("1").await;
    assert_eq!((order.state(), house.red_count(&order, 0)), (State::Issued, 0));
    assert_eq!(order.progress.reversals[0].phase, Phase::Failed);
}
