//! How an order stands.

use axum::extract::Request;
use issue::desk::DeskError;
use issue::order::OrderNumber;

use super::envelope::{Detail, Payload};
use super::failure::{Code, Failure};
use super::{Answered, blue_invoices, required, seller, signed, status, status_desc};
use crate::wire::Wired;
use crate::wire::links::address;

pub(super) async fn answer(wired: &Wired, request: Request) -> Result<Answered, Failure> {
    let (known, fields) = signed(wired, request).await?;
    let merchant = required(&fields, "merchant")?;
    let number = OrderNumber::from(required(&fields, "obtain_order")?);
    let seller = seller(wired, &known.id, merchant).await?;
    let desk = &wired.issuing.desk;
    let order = match desk.order(&known.id, &number).await {
        Ok(order) => Some(order).filter(|order| *order.seller() == seller.party.tax_id),
        Err(DeskError::NoOrder) => None,
        Err(error) => return Err(error.into()),
    };
    let Some(order) = order else {
        let payload = Payload::Detail(Box::default());
        return Ok(Answered { code: Code::NoOrder, message: "未查询到开票记录", hint: String::new(), payload });
    };
    let mut detail = Detail {
        merchant: merchant.to_owned(),
        status: status(order.state()),
        status_desc: status_desc(&order),
        invoice_time: Some(order.accepted_at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
        ..Detail::default()
    };
    if order.state().is_issued()
        && let Some((place, invoice)) = blue_invoices(&order.progress.invoices).next()
    {
        detail.invoice_code = invoice.code.clone();
        detail.invoice_no = invoice.number.clone();
        detail.verify_code = invoice.check_code.clone();
        let links = desk.links(&order).await?;
        detail.invoice_url = address(&links, place, invoice).unwrap_or_default();
    }
    Ok(Answered { code: Code::Done, message: "查询成功", hint: String::new(), payload: Payload::Detail(Box::new(detail)) })
}
