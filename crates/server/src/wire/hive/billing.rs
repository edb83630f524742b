//! Asks for an invoice with 诺诺's order object (reference, issuing §3.4).

use axum::extract::Request;
use issue::store::Acceptance;

use super::answer::{Answer, Failure};
use super::{Call, issued, order, request_data, signed};
use crate::wire::Wired;

pub(super) async fn answer(wired: &Wired, request: Request) -> Result<Answer, Failure> {
    let Call { known, seller, fields } = signed(wired, request).await?;
    // `sale_name` is required by the documents and decides nothing: the seller's name is the one in its settings.
    let request = order::request(request_data(&fields)?, &seller.party.tax_id)?;
    match wired.issuing.desk.accept(&known.id, &request).await? {
        Acceptance::Known(order) if order.state().is_issued() => issued(wired, &order).await,
        Acceptance::Fresh(_) | Acceptance::Known(_) => Ok(Answer::done("提交成功")),
        Acceptance::Differs(_) => Err(Failure::differs()),
    }
}
