//! Issuing.

use issue::machine::Refusal;
use issue::surroundings::Clock;
use issue::order::{Fingerprint, Format, Order, ProviderNumber, State};
use issue::desk::DeskError;
use issue::provider::{Answer, Inquiry, Issue, LoginReading, LoginStep, Outcome, RedStanding, Standing};
use issue::store::Acceptance;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::{Mood, Subject};
use crate::house::{House, app, dec, number, request};

/// Issued with its documents and its amounts, once.
fn assert_issued(house: &House, order: &Order) {
    assert_eq!(order.state(), State::Issued, "{:?}", order.progress.reason);
    assert_eq!(house.count(order), 1);
    let invoice = &order.progress.invoices[0];
    assert_eq!((invoice.number.len(), invoice.code.as_str()), (20, ""));
    assert_eq!((invoice.net, invoice.tax, invoice.gross), (Some(dec("138.91")), Some(dec("11.09")), Some(dec("150.00"))));
    assert!(invoice.issued_at.is_some());
    assert_eq!((house.issued)(&order.provider_number()), [invoice.number.clone()]);
    for format in [Format::Ofd, Format::Pdf] {
        assert!(invoice.document(format).is_some(), "{format:?}");
    }
}

pub(crate) async fn an_order_is_issued(subject: &dyn Subject) {
    let house = subject.house(Mood::Good).await;
    assert_eq!(house.provider.name(), subject.name());
    let order = house.accept("1").await;
    assert_eq!((order.state(), house.count(&order)), (State::Accepted, 0));
    let order = house.settle("1").await;
    assert_issued(&house, &order);
    let pdf = house.document(&order.progress.invoices[0].readable().unwrap().key).await;
    assert!(pdf.starts_with(b"%PDF-"));
}

pub(crate) async fn the_same_order_is_issued_once(subject: &dyn Subject) {
    let house = subject.house(Mood::Good).await;
    house.accept("1").await;
    let again = house.desk.accept(&app(), &request("1")).await.unwrap();
    assert!(matches!(again, Acceptance::Known(_)));
    house.settle("1").await;
    let again = house.desk.accept(&app(), &request("1")).await.unwrap();
    assert_eq!(again.order().fingerprint, again.order().fingerprint);
    assert_ne!(again.order().fingerprint, Fingerprint::of(b""));
    assert_issued(&house, &house.settle("1").await);
    let retried = house.desk.retry(&app(), &number("1")).await;
    assert!(matches!(retried, Err(DeskError::Refused(Refusal::Issued))));
    assert_issued(&house, &house.settle("1").await);
}

/// Even a platform that lost its store and sends everything again does not issue twice: the number is taken.
pub(crate) async fn a_number_is_taken_once(subject: &dyn Subject) {
    let house = subject.house(Mood::Good).await;
    let order = house.accept("1").await;
    let order = Order { progress: house.settle("1").await.progress, ..order };
    let number = order.provider_number();
    let issue = Issue { number: &number, content: &order.content, ordered_at: order.accepted_at };
    let seller = house.seller.clone();
    let outcome = house.worker.caller.call(&seller, None, |provider, context| provider.issue(context, &issue), |provider, context, answer| {
        provider.issued(context, answer)
    });
    assert_eq!(outcome.await.unwrap(), Outcome::Accepted { serial: None });
    assert_issued(&house, &order);
}

pub(crate) async fn a_broken_call_is_never_issued_twice(subject: &dyn Subject) {
    for mood in [Mood::BreaksBefore, Mood::BreaksAfter, Mood::Hangs, Mood::ErrorPage, Mood::Garbage] {
        let house = subject.house(mood).await;
        house.accept("1").await;
        house.work().await;
        let order = house.order("1").await;
        assert_eq!(order.state(), State::Unknown, "{mood:?}");
        let order = house.settle("1").await;
        assert_issued(&house, &order);
        // Sent again only where nothing had arrived.
        assert_eq!(order.progress.attempt, if mood == Mood::BreaksBefore { 2 } else { 1 }, "{mood:?}");
    }
}

pub(crate) async fn what_was_not_sent_is_sent(subject: &dyn Subject) {
    let house = subject.house(Mood::Unreachable).await;
    house.accept("1").await;
    house.work().await;
    let order = house.order("1").await;
    assert_eq!(order.state(), State::Accepted, "{:?}", order.progress);
    let sent_again = house.settle("1").await;
    assert_issued(&house, &sent_again);
    // No quiet period: nothing had been sent.
    let waited = sent_again.progress.changed_at.duration_since(order.accepted_at);
    assert!(waited < jiff::SignedDuration::from_mins(5), "{waited:?}");
}

pub(crate) async fn a_refused_order_is_retried(subject: &dyn Subject) {
    let house = subject.house(Mood::Refuses).await;
    house.accept("1").await;
    let order = house.settle("1").await;
    let reason = order.progress.reason.clone().unwrap();
    assert_eq!((order.state(), reason.needs_login, house.count(&order)), (State::Failed, false, 0));
    assert!(!reason.text.is_empty() && !reason.code.is_empty());
    house.desk.retry(&app(), &number("1")).await.unwrap();
    assert_issued(&house, &house.settle("1").await);
}

pub(crate) async fn a_failed_order_is_issued_again(subject: &dyn Subject) {
    let house = subject.house(Mood::Fails).await;
    house.accept("1").await;
    let order = house.settle("1").await;
    assert_eq!((order.state(), house.count(&order)), (State::Failed, 0));
    house.desk.retry(&app(), &number("1")).await.unwrap();
    let order = house.settle("1").await;
    assert_issued(&house, &order);
    assert_eq!(order.progress.attempt, 2);
}

pub(crate) async fn a_login_is_asked_for(subject: &dyn Subject) {
    let house = subject.house(Mood::WantsLogin).await;
    house.accept("1").await;
    let order = house.settle("1").await;
    assert_eq!((order.state(), order.progress.reason.unwrap().needs_login), (State::Failed, true));
    let refused = house.desk.retry(&app(), &number("1")).await;
    assert!(matches!(refused, Err(DeskError::Refused(Refusal::NeedsLogin { .. }))));
    let step = |step: LoginStep| {
        let house = &house;
        async move { house.desk.login(&app(), &house.seller.party.tax_id, &step).await.unwrap() }
    };
    assert!(matches!(step(LoginStep::Status).await, LoginReading::LoggedOut { .. }));
    let LoginReading::Code(code) = step(LoginStep::LoginCode { renew: false }).await else { panic!("no code") };
    assert!(!code.text.is_empty() && !code.scan_with.is_empty() && code.expires_at.is_some());
    let scanned = step(LoginStep::Scanned).await;
    assert!(matches!(scanned, LoginReading::Working | LoginReading::LoggedIn), "{scanned:?}");
    assert_eq!(step(LoginStep::Status).await, LoginReading::LoggedIn);
    house.desk.retry(&app(), &number("1")).await.unwrap();
    assert_issued(&house, &house.settle("1").await);
}

pub(crate) async fn documents_are_sealed_again(subject: &dyn Subject) {
    let house = subject.house(Mood::SealFails).await;
    house.accept("1").await;
    assert_issued(&house, &house.settle("1").await);
}

pub(crate) async fn an_order_is_split(subject: &dyn Subject) {
    let house = subject.house(Mood::Splits).await;
    house.accept("1").await;
    let order = house.settle("1").await;
    assert_eq!((order.state(), house.count(&order)), (State::Issued, 2));
    let invoices = &order.progress.invoices;
    assert_eq!(invoices.len(), 2);
    assert_ne!(invoices[0].number, invoices[1].number);
    assert_eq!(invoices[0].gross.unwrap() + invoices[1].gross.unwrap(), dec("150.00"));
    assert!(invoices.iter().all(|invoice| invoice.readable().is_some()));
}

pub(crate) async fn a_question_is_asked_again(subject: &dyn Subject) {
    let house = subject.house(Mood::QueryBreaks).await;
    house.accept("1").await;
    assert_issued(&house, &house.settle("1").await);
}

pub(crate) async fn an_order_that_is_known_late_is_issued_once(subject: &dyn Subject) {
    let house = subject.house(Mood::KnowsLate).await;
    house.accept("1").await;
    let order = house.settle("1").await;
    assert_issued(&house, &order);
    assert_eq!(order.progress.attempt, 1);
}

pub(crate) async fn a_stale_document_is_fetched_again(subject: &dyn Subject) {
    let house = subject.house(Mood::StaleDocument).await;
    house.accept("1").await;
    assert_issued(&house, &house.settle("1").await);
}

/// A notice makes the platform ask sooner, and nothing more: a forged one changes nothing.
pub(crate) async fn notices_are_hints(subject: &dyn Subject) {
    let house = subject.house(Mood::Good).await;
    house.accept("1").await;
    house.work().await;
    house.clock.forward(std::time::Duration::from_secs(10));
    let notices = (house.notices)();
    assert_eq!(notices.len(), 1);
    for _ in 0..3 {
        let reply = house.desk.notice(subject.name(), &notices[0]).await.unwrap();
        assert_eq!(reply.status / 100, 2);
    }
    let order = house.order("1").await;
    // It is asked for at once, and not believed.
    assert!(order.state() != State::Issued && order.progress.due.unwrap() <= house.clock.now());
    let noticed = house.desk.dossier(&app(), &number("1")).await.unwrap();
    assert_eq!(noticed.timeline.iter().filter(|entry| entry.what == "notice").count(), 1);
    let order = house.settle("1").await;
    assert_issued(&house, &order);
    // Late and repeated: the end does not move.
    house.desk.notice(subject.name(), &notices[0]).await.unwrap();
    assert_eq!(house.order("1").await.progress, order.progress);
    let nonsense = issue::provider::RawNotice { body: b"operater=callback&content=%7B%7D".to_vec(), ..notices[0].clone() };
    assert_eq!(house.desk.notice(subject.name(), &nonsense).await.unwrap().status, 503);
    let silent = house.provider.notice_reply(false);
    assert!(silent.body.is_empty() && silent.status >= 500);
}

/// No answer makes a codec panic, and none that cannot be understood ends anything.
pub(crate) async fn what_is_read_is_never_believed(subject: &dyn Subject) {
    let house = subject.house(Mood::Good).await;
    let order = house.accept("1").await;
    let number = order.provider_number();
    let inquiry = Inquiry { number: &number, serial: None, content: &order.content, ordered_at: order.accepted_at };
    let envelope = r#"\{"code":("E0000"|"0000"|"E[0-9]{4}"|"07[0-9]{4}"|[0-9]{1,5}|null|\{\}),"describe":"[a-z]{0,5}","result":(null|1|"x"|\[\]|\[\{\}\]|\{\}|\[1\])\}"#;
    let bodies = prop_oneof![any::<Vec<u8>>(), "\\PC{0,60}".prop_map(String::into_bytes), envelope.prop_map(String::into_bytes)];
    let statuses = prop_oneof![Just(200_u16), 100_u16..600];
    let mut runner = TestRunner::new(Config { cases: 400, failure_persistence: None, ..Config::default() });
    let read = runner.run(&(statuses, bodies), |(status, body)| {
        let answer = Answer::new(status, body);
        house.with_context(|context| {
            let provider = &house.provider;
            for outcome in [provider.issued(context, &answer), provider.reissued(context, &answer), provider.reversed(context, &answer)] {
                if answer.status != 200 {
                    prop_assert!(matches!(outcome, Outcome::Unknown { .. }) || answer.is_success(), "{outcome:?}");
                }
                let issued = matches!(&outcome, Outcome::Issued { invoices, .. } if !invoices.is_empty());
                prop_assert!(!issued, "{outcome:?}");
            }
            let standing = provider.found(context, &inquiry, &answer);
            prop_assert!(!matches!(standing, Standing::Issued { .. } | Standing::Failed(_)), "{standing:?}");
            let _ = (provider.delivered(context, &answer), provider.withdrawn(context, &answer), provider.token(context, &answer));
            let _ = (provider.credit_read(context, &answer), provider.refuses_token(&answer));
            for step in [LoginStep::Status, LoginStep::Scanned, LoginStep::SendSms, LoginStep::LoginCode { renew: true }] {
                let _ = provider.login_read(context, &step, &answer);
            }
            let raw = issue::provider::RawNotice { path: String::new(), media_type: String::new(), body: answer.body.clone() };
            let _ = provider.notice(&raw);
            Ok(())
        })
    });
    read.unwrap();
}

pub(crate) async fn an_unknown_order_is_not_found(subject: &dyn Subject) {
    let house = subject.house(Mood::Good).await;
    let order = house.accept("1").await;
    let number = ProviderNumber("00000000000000000000".to_owned());
    let inquiry = Inquiry { number: &number, serial: None, content: &order.content, ordered_at: order.accepted_at };
    let standing = house.worker.caller.call(
        &house.seller,
        None,
        |provider, context| provider.query(context, &inquiry),
        |provider, context, answer| provider.found(context, &inquiry, answer),
    );
    assert_eq!(standing.await.unwrap(), Standing::NotFound);
    let red = super::reversing::with_red(&house, &order, &number);
    assert_eq!(red.await, RedStanding::NotFound);
}

pub(crate) async fn an_invoice_is_delivered(subject: &dyn Subject) {
    let house = subject.house(Mood::Good).await;
    house.accept("1").await;
    house.settle("1").await;
    house.desk.deliver(&app(), &number("1"), 0, "buyer@example.test", "").await.unwrap();
    let nowhere = house.desk.deliver(&app(), &number("1"), 0, "", "").await;
    assert!(matches!(nowhere, Err(DeskError::Unfit(_))));
}

pub(crate) async fn the_credit_is_told(subject: &dyn Subject) {
    let house = subject.house(Mood::Good).await;
    house.accept("1").await;
    house.settle("1").await;
    let credit = house.desk.credit(&app(), &house.seller.party.tax_id).await.unwrap();
    assert_eq!(credit.total.unwrap() - credit.used.unwrap(), credit.available.unwrap());
    assert!(credit.used.unwrap() > dec("0") && credit.at.is_some());
}
