//! The sandbox: a pretended tax bureau inside this process, the default provider.
//!
//! [`Sandbox`] is the codec; [`Bureau`] is the other side and the transport to it. It numbers invoices from a range that no bureau uses
//! (place 99, which GB/T 2260 does not have), takes two seconds, and can be told to show every fault ([`Switch`]): per seller by the list
//! `switches` of its settings, per order by `sandbox:reject:1` in its remark. Its documents carry 测试样张 across the page.

mod book;
mod bureau;
mod codec;
mod desk;
mod login;
mod message;
mod number;
mod paper;
mod red;
mod switch;

pub use book::BookError;
pub use bureau::Bureau;
pub use codec::Sandbox;
pub use switch::{Switch, Switches};

/// The name in settings and stores.
pub const NAME: &str = "sandbox";

/// What its addresses begin with. No name server knows them: nothing that is addressed so can leave this process.
const SCHEME: &str = "sandbox://";
