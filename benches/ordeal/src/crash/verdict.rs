//! What must hold when a platform that was ended again and again is left alone.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::load::Known;
use super::{Engine, World};
use crate::gate::Standing;

/// Until everything has ended: the quiet period, the leases of the dead, the pauses of callbacks, all of them hurried.
const REST: Duration = Duration::from_secs(240);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(500);

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    /// Processes that were ended.
    pub(super) ended: u32,
    /// Orders that were accepted, issued, failed, and shown to a person.
    accepted: usize,
    issued: usize,
    failed: usize,
    attended: usize,
    /// Accepted, and not there.
    pub(super) lost: usize,
    /// Issued more than once.
    twice: usize,
    /// Accepted, and neither ended nor visible.
    stuck: usize,
    /// Ended, and not told.
    untold: usize,
    /// Callbacks that came more than once: allowed, and counted.
    repeated: usize,
    /// What must not be, in words.
    pub(super) faults: Vec<String>,
}

impl Verdict {
    pub(super) fn add(&mut self, other: Verdict) {
        self.ended += other.ended;
        self.accepted += other.accepted;
        self.issued += other.issued;
        self.failed += other.failed;
        self.attended += other.attended;
        self.lost += other.lost;
        self.twice += other.twice;
        self.stuck += other.stuck;
        self.untold += other.untold;
        self.repeated += other.repeated;
        self.faults.extend(other.faults);
    }

    /// Names where the faults were found.
    pub(super) fn blame(&mut self, place: &str) {
        for fault in &mut self.faults {
            *fault = format!("{place}: {fault}");
        }
    }

    pub(super) fn is_good(&self) -> bool {
        self.faults.is_empty() && self.accepted > 0
    }

    pub(super) fn line(&self, title: &str) -> String {
        format!(
            "{title}: {} processes ended; {} orders accepted: {} issued, {} failed, {} shown to a person; {} lost, {} issued twice, {} stuck, \
             {} ends untold ({} told again); {} faults",
            self.ended,
            self.accepted,
            self.issued,
            self.failed,
            self.attended,
            self.lost,
            self.twice,
            self.stuck,
            self.untold,
            self.repeated,
            self.faults.len()
        )
    }
}

/// Starts the platform once more, lets it come to rest, and looks.
pub(super) fn of(world: &World, engine: Engine) -> Result<Verdict> {
    let server = world.installation.start("")?;
    let known = world.ledger.all();
    let found = rest(world, &known);
    let mut verdict = Verdict { accepted: world.ledger.accepted(), ..Verdict::default() };
    for (number, known) in &world.ledger.all() {
        judge(world, number, known, found.get(number), &mut verdict);
    }
    for number in world.oracle.numbers() {
        let issued = world.oracle.issued(&number);
        if issued.len() > 1 {
            verdict.twice += 1;
            verdict.faults.push(format!("{number} was issued {} times: {issued:?}", issued.len()));
        }
        if !known.contains_key(&number) {
            verdict.faults.push(format!("{number} was issued, and nobody asked for it"));
        }
    }
    verdict.faults.extend(world.receiver.forged().into_iter().map(|body| format!("a callback is not signed: {body}")));
    if engine == Engine::Sqlite {
        // With nobody working on it.
        server.kill();
        if let Err(error) = world.installation.said(&["doctor"], "")
            && error.to_string().contains("FAIL  orders")
        {
            verdict.faults.push(error.to_string());
        }
    }
    Ok(verdict)
}

/// Looks until every order has ended and was told, or the time is over. What the platform says of each order.
fn rest(world: &World, known: &BTreeMap<String, Known>) -> BTreeMap<String, Standing> {
    let begun = Instant::now();
    let mut found = BTreeMap::new();
    loop {
        let mut open = 0;
        for number in known.keys() {
            let ended = found.get(number).is_some_and(|standing: &Standing| matches!(standing.status, -1 | 2));
            if !ended && let Ok(Some(standing)) = world.partner.detail(world.installation.address, number) {
                found.insert(number.clone(), standing);
            }
            let ended = found.get(number).is_some_and(|standing| matches!(standing.status, -1 | 2));
            // What is not there at all does not come by waiting.
            let waits = found.contains_key(number) && (!ended || world.receiver.heard_of(number).told.is_empty());
            open += usize::from(waits);
        }
        if open == 0 || begun.elapsed() > REST {
            return found;
        }
        std::thread::sleep(LOOK);
    }
}

fn judge(world: &World, number: &str, known: &Known, found: Option<&Standing>, verdict: &mut Verdict) {
    let mut fault = |text: String| verdict.faults.push(format!("{number}: {text}"));
    if let Some(wrong) = &known.wrong {
        fault(wrong.clone());
    }
    let really = world.oracle.issued(number);
    let Some(standing) = found else {
        if known.serial.is_some() {
            fault("accepted, and lost".to_owned());
            verdict.lost += 1;
        } else if !really.is_empty() {
            fault("issued, and not there".to_owned());
        }
        return;
    };
    match (&known.serial, world.partner.obtain(world.installation.address, number, &world.notify)) {
        (Some(serial), Ok(again)) if *serial != again => fault(format!("accepted as {serial}, is {again}")),
        (_, Err(error)) => fault(format!("asked for again: {error}")),
        _ => {}
    }
    if let Some((status, invoice)) = &known.seen
        && (*status != standing.status || *invoice != standing.invoice)
    {
        fault(format!("was seen as {status} {invoice}, is {standing:?}"));
    }
    match standing.status {
        2 => {
            verdict.issued += 1;
            if really.last() != Some(&standing.invoice) {
                fault(format!("said to be {}, really {really:?}", standing.invoice));
            }
        }
        -1 => {
            verdict.failed += 1;
            if !really.is_empty() {
                fault(format!("said to have failed ({}), really {really:?}", standing.text));
            }
        }
        // Waiting for a person is an end too; nothing here waits so long by itself.
        0 if standing.text.contains("人工") => verdict.attended += 1,
        _ => {
            fault(format!("never ended: {standing:?}"));
            verdict.stuck += 1;
        }
    }
    if matches!(standing.status, -1 | 2) {
        let heard = world.receiver.heard_of(number);
        let expected = (standing.status.to_string(), standing.invoice.clone());
        if heard.told.is_empty() {
            verdict.faults.push(format!("{number}: ended, and nobody was told"));
            verdict.untold += 1;
        }
        verdict.repeated += heard.told.len().saturating_sub(1);
        if let Some(other) = heard.told.iter().find(|told| **told != expected) {
            verdict.faults.push(format!("{number}: told {other:?}, is {expected:?}"));
        }
    }
}
