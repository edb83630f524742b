use super::*;
use crate::conformance::sample::{at, order, rejection, told};
use crate::order::{Extent, Invoice, Phase, RedReason, RedRow, Reversal, Row, State};
use crate::provider::Rejection;
use rust_decimal::Decimal;
use table::Rule;

const NOW: i64 = 1_000_000_000;
const FENCE: u64 = 7;

fn invoice(number: &str, reverses: Option<u16>) -> Invoice {
    let mut invoice = apply::invoice(&told(number));
    invoice.reverses = reverses;
    invoice
}

fn document() -> Document {
    Document { format: crate::order::Format::Pdf, key: "k".to_owned(), length: 5, sha256: "00".to_owned(), kept_at: at(NOW) }
}

fn reversal(phase: Phase, extent: Extent) -> Reversal {
    Reversal {
        invoice: 0,
        extent,
        reason: RedReason::Return,
        phase,
        asked_at: at(0),
        attempt: 1,
        sent_at: Some(at(0)),
        registered: false,
        missed_at: None,
        serial: None,
        waits_for: None,
        failure: None,
        red: None,
    }
}

fn part(net: i64, tax: i64) -> RedRow {
    RedRow { row: 0, quantity: None, net: Decimal::new(net, 2), tax: Decimal::new(tax, 2) }
}

/// An order in a state, leased under [`FENCE`], as it really gets there.
fn standing(state: State) -> Order {
    let mut order = order(1, "demo", "1");
    let progress = &mut order.progress;
    progress.state = state;
    progress.version = 10;
    progress.fence = FENCE;
    progress.leased_until = Some(at(NOW + 120_000));
    progress.due = (!state.is_settled()).then(|| at(NOW - 1));
    progress.waiting_since = at(NOW - 10_000);
    progress.attempt = u32::from(state != State::Accepted);
    if matches!(state, State::Issuing | State::Unknown | State::Querying | State::NeedsAttention) {
        progress.sent_at = Some(at(NOW - 5_000));
    }
    if matches!(state, State::Sealing) || state.is_issued() {
        progress.invoices = vec![invoice("26000000000000000001", None)];
        progress.registered = true;
    }
    if state.is_issued() {
        progress.invoices[0].documents.push(document());
        progress.issued_at = Some(at(NOW - 1_000));
    }
    match state {
        State::Reversing => progress.reversals = vec![reversal(Phase::Waiting, Extent::Whole)],
        State::PartlyReversed => progress.reversals = vec![reversal(Phase::Done, Extent::Part(vec![part(100, 9)]))],
        State::Reversed => progress.reversals = vec![reversal(Phase::Done, Extent::Whole)],
        _ => {}
    }
    order
}

/// Variants of an order in a state: what else can be true of it.
fn variants(state: State) -> Vec<Order> {
    let base = standing(state);
    let mut all = vec![base.clone()];
    let mut with = |change: &dyn Fn(&mut Progress)| {
        let mut order = base.clone();
        change(&mut order.progress);
        all.push(order);
    };
    with(&|p| p.registered = true);
    with(&|p| (p.registered, p.acknowledged, p.attempt) = (true, false, 2));
    with(&|p| (p.registered, p.acknowledged, p.attempt) = (true, true, 2));
    with(&|p| p.missed_at = Some(at(NOW - 10)));
    with(&|p| p.missed_at = Some(at(NOW - 10_000_000)));
    with(&|p| p.tries = 100);
    with(&|p| p.sent_at = None);
    with(&|p| p.waiting_since = at(NOW - 500_000_000));
    if state == State::NeedsAttention {
        with(&|p| p.invoices = vec![invoice("26000000000000000001", None)]);
    }
    if matches!(state, State::Reversing | State::NeedsAttention) {
        for phase in Phase::ALL.into_iter().filter(|phase| !phase.is_settled()) {
            for missed in [None, Some(at(NOW - 10)), Some(at(NOW - 10_000_000))] {
                for registered in [false, true] {
                    with(&|p| {
                        p.invoices = vec![invoice("26000000000000000001", None)];
                        p.issued_at = Some(at(NOW - 1_000));
                        p.reversals = vec![Reversal { missed_at: missed, registered, ..reversal(phase, Extent::Whole) }];
                        if phase == Phase::Sealing {
                            p.invoices.push(invoice("26000000000000000002", Some(0)));
                            p.invoices[0].reversed_by = vec![1];
                            p.reversals[0].red = Some(1);
                        }
                    });
                }
            }
        }
    }
    all
}

fn report(report: Report) -> Event {
    Event::Report { fence: FENCE, report }
}

/// Every event that there is, in every shape that decides anything.
fn events() -> Vec<Event> {
    let for_now = Rejection { retryable: true, ..rejection() };
    let login = Rejection { needs_login: true, retryable: true, ..rejection() };
    let serial = || Some("S1".to_owned());
    let one = || vec![told("26000000000000000001")];
    let outcomes = [
        Outcome::Accepted { serial: serial() },
        Outcome::Issued { serial: None, invoices: one() },
        Outcome::Issued { serial: None, invoices: vec![told("26000000000000000001"), told("26000000000000000003")] },
        Outcome::Issued { serial: None, invoices: Vec::new() },
        Outcome::Rejected(rejection()),
        Outcome::Rejected(for_now),
        Outcome::Rejected(login.clone()),
        Outcome::NotSent { text: "refused".to_owned() },
        Outcome::Unknown { text: "timeout".to_owned() },
    ];
    let standings = [
        Standing::NotFound,
        Standing::Pending { serial: serial() },
        Standing::Sealing { serial: None, invoices: one() },
        Standing::Sealing { serial: None, invoices: Vec::new() },
        Standing::SealFailed { invoices: one(), text: "seal".to_owned() },
        Standing::Issued { serial: None, invoices: one() },
        Standing::Issued { serial: None, invoices: Vec::new() },
        Standing::Failed(rejection()),
        Standing::Failed(login),
        Standing::Unclear { text: "garbage".to_owned(), needs_login: false },
        Standing::Unclear { text: "login".to_owned(), needs_login: true },
    ];
    let reds = [
        RedStanding::NotFound,
        RedStanding::Pending { serial: serial(), waits_for: "购方确认".to_owned() },
        RedStanding::Issued { serial: None, invoice: Box::new(told("26000000000000000002")) },
        RedStanding::Issued { serial: None, invoice: Box::default() },
        RedStanding::Failed(rejection()),
        RedStanding::Unclear { text: "garbage".to_owned(), needs_login: true },
    ];
    let fetched = [
        Fetched { documents: vec![(0, document())], missing: None },
        Fetched { documents: vec![(1, document())], missing: None },
        Fetched { documents: Vec::new(), missing: Some("404".to_owned()) },
        Fetched { documents: vec![(99, document())], missing: None },
        Fetched::default(),
    ];
    let mut all = vec![
        report(Report::Leased),
        Event::Noticed { claim: "callback".to_owned() },
        Event::Retry { login_missing: None },
        Event::Retry { login_missing: Some("请先登录".to_owned()) },
        Event::Withdraw { reversal: None },
        Event::Withdraw { reversal: Some(0) },
        Event::Withdraw { reversal: Some(99) },
    ];
    for (invoice, extent) in [
        (None, Extent::Whole),
        (Some(0), Extent::Whole),
        (Some(9), Extent::Whole),
        (None, Extent::Part(vec![part(100, 9)])),
        (None, Extent::Part(Vec::new())),
        (None, Extent::Part(vec![part(1_000_000, 9)])),
    ] {
        all.push(Event::Reverse(ReversalRequest { invoice, extent, reason: RedReason::Mistake }));
    }
    all.extend(outcomes.iter().cloned().map(Report::Answered).map(report));
    all.extend(outcomes.iter().cloned().map(|outcome| report(Report::RedAnswered(0, outcome))));
    all.extend(outcomes.iter().cloned().map(|outcome| report(Report::Withdrew(0, outcome))));
    all.extend(standings.into_iter().map(Report::Found).map(report));
    all.extend(reds.iter().cloned().map(|standing| report(Report::RedFound(0, standing))));
    all.push(report(Report::RedFound(99, RedStanding::NotFound)));
    all.extend(fetched.iter().cloned().map(Report::Fetched).map(report));
    all.extend(fetched.into_iter().map(|fetched| report(Report::RedFetched(0, fetched))));
    all
}

/// Every state in every variant with every event: what comes out is what the table allows, and keeps the promises.
#[test]
fn every_pair_keeps_the_promises() {
    let pace = Pace::default();
    let mut pairs = 0;
    for state in State::ALL {
        for order in variants(state) {
            for event in events() {
                pairs += 1;
                let before = &order.progress;
                let signal = signal(&order, patient(&order, &event, at(NOW), &pace), &event, at(NOW), &pace);
                let rule = table::rule(state, signal);
                let result = step(&order, &event, at(NOW), &pace);
                let context = format!("{state:?} {event:?} {before:?} → {result:?}");
                let Ok(step) = result else { continue };
                let after = &step.progress;
                assert!(rule.leads_to(state).contains(&after.state), "the table does not allow it: {context}");
                check(before, &step, rule, &context);
            }
        }
    }
    assert!(pairs > 10_000, "{pairs}");
}

fn check(before: &Progress, step: &Step, rule: Rule, context: &str) {
    let after = &step.progress;
    // G6: what is settled is left only by an explicit wish.
    if before.state.is_settled() && after.state != before.state {
        assert!(matches!(rule, Rule::Again | Rule::Reverse), "{context}");
    }
    assert!(!(before.issued_at.is_some() && after.issued_at.is_none()), "{context}");
    // Invoices are never lost, nor are their documents.
    assert!(before.invoices.len() <= after.invoices.len(), "{context}");
    for (was, is) in before.invoices.iter().zip(&after.invoices) {
        assert_eq!((&was.code, &was.number), (&is.code, &is.number), "{context}");
        assert!(was.documents.len() <= is.documents.len(), "{context}");
    }
    // G1: sending is its own rule, counts as an attempt, and is committed before it is done.
    if matches!(step.task, Some(Task::Issue)) {
        assert_eq!(
            (before.state, after.state, after.attempt, after.sent_at),
            (State::Accepted, State::Issuing, before.attempt + 1, Some(at(NOW))),
            "{context}"
        );
    }
    // G1: an attempt whose fate is open is given up only after two misses with the quiet period between them, an answer, or
    // the certainty that it was not sent.
    let waits = matches!(before.state, State::Issuing | State::Unknown | State::Querying);
    if waits && after.state == State::Accepted {
        let missed = before.missed_at.is_some_and(|missed| pace::passed(missed, Pace::default().quiet, at(NOW)));
        assert!(rule == Rule::Postpone || rule == Rule::Miss && missed && !before.registered, "{context}");
    }
    if before.state == State::NeedsAttention && after.state == State::Accepted {
        assert!(before.sent_at.is_none(), "{context}");
    }
    // G4: what is not settled is due some day; what is settled never.
    assert_eq!(after.due.is_some(), !after.state.is_settled(), "{context}");
    // With work to do the lease goes on; without, it is given back (a hint or a withdrawal leaves it to its holder).
    if step.task.is_some() {
        assert!(after.leased_until.is_some(), "{context}");
    } else if !matches!(rule, Rule::Note | Rule::Hurry | Rule::Withdraw) {
        assert!(after.leased_until.is_none(), "{context}");
    }
    // What changed is a version of its own, told in the timeline when the state changed.
    let changed = after != before;
    assert_eq!(after.version, before.version + u64::from(changed), "{context}");
    assert!(after.state == before.state || !step.entries.is_empty(), "{context}");
    // Partners hear of every end.
    if after.state != before.state {
        let told = match after.state {
            State::Issued if before.state != State::Reversing && before.reversals.is_empty() => Some(Kind::Issued),
            State::Failed => Some(Kind::Failed),
            State::NeedsAttention => Some(Kind::NeedsAttention),
            State::Reversed => Some(Kind::Reversed),
            _ => step.tell,
        };
        assert_eq!(step.tell, told, "{context}");
    }
    // Red letters: the same promises.
    for (was, is) in before.reversals.iter().zip(&after.reversals) {
        if is.attempt > was.attempt {
            assert!(was.phase == Phase::Asked && is.phase == Phase::Sending && is.sent_at == Some(at(NOW)), "{context}");
        }
        if matches!(was.phase, Phase::Unknown) && is.phase == Phase::Asked {
            assert!(was.missed_at.is_some_and(|missed| pace::passed(missed, Pace::default().quiet, at(NOW))), "{context}");
        }
        assert!(!was.phase.is_settled() || was == is, "{context}");
    }
}

#[test]
fn another_worker_s_report_is_void() {
    let mut order = standing(State::Issuing);
    let event = Event::Report { fence: FENCE - 1, report: Report::Answered(Outcome::Accepted { serial: None }) };
    assert_eq!(step(&order, &event, at(NOW), &Pace::default()), Err(Refusal::Stale));
    order.progress.leased_until = None;
    assert_eq!(step(&order, &report(Report::Leased), at(NOW), &Pace::default()), Err(Refusal::Stale));
}

/// Drives an order through events at moments; the states after each.
fn driven(mut order: Order, events: &[(i64, Report)]) -> (Order, Vec<State>) {
    let mut states = Vec::new();
    for (moment, of) in events {
        if order.progress.leased_until.is_none() {
            order.progress.fence += 1;
            order.progress.leased_until = Some(at(moment + 120_000));
        }
        let event = Event::Report { fence: order.progress.fence, report: of.clone() };
        order.progress = step(&order, &event, at(*moment), &Pace::default()).unwrap().progress;
        states.push(order.state());
    }
    (order, states)
}

#[test]
fn a_lost_answer_is_asked_for_and_sent_again_only_after_two_misses() {
    let quiet = 300_000;
    let (order, states) = driven(
        order(1, "demo", "1"),
        &[
            (0, Report::Leased),
            (1_000, Report::Answered(Outcome::Unknown { text: "timeout".to_owned() })),
            (3_000, Report::Leased),
            (3_100, Report::Found(Standing::NotFound)),
            (3_200, Report::Leased),
            // A notice has it asked too early: not believed yet.
            (3_300, Report::Found(Standing::NotFound)),
            (3_100 + quiet, Report::Leased),
            (3_100 + quiet, Report::Found(Standing::NotFound)),
            (3_200 + quiet, Report::Leased),
        ],
    );
    use State::{Accepted, Issuing, Querying, Unknown};
    assert_eq!(states, [Issuing, Unknown, Querying, Querying, Querying, Querying, Querying, Accepted, Issuing]);
    assert_eq!(order.progress.attempt, 2);
}

#[test]
fn what_the_provider_had_acknowledged_is_never_sent_again_by_itself() {
    let mut events = vec![(0, Report::Leased), (10, Report::Answered(Outcome::Accepted { serial: None }))];
    for hour in 1..20 {
        events.push((hour * 3_600_000, Report::Leased));
        events.push((hour * 3_600_000 + 1, Report::Found(Standing::NotFound)));
    }
    let (order, _) = driven(order(1, "demo", "1"), &events);
    assert_eq!((order.state(), order.progress.attempt), (State::Querying, 1));
}

#[test]
fn a_split_order_has_all_its_invoices() {
    let both = vec![told("26000000000000000001"), told("26000000000000000002")];
    let fetched = Fetched { documents: vec![(0, document()), (1, document())], missing: None };
    let one = Fetched { documents: vec![(0, document())], missing: Some("second".to_owned()) };
    let (order, states) = driven(
        order(1, "demo", "1"),
        &[
            (0, Report::Leased),
            (10, Report::Answered(Outcome::Accepted { serial: None })),
            (2_100, Report::Leased),
            (2_200, Report::Found(Standing::Issued { serial: None, invoices: both })),
            (2_300, Report::Fetched(one)),
            (9_000, Report::Leased),
            (9_100, Report::Fetched(fetched)),
        ],
    );
    assert_eq!(states[3..], [State::Sealing, State::Sealing, State::Sealing, State::Issued]);
    assert_eq!(order.progress.invoices.len(), 2);
}

#[test]
fn a_seal_that_failed_is_made_again_under_the_same_number() {
    let mut order = standing(State::Querying);
    let failed = Standing::SealFailed { invoices: vec![told("26000000000000000001")], text: "seal".to_owned() };
    let first = step(&order, &report(Report::Found(failed.clone())), at(NOW), &Pace::default()).unwrap();
    assert_eq!((first.progress.state, first.task), (State::Sealing, Some(Task::Reissue)));
    order.progress = first.progress;
    let second = step(&order, &report(Report::Answered(Outcome::Accepted { serial: None })), at(NOW), &Pace::default()).unwrap();
    order.progress = second.progress;
    order.progress.leased_until = Some(at(NOW + 9));
    let third = step(&order, &report(Report::Found(failed)), at(NOW), &Pace::default()).unwrap();
    assert_eq!((third.progress.state, third.task), (State::Sealing, None));
}

/// Reverses, and answers that the red letter is issued.
fn reversed(order: &mut Order, extent: Extent) -> Result<(), Refusal> {
    let place = u16::try_from(order.progress.reversals.len()).unwrap();
    let ask = Event::Reverse(ReversalRequest { invoice: None, extent, reason: RedReason::Return });
    order.progress = step(order, &ask, at(NOW), &Pace::default())?.progress;
    let red = u16::try_from(order.progress.invoices.len()).unwrap();
    let letter = RedStanding::Issued { serial: None, invoice: Box::new(told(&format!("red{place}"))) };
    let fetched = Fetched { documents: vec![(red, document())], missing: None };
    let reports = [
        Report::Leased,
        Report::RedAnswered(place, Outcome::Accepted { serial: Some("B1".to_owned()) }),
        Report::Leased,
        Report::RedFound(place, letter),
        Report::RedFetched(place, fetched),
    ];
    let moments: Vec<(i64, Report)> = reports.into_iter().map(|report| (NOW, report)).collect();
    *order = driven(order.clone(), &moments).0;
    Ok(())
}

#[test]
fn a_whole_reversal_links_both_invoices() {
    let mut order = standing(State::Issued);
    reversed(&mut order, Extent::Whole).unwrap();
    assert_eq!(order.state(), State::Reversed);
    assert_eq!(order.progress.invoices[0].reversed_by, [1]);
    assert_eq!(order.progress.invoices[1].reverses, Some(0));
    assert_eq!(order.progress.reversals[0].red, Some(1));
    assert_eq!(reversed(&mut order, Extent::Whole), Err(Refusal::Reversed));
}

#[test]
fn parts_are_reversed_until_nothing_is_left() {
    let mut order = standing(State::Issued);
    reversed(&mut order, Extent::Part(vec![part(4174, 376)])).unwrap();
    assert_eq!(order.state(), State::PartlyReversed);
    let refused = [
        Extent::Whole,
        Extent::Part(vec![part(5001, 450)]),
        Extent::Part(vec![part(0, 0)]),
        Extent::Part(vec![RedRow { net: Decimal::new(1, 3), ..part(1, 0) }]),
        Extent::Part(vec![part(10, 1), part(10, 1)]),
        Extent::Part(vec![RedRow { row: 1, ..part(10, 1) }]),
        Extent::Part(vec![RedRow { quantity: Some(Decimal::TEN), ..part(10, 1) }]),
    ];
    for extent in refused {
        assert!(matches!(reversed(&mut order, extent.clone()), Err(Refusal::NotReversible { .. })), "{extent:?}");
    }
    reversed(&mut order, Extent::Part(vec![part(5000, 450)])).unwrap();
    assert_eq!(order.state(), State::Reversed);
    assert_eq!(order.progress.invoices[0].reversed_by, [1, 2]);
}

#[test]
fn a_split_order_is_reversed_invoice_by_invoice() {
    let mut order = standing(State::Issued);
    order.progress.invoices.push(invoice("26000000000000000009", None));
    let part = Event::Reverse(ReversalRequest { invoice: Some(1), extent: Extent::Part(vec![part(1, 0)]), reason: RedReason::Return });
    assert!(matches!(step(&order, &part, at(NOW), &Pace::default()), Err(Refusal::NotReversible { .. })));
    let whole = Event::Reverse(ReversalRequest { invoice: None, extent: Extent::Whole, reason: RedReason::Return });
    order.progress = step(&order, &whole, at(NOW), &Pace::default()).unwrap().progress;
    assert_eq!(order.progress.reversals.iter().map(|reversal| reversal.invoice).collect::<Vec<_>>(), [0, 1]);
    // The second, which is still to be asked for, is taken back: the first goes on.
    let back = Event::Withdraw { reversal: Some(1) };
    order.progress = step(&order, &back, at(NOW), &Pace::default()).unwrap().progress;
    assert_eq!(order.state(), State::Reversing);
    assert_eq!(order.progress.reversals[1].phase, Phase::Failed);
}

/// An order of two rows that stands on two invoices.
fn split() -> Order {
    let mut order = standing(State::Issued);
    let row = order.content.rows[0].clone();
    let (net, tax) = (Decimal::new(100, 0), Decimal::new(9, 0));
    order.content.rows.push(Row { net, tax, gross: net + tax, ..row.clone() });
    order.progress.invoices.push(invoice("26000000000000000009", None));
    for (invoice, row) in order.progress.invoices.iter_mut().zip(&order.content.rows) {
        (invoice.net, invoice.tax) = (Some(row.net), Some(row.tax));
    }
    order
}

#[test]
fn a_part_of_a_split_order_is_reversed() {
    let mut order = split();
    let second = |net: i64, tax: i64| Extent::Part(vec![RedRow { row: 1, ..part(net, tax) }]);
    let ask = |invoice: Option<u16>, extent: Extent| Event::Reverse(ReversalRequest { invoice, extent, reason: RedReason::Return });
    let both = Extent::Part(vec![part(10, 1), RedRow { row: 1, ..part(10, 1) }]);
    // A row that stands on the other invoice, rows of both, more than there is.
    for wrong in [ask(Some(0), second(10, 1)), ask(None, both.clone()), ask(Some(1), both), ask(Some(1), second(10_001, 0))] {
        assert!(matches!(step(&order, &wrong, at(NOW), &Pace::default()), Err(Refusal::NotReversible { .. })), "{wrong:?}");
    }
    // The row tells the invoice.
    reversed(&mut order, second(4000, 360)).unwrap();
    assert_eq!((order.state(), order.progress.reversals[0].invoice), (State::PartlyReversed, 1));
    reversed(&mut order, second(6000, 540)).unwrap();
    assert_eq!((order.state(), order.progress.reversals[1].invoice), (State::PartlyReversed, 1));
    // The first invoice is left, and is what a reversal of all the rest means.
    order.progress.invoices[0].reversed_by.clear();
    let rest = step(&order, &ask(Some(0), Extent::Whole), at(NOW), &Pace::default()).unwrap();
    assert_eq!(rest.progress.reversals[2].invoice, 0);
}

/// Time in which nobody was there to work on an order does not use up the patience with it.
#[test]
fn a_platform_that_was_down_takes_orders_up_before_a_person_is_called() {
    let pace = Pace::default();
    let hours = |hours: i64| hours * 3_600_000;
    let leased = |state: State, waiting: i64, due: i64| {
        let mut order = standing(state);
        (order.progress.waiting_since, order.progress.due) = (at(NOW - waiting), Some(at(NOW - due)));
        let step = step(&order, &report(Report::Leased), at(NOW), &pace).unwrap();
        (step.progress.state, step.task, at(NOW).as_millisecond() - step.progress.waiting_since.as_millisecond())
    };
    // Never tried, since the platform was down for three days: sent, as it was asked for.
    assert_eq!(leased(State::Accepted, hours(72), hours(72)), (State::Issuing, Some(Task::Issue), 0));
    // Asked for in vain for 23 hours, then down for two days: an hour of patience is left, whatever the clock says.
    assert_eq!(leased(State::Querying, hours(71), hours(48)), (State::Querying, Some(Task::Query), hours(23)));
    // Looked after all the time: a person has to look.
    for state in [State::Accepted, State::Querying, State::Sealing] {
        assert_eq!(leased(state, hours(24), 1000), (State::NeedsAttention, None, hours(24)), "{state:?}");
    }
}

/// docs/orders.md holds what the tables say. `WRITE_PAGES=1` in the environment writes it anew.
#[test]
fn the_page_is_drawn_from_the_tables() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/orders.md");
    let page = std::fs::read_to_string(path).unwrap();
    let (begin, end) = ("<!-- drawn from the tables of crates/issue/src/machine -->\n", "<!-- drawn until here -->");
    let (head, rest) = page.split_once(begin).unwrap();
    let (drawn, tail) = rest.split_once(end).unwrap();
    if std::env::var_os("WRITE_PAGES").is_some() {
        std::fs::write(path, format!("{head}{begin}\n{}\n{end}{tail}", page::drawn())).unwrap();
    } else {
        assert_eq!(drawn.trim(), page::drawn().trim(), "WRITE_PAGES=1 cargo test -p issue the_page writes docs/orders.md");
    }
}
