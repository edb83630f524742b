//! The least that a server can do: gives a form back. What the platform accepts in a second is measured beside it.
//!
//! Listens on the address of its argument.
#![allow(clippy::unwrap_used, reason = "a program that measures: it stops where anything goes wrong")]

use axum::Router;
use axum::routing::post;

#[tokio::main]
async fn main() {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    let app = Router::new().route("/gate/1.0/invoice/obtain", post(|body: bytes::Bytes| async move { body }));
    axum::serve(listener, app).await.unwrap();
}
