use std::sync::Arc;

use super::*;
use crate::conformance::oracle::Fate;
use crate::conformance::sample::{SELLER, seller};
use crate::conformance::stage::Stage;
use crate::machine::pace::later;
use crate::memory::Memory;
use crate::order::{Extent, Format, RedReason, TaxId};
use crate::provider::{LoginReading, LoginStep, RawNotice};

const HOUR: Duration = Duration::from_secs(3600);

async fn stage() -> Stage {
    Stage::over(Arc::new(Memory::new())).await
}

fn one() -> OrderNumber {
    OrderNumber::from("1")
}

async fn accepted(stage: &Stage, fates: &[Fate]) -> Order {
    let accepted = stage.desk.accept(&Stage::demo(), &Stage::request("1", 100)).await.unwrap();
    let order = accepted.order().clone();
    stage.oracle.destine(&order.provider_number(), fates.iter().copied());
    order
}

#[tokio::test]
async fn the_same_order_again_is_the_same_order() {
    let stage = stage().await;
    let first = accepted(&stage, &[]).await;
    let again = stage.desk.accept(&Stage::demo(), &Stage::request("1", 100)).await.unwrap();
    assert_eq!(again, Acceptance::Known(first.clone()));
    let other = stage.desk.accept(&Stage::demo(), &Stage::request("1", 101)).await.unwrap();
    assert_eq!(other, Acceptance::Differs(first.clone()));
    // Also when the seller could not take it any more.
    let mut off = seller("demo");
    off.enabled = false;
    stage.desk.put_seller(&off).await.unwrap();
    let again = stage.desk.accept(&Stage::demo(), &Stage::request("1", 100)).await.unwrap();
    assert_eq!(again, Acceptance::Known(first));
    assert!(matches!(stage.desk.accept(&Stage::demo(), &Stage::request("2", 100)).await, Err(DeskError::Invalid(_))));
    let mut stranger = Stage::request("3", 100);
    stranger.seller = TaxId::from("91110000MA00FAPA1B");
    assert!(matches!(stage.desk.accept(&Stage::demo(), &stranger).await, Err(DeskError::NoSeller(_))));
    // Another app has orders of its own.
    assert!(matches!(stage.desk.order(&"other".into(), &one()).await, Err(DeskError::NoOrder)));
}

#[tokio::test]
async fn a_seller_is_remembered_for_a_moment() {
    let stage = stage().await;
    accepted(&stage, &[]).await;
    let asked = async |number: &str| stage.desk.accept(&Stage::demo(), &Stage::request(number, 100)).await;
    let mut off = seller("demo");
    off.enabled = false;
    // changed by another process: its orders go by what was known, for two seconds
    stage.store.put_seller(&off).await.unwrap();
    assert!(matches!(asked("2").await, Ok(Acceptance::Fresh(_))));
    stage.clock.forward(Duration::from_secs(2));
    assert!(matches!(asked("3").await, Err(DeskError::Invalid(_))));
    // changed here: at once
    stage.desk.put_seller(&seller("demo")).await.unwrap();
    assert!(matches!(asked("3").await, Ok(Acceptance::Fresh(_))));
    stage.desk.put_seller(&off).await.unwrap();
    assert!(matches!(asked("4").await, Err(DeskError::Invalid(_))));
}

/// The three answers to a retry, by state.
#[tokio::test]
async fn a_retry_is_for_what_failed() {
    let stage = stage().await;
    accepted(&stage, &[Fate::Refuses, Fate::Later]).await;
    let retry = || async { stage.desk.retry(&Stage::demo(), &one()).await };
    assert!(matches!(retry().await, Err(DeskError::Refused(Refusal::UnderWay))));
    stage.work_for(HOUR).await;
    assert_eq!(retry().await.unwrap().state(), State::Accepted);
    assert!(matches!(retry().await, Err(DeskError::Refused(Refusal::UnderWay))));
    stage.work_for(HOUR).await;
    let refused = retry().await.unwrap_err();
    assert_eq!(refused.to_string(), "发票已经生成,不需要重复提交");
    assert!(matches!(stage.desk.retry(&Stage::demo(), &"2".into()).await, Err(DeskError::NoOrder)));
    assert_eq!(stage.oracle.issued_of(&stage.order("1").await.provider_number()), 1);
}

#[tokio::test]
async fn a_retry_waits_for_the_login() {
    let stage = stage().await;
    accepted(&stage, &[Fate::WantsLogin, Fate::Later]).await;
    stage.work().await;
    let refused = stage.desk.retry(&Stage::demo(), &one()).await;
    assert!(matches!(refused, Err(DeskError::Refused(Refusal::NeedsLogin { .. }))));
    // The seller has logged in, which the platform sees.
    let reading = stage.desk.login(&Stage::demo(), &TaxId::from(SELLER), &LoginStep::Status).await.unwrap();
    assert_eq!(reading, LoginReading::LoggedIn);
    stage.desk.retry(&Stage::demo(), &one()).await.unwrap();
    stage.work_for(HOUR).await;
    assert_eq!(stage.order("1").await.state(), State::Issued);
    assert!(matches!(stage.desk.credit(&Stage::demo(), &TaxId::from(SELLER)).await, Err(DeskError::Unsupported)));
}

#[tokio::test]
async fn a_login_is_not_held_missing_for_ever() {
    let stage = stage().await;
    accepted(&stage, &[Fate::WantsLogin, Fate::Later]).await;
    stage.work().await;
    stage.clock.forward(Duration::from_secs(600));
    assert_eq!(stage.desk.retry(&Stage::demo(), &one()).await.unwrap().state(), State::Accepted);
}

#[tokio::test]
async fn an_order_is_reversed_and_its_documents_are_served() {
    let stage = stage().await;
    accepted(&stage, &[]).await;
    let request = ReversalRequest { invoice: None, extent: Extent::Whole, reason: RedReason::Return };
    let refused = stage.desk.reverse(&Stage::demo(), &one(), request.clone()).await;
    assert!(matches!(refused, Err(DeskError::Refused(Refusal::NotIssued))));
    stage.work_for(HOUR).await;
    stage.desk.reverse(&Stage::demo(), &one(), request).await.unwrap();
    stage.work_for(HOUR).await;
    let order = stage.order("1").await;
    assert_eq!((order.state(), stage.oracle.issued_of(&order.reversal_number(0))), (State::Reversed, 1));
    let links = stage.desk.links(&order).await.unwrap();
    assert_eq!(links.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [0, 1]);
    for (place, link) in links {
        let secret = link.rsplit('/').next().unwrap();
        let served = stage.desk.served(secret, None).await.unwrap().unwrap();
        assert_eq!((served.format, served.name), (Format::Pdf, format!("1-{place}.pdf")));
        assert!(served.bytes.starts_with(b"%PDF-"));
        assert_eq!(stage.desk.served(secret, Some(Format::Ofd)).await.unwrap(), None);
    }
    assert_eq!(stage.desk.served("nonsense", None).await.unwrap(), None);
    let dossier = stage.desk.dossier(&Stage::demo(), &one()).await.unwrap();
    assert_eq!(dossier.timeline.first().unwrap().what, "accepted");
    let kinds: Vec<&str> = stage.desk.events(None, 0, 10).await.unwrap().iter().map(|row| row.event.kind.name()).collect();
    assert_eq!(kinds, ["order.issued", "order.reversed"]);
}

#[tokio::test]
async fn a_reversal_is_taken_back_before_it_is_sent() {
    let stage = stage().await;
    accepted(&stage, &[]).await;
    assert!(matches!(stage.desk.withdraw(&Stage::demo(), &one(), None).await, Err(DeskError::Refused(Refusal::NoReversal))));
    stage.work_for(HOUR).await;
    let request = ReversalRequest { invoice: Some(0), extent: Extent::Whole, reason: RedReason::Mistake };
    stage.desk.reverse(&Stage::demo(), &one(), request.clone()).await.unwrap();
    assert_eq!(stage.desk.withdraw(&Stage::demo(), &one(), None).await.unwrap().state(), State::Issued);
    stage.work_for(HOUR).await;
    let order = stage.order("1").await;
    assert_eq!(stage.oracle.issued_of(&order.reversal_number(0)), 0);
    // It can be reversed all the same, under a number of its own.
    stage.desk.reverse(&Stage::demo(), &one(), request).await.unwrap();
    stage.work_for(HOUR).await;
    assert_eq!(stage.oracle.issued_of(&order.reversal_number(1)), 1);
}

#[tokio::test]
async fn a_notice_is_a_hint() {
    let stage = stage().await;
    let order = accepted(&stage, &[Fate::Fails]).await;
    stage.work().await;
    let notice = |body: String| RawNotice { path: String::new(), media_type: "text/plain".to_owned(), body: body.into_bytes() };
    // It claims that the order is issued; the provider, asked, says that it failed.
    let claim = notice(format!("number={}", order.provider_number()));
    for _ in 0..3 {
        assert_eq!(stage.desk.notice("sandbox", &claim).await.unwrap().body, "stored");
    }
    let entries = stage.store.timeline(order.id).await.unwrap();
    assert_eq!(entries.iter().filter(|entry| entry.what == "notice").count(), 1);
    stage.work().await;
    assert_eq!(stage.order("1").await.state(), State::Failed);
    assert_eq!(stage.desk.notice("sandbox", &notice("number=0".to_owned())).await.unwrap().body, "stored");
    assert_eq!(stage.desk.notice("sandbox", &notice("nonsense".to_owned())).await.unwrap().body, "again");
    assert_eq!(stage.desk.notice("nobody", &claim).await, None);
}

#[tokio::test]
async fn a_callback_is_replayed_by_its_own_app_alone() {
    let stage = stage().await;
    let mut request = Stage::request("1", 100);
    request.notify = vec![crate::order::Target { dialect: "native".to_owned(), url: "https://partner.invalid".to_owned() }];
    stage.desk.accept(&Stage::demo(), &request).await.unwrap();
    stage.work_for(HOUR).await;
    let callback = stage.desk.dossier(&Stage::demo(), &one()).await.unwrap().callbacks.remove(0);
    stage.desk.replay(&Stage::demo(), callback.id).await.unwrap();
    assert!(matches!(stage.desk.replay(&"other".into(), callback.id).await, Err(DeskError::NoOrder)));
}

#[tokio::test]
async fn apps_are_made_changed_and_given_keys() {
    let stage = stage().await;
    let desk = &stage.desk;
    let id = AppId::from("till-1");
    let settings = |name: &str| AppSettings { name: name.to_owned(), targets: Vec::new(), enabled: true, operator: false };
    for (wrong, name) in [("a b", "收银台"), ("", "收银台"), ("till-1", " "), ("till-1", "a\nb")] {
        assert!(matches!(desk.create_app(&wrong.into(), settings(name)).await, Err(AppError::Id | AppError::Name)), "{wrong} {name}");
    }
    let (app, secret) = desk.create_app(&id, settings("收银台")).await.unwrap();
    let place = crate::caller::app_secret_place(&id);
    let open = |sealed: &crate::secret::Sealed| desk.caller.vault.open(&place, sealed).unwrap();
    assert_eq!(open(&app.secret), secret);
    assert!(matches!(desk.create_app(&id, settings("收银台")).await, Err(AppError::Exists(_))));

    let (rotated, second) = desk.rotate_secret(&id, 2 * HOUR).await.unwrap();
    assert_ne!(second, secret);
    let (earlier, until) = rotated.earlier_secret.clone().unwrap();
    assert_eq!((open(&rotated.secret), open(&earlier)), (second, secret));
    assert_eq!(until, later(desk.now(), 2 * HOUR));
    let (at_once, _) = desk.rotate_secret(&id, Duration::ZERO).await.unwrap();
    assert_eq!(at_once.earlier_secret, None);

    let (kept, key) = desk.add_key(&id, "till").await.unwrap();
    let changed = desk.change_app(&id, AppSettings { enabled: false, ..settings("停用") }).await.unwrap();
    assert!(!changed.enabled && changed.keys[0].fits(key.expose()) && changed.secret == at_once.secret);
    assert_eq!(desk.app(&id).await.unwrap(), changed);
    assert!(matches!(desk.remove_key(&id, "00000000").await, Err(AppError::NoKey(_))));
    assert!(desk.remove_key(&id, &kept.id).await.unwrap().keys.is_empty());
    for _ in 0..20 {
        desk.add_key(&id, "till").await.unwrap();
    }
    assert!(matches!(desk.add_key(&id, "till").await, Err(AppError::Keys)));
    assert!(matches!(desk.rotate_secret(&"nobody".into(), HOUR).await, Err(AppError::NoApp(_))));
}
