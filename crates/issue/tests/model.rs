//! A model of what partners see, against the real desk, worker and store: whatever is asked in whatever order, the answers are
//! the model's, and nothing is issued that the model does not have.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking; these helpers of tests are not seen as such")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use issue::conformance::oracle::Fate;
use issue::conformance::stage::Stage;
use issue::desk::DeskError;
use issue::machine::Refusal;
use issue::memory::Memory;
use issue::order::{Extent, OrderNumber, ProviderNumber, RedReason, RedRow, ReversalRequest, State};
use issue::store::Acceptance;
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use rust_decimal::Decimal;

/// What the model knows of an order.
#[derive(Debug, Clone)]
struct Known {
    yuan: i64,
    state: State,
    /// What becomes of its next attempts, the next one last.
    fates: Vec<bool>,
    /// Net amount in cents that is still to be reversed, or is being.
    left: i64,
    whole: bool,
    asked: i64,
}

#[derive(Debug, Clone)]
enum Wish {
    Accept { number: u8, yuan: i64, fates: Vec<bool> },
    Retry(u8),
    ReverseWhole(u8),
    ReversePart { number: u8, cents: i64 },
    Wait,
}

/// Net of an amount in cents, with the 9 % of the sample's item.
fn net(yuan: i64) -> i64 {
    let net =
        (Decimal::new(yuan, 0) / Decimal::new(109, 2)).round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
    (net * Decimal::ONE_HUNDRED).try_into().unwrap()
}

struct Model;

impl ReferenceStateMachine for Model {
    type State = BTreeMap<u8, Known>;
    type Transition = Wish;

    fn init_state() -> BoxedStrategy<Self::State> {
        Just(BTreeMap::new()).boxed()
    }

    fn transitions(_: &Self::State) -> BoxedStrategy<Wish> {
        let number = 0..4_u8;
        prop_oneof![
            3 => (number.clone(), 100..103_i64, prop::collection::vec(any::<bool>(), 0..4))
                .prop_map(|(number, yuan, fates)| Wish::Accept { number, yuan, fates }),
            3 => number.clone().prop_map(Wish::Retry),
            1 => number.clone().prop_map(Wish::ReverseWhole),
            2 => (number, prop_oneof![Just(4000_i64), Just(1), Just(20_000)])
                .prop_map(|(number, cents)| Wish::ReversePart { number, cents }),
            4 => Just(Wish::Wait),
        ]
        .boxed()
    }

    fn apply(mut state: Self::State, wish: &Wish) -> Self::State {
        match wish {
            Wish::Accept { number, yuan, fates } => {
                let known =
                    || Known { yuan: *yuan, state: State::Accepted, fates: fates.clone(), left: net(*yuan), whole: false, asked: 0 };
                state.entry(*number).or_insert_with(known);
            }
            Wish::Retry(number) => {
                if let Some(known) = state.get_mut(number).filter(|known| known.state == State::Failed) {
                    known.state = State::Accepted;
                }
            }
            Wish::ReverseWhole(number) => {
                if let Some(known) = state.get_mut(number).filter(|known| known.state == State::Issued) {
                    (known.state, known.whole) = (State::Reversing, true);
                }
            }
            Wish::ReversePart { number, cents } => {
                let may = |known: &&mut Known| matches!(known.state, State::Issued | State::PartlyReversed) && known.left >= *cents;
                if let Some(known) = state.get_mut(number).filter(may) {
                    (known.state, known.asked) = (State::Reversing, *cents);
                }
            }
            Wish::Wait => state.values_mut().for_each(settle),
        }
        state
    }
}

/// Time passes until nothing is under way.
fn settle(known: &mut Known) {
    known.state = match known.state {
        State::Accepted if known.fates.pop().unwrap_or(true) => State::Issued,
        State::Accepted => State::Failed,
        State::Reversing if known.whole => State::Reversed,
        State::Reversing => {
            known.left -= known.asked;
            if known.left == 0 { State::Reversed } else { State::PartlyReversed }
        }
        other => other,
    };
}

struct Real;

fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("nothing waits here")
}

impl StateMachineTest for Real {
    type SystemUnderTest = Stage;
    type Reference = Model;

    fn init_test(_: &BTreeMap<u8, Known>) -> Stage {
        now(Stage::over(Arc::new(Memory::new())))
    }

    fn apply(stage: Stage, model: &BTreeMap<u8, Known>, wish: Wish) -> Stage {
        let (app, named) = (Stage::demo(), |number: u8| OrderNumber::new(number.to_string()));
        let before = |number: u8| now(stage.desk.order(&app, &named(number))).ok().map(|order| order.state());
        match wish {
            Wish::Accept { number, yuan, fates } => {
                let fresh = before(number).is_none();
                let accepted = now(stage.desk.accept(&app, &Stage::request(&number.to_string(), yuan))).unwrap();
                match accepted {
                    Acceptance::Fresh(order) => {
                        assert!(fresh);
                        let fate = |issued: &bool| if *issued { Fate::Later } else { Fate::Refuses };
                        stage.oracle.destine(&order.provider_number(), fates.iter().rev().map(fate));
                    }
                    Acceptance::Known(_) => assert!(!fresh && model[&number].yuan == yuan),
                    Acceptance::Differs(_) => assert!(!fresh && model[&number].yuan != yuan),
                }
            }
            Wish::Retry(number) => {
                let was = before(number);
                let result = now(stage.desk.retry(&app, &named(number)));
                match was {
                    None => assert!(matches!(result, Err(DeskError::NoOrder))),
                    Some(State::Failed) => assert_eq!(result.unwrap().state(), State::Accepted),
                    Some(state) if state.is_issued() => assert!(matches!(result, Err(DeskError::Refused(Refusal::Issued)))),
                    Some(_) => assert!(matches!(result, Err(DeskError::Refused(Refusal::UnderWay)))),
                }
            }
            Wish::ReverseWhole(number) => {
                let was = before(number);
                let request = ReversalRequest { invoice: None, extent: Extent::Whole, reason: RedReason::Return };
                let result = now(stage.desk.reverse(&app, &named(number), request));
                assert_eq!(result.is_ok(), was == Some(State::Issued), "{was:?} {result:?}");
            }
            Wish::ReversePart { number, cents } => {
                let was = before(number);
                let part = RedRow { row: 0, quantity: None, net: Decimal::new(cents, 2), tax: Decimal::new(1, 2) };
                let request = ReversalRequest { invoice: None, extent: Extent::Part(vec![part]), reason: RedReason::Return };
                let result = now(stage.desk.reverse(&app, &named(number), request));
                let begun = model.get(&number).is_some_and(|known| known.state == State::Reversing) && was != Some(State::Reversing);
                assert_eq!(result.is_ok(), begun, "{was:?} {result:?}");
            }
            Wish::Wait => now(stage.work_for(Duration::from_secs(3600))),
        }
        stage
    }

    fn check_invariants(stage: &Stage, model: &BTreeMap<u8, Known>) {
        for (number, known) in model {
            let order = now(stage.order(&number.to_string()));
            assert_eq!(order.state(), known.state, "order {number}");
            let issued = stage.oracle.issued_of(&ProviderNumber::of_order(&Stage::demo(), &order.number));
            assert_eq!(issued, u32::from(known.state.is_issued()), "order {number}");
        }
        assert!(stage.oracle.issued().values().all(|count| *count <= 1));
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn partners_see_what_the_model_says(sequential 1..40 => Real);
}
