//! The closed lists of the wire, each the names of one of the house's own.

use issue::event::Kind;
use issue::order::{Form, Format, Phase, RedReason, RowKind, State, Untaxed};
use issue::store::CallbackState;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Makes a list whose members are those of another: a member that is added there is missed by the compiler here.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident = $of:ident { $($(#[$about:meta])* $member:ident),* $(,)? }) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        $(#[$doc])*
        pub(super) enum $name { $($(#[$about])* $member),* }

        impl From<$of> for $name {
            fn from(of: $of) -> $name {
                match of { $($of::$member => $name::$member),* }
            }
        }

        impl From<$name> for $of {
            fn from(name: $name) -> $of {
                match name { $($name::$member => $of::$member),* }
            }
        }
    };
}

named! {
    /// The state of an order; docs/orders.md draws how they follow one another.
    #[schema(as = State)]
    StateName = State { Accepted, Issuing, Unknown, Querying, Sealing, Issued, Failed, NeedsAttention, Reversing, PartlyReversed, Reversed }
}

named! {
    /// Which invoice: 电子发票（普通发票） or 电子发票（增值税专用发票）.
    #[derive(Default)]
    #[schema(as = Form)]
    FormName = Form { #[default] Ordinary, Special }
}

named! {
    /// What a row is to its neighbours: a row of its own, one that the next lowers (被折扣行), or that which lowers it (折扣行).
    #[derive(Default)]
    #[schema(as = RowKind)]
    RowKindName = RowKind { #[default] Plain, Discounted, Discount }
}

named! {
    /// Why a rate is zero: 免税, 不征税, 零税率.
    #[schema(as = Untaxed)]
    UntaxedName = Untaxed { Exempt, OutsideTax, ZeroRate }
}

named! {
    /// Why an invoice is reversed: 销货退回, 开票有误, 服务中止, 销售折让.
    #[schema(as = RedReason)]
    RedReasonName = RedReason { Return, Mistake, ServiceStopped, Allowance }
}

named! {
    /// Where a reversal stands.
    #[schema(as = Phase)]
    PhaseName = Phase { Asked, Sending, Unknown, Waiting, Withdrawing, Sealing, Done, Failed }
}

named! {
    /// The format of a document.
    #[schema(as = Format)]
    FormatName = Format { Xml, Ofd, Pdf }
}

named! {
    /// How a callback stands.
    #[schema(as = CallbackState)]
    CallbackStateName = CallbackState { Waiting, Delivered, GivenUp }
}

/// What happened to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = EventType)]
pub(super) enum EventName {
    /// The invoice is issued and its documents are kept.
    #[serde(rename = "order.issued")]
    Issued,
    /// It failed, with a reason.
    #[serde(rename = "order.failed")]
    Failed,
    /// A person has to look.
    #[serde(rename = "order.needs_attention")]
    NeedsAttention,
    /// A red letter is issued.
    #[serde(rename = "order.reversed")]
    Reversed,
    /// A reversal failed: the invoice stands.
    #[serde(rename = "order.reversal_failed")]
    ReversalFailed,
}

impl From<Kind> for EventName {
    fn from(kind: Kind) -> EventName {
        match kind {
            Kind::Issued => EventName::Issued,
            Kind::Failed => EventName::Failed,
            Kind::NeedsAttention => EventName::NeedsAttention,
            Kind::Reversed => EventName::Reversed,
            Kind::ReversalFailed => EventName::ReversalFailed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(name: &impl Serialize) -> String {
        serde_json::to_value(name).unwrap().as_str().unwrap().to_owned()
    }

    #[test]
    fn names_are_those_of_the_house() {
        for state in State::ALL {
            assert_eq!(said(&StateName::from(state)), state.name());
            assert_eq!(State::from(StateName::from(state)), state);
        }
        for phase in Phase::ALL {
            assert_eq!(said(&PhaseName::from(phase)), phase.name());
        }
        for kind in Kind::ALL {
            assert_eq!(said(&EventName::from(kind)), kind.name());
        }
        for format in [Format::Xml, Format::Ofd, Format::Pdf] {
            assert_eq!(said(&FormatName::from(format)), format.name());
        }
    }
}
