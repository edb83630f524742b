//! The APIs, one module each. Adding an API touches one module here and one line of the router.

pub mod recognition;
