//! The table of a reversal's phases: the same rules as for issuing, since a red letter must not be issued twice either.

use crate::order::Phase;

/// What can happen to a reversal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PhaseSignal {
    /// It is its turn.
    Turn,
    /// The provider took it.
    Accepted,
    /// The red letter is issued at once.
    Issued,
    /// Refused for good.
    Rejected,
    /// Refused for now.
    RejectedForNow,
    /// For certain not sent.
    NotSent,
    /// No answer.
    NoAnswer,
    /// Asked: the provider does not know it.
    NotFound,
    /// Asked: it waits for somebody.
    FoundPending,
    /// Asked: issued.
    FoundIssued,
    /// Asked: refused, expired or withdrawn.
    FoundFailed,
    /// Asked: no answer that says anything.
    Unclear,
    /// Documents were fetched, or not.
    Fetched,
    /// Somebody takes it back.
    Withdraw,
    /// Whatever came back from withdrawing: it is asked for.
    Withdrew,
}

impl PhaseSignal {
    /// All of them, in the order of the table.
    pub const ALL: [PhaseSignal; 15] = [
        PhaseSignal::Turn,
        PhaseSignal::Accepted,
        PhaseSignal::Issued,
        PhaseSignal::Rejected,
        PhaseSignal::RejectedForNow,
        PhaseSignal::NotSent,
        PhaseSignal::NoAnswer,
        PhaseSignal::NotFound,
        PhaseSignal::FoundPending,
        PhaseSignal::FoundIssued,
        PhaseSignal::FoundFailed,
        PhaseSignal::Unclear,
        PhaseSignal::Fetched,
        PhaseSignal::Withdraw,
        PhaseSignal::Withdrew,
    ];

    /// The name in the documents.
    pub fn name(self) -> &'static str {
        match self {
            PhaseSignal::Turn => "turn",
            PhaseSignal::Accepted => "answer_accepted",
            PhaseSignal::Issued => "answer_issued",
            PhaseSignal::Rejected => "answer_rejected",
            PhaseSignal::RejectedForNow => "answer_rejected_for_now",
            PhaseSignal::NotSent => "not_sent",
            PhaseSignal::NoAnswer => "no_answer",
            PhaseSignal::NotFound => "not_found",
            PhaseSignal::FoundPending => "found_pending",
            PhaseSignal::FoundIssued => "found_issued",
            PhaseSignal::FoundFailed => "found_failed",
            PhaseSignal::Unclear => "unclear",
            PhaseSignal::Fetched => "fetched",
            PhaseSignal::Withdraw => "withdraw",
            PhaseSignal::Withdrew => "withdrew",
        }
    }
}

/// What is done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PhaseRule {
    /// Nothing: it comes too late, or says nothing here.
    Late,
    /// Commit the intent, then ask for the red letter.
    Send,
    /// The fate is unknown: ask.
    Doubt,
    /// Ask the provider.
    Ask,
    /// Withdraw, or ask what came of it.
    TakeBack,
    /// Fetch the documents, or ask where they are.
    Seal,
    /// The provider has it: ask later.
    Follow,
    /// The red letter is known: keep it, fetch its documents.
    Take,
    /// It failed: the invoice stands.
    Fail,
    /// Send it again later; after too many refusals it failed.
    Postpone,
    /// As for orders: found missing twice, with the quiet period between, it never arrived.
    Miss,
    /// Ask again later.
    Wait,
    /// With its documents it is done; else fetch again later.
    Keep,
    /// Nothing is outstanding: it is withdrawn at once.
    Cancel,
    /// Withdraw it.
    Withdraw,
    /// Refused: it is being sent.
    RefuseUnderWay,
    /// Refused: it is issued, or settled.
    RefuseNoReversal,
}

impl PhaseRule {
    /// All of them.
    pub const ALL: [PhaseRule; 17] = [
        PhaseRule::Late,
        PhaseRule::Send,
        PhaseRule::Doubt,
        PhaseRule::Ask,
        PhaseRule::TakeBack,
        PhaseRule::Seal,
        PhaseRule::Follow,
        PhaseRule::Take,
        PhaseRule::Fail,
        PhaseRule::Postpone,
        PhaseRule::Miss,
        PhaseRule::Wait,
        PhaseRule::Keep,
        PhaseRule::Cancel,
        PhaseRule::Withdraw,
        PhaseRule::RefuseUnderWay,
        PhaseRule::RefuseNoReversal,
    ];

    /// The phases that it can lead to. None of a refusal.
    pub fn leads_to(self, from: Phase) -> Vec<Phase> {
        match self {
            PhaseRule::Late | PhaseRule::Ask | PhaseRule::TakeBack | PhaseRule::Seal | PhaseRule::Wait => vec![from],
            PhaseRule::Send => vec![Phase::Sending],
            PhaseRule::Doubt => vec![Phase::Unknown],
            PhaseRule::Follow => vec![Phase::Waiting],
            PhaseRule::Take => vec![Phase::Sealing],
            PhaseRule::Fail | PhaseRule::Cancel => vec![Phase::Failed],
            PhaseRule::Postpone => vec![Phase::Asked, Phase::Failed],
            PhaseRule::Miss => vec![from, Phase::Asked, Phase::Failed],
            PhaseRule::Keep => vec![from, Phase::Done],
            PhaseRule::Withdraw => vec![Phase::Withdrawing],
            PhaseRule::RefuseUnderWay | PhaseRule::RefuseNoReversal => Vec::new(),
        }
    }

    /// What it does, in a sentence for docs/orders.md.
    pub fn meaning(self) -> &'static str {
        match self {
            PhaseRule::Late => "nothing: it comes too late, or says nothing here",
            PhaseRule::Send => "commit the intent, then ask for the red letter",
            PhaseRule::Doubt => "the fate is unknown: ask",
            PhaseRule::Ask => "ask the provider",
            PhaseRule::TakeBack => "withdraw, or ask what came of it",
            PhaseRule::Seal => "fetch the documents, or ask where they are",
            PhaseRule::Follow => "the provider has it: ask later",
            PhaseRule::Take => "the red letter is known: link it, fetch its documents",
            PhaseRule::Fail => "it failed, told: the invoice stands",
            PhaseRule::Postpone => "send it again later; after too many refusals it failed",
            PhaseRule::Miss => {
                "found missing twice with the quiet period between: send it again, or, being withdrawn, it is; not believed of one that the provider had acknowledged"
            }
            PhaseRule::Wait => "ask again later",
            PhaseRule::Keep => "with its documents it is done, told; else fetch again later",
            PhaseRule::Cancel => "nothing is outstanding: withdrawn at once",
            PhaseRule::Withdraw => "withdraw it",
            PhaseRule::RefuseUnderWay => "refused: it is being sent",
            PhaseRule::RefuseNoReversal => "refused: there is nothing to withdraw",
        }
    }
}

/// The rule for a signal in a phase.
pub fn rule(phase: Phase, signal: PhaseSignal) -> PhaseRule {
    line(signal)[Phase::ALL.iter().position(|known| *known == phase).unwrap_or(0)]
}

/// The table.
#[rustfmt::skip]
fn line(signal: PhaseSignal) -> [PhaseRule; 8] {
    use PhaseRule::{
        Ask, Cancel, Doubt, Fail, Follow, Keep, Late, Miss, Postpone, Seal, Send, Take, TakeBack, Wait, Withdraw,
        RefuseNoReversal as Nothing, RefuseUnderWay as UnderWay,
    };
    match signal {
        //                               asked   sending   unknown   waiting   withdrawing  sealing  done     failed
        PhaseSignal::Turn           => [Send,    Doubt,    Ask,      Ask,      TakeBack,    Seal,    Late,    Late],
        PhaseSignal::Accepted       => [Late,    Follow,   Late,     Late,     Late,        Late,    Late,    Late],
        PhaseSignal::Issued         => [Late,    Take,     Late,     Late,     Late,        Late,    Late,    Late],
        PhaseSignal::Rejected       => [Late,    Fail,     Late,     Late,     Late,        Late,    Late,    Late],
        PhaseSignal::RejectedForNow => [Late,    Postpone, Late,     Late,     Late,        Late,    Late,    Late],
        PhaseSignal::NotSent        => [Late,    Postpone, Late,     Late,     Late,        Late,    Late,    Late],
        PhaseSignal::NoAnswer       => [Late,    Doubt,    Late,     Late,     Late,        Late,    Late,    Late],
        PhaseSignal::NotFound       => [Late,    Late,     Miss,     Wait,     Miss,        Wait,    Late,    Late],
        PhaseSignal::FoundPending   => [Late,    Late,     Follow,   Wait,     Wait,        Wait,    Late,    Late],
        PhaseSignal::FoundIssued    => [Late,    Late,     Take,     Take,     Take,        Take,    Late,    Late],
        PhaseSignal::FoundFailed    => [Late,    Late,     Fail,     Fail,     Fail,        Wait,    Late,    Late],
        PhaseSignal::Unclear        => [Late,    Late,     Wait,     Wait,     Wait,        Wait,    Late,    Late],
        PhaseSignal::Fetched        => [Late,    Late,     Late,     Late,     Late,        Keep,    Late,    Late],
        PhaseSignal::Withdraw       => [Cancel,  UnderWay, Withdraw, Withdraw, UnderWay,    Nothing, Nothing, Nothing],
        PhaseSignal::Withdrew       => [Late,    Late,     Late,     Late,     Wait,        Late,    Late,    Late],
    }
}
