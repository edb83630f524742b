use std::sync::Mutex;

use super::*;
use crate::caller::seller_secret_place;
use crate::conformance::oracle::{Fate, Oracle, OracleCodec};
use crate::conformance::sample::SELLER;
use crate::conformance::stage::Stage;
use crate::memory::Memory;
use crate::order::{AppId, OrderNumber, State, TaxId};
use crate::provider::{Answer, Call};
use crate::secret::Secret;
use crate::store::TokenKey;
use crate::transport::{Fault, Transport};

const HOUR: Duration = Duration::from_secs(3600);

/// The oracle behind a wire that does what it is told with the first calls to a place.
struct Wire {
    oracle: Arc<Oracle>,
    faults: Mutex<Vec<(&'static str, Trouble)>>,
    calls: Mutex<Vec<String>>,
}

#[derive(Clone)]
enum Trouble {
    NotSent,
    /// The oracle does it and the answer is lost.
    Lost,
    /// The oracle does it and this is answered.
    Instead(Answer),
    /// The oracle never hears of it and this is answered.
    Refused(Answer),
}

#[async_trait::async_trait]
impl Transport for Wire {
    async fn carry(&self, call: &Call) -> Result<Answer, Fault> {
        let place = call.url.strip_prefix("oracle://").unwrap().split('/').next().unwrap().to_owned();
        let token = call.header_value("token").map(|token| format!("+{token}")).unwrap_or_default();
        self.calls.lock().unwrap().push(format!("{place}{token}"));
        let mut faults = self.faults.lock().unwrap();
        let trouble = faults.iter().position(|(of, _)| *of == place).map(|at| faults.remove(at).1);
        drop(faults);
        match trouble {
            None => Ok(self.oracle.handle(call)),
            Some(Trouble::NotSent) => Err(Fault::NotSent("refused".to_owned())),
            Some(Trouble::Lost) => {
                self.oracle.handle(call);
                Err(Fault::Unknown("reset".to_owned()))
            }
            Some(Trouble::Instead(answer)) => {
                self.oracle.handle(call);
                Ok(answer)
            }
            Some(Trouble::Refused(answer)) => Ok(answer),
        }
    }
}

async fn troubled(tokens: bool, faults: &[(&'static str, Trouble)]) -> (Stage, Arc<Wire>) {
    let mut wire = None;
    let stage = Stage::with(Arc::new(Memory::new()), OracleCodec { tokens }, |oracle| {
        let made = Arc::new(Wire { oracle, faults: Mutex::new(faults.to_vec()), calls: Mutex::default() });
        wire = Some(made.clone());
        made
    });
    let stage = stage.await;
    (stage, wire.unwrap())
}

async fn ordered(stage: &Stage, fates: impl IntoIterator<Item = Fate>) -> Order {
    let accepted = stage.desk.accept(&Stage::demo(), &Stage::request("1", 100)).await.unwrap();
    stage.oracle.destine(&accepted.order().provider_number(), fates);
    stage.work_for(HOUR).await;
    stage.order("1").await
}

#[tokio::test]
async fn an_order_is_issued_with_its_documents() {
    for fate in [Fate::Now, Fate::Later, Fate::Split, Fate::SealFails] {
        let (stage, wire) = troubled(false, &[]).await;
        let order = ordered(&stage, [fate]).await;
        assert_eq!((order.state(), stage.oracle.issued_of(&order.provider_number())), (State::Issued, 1), "{fate:?}");
        assert_eq!(order.progress.invoices.len(), if fate == Fate::Split { 2 } else { 1 });
        let document = &order.progress.invoices[0].documents[0];
        let bytes = stage.documents.read(&document.key).await.unwrap().unwrap();
        assert_eq!(document.length, bytes.len() as u64);
        assert!(document.key.contains(&document.sha256[..16]));
        let calls = wire.calls.lock().unwrap().clone();
        let expected: &[&str] = match fate {
            Fate::Now => &["issue", "document"],
            Fate::Later => &["issue", "query", "document"],
            Fate::Split => &["issue", "query", "document", "document"],
            _ => &["issue", "query", "reissue", "query", "document"],
        };
        assert_eq!(calls, expected, "{fate:?}");
    }
}

/// G8: whatever goes wrong on the wire, one invoice.
#[tokio::test]
async fn every_fault_ends_in_one_invoice() {
    let troubles = [
        Trouble::NotSent,
        Trouble::Lost,
        Trouble::Instead(Answer::new(500, "")),
        Trouble::Instead(Answer::new(200, "<html>")),
        Trouble::Instead(Answer::new(200, "")),
        Trouble::Refused(Answer::new(502, "bad gateway")),
    ];
    for trouble in troubles {
        for place in ["issue", "query", "document"] {
            let (stage, _) = troubled(false, &[(place, trouble.clone()), (place, trouble.clone())]).await;
            let order = ordered(&stage, [Fate::Later]).await;
            assert_eq!((order.state(), stage.oracle.issued_of(&order.provider_number())), (State::Issued, 1), "{place}");
        }
    }
}

#[tokio::test]
async fn a_page_in_place_of_a_document_is_not_kept() {
    let page = Trouble::Refused(Answer::new(200, "<html>链接已失效"));
    let gone = Trouble::Refused(Answer::new(404, "%PDF-1.7"));
    let (stage, _) = troubled(false, &[("document", page), ("document", gone)]).await;
    stage.desk.accept(&Stage::demo(), &Stage::request("1", 100)).await.unwrap();
    stage.work().await;
    stage.clock.forward(Duration::from_secs(2));
    stage.work().await;
    let order = stage.order("1").await;
    assert_eq!((order.state(), order.progress.reason.unwrap().code.as_str()), (State::Sealing, "document_missing"));
    stage.work_for(HOUR).await;
    assert_eq!(stage.order("1").await.state(), State::Issued);
}

#[tokio::test]
async fn a_refusal_fails_and_is_retried_by_hand() {
    let (stage, wire) = troubled(false, &[]).await;
    let order = ordered(&stage, [Fate::Refuses, Fate::Fails, Fate::Later]).await;
    assert_eq!((order.state(), order.progress.reason.unwrap().code.as_str()), (State::Failed, "E9121"));
    stage.work_for(HOUR * 48).await;
    assert_eq!(wire.calls.lock().unwrap().len(), 1, "nothing is tried again by itself");
    for state in [State::Failed, State::Issued] {
        stage.desk.retry(&Stage::demo(), &OrderNumber::from("1")).await.unwrap();
        stage.work_for(HOUR).await;
        assert_eq!(stage.order("1").await.state(), state);
    }
    // What the provider knew as failed was re-issued, not issued once more.
    let calls = wire.calls.lock().unwrap().clone();
    assert_eq!(calls.iter().filter(|call| *call == "issue").count(), 2);
    assert_eq!(calls.iter().filter(|call| *call == "reissue").count(), 1);
}

#[tokio::test]
async fn refusals_for_now_are_waited_out() {
    let (stage, _) = troubled(false, &[]).await;
    let order = ordered(&stage, [Fate::RefusesForNow, Fate::RefusesForNow, Fate::Later]).await;
    assert_eq!((order.state(), order.progress.attempt), (State::Issued, 3));
    let (stage, _) = troubled(false, &[]).await;
    let order = ordered(&stage, [Fate::RefusesForNow; 20]).await;
    assert_eq!((order.state(), order.progress.attempt), (State::Failed, 10));
}

#[tokio::test]
async fn a_login_that_is_missing_is_known() {
    let (stage, _) = troubled(false, &[]).await;
    let order = ordered(&stage, [Fate::WantsLogin, Fate::Later]).await;
    assert_eq!((order.state(), order.progress.reason.clone().unwrap().needs_login), (State::Failed, true));
    let seller = stage.store.seller(&Stage::demo(), &TaxId::from(SELLER)).await.unwrap().unwrap();
    assert!(matches!(seller.login, Login::Missing { .. }));
}

/// Short links lead to documents; a way that does not end, or leaves the provider's addresses, is not gone.
#[tokio::test]
async fn a_document_is_followed_to_where_it_is() {
    let elsewhere = |to: &str| {
        let mut answer = Answer::new(302, "");
        answer.headers.push(("Location".to_owned(), to.to_owned()));
        ("document", Trouble::Refused(answer))
    };
    let (stage, wire) = troubled(false, &[elsewhere("oracle://document/moved"), elsewhere("again")]).await;
    let order = ordered(&stage, [Fate::Now]).await;
    assert_eq!(order.state(), State::Issued);
    let documents = |wire: &Wire| wire.calls.lock().unwrap().iter().filter(|place| *place == "document").count();
    assert_eq!(documents(&wire), 3);
    let bytes = stage.documents.read(&order.progress.invoices[0].documents[0].key).await.unwrap().unwrap();
    assert_eq!(String::from_utf8(bytes).unwrap(), "%PDF-1.7 测试样张 again");
    // In a circle, and out of bounds.
    for (faults, calls) in [(vec![elsewhere("oracle://document/round"); 4], 4), (vec![elsewhere("http://127.0.0.1/")], 1)] {
        let (stage, wire) = troubled(false, &faults).await;
        stage.desk.accept(&Stage::demo(), &Stage::request("1", 100)).await.unwrap();
        stage.oracle.destine(&stage.order("1").await.provider_number(), [Fate::Now]);
        stage.work().await;
        let order = stage.order("1").await;
        assert_eq!((order.state(), documents(&wire)), (State::Sealing, calls));
        assert_eq!(order.progress.reason.unwrap().code, "document_missing");
    }
}

/// What fetches the next token may change with each; a person's change meanwhile is not written over.
#[tokio::test]
async fn a_secret_that_a_token_changed_is_kept() {
    let (stage, _) = troubled(true, &[]).await;
    let place = |seller: &crate::store::Seller| seller_secret_place(seller);
    let open = |seller: &crate::store::Seller| stage.desk.caller.vault.open(&place(seller), seller.secret.as_ref().unwrap()).unwrap();
    let stored = || async { stage.store.seller(&Stage::demo(), &TaxId::from(SELLER)).await.unwrap().unwrap() };
    let mut seller = stored().await;
    seller.secret = Some(stage.desk.caller.vault.seal(&place(&seller), &Secret::new("first")).unwrap());
    stage.store.put_seller(&seller).await.unwrap();
    ordered(&stage, [Fate::Now]).await;
    assert_eq!(open(&stored().await), Secret::new("first, renewed"));
    // Whoever fetched with the old one comes late.
    stage.desk.caller.renew_secret(&seller, &Secret::new("late")).await.unwrap();
    assert_eq!(open(&stored().await), Secret::new("first, renewed"));
}

#[tokio::test]
async fn an_order_that_takes_no_end_gets_attention() {
    let (stage, _) = troubled(false, &vec![("query", Trouble::Instead(Answer::new(200, "<html>"))); 400]).await;
    stage.desk.accept(&Stage::demo(), &Stage::request("1", 100)).await.unwrap();
    stage.work_for(HOUR * 25).await;
    let order = stage.order("1").await;
    assert_eq!((order.state(), order.progress.reason.unwrap().code.as_str()), (State::NeedsAttention, "too_old"));
    assert_eq!(stage.desk.attention(None, None, 10).await.unwrap().orders.len(), 1);
    // Still looked after: when the provider answers again, it ends.
    stage.work_for(HOUR * 24 * 10).await;
    assert_eq!((stage.order("1").await.state(), stage.oracle.issued_of(&order_number())), (State::Issued, 1));
}

fn order_number() -> crate::order::ProviderNumber {
    crate::order::ProviderNumber::of_order(&AppId::from("demo"), &OrderNumber::from("1"))
}

#[tokio::test]
async fn one_token_serves_until_it_is_refused() {
    let refused = Trouble::Refused(Answer::new(401, ""));
    let (stage, wire) = troubled(true, &[("issue", refused)]).await;
    let order = ordered(&stage, [Fate::Later]).await;
    assert_eq!(order.state(), State::Issued);
    let calls = wire.calls.lock().unwrap().clone();
    assert_eq!(calls, ["token", "issue+token", "token", "issue+token", "query+token", "document"]);
    let key = TokenKey { provider: "sandbox".to_owned(), account: "account".to_owned() };
    let kept = stage.store.token(&key, crate::provider::TokenBudget { calls: 9, window: HOUR }, stage.clock_now(), stage.clock_now()).await;
    assert!(!format!("{kept:?}").contains("\"token\""), "tokens are sealed");
}

impl Stage {
    fn clock_now(&self) -> Timestamp {
        crate::surroundings::Clock::now(&*self.clock)
    }
}

#[tokio::test]
async fn the_budget_of_tokens_bounds_the_calls() {
    let (stage, wire) = troubled(true, &[("token", Trouble::NotSent), ("token", Trouble::NotSent), ("token", Trouble::NotSent)]).await;
    let order = ordered(&stage, [Fate::Later]).await;
    // Three calls, as the budget says, and the order waits with the reason.
    assert_eq!(wire.calls.lock().unwrap().len(), 3);
    assert_eq!(order.state(), State::Accepted);
    assert!(order.progress.reason.unwrap().text.contains("budget of access tokens"));
}

#[tokio::test]
async fn a_lease_that_is_nearly_over_sends_nothing() {
    let (stage, wire) = troubled(false, &[]).await;
    let short = Habits { lease: Duration::from_secs(10), ..Habits::default() };
    let worker = Worker { habits: short, ..stage.worker.clone() };
    stage.desk.accept(&Stage::demo(), &Stage::request("1", 100)).await.unwrap();
    for order in worker.lease(1).await.unwrap() {
        worker.clone().work(order).await;
    }
    assert!(wire.calls.lock().unwrap().is_empty());
    assert_eq!(stage.order("1").await.progress.reason.unwrap().code, "not_sent");
}

/// Dies at each point and at each time that it is passed; whoever comes after it brings the order to its one invoice.
#[test]
fn whoever_dies_anywhere_nothing_is_issued_twice_or_lost() {
    use crate::crash::{ACCEPTED, ANSWERED, CHECKED, INTENT, LEASED};
    let scenario = fail::FailScenario::setup();
    for point in [CHECKED, ACCEPTED, LEASED, INTENT, ANSWERED] {
        for hit in 0..3 {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let (stage, _) = troubled(false, &[]).await;
                fail::cfg(point, &format!("{hit}*off->1*panic->off")).unwrap();
                let mut deaths = 0;
                for number in ["1", "2", "3"] {
                    let desk = stage.desk.clone();
                    let request = Stage::request(number, 100);
                    let accepting = async move { desk.accept(&Stage::demo(), &request).await.map(drop) };
                    if tokio::spawn(accepting).await.is_err() {
                        deaths += 1;
                        // The partner heard no answer and asks again.
                        stage.desk.accept(&Stage::demo(), &Stage::request(number, 100)).await.unwrap();
                    }
                }
                for _ in 0..200 {
                    for order in stage.worker.lease(10).await.unwrap() {
                        deaths += u32::from(tokio::spawn(stage.worker.clone().work(order)).await.is_err());
                    }
                    stage.clock.forward(Duration::from_secs(10));
                }
                fail::remove(point);
                assert_eq!(deaths, 1, "{point} was not hit {} times", hit + 1);
                for number in ["1", "2", "3"] {
                    let order = stage.order(number).await;
                    assert_eq!((order.state(), stage.oracle.issued_of(&order.provider_number())), (State::Issued, 1), "{point} {hit}");
                }
            });
        }
    }
    scenario.teardown();
}

/// Others change the order between its lease and its intent: the worker decides anew, and what it sends was committed.
#[tokio::test]
async fn an_intent_that_comes_second_is_weighed_anew() {
    let (stage, wire) = troubled(false, &[]).await;
    let accepted = stage.desk.accept(&Stage::demo(), &Stage::request("1", 100)).await.unwrap();
    let leased = stage.worker.lease(1).await.unwrap().remove(0);
    for claim in ["first", "second", "third"] {
        let body = format!("number={}&{claim}", accepted.order().provider_number()).into_bytes();
        let raw = crate::provider::RawNotice { path: String::new(), media_type: "text/plain".to_owned(), body };
        stage.desk.notice("sandbox", &raw).await.unwrap();
    }
    stage.worker.clone().work(leased).await;
    assert_eq!(*wire.calls.lock().unwrap(), ["issue"]);
    let order = stage.order("1").await;
    assert_eq!((order.state(), order.progress.attempt, order.progress.registered), (State::Querying, 1, true));
    stage.work_for(HOUR).await;
    assert_eq!(stage.oracle.issued_of(&order_number()), 1);
}

/// A clock that goes with the runtime's, whose pauses pass at once in these tests.
struct RuntimeClock(tokio::time::Instant);

impl crate::surroundings::Clock for RuntimeClock {
    fn now(&self) -> Timestamp {
        later(crate::conformance::sample::at(0), self.0.elapsed())
    }
}

/// Hears every callback.
#[derive(Default)]
struct Ear(Mutex<Vec<String>>);

#[async_trait::async_trait]
impl Transport for Ear {
    async fn carry(&self, call: &Call) -> Result<Answer, Fault> {
        self.0.lock().unwrap().push(call.header_value("webhook-id").unwrap().to_owned());
        Ok(Answer::new(204, ""))
    }
}

#[tokio::test(start_paused = true)]
async fn workers_and_senders_run_until_they_are_stopped() {
    let (stage, _) = troubled(false, &[("issue", Trouble::Lost), ("query", Trouble::NotSent)]).await;
    let clock = Arc::new(RuntimeClock(tokio::time::Instant::now()));
    let (mut worker, mut desk) = (stage.worker.clone(), stage.desk.clone());
    (worker.caller.clock, desk.caller.clock) = (clock.clone(), clock.clone());
    let ear = Arc::new(Ear::default());
    let sender = crate::callback::Sender {
        store: stage.store.clone(),
        transport: ear.clone(),
        dialects: vec![Arc::new(crate::callback::native::Native)],
        vault: stage.worker.caller.vault.clone(),
        links: stage.desk.links.clone(),
        clock,
        chance: stage.worker.caller.chance.clone(),
        at_once: 2,
        look: Duration::from_secs(1),
        tell: stage.worker.tell.clone(),
    };
    let stop: [Arc<Notify>; 3] = Default::default();
    let running = [
        tokio::spawn(worker.clone().run(stop[0].clone())),
        tokio::spawn(worker.run(stop[1].clone())),
        tokio::spawn(sender.run(stop[2].clone())),
    ];
    for number in 0..20 {
        let mut request = Stage::request(&number.to_string(), 100);
        request.notify = vec![Target { dialect: "native".to_owned(), url: "https://partner.invalid".to_owned() }];
        desk.accept(&Stage::demo(), &request).await.unwrap();
    }
    // An hour of the runtime's clock, which stands while anybody works.
    let all = async {
        while ear.0.lock().unwrap().len() < 20 {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    tokio::time::timeout(HOUR, all).await.unwrap();
    for (stop, running) in stop.iter().zip(running) {
        stop.notify_one();
        running.await.unwrap();
    }
    for number in 0..20 {
        let order = stage.order(&number.to_string()).await;
        assert_eq!((order.state(), stage.oracle.issued_of(&order.provider_number())), (State::Issued, 1));
    }
    let tally = desk.tally().await.unwrap();
    assert_eq!((tally.orders, tally.callbacks_waiting), (vec![(State::Issued, 20)], 0));
}
