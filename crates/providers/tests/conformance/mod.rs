//! What every provider shows, with its other side in any mood: an order is issued once or not at all, and never lost.
//!
//! A case wishes for a mood and gets a house in which the other side is in it; what was really issued is counted on the other side.

mod issuing;
mod reversing;
mod subjects;

use async_trait::async_trait;

use crate::house::House;

/// The mood of the other side. Each shows itself once, to the first order or red letter that meets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Good,
    /// Nobody answers the connection.
    Unreachable,
    /// The call for issuing ends without an answer, nothing was done.
    BreaksBefore,
    /// The same, and it was done.
    BreaksAfter,
    /// It was done and the caller waits in vain.
    Hangs,
    /// It was done and the answer is an error page.
    ErrorPage,
    /// It was done and the answer makes no sense.
    Garbage,
    /// Refused.
    Refuses,
    /// Taken, and it fails later.
    Fails,
    /// The seller has to log in.
    WantsLogin,
    /// Issued, documents cannot be made.
    SealFails,
    /// One invoice per row.
    Splits,
    /// The first question is not answered.
    QueryBreaks,
    /// The order is not known at the first question.
    KnowsLate,
    /// The first document is a web page.
    StaleDocument,
    /// Red letters break after they were done.
    RedBreaksAfter,
    /// Red letters break before.
    RedBreaksBefore,
    /// Red letters wait for the buyer, who confirms.
    BuyerConfirms,
    /// Red letters wait for the buyer, who refuses.
    BuyerRefuses,
}

/// A provider with its other side.
#[async_trait]
pub(crate) trait Subject: Send + Sync {
    fn name(&self) -> &'static str;
    async fn house(&self, mood: Mood) -> House;
}

macro_rules! conforms {
    ($($module:ident: $($case:ident),+;)+) => {
        mod on_the_sandbox {
            $($(#[tokio::test] async fn $case() { super::$module::$case(&super::subjects::OnSandbox).await; })+)+
        }
        mod on_nuonuo {
            $($(#[tokio::test] async fn $case() { super::$module::$case(&super::subjects::OnNuonuo).await; })+)+
        }
    };
}

conforms! {
    issuing: an_order_is_issued, the_same_order_is_issued_once, a_number_is_taken_once, a_broken_call_is_never_issued_twice, what_was_not_sent_is_sent,
        a_refused_order_is_retried, a_failed_order_is_issued_again, a_login_is_asked_for, documents_are_sealed_again, an_order_is_split,
        a_question_is_asked_again, an_order_that_is_known_late_is_issued_once, a_stale_document_is_fetched_again,
        notices_are_hints, what_is_read_is_never_believed, an_unknown_order_is_not_found, an_invoice_is_delivered, the_credit_is_told;
    reversing: an_invoice_is_reversed, a_part_and_then_the_rest_is_reversed, a_broken_red_letter_is_issued_once, the_buyer_confirms, the_buyer_refuses,
        a_red_letter_is_withdrawn;
}
