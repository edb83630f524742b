//! The simulator: the real worker, sender and desk over a store in memory, with a clock that is moved by hand, a network that
//! loses, delays and garbles, workers that die anywhere, and a provider that counts what it really issued. One number is the
//! seed of everything; a run that fails is run again with its seed.

mod invariants;
mod network;
mod world;

use std::time::Duration;

use issue::machine::pace::Pace;
use world::World;

/// Steps of chaos in an episode, before everything is left to come to rest.
const CHAOS: u64 = 2_000;
/// Steps that one test takes; four of them make a million.
const STEPS: u64 = 250_000;

/// Waiting times that let hours pass in an episode. The quiet period is longer than a call can be under way (30 s), a message
/// be delayed (60 s) and a number be unknown to the provider (20 s) together.
fn pace() -> Pace {
    Pace { quiet: Duration::from_secs(120), patience: Duration::from_secs(2 * 3600), ..Pace::default() }
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
    assert!(broken.contains("issued 2 times"), "{broken}");
}
