//! 诺诺: what is sent, what recorded messages mean, how tokens are spent.

mod calls;
mod recorded;
mod tokens;
