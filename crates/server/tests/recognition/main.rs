//! The recognition API from outside: through the router, and over real connections.

mod answers;
mod bodies;
mod clients;
mod connection;
mod desk;
mod errors;
