//! The simulator: the real worker, sender and desk over a store in memory, with a clock that is moved by hand, a network that
//! loses, delays and garbles, workers that die anywhere, and a provider that counts what it really issued. One number is the
//! seed of everything; a run that fails is run again with its seed.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking; these helpers of tests are not seen as such")]

mod invariants;
mod network;
mod world;

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use issue::machine::pace::Pace;
use issue::machine::table::Signal;
use issue::order::{Phase, State};
use issue::store::Store;
use world::World;

/// Steps of chaos in an episode, before everything is left to come to rest.
const CHAOS: u64 = 2_000;
/// Steps that one test takes; four of them make a million.
const STEPS: u64 = 250_000;

/// Waiting times that an episode of half an hour gets through. The quiet period is longer than a call can be under way (30 s), a message
/// be delayed (60 s) and a number be unknown to the provider (20 s) together.
fn pace() -> Pace {
    let patience = Duration::from_secs(600);
    Pace { quiet: Duration::from_secs(120), patience, reversal_patience: patience, ..Pace::default() }
}

/// Runs episodes from a seed on until so many steps are taken. What was broken, with the seed that breaks it.
fn run(mut seed: u64, steps: u64, honest: bool, pace: &Pace) -> Result<u64, String> {
    let mut taken = 0;
    while taken < steps {
        let mut world = World::new(seed, honest, pace.clone());
        for _ in 0..CHAOS {
            world.step();
        }
        world.rest().map_err(|broken| format!("seed {seed}: {broken}"))?;
        invariants::check(&world).map_err(|broken| format!("seed {seed}: {broken}"))?;
        taken += world.taken;
        seed += 1;
    }
    Ok(taken)
}

fn nothing_is_broken(seed: u64) {
    let taken = run(seed, STEPS, true, &pace()).unwrap_or_else(|broken| panic!("{broken}"));
    assert!(taken >= STEPS);
}

#[test]
fn nothing_is_issued_twice_or_lost_1() {
    nothing_is_broken(1_000_000);
}

#[test]
fn nothing_is_issued_twice_or_lost_2() {
    nothing_is_broken(2_000_000);
}

#[test]
fn nothing_is_issued_twice_or_lost_3() {
    nothing_is_broken(3_000_000);
}

#[test]
fn nothing_is_issued_twice_or_lost_4() {
    nothing_is_broken(4_000_000);
}

/// The control: a transport that says "not sent" of what it does not know has invoices issued twice, and the simulator sees it.
#[test]
fn a_transport_that_lies_is_found_out() {
    let broken = run(1, STEPS, false, &pace()).unwrap_err();
    assert!(broken.contains("issued 2 times"), "{broken}");
}

/// Another control: without the quiet period a delayed call and its repetition both arrive.
#[test]
fn no_quiet_period_is_found_out() {
    let broken = run(1, STEPS, true, &Pace { quiet: Duration::ZERO, ..pace() }).unwrap_err();
    assert!(broken.contains("was issued"), "{broken}");
}

/// A simulator that goes nowhere finds nothing: every state, every phase and every way that an order can end comes up.
#[test]
fn everything_comes_up() {
    let (mut states, mut phases, mut signals) = (BTreeSet::new(), HashSet::new(), BTreeSet::new());
    let (mut split, mut resent) = (0, 0);
    for seed in 0..40 {
        let mut world = World::new(seed, true, pace());
        for _ in 0..CHAOS {
            world.step();
        }
        for number in &world.ledger {
            phases.extend(world.order(number).progress.reversals.iter().map(|reversal| reversal.phase));
        }
        world.rest().unwrap_or_else(|broken| panic!("seed {seed}: {broken}"));
        for number in &world.ledger {
            let order = world.order(number);
            split += usize::from(order.progress.invoices.iter().filter(|invoice| invoice.reverses.is_none()).count() > 1);
            resent += usize::from(order.progress.attempt > 1);
            for entry in world::now(world.store.timeline(order.id)).unwrap() {
                states.insert(entry.state);
                signals.insert(entry.what);
            }
        }
    }
    assert_eq!(states.into_iter().collect::<Vec<_>>(), State::ALL);
    assert_eq!(Phase::ALL.into_iter().filter(|phase| !phases.contains(phase)).collect::<Vec<_>>(), []);
    assert!(split > 10 && resent > 50, "{split} {resent}");
    // What is not among them says nothing in the timeline: questions whose answer is no news, and standings the oracle never has.
    let silent = [Signal::Leased, Signal::FoundPending, Signal::FoundSealing];
    let missing: Vec<Signal> =
        Signal::ALL.into_iter().filter(|signal| !silent.contains(signal) && !signals.contains(signal.name())).collect();
    assert_eq!(missing, []);
}
