//! The APIs that issue, from outside: through the router, over a store in memory and a provider that counts.
#![allow(clippy::unwrap_used, reason = "what a test cannot do without may panic")]

mod callbacks;
mod gate;
mod hive;
mod house;
mod links;
mod native;
mod notices;
mod readiness;
