use std::sync::Mutex;

use super::*;
use crate::conformance::sample::{app, at, new_order};
use crate::conformance::surroundings::{GlassVault, Seeded, SetClock};
use crate::event::{Event, Kind};
use crate::memory::Memory;
use crate::order::{OrderId, Reason, State, Target};
use crate::store::Change;
use crate::transport::Fault;
use native::{Native, sign};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// The vector of the specification's own libraries.
#[test]
fn the_public_vector_is_signed() {
    let signed = sign(&Secret::new(SECRET), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
    assert_eq!(signed.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    // The same bytes given as they are.
    let plain = Secret::new("demo-secret");
    let coded = Secret::new("whsec_ZGVtby1zZWNyZXQ=");
    assert_eq!(sign(&plain, "id", 1, b"body"), sign(&coded, "id", 1, b"body"));
    assert!(sign(&Secret::new("whsec_*"), "id", 1, b"body").is_err());
}

/// A partner that answers what it is told to.
#[derive(Default)]
struct Partner {
    answers: Mutex<Vec<Result<Answer, Fault>>>,
    heard: Mutex<Vec<Call>>,
}

#[async_trait::async_trait]
impl Transport for Partner {
    async fn carry(&self, call: &Call) -> Result<Answer, Fault> {
        self.heard.lock().unwrap().push(call.clone());
        let mut answers = self.answers.lock().unwrap();
        if answers.is_empty() { Ok(Answer::new(200, "")) } else { answers.remove(0) }
    }
}

struct Stage {
    store: Arc<Memory>,
    clock: Arc<SetClock>,
    partner: Arc<Partner>,
    sender: Sender,
}

/// An order of an app has failed, which is to be told to one address.
async fn stage(answers: Vec<Result<Answer, Fault>>) -> Stage {
    let store = Arc::new(Memory::new());
    let clock = Arc::new(SetClock::at(at(0)));
    let partner = Arc::new(Partner { answers: Mutex::new(answers), ..Partner::default() });
    let mut demo = app("demo");
    demo.secret = GlassVault.seal(&app_secret_place(&demo.id), &Secret::new(SECRET)).unwrap();
    store.put_app(&demo).await.unwrap();
    let new = new_order(1, "demo", "1");
    store.accept(&new).await.unwrap();
    let mut progress = new.order.progress.clone();
    (progress.state, progress.version, progress.due) = (State::Failed, 2, None);
    progress.reason = Some(Reason::new("E9121", "商品编码错误"));
    let event = Event::of(&new.order, &progress, Kind::Failed);
    let target = Target { dialect: "native".to_owned(), url: "https://partner.invalid/hook".to_owned() };
    let callbacks = vec![Callback::waiting(&event, 0, target)];
    let change =
        Change { order: OrderId(1), from: 1, progress, entries: Vec::new(), event: Some(event), callbacks, reversal_numbers: Vec::new() };
    store.commit(&change).await.unwrap();
    let sender = Sender {
        store: store.clone(),
        transport: partner.clone(),
        dialects: vec![Arc::new(Native)],
        vault: Arc::new(GlassVault),
        links: Arc::new(Links::new(store.clone(), Secret::new("key"), "https://invoices.invalid/d/", Duration::from_secs(86_400))),
        clock: clock.clone(),
        chance: Arc::new(Seeded::from(1)),
        at_once: 8,
        look: Duration::from_secs(1),
        tell: Arc::default(),
    };
    Stage { store, clock, partner, sender }
}

impl Stage {
    /// Sends what is due; how many that were.
    async fn turn(&self) -> usize {
        let leased = self.sender.lease(10).await.unwrap();
        let count = leased.len();
        for callback in leased {
            self.sender.clone().send(callback).await;
        }
        count
    }

    async fn callback(&self) -> Callback {
        self.store.callbacks(OrderId(1)).await.unwrap().remove(0)
    }
}

#[tokio::test]
async fn a_message_is_signed_and_confirmed() {
    let stage = stage(Vec::new()).await;
    assert_eq!(stage.turn().await, 1);
    assert_eq!(stage.callback().await.state, CallbackState::Delivered);
    let call = stage.partner.heard.lock().unwrap().remove(0);
    assert_eq!(call.header_value("webhook-id").unwrap(), stage.callback().await.event.id.to_string());
    assert_eq!(call.header_value("webhook-timestamp").unwrap(), at(0).as_second().to_string());
    let signed = |body: &[u8]| {
        let (id, timestamp) = (call.header_value("webhook-id").unwrap(), call.header_value("webhook-timestamp").unwrap());
        sign(&Secret::new(SECRET), id, timestamp.parse().unwrap(), body).unwrap()
    };
    assert_eq!(call.header_value("webhook-signature"), Some(signed(&call.body).as_str()));
    let mut altered = call.body.clone();
    altered[10] ^= 1;
    assert_ne!(call.header_value("webhook-signature"), Some(signed(&altered).as_str()));
    let said: Message = serde_json::from_slice(&call.body).unwrap();
    assert_eq!((said.kind.as_str(), said.data.number.as_str(), said.data.state), ("order.failed", "1", State::Failed));
    assert_eq!(said.data.reason.unwrap().text, "商品编码错误");
    assert!(call.body.len() < 20_000);
}

#[tokio::test]
async fn ten_attempts_take_three_days_and_then_it_is_given_up() {
    let stage = stage(vec![Err(Fault::Unknown("reset".to_owned())); 20]).await;
    let mut moments = Vec::new();
    while let Some(due) = stage.store.next_due().await.unwrap() {
        stage.clock.forward_to(due);
        assert_eq!(stage.turn().await, 1);
        moments.push(due);
    }
    assert_eq!((moments.len(), stage.callback().await.state), (10, CallbackState::GivenUp));
    for (pair, pause) in moments.windows(2).zip(SCHEDULE) {
        let waited = Duration::try_from(pair[1].duration_since(pair[0])).unwrap();
        let least = pause - (pause / 10).min(JITTER);
        assert!(waited >= least && waited <= pause.mul_f64(1.2), "{waited:?} {pause:?}");
    }
    let all = Duration::try_from(moments[9].duration_since(moments[0])).unwrap();
    assert!(all >= Duration::from_secs(75 * 3600) && all <= Duration::from_secs(77 * 3600), "{all:?}");
    let ids: std::collections::HashSet<String> =
        stage.partner.heard.lock().unwrap().iter().map(|call| call.header_value("webhook-id").unwrap().to_owned()).collect();
    assert_eq!(ids.len(), 1, "the id stays the same");
    // By hand it goes out once more, and a whole series of attempts begins.
    stage.store.replay(stage.callback().await.id, stage.clock.now()).await.unwrap();
    assert_eq!(stage.turn().await, 1);
    let again = stage.callback().await;
    assert_eq!((again.state, again.attempt, attempts_left(&again)), (CallbackState::Waiting, 1, 9));
}

/// Chance moves attempts both ways, and whatever it does, the series takes 75 hours.
#[tokio::test]
async fn chance_moves_attempts_both_ways_and_does_not_add_up() {
    let stage = stage(Vec::new()).await;
    for chances in [[0; 9], [255; 9], [0, 255, 0, 255, 0, 255, 0, 255, 0], [255, 0, 255, 0, 255, 0, 255, 0, 255]] {
        let mut callback = stage.callback().await;
        for (chance, pause) in chances.into_iter().zip(SCHEDULE) {
            let now = callback.due.unwrap();
            let next = due(&callback, now, chance).unwrap();
            let moved = next.duration_since(now).as_millis() - i128::try_from(pause.as_millis()).unwrap();
            assert!(moved.unsigned_abs() <= pause.as_millis() / 5, "{pause:?} {moved}");
            callback.settle(Delivery { at: now, status: None, text: String::new() }, NextDelivery::At(next));
        }
        let all = callback.due.unwrap().duration_since(at(0)).as_hours();
        assert!((75..=76).contains(&all), "{all}");
        assert_eq!(due(&callback, callback.due.unwrap(), 0), None, "ten attempts");
    }
    // After a long silence of our own the rest of the series still has its pauses.
    let mut callback = stage.callback().await;
    callback.settle(Delivery { at: at(0), status: None, text: String::new() }, NextDelivery::At(at(5_000)));
    let late = at(3 * 86_400_000);
    assert!(due(&callback, late, 0).unwrap() >= later(late, SCHEDULE[1] - SCHEDULE[1] / 10));
}

#[tokio::test]
async fn answers_are_understood() {
    let after = |seconds: &str| {
        let mut answer = Answer::new(429, "");
        answer.headers.push(("Retry-After".to_owned(), seconds.to_owned()));
        answer
    };
    // The answer; whether it waits on, and for at least and at most so many seconds.
    let cases = [
        (Answer::new(200, ""), None),
        (Answer::new(204, ""), None),
        (Answer::new(410, ""), None),
        (Answer::new(302, ""), Some((4, 6))),
        (Answer::new(404, ""), Some((4, 6))),
        (Answer::new(500, ""), Some((4, 6))),
        (after("120"), Some((120, 120))),
        (after("1"), Some((4, 6))),
        (after("999999999"), Some((86_400, 86_400))),
        (after("Wed, 21 Oct 2026 07:28:00 GMT"), Some((4, 6))),
    ];
    for (answer, waits) in cases {
        let stage = stage(vec![Ok(answer.clone())]).await;
        stage.turn().await;
        let callback = stage.callback().await;
        let pause = callback.due.map(|due| due.duration_since(at(0)).as_secs());
        match waits {
            None => assert_eq!(pause, None, "{answer:?}"),
            Some((least, most)) => assert!(pause.is_some_and(|pause| (least..=most).contains(&pause)), "{answer:?} {pause:?}"),
        }
        let gone = answer.status == 410;
        assert_eq!(callback.state == CallbackState::GivenUp, gone);
        assert_eq!(callback.deliveries[0].status, Some(answer.status));
    }
}

#[tokio::test]
async fn secrets_are_changed_without_a_gap() {
    let stage = stage(vec![Ok(Answer::new(500, ""))]).await;
    let mut demo = stage.store.app(&"demo".into()).await.unwrap().unwrap();
    demo.earlier_secret = Some((demo.secret.clone(), at(1000)));
    demo.secret = GlassVault.seal(&app_secret_place(&demo.id), &Secret::new("another secret")).unwrap();
    stage.store.put_app(&demo).await.unwrap();
    stage.turn().await;
    stage.clock.forward(Duration::from_secs(60));
    stage.turn().await;
    let heard = stage.partner.heard.lock().unwrap();
    let signatures = |call: &Call| call.header_value("webhook-signature").unwrap().split(' ').count();
    // While the earlier one is valid both sign; then only the present one.
    assert_eq!((signatures(&heard[0]), signatures(&heard[1])), (2, 1));
    let (id, timestamp) = (heard[0].header_value("webhook-id").unwrap(), heard[0].header_value("webhook-timestamp").unwrap());
    let earlier = sign(&Secret::new(SECRET), id, timestamp.parse().unwrap(), &heard[0].body).unwrap();
    assert!(heard[0].header_value("webhook-signature").unwrap().split(' ').any(|signature| signature == earlier));
}

#[tokio::test]
async fn what_cannot_be_said_is_written_down() {
    let stage = stage(Vec::new()).await;
    let mute = Sender { dialects: Vec::new(), ..stage.sender.clone() };
    for callback in mute.lease(1).await.unwrap() {
        mute.clone().send(callback).await;
    }
    let callback = stage.callback().await;
    assert_eq!((callback.state, callback.deliveries[0].text.as_str()), (CallbackState::Waiting, "there is no dialect native"));
    assert!(stage.partner.heard.lock().unwrap().is_empty());
}

/// A sender that dies before it sends, or before it writes down that it was heard: the callback is sent by the next.
#[test]
fn a_sender_that_dies_is_followed_by_another() {
    use crate::crash::{COMMITTED, CONFIRMED};
    let scenario = fail::FailScenario::setup();
    for (point, heard) in [(COMMITTED, 1), (CONFIRMED, 2)] {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let stage = stage(Vec::new()).await;
            fail::cfg(point, "1*panic->off").unwrap();
            let callback = stage.sender.lease(1).await.unwrap().remove(0);
            assert!(tokio::spawn(stage.sender.clone().send(callback)).await.is_err(), "{point}");
            assert_eq!(stage.turn().await, 0, "it is leased");
            stage.clock.forward(Duration::from_secs(60));
            assert_eq!(stage.turn().await, 1);
            assert_eq!(stage.callback().await.state, CallbackState::Delivered);
            assert_eq!(stage.partner.heard.lock().unwrap().len(), heard, "{point}");
        });
    }
    scenario.teardown();
}
