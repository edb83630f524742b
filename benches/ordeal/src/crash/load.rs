//! Partners that ask for invoices without rest, repeat what was not answered, and watch what they asked for.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::World;

/// Between two orders of one partner: enough to keep the platform at work, and not so many that the last ones are worked on for long.
const PAUSE: u64 = 60;

/// What a partner knows of an order.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    /// The serial that it was accepted with; none while no answer came.
    pub(super) serial: Option<String>,
    /// The last end that was seen, and with which invoice.
    pub(super) seen: Option<(i64, String)>,
    /// What must not be.
    pub(super) wrong: Option<String>,
}

/// Who asked for what, and what was answered.
#[derive(Default)]
pub(super) struct Ledger {
    next: AtomicU64,
    orders: Mutex<BTreeMap<String, Known>>,
    unanswered: Mutex<VecDeque<String>>,
}

impl Ledger {
    fn orders(&self) -> MutexGuard<'_, BTreeMap<String, Known>> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything that was asked for.
    pub(super) fn all(&self) -> BTreeMap<String, Known> {
        self.orders().clone()
    }

    /// How many were accepted.
    pub(super) fn accepted(&self) -> usize {
        self.orders().values().filter(|known| known.serial.is_some()).count()
    }

    /// The next number to ask for: what was not answered before, or a fresh one. Written down before it is asked for.
    fn number(&self) -> String {
        let again = self.unanswered.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        again.unwrap_or_else(|| {
            let number = format!("N{:06}", self.next.fetch_add(1, Ordering::Relaxed));
            self.orders().insert(number.clone(), Known::default());
            number
        })
    }

    /// An order was accepted with this serial.
    fn accept(&self, number: &str, serial: String) {
        if let Some(known) = self.orders().get_mut(number) {
            match &known.serial {
                Some(before) if *before != serial => known.wrong = Some(format!("accepted as {before}, then as {serial}")),
                _ => known.serial = Some(serial),
            }
        }
    }

    fn unanswered(&self, number: String) {
        self.unanswered.lock().unwrap_or_else(PoisonError::into_inner).push_back(number);
    }

    /// An order was seen like this. An end never changes: nothing is retried or reversed here.
    pub(super) fn see(&self, number: &str, status: i64, invoice: &str) {
        if let Some(known) = self.orders().get_mut(number) {
            let standing = (status, invoice.to_owned());
            match &known.seen {
                Some(before) if *before != standing => known.wrong = Some(format!("was {before:?}, then {standing:?}")),
                _ if matches!(status, -1 | 2) => known.seen = Some(standing),
                _ => {}
            }
        }
    }

    /// Some accepted order.
    fn some(&self, place: usize) -> Option<String> {
        let orders = self.orders();
        let accepted: Vec<&String> = orders.iter().filter(|(_, known)| known.serial.is_some()).map(|(number, _)| number).collect();
        accepted.get(place.checked_rem(accepted.len())?).map(|number| (*number).clone())
    }
}

/// Partners at work.
pub(super) struct Load {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Load {
    /// So many partners of a world.
    pub(super) fn start(world: &World, partners: u64) -> Load {
        let stop = Arc::new(AtomicBool::new(false));
        let threads = (0..partners).map(|_| {
            let (stop, ledger, partner) = (Arc::clone(&stop), Arc::clone(&world.ledger), world.partner.clone());
            let (server, notify) = (world.installation.address, world.notify.clone());
            let seed = world.chance.below(u64::MAX);
            std::thread::spawn(move || {
                let chance = crate::chance::Chance::of(seed);
                while !stop.load(Ordering::Relaxed) {
                    let number = ledger.number();
                    match partner.obtain(server, &number, &notify) {
                        Ok(serial) => ledger.accept(&number, serial),
                        // Whether it was accepted is not known: it is asked for again.
                        Err(_) => ledger.unanswered(number),
                    }
                    if let Some(number) = ledger.some(usize::try_from(chance.below(1 << 30)).unwrap_or(0))
                        && let Ok(Some(standing)) = partner.detail(server, &number)
                    {
                        ledger.see(&number, standing.status, &standing.invoice);
                    }
                    std::thread::sleep(Duration::from_millis(chance.below(PAUSE)));
                }
            })
        });
        Load { threads: threads.collect(), stop }
    }

    /// Lets them finish what they have begun.
    pub(super) fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads {
            // A partner that panicked has asked for less.
            let _ = thread.join();
        }
    }
}
