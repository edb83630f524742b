//! Doing what the machine wants done, and reporting what came of it.

use super::Worker;
use crate::caller::CallError;
use crate::machine::{Report, Task};
use crate::order::{Order, ProviderNumber, rows_on};
use crate::provider::{Inquiry, Issue, Outcome, RedLetter, RedStanding, Rejection, Standing};
use crate::store::{Seller, StoreError};

impl Worker {
    /// Does a task. Whatever goes wrong outside the store is a report, never an error.
    pub(super) async fn perform(&self, order: &Order, task: Task) -> Result<Report, StoreError> {
        let Some(seller) = self.store().seller(&order.app, order.seller()).await? else {
            return Ok(not_done(task, CallError::NotSent("the seller is gone".to_owned())));
        };
        // An order stays with the provider that knows it, whatever the seller's settings say by now.
        if seller.provider != order.provider {
            let text = format!("the order belongs to {}, the seller to {} by now", order.provider, seller.provider);
            return Ok(not_done(task, CallError::NotSent(text)));
        }
        Ok(match task {
            Task::Issue => Report::Answered(self.issue(order, &seller).await),
            Task::Reissue => Report::Answered(self.reissue(order, &seller).await),
            Task::Query => Report::Found(self.query(order, &seller, &order.provider_number(), order.progress.serial.as_deref()).await),
            Task::Fetch => Report::Fetched(self.fetch(order, &seller, |invoice| invoice.reverses.is_none()).await),
            Task::Reverse(place) => Report::RedAnswered(place, self.reverse(order, &seller, place).await),
            Task::QueryReversal(place) => Report::RedFound(place, self.query_reversal(order, &seller, place).await),
            Task::Withdraw(place) => Report::Withdrew(place, self.withdraw(order, &seller, place).await),
            Task::FindRed(place) => Report::RedFound(place, self.find_red(order, &seller, place).await),
            Task::FetchRed(place) => {
                let red = order.progress.reversals.get(usize::from(place)).and_then(|reversal| reversal.red);
                let red = red.and_then(|red| order.progress.invoices.get(usize::from(red)));
                Report::RedFetched(place, self.fetch(order, &seller, |invoice| red.is_some_and(|red| red.number == invoice.number)).await)
            }
        })
    }

    async fn issue(&self, order: &Order, seller: &Seller) -> Outcome {
        let number = order.provider_number();
        let issue = || Issue { number: &number, content: &order.content, ordered_at: order.accepted_at };
        let deadline = order.progress.leased_until;
        let called = self.caller.call(
            seller,
            deadline,
            |provider, context| provider.issue(context, &issue()),
            |provider, context, answer| provider.issued(context, answer),
        );
        called.await.unwrap_or_else(outcome)
    }

    async fn reissue(&self, order: &Order, seller: &Seller) -> Outcome {
        let number = order.provider_number();
        let inquiry = || inquiry(order, &number, order.progress.serial.as_deref());
        let called = self.caller.call(
            seller,
            order.progress.leased_until,
            |provider, context| provider.reissue(context, &inquiry()),
            |provider, context, answer| provider.reissued(context, answer),
        );
        called.await.unwrap_or_else(outcome)
    }

    async fn query(&self, order: &Order, seller: &Seller, number: &ProviderNumber, serial: Option<&str>) -> Standing {
        let inquiry = || inquiry(order, number, serial);
        let called = self.caller.call(
            seller,
            order.progress.leased_until,
            |provider, context| provider.query(context, &inquiry()),
            |provider, context, answer| provider.found(context, &inquiry(), answer),
        );
        called.await.unwrap_or_else(|error| Standing::Unclear { text: error.to_string(), needs_login: needs_login(&error) })
    }

    async fn reverse(&self, order: &Order, seller: &Seller, place: u16) -> Outcome {
        let called = self.with_red(order, place, |red| {
            self.caller.call(
                seller,
                order.progress.leased_until,
                move |provider, context| provider.reverse(context, &red.letter()),
                |provider, context, answer| provider.reversed(context, answer),
            )
        });
        match called {
            Some(called) => called.await.unwrap_or_else(outcome),
            None => nothing_to_reverse(),
        }
    }

    async fn withdraw(&self, order: &Order, seller: &Seller, place: u16) -> Outcome {
        let called = self.with_red(order, place, |red| {
            self.caller.call(
                seller,
                order.progress.leased_until,
                move |provider, context| provider.withdraw(context, &red.letter()),
                |provider, context, answer| provider.withdrawn(context, answer),
            )
        });
        match called {
            Some(called) => called.await.unwrap_or_else(outcome),
            None => nothing_to_reverse(),
        }
    }

    async fn query_reversal(&self, order: &Order, seller: &Seller, place: u16) -> RedStanding {
        let called = self.with_red(order, place, |red| {
            let read = red.clone();
            self.caller.call(
                seller,
                order.progress.leased_until,
                move |provider, context| provider.query_reversal(context, &red.letter()),
                move |provider, context, answer| provider.found_reversal(context, &read.letter(), answer),
            )
        });
        match called {
            Some(called) => {
                called.await.unwrap_or_else(|error| RedStanding::Unclear { text: error.to_string(), needs_login: needs_login(&error) })
            }
            None => RedStanding::Unclear { text: "there is nothing to reverse".to_owned(), needs_login: false },
        }
    }

    /// The red letter asked for as an order of its own, for the addresses of its documents.
    async fn find_red(&self, order: &Order, seller: &Seller, place: u16) -> RedStanding {
        let unclear = |text: String, needs_login| RedStanding::Unclear { text, needs_login };
        match self.query(order, seller, &order.reversal_number(place), None).await {
            Standing::Issued { invoices, serial } => match invoices.into_iter().next() {
                Some(invoice) => RedStanding::Issued { serial, invoice: Box::new(invoice) },
                None => unclear("no red letter in the answer".to_owned(), false),
            },
            Standing::Unclear { text, needs_login } => unclear(text, needs_login),
            other => unclear(format!("{other:?}"), false),
        }
    }

    fn with_red<'a, T>(&self, order: &'a Order, place: u16, with: impl FnOnce(Red<'a>) -> T) -> Option<T> {
        let reversal = order.progress.reversals.get(usize::from(place))?;
        let blue = order.progress.invoices.get(usize::from(reversal.invoice))?;
        Some(with(Red { order, blue, reversal, number: order.reversal_number(place), blue_number: order.provider_number() }))
    }
}

/// What a red letter is made of, with the numbers that [`RedLetter`] borrows.
#[derive(Clone)]
struct Red<'a> {
    order: &'a Order,
    blue: &'a crate::order::Invoice,
    reversal: &'a crate::order::Reversal,
    number: ProviderNumber,
    blue_number: ProviderNumber,
}

impl Red<'_> {
    fn letter(&self) -> RedLetter<'_> {
        RedLetter {
            number: &self.number,
            blue: self.blue,
            blue_number: &self.blue_number,
            blue_serial: self.order.progress.serial.as_deref(),
            content: &self.order.content,
            first_row: rows_on(&self.order.content, &self.order.progress.invoices, self.reversal.invoice).map_or(0, |rows| rows.start),
            extent: &self.reversal.extent,
            reason: self.reversal.reason,
            reversal: self.reversal,
        }
    }
}

fn inquiry<'a>(order: &'a Order, number: &'a ProviderNumber, serial: Option<&'a str>) -> Inquiry<'a> {
    Inquiry { number, serial, content: &order.content, ordered_at: order.accepted_at }
}

fn nothing_to_reverse() -> Outcome {
    Outcome::Rejected(Rejection::final_one("nothing_to_reverse", "没有可红冲的发票"))
}

fn needs_login(error: &CallError) -> bool {
    matches!(error, CallError::NoToken(rejection) if rejection.needs_login)
}

/// The outcome of a call that brought no answer.
fn outcome(error: CallError) -> Outcome {
    match error {
        CallError::Unfit(unfit) => Outcome::Rejected(Rejection::final_one("unfit", unfit.to_string())),
        CallError::NoToken(rejection) => Outcome::Rejected(rejection),
        CallError::NotSent(text) => Outcome::NotSent { text },
        CallError::Unknown(text) => Outcome::Unknown { text },
    }
}

/// The report on a task that could not even be begun.
fn not_done(task: Task, error: CallError) -> Report {
    let text = error.to_string();
    let missing = || crate::machine::Fetched { documents: Vec::new(), missing: Some(text.clone()) };
    match task {
        Task::Issue | Task::Reissue => Report::Answered(outcome(error)),
        Task::Query => Report::Found(Standing::Unclear { text, needs_login: false }),
        Task::Fetch => Report::Fetched(missing()),
        Task::Reverse(place) => Report::RedAnswered(place, outcome(error)),
        Task::Withdraw(place) => Report::Withdrew(place, outcome(error)),
        Task::QueryReversal(place) | Task::FindRed(place) => Report::RedFound(place, RedStanding::Unclear { text, needs_login: false }),
        Task::FetchRed(place) => Report::RedFetched(place, missing()),
    }
}
