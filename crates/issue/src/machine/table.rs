//! The table of the machine: what happens in which state on which signal. It is the only place where this is decided;
//! docs/orders.md is drawn from it.

use crate::order::State;

/// What can happen to an order, as far as it decides what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Signal {
    /// A worker has leased the order.
    Leased,
    /// A worker has leased it, and it waited longer than its patience.
    TooOld,
    /// The provider took it and will tell its end.
    Accepted,
    /// The provider issued it at once.
    Issued,
    /// The provider refused it for good.
    Rejected,
    /// The provider refused it for now.
    RejectedForNow,
    /// For certain it was not sent.
    NotSent,
    /// It was sent, perhaps, and there is no answer.
    NoAnswer,
    /// Asked: the provider does not know it.
    NotFound,
    /// Asked: the provider works on it.
    FoundPending,
    /// Asked: issued, the provider makes the documents.
    FoundSealing,
    /// Asked: issued, the documents could not be made.
    FoundSealFailed,
    /// Asked: issued.
    FoundIssued,
    /// Asked: it failed, nothing was issued.
    FoundFailed,
    /// Asked: no answer that says anything.
    Unclear,
    /// Documents were fetched and kept, or not.
    Fetched,
    /// The provider gave notice.
    Noticed,
    /// Somebody asks for another attempt.
    Retry,
    /// Somebody asks for a reversal.
    Reverse,
    /// Somebody takes a reversal back.
    Withdraw,
    /// Something about a red letter came back; the table of phases decides.
    Red,
}

impl Signal {
    /// All of them, in the order of the table.
    pub const ALL: [Signal; 21] = [
        Signal::Leased,
        Signal::TooOld,
        Signal::Accepted,
        Signal::Issued,
        Signal::Rejected,
        Signal::RejectedForNow,
        Signal::NotSent,
        Signal::NoAnswer,
        Signal::NotFound,
        Signal::FoundPending,
        Signal::FoundSealing,
        Signal::FoundSealFailed,
        Signal::FoundIssued,
        Signal::FoundFailed,
        Signal::Unclear,
        Signal::Fetched,
        Signal::Noticed,
        Signal::Retry,
        Signal::Reverse,
        Signal::Withdraw,
        Signal::Red,
    ];

    /// The name in the timeline and in the documents.
    pub fn name(self) -> &'static str {
        match self {
            Signal::Leased => "leased",
            Signal::TooOld => "too_old",
            Signal::Accepted => "answer_accepted",
            Signal::Issued => "answer_issued",
            Signal::Rejected => "answer_rejected",
            Signal::RejectedForNow => "answer_rejected_for_now",
            Signal::NotSent => "not_sent",
            Signal::NoAnswer => "no_answer",
            Signal::NotFound => "not_found",
            Signal::FoundPending => "found_pending",
            Signal::FoundSealing => "found_sealing",
            Signal::FoundSealFailed => "found_seal_failed",
            Signal::FoundIssued => "found_issued",
            Signal::FoundFailed => "found_failed",
            Signal::Unclear => "unclear",
            Signal::Fetched => "fetched",
            Signal::Noticed => "notice",
            Signal::Retry => "retry",
            Signal::Reverse => "reverse",
            Signal::Withdraw => "withdraw",
            Signal::Red => "red_letter",
        }
    }
}

/// What is done about a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Nothing: it comes too late, or says nothing here. The order stays as it is.
    Late,
    /// Nothing is to do: the lease is given back.
    Rest,
    /// Only a line in the timeline.
    Note,
    /// Commit the intent, then issue (or re-issue what the provider knows as failed).
    Send,
    /// A committed intent whose end nobody told: its fate is unknown.
    Doubt,
    /// Ask the provider.
    Ask,
    /// Fetch the documents, or ask where they are.
    Seal,
    /// Look on at long intervals: ask, fetch or follow the reversal, as far as it had come.
    Look,
    /// Take the next step of the reversal.
    Turn,
    /// A person has to look.
    Attend,
    /// The provider has it: ask later.
    Follow,
    /// The invoices are known: keep them, fetch the documents.
    Take,
    /// It failed, with the reason.
    Fail,
    /// It failed although it had been issued: a person has to look.
    Contradict,
    /// Make the attempt again later; after too many, it failed.
    Postpone,
    /// The first time: wait for the quiet period. The second time after it: the attempt never arrived, make another. Not
    /// believed when the provider had acknowledged it.
    Miss,
    /// The same, but a person decides about another attempt.
    MissWatched,
    /// Ask again later.
    Wait,
    /// Have the documents made again, under the same number.
    Reseal,
    /// Look on: a person decides about making the documents again.
    ResealWatched,
    /// With all documents the order is issued; else fetch again later.
    Keep,
    /// Ask at once.
    Hurry,
    /// Another attempt, unless the seller's login is known to be missing.
    Again,
    /// Take it up where it had come to: ask, fetch, reverse or send.
    Resume,
    /// Begin the reversal.
    Reverse,
    /// Withdraw the reversal that is under way.
    Withdraw,
    /// What the table of phases says.
    Phase,
    /// Refused: it is under way.
    RefuseUnderWay,
    /// Refused: it is issued already.
    RefuseIssued,
    /// Refused: it is not issued.
    RefuseNotIssued,
    /// Refused: it is wholly reversed already.
    RefuseReversed,
    /// Refused: there is no reversal under way.
    RefuseNoReversal,
}

impl Rule {
    /// All of them.
    pub const ALL: [Rule; 32] = [
        Rule::Late,
        Rule::Rest,
        Rule::Note,
        Rule::Send,
        Rule::Doubt,
        Rule::Ask,
        Rule::Seal,
        Rule::Look,
        Rule::Turn,
        Rule::Attend,
        Rule::Follow,
        Rule::Take,
        Rule::Fail,
        Rule::Contradict,
        Rule::Postpone,
        Rule::Miss,
        Rule::MissWatched,
        Rule::Wait,
        Rule::Reseal,
        Rule::Keep,
        Rule::Hurry,
        Rule::Again,
        Rule::Resume,
        Rule::Reverse,
        Rule::Withdraw,
        Rule::Phase,
        Rule::RefuseUnderWay,
        Rule::RefuseIssued,
        Rule::RefuseNotIssued,
        Rule::RefuseReversed,
        Rule::RefuseNoReversal,
        Rule::ResealWatched,
    ];

    /// The states that it can lead to from a state. None of a refusal.
    pub fn leads_to(self, from: State) -> Vec<State> {
        use State::{Accepted, Failed, Issued, Issuing, NeedsAttention, PartlyReversed, Querying, Reversed, Reversing, Sealing, Unknown};
        match self {
            Rule::Late | Rule::Rest | Rule::Note | Rule::Seal | Rule::Look | Rule::Turn | Rule::Wait | Rule::Hurry | Rule::MissWatched => {
                vec![from]
            }
            Rule::ResealWatched => vec![from],
            Rule::Send => vec![Issuing],
            Rule::Doubt => vec![Unknown],
            Rule::Ask | Rule::Follow => vec![Querying],
            Rule::Attend | Rule::Contradict => vec![NeedsAttention],
            Rule::Take | Rule::Reseal => vec![Sealing],
            Rule::Fail => vec![from, Failed],
            Rule::Postpone => vec![Accepted, Failed],
            Rule::Miss => vec![from, Accepted],
            Rule::Keep => vec![from, Issued],
            Rule::Again => vec![Accepted],
            Rule::Resume => vec![Accepted, Querying, Sealing, Reversing],
            Rule::Reverse => vec![Reversing],
            Rule::Phase | Rule::Withdraw => vec![from, Issued, PartlyReversed, Reversed],
            Rule::RefuseUnderWay | Rule::RefuseIssued | Rule::RefuseNotIssued | Rule::RefuseReversed | Rule::RefuseNoReversal => Vec::new(),
        }
    }

    /// What it does, in a sentence for docs/orders.md.
    pub fn meaning(self) -> &'static str {
        match self {
            Rule::Late => "nothing: it comes too late, or says nothing here",
            Rule::Rest => "nothing is to do; the lease is given back",
            Rule::Note => "a line in the timeline",
            Rule::Send => "commit the intent, then issue; re-issue what the provider knows as failed",
            Rule::Doubt => "an intent was committed and nobody told its end: the fate is unknown",
            Rule::Ask => "ask the provider",
            Rule::Seal => "fetch the documents, or ask where they are",
            Rule::Look => "ask, fetch or follow the reversal at long intervals",
            Rule::Turn => "the next step of the reversal",
            Rule::Attend => "a person has to look; told to the partner",
            Rule::Follow => "the provider has it: ask later",
            Rule::Take => "the invoices are known: keep them, fetch the documents",
            Rule::Fail => "it failed, told with the reason; the end of an earlier attempt is not believed to be that of a re-issue",
            Rule::Contradict => "it was issued and is said to have failed: a person has to look",
            Rule::Postpone => "make the attempt again later; after too many refusals it failed",
            Rule::Miss => {
                "the first time wait for the quiet period; found missing again after it, make another attempt; not believed of an order that the provider had acknowledged"
            }
            Rule::MissWatched => "the same, but a person decides about another attempt",
            Rule::Wait => "ask again later",
            Rule::Reseal => "have the documents made again, under the same number",
            Rule::ResealWatched => "look on: a person decides",
            Rule::Keep => "with all documents the order is issued, told; else fetch again later",
            Rule::Hurry => "a hint: ask at once, believe nothing",
            Rule::Again => "another attempt, under the same number; refused while the seller's login is known to be missing",
            Rule::Resume => "take it up where it had come to",
            Rule::Reverse => "begin the reversal; refused when there is not so much left to reverse",
            Rule::Withdraw => "withdraw the reversal that is under way",
            Rule::Phase => "what the table of phases says; when the last reversal is settled, the state says what is left of the invoices",
            Rule::RefuseUnderWay => "refused: it is under way",
            Rule::RefuseIssued => "refused: it is issued already",
            Rule::RefuseNotIssued => "refused: it is not issued",
            Rule::RefuseReversed => "refused: it is wholly reversed",
            Rule::RefuseNoReversal => "refused: no reversal is under way",
        }
    }
}

/// One rule for each state, in the order of [`State::ALL`].
type Line = [Rule; 11];

/// The rule for a signal in a state.
pub fn rule(state: State, signal: Signal) -> Rule {
    line(signal)[State::ALL.iter().position(|known| *known == state).unwrap_or(0)]
}

/// The table.
#[rustfmt::skip]
fn line(signal: Signal) -> Line {
    use Rule::{
        Again, Ask, Attend, Contradict, Doubt, Fail, Follow, Hurry, Keep, Late, Look, Miss, MissWatched, Note, Phase, Postpone, Reseal, ResealWatched,
        Rest, Resume, Seal, Send, Take, Turn, Wait,
        RefuseUnderWay as UnderWay, RefuseIssued as IsIssued, RefuseNotIssued as NotIssued, RefuseReversed as IsReversed, RefuseNoReversal as NoReversal,
    };
    match signal {
        //                          accepted  issuing   unknown   querying  sealing     issued      failed      attention      reversing       partly      reversed
        Signal::Leased          => [Send,     Doubt,    Ask,      Ask,      Seal,       Rest,       Rest,       Look,          Turn,           Rest,       Rest],
        Signal::TooOld          => [Attend,   Attend,   Attend,   Attend,   Attend,     Rest,       Rest,       Look,          Attend,         Rest,       Rest],
        Signal::Accepted        => [Late,     Follow,   Late,     Late,     Wait,       Late,       Late,       Late,          Late,           Late,       Late],
        Signal::Issued          => [Late,     Take,     Late,     Late,     Take,       Late,       Late,       Late,          Late,           Late,       Late],
        Signal::Rejected        => [Late,     Fail,     Late,     Late,     Wait,       Late,       Late,       Late,          Late,           Late,       Late],
        Signal::RejectedForNow  => [Late,     Postpone, Late,     Late,     Wait,       Late,       Late,       Late,          Late,           Late,       Late],
        Signal::NotSent         => [Late,     Postpone, Late,     Late,     Wait,       Late,       Late,       Late,          Late,           Late,       Late],
        Signal::NoAnswer        => [Late,     Doubt,    Late,     Late,     Wait,       Late,       Late,       Late,          Late,           Late,       Late],
        Signal::NotFound        => [Late,     Late,     Late,     Miss,     Wait,       Late,       Late,       MissWatched,   Late,           Late,       Late],
        Signal::FoundPending    => [Late,     Late,     Late,     Wait,     Wait,       Late,       Late,       Wait,          Late,           Late,       Late],
        Signal::FoundSealing    => [Late,     Late,     Late,     Take,     Take,       Late,       Late,       Wait,          Late,           Late,       Late],
        Signal::FoundSealFailed => [Late,     Late,     Late,     Reseal,   Reseal,     Late,       Late,       ResealWatched, Late,           Late,       Late],
        Signal::FoundIssued     => [Late,     Late,     Late,     Take,     Take,       Late,       Late,       Take,          Late,           Late,       Late],
        Signal::FoundFailed     => [Late,     Late,     Late,     Fail,     Contradict, Late,       Late,       Fail,          Late,           Late,       Late],
        Signal::Unclear         => [Late,     Late,     Late,     Wait,     Wait,       Late,       Late,       Wait,          Late,           Late,       Late],
        Signal::Fetched         => [Late,     Late,     Late,     Late,     Keep,       Late,       Late,       Keep,          Late,           Late,       Late],
        Signal::Noticed         => [Note,     Note,     Hurry,    Hurry,    Hurry,      Note,       Note,       Hurry,         Hurry,          Note,       Note],
        Signal::Retry           => [UnderWay, UnderWay, UnderWay, UnderWay, UnderWay,   IsIssued,   Again,      Resume,        IsIssued,       IsIssued,   IsIssued],
        Signal::Reverse         => [NotIssued,NotIssued,NotIssued,NotIssued,NotIssued,  Rule::Reverse, NotIssued, UnderWay,    UnderWay,       Rule::Reverse, IsReversed],
        Signal::Withdraw        => [NoReversal,NoReversal,NoReversal,NoReversal,NoReversal,NoReversal,NoReversal,Rule::Withdraw,Rule::Withdraw,NoReversal,NoReversal],
        Signal::Red             => [Late,     Late,     Late,     Late,     Late,       Late,       Late,       Phase,         Phase,          Late,       Late],
    }
}
