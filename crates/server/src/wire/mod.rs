//! The APIs, one module each. Adding an API touches one module here and one line of the router.

pub(crate) mod gate;
pub(crate) mod hive;
pub(crate) mod links;
pub mod native;
pub(crate) mod notices;
pub mod recognition;

use std::any::Any;
use std::sync::Arc;

use axum::response::Response;
use issue::callback::Dialect;
use issue::callback::native::Native;
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::App;
use crate::issuing::Issuing;

/// How partners are told, in every API's own words.
pub fn dialects() -> Vec<Arc<dyn Dialect>> {
    vec![Arc::new(Native), Arc::new(gate::GateDialect), Arc::new(hive::HiveDialect)]
}

/// What the routes of an API that issues share.
pub(crate) struct Wired {
    pub(crate) app: Arc<App>,
    pub(crate) issuing: Arc<Issuing>,
}

/// Answers a request that panicked in the words of its own API.
pub(crate) fn on_panic<F>(answer: F) -> CatchPanicLayer<impl Fn(Box<dyn Any + Send>) -> Response + Clone>
where
    F: Fn() -> Response + Clone,
{
    CatchPanicLayer::custom(move |panic: Box<dyn Any + Send>| {
        drop(panic);
        tracing::error!("a request panicked");
        answer()
    })
}
