//! The HTTP face of Fapiao: one module per API under [`wire`], authentication, limits, fetching, metrics.
//!
//! ```no_run
//! # async fn example(reader: recognize::Reader) -> Result<(), Box<dyn std::error::Error>> {
//! let mut settings = server::Settings::default();
//! settings.apps.add("my-app", server::Secret::new("my-secret"));
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//! server::Server::new(settings, std::sync::Arc::new(reader))?.serve(listener, std::future::pending()).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Limitations
//! HTTP/1.1 without TLS: put a reverse proxy before it where callers are not on the same machine or network.
#![forbid(unsafe_code)]

mod app;
mod auth;
mod clock;
mod console;
mod fetch;
mod fields;
mod intake;
mod issuing;
mod keys;
mod memory;
mod metrics;
mod pool;
mod recognizer;
mod server;
mod settings;
pub mod wire;

pub use auth::{Apps, Secret, token};
pub use clock::{Clock, Ids, RandomIds, SystemClock};
pub use fetch::Policy;
pub use issuing::Issuing;
pub use recognizer::Recognize;
pub use server::{Error, Server, guarded_transport};
pub use settings::{Limits, Settings};
pub use wire::links::PATH as LINKS_PATH;
pub use wire::{dialects, notices::notice_word};
