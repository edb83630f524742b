//! The recognition API from outside: through the router, and over real connections.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "what a test cannot do without may panic; it says what it skips")]

mod answers;
mod bodies;
mod clients;
mod connection;
mod desk;
mod errors;
