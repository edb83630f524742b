//! The server as a whole: its routes, and serving them until told to stop.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use issue::transport::Transport;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use crate::app::App;
use crate::clock::{Clock, Ids, RandomIds, SystemClock};
use crate::console;
use crate::fetch::{Fetcher, Guarded, Policy};
use crate::intake::Intake;
use crate::issuing::Issuing;
use crate::memory::Memory;
use crate::metrics::Metrics;
use crate::pool::Pool;
use crate::recognizer::Recognize;
use crate::settings::Settings;
use crate::wire::{self, Wired, gate, hive, links, native, notices, recognition};

/// Bytes of the headers of a request, its address included. An `image_url` in a query is the longest thing there.
const HEADER_BYTES: usize = 128 * 1024;
/// Header fields of a request.
const HEADER_FIELDS: usize = 100;
/// After a refused `accept`, which means that no file handle is left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Why a server cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The client that fetches `image_url` cannot be made: the certificate authority in the settings, or TLS itself.
    #[error("the client for image_url cannot be made: {0}")]
    Fetcher(String),
    /// The client that sends callbacks cannot be made, for the same reasons.
    #[error("the client for callbacks cannot be made: {0}")]
    Callbacks(String),
    /// The workers that recognise cannot be started: the system gives no thread.
    #[error("the workers cannot be started, ask for fewer with limits.workers: {0}")]
    Workers(String),
}

/// A server, not yet listening.
pub struct Server {
    app: Arc<App>,
}

impl Server {
    /// A server on the machine's clock with random ids.
    ///
    /// # Errors
    /// When the settings name a certificate authority that cannot be read, or more workers than the system has threads for.
    pub fn new(settings: Settings, recognizer: Arc<dyn Recognize>) -> Result<Server, Error> {
        Server::with(settings, recognizer, Arc::new(SystemClock::start()), Arc::new(RandomIds))
    }

    /// The same with a clock and ids of one's own.
    ///
    /// # Errors
    /// As for [`Server::new`].
    pub fn with(settings: Settings, recognizer: Arc<dyn Recognize>, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Result<Server, Error> {
        let fetcher = Fetcher::new(settings.fetch.clone()).map_err(|error| Error::Fetcher(error.to_string()))?;
        let app = App {
            pool: Pool::new(settings.limits.workers, settings.limits.queue).map_err(|error| Error::Workers(error.to_string()))?,
            intake: Intake::new(&settings.limits, Memory::new(settings.limits.memory)),
            fetcher,
            recognizer,
            clock,
            ids,
            metrics: Metrics::new(),
            issuing: OnceLock::new(),
            stopping: watch::Sender::new(false),
            settings,
        };
        Ok(Server { app: Arc::new(app) })
    }

    /// With the half that issues.
    #[must_use]
    pub fn with_issuing(self, issuing: Issuing) -> Server {
        // There is one, and it is the first that was given.
        let _ = self.app.issuing.set(Arc::new(issuing));
        self
    }

    /// All routes, for embedding or for tests.
    pub fn router(&self) -> Router {
        let mut router = Router::new().merge(recognition::routes());
        if let Some(issuing) = self.app.issuing.get() {
            let wired = Arc::new(Wired { app: Arc::clone(&self.app), issuing: Arc::clone(issuing) });
            router = router
                .merge(gate::routes(Arc::clone(&wired)))
                .merge(hive::routes(Arc::clone(&wired)))
                .merge(links::routes(Arc::clone(&wired)))
                .merge(notices::routes(Arc::clone(&wired)))
                .merge(native::routes(wired));
        }
        router
            .route("/", get(console::page))
            .route("/livez", get(|| async { "ok\n" }))
            .route("/readyz", get(ready))
            .route("/metrics", get(metrics))
            .layer(wire::on_panic(|| StatusCode::INTERNAL_SERVER_ERROR.into_response()))
            .with_state(Arc::clone(&self.app))
    }

    /// Serves until `stop` resolves, then lets the requests that are under way finish, for as long as the settings allow.
    ///
    /// # Errors
    /// When the listener fails for good. Failures of single connections are not errors.
    pub async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()> + Send) -> io::Result<()> {
        let limits = &self.app.settings.limits;
        let connections = Arc::new(Semaphore::new(limits.connections.clamp(1, Semaphore::MAX_PERMITS)));
        let graceful = GracefulShutdown::new();
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(limits.header_time).max_buf_size(HEADER_BYTES).max_headers(HEADER_FIELDS);
        let service = TowerToHyperService::new(self.router());
        let mut stop = pin!(stop);
        loop {
            let accepted = async {
                // The semaphore is never closed, so a permit always comes.
                let permit = Arc::clone(&connections).acquire_owned().await.ok();
                (listener.accept().await, permit)
            };
            let (accepted, permit) = tokio::select! {
                () = &mut stop => break,
                accepted = accepted => accepted,
            };
            let stream = match accepted {
                Ok((stream, _)) => stream,
                Err(error) if is_of_one_connection(&error) => continue,
                Err(error) => {
                    tracing::warn!(%error, "no connection can be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            };
            // Small answers go out at once; a socket that refuses the option still works.
            let _ = stream.set_nodelay(true);
            let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service.clone()));
            tokio::spawn(async move {
                let _permit = permit;
                if let Err(error) = connection.await {
                    tracing::debug!(%error, "a connection ended early");
                }
            });
        }
        drop(listener);
        self.app.stopping.send_replace(true);
        tracing::info!("stopping: requests under way are finished first");
        if tokio::time::timeout(limits.drain_time, graceful.shutdown()).await.is_err() {
            tracing::warn!("stopped with requests under way");
        }
        Ok(())
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset)
}

/// A transport for addresses that others choose (of callbacks the partners, of documents the providers): it connects to nothing
/// that this policy keeps out of bounds.
///
/// # Errors
/// When the policy names a certificate authority that cannot be read.
pub fn guarded_transport(policy: &Policy) -> Result<Arc<dyn Transport>, Error> {
    let guarded = Guarded::new(policy.clone()).map_err(|error| Error::Callbacks(error.to_string()))?;
    Ok(Arc::new(guarded))
}

/// Ready until told to stop, as long as an order could be accepted. Says also what can be read, since a server without models
/// still reads digital documents.
async fn ready(State(app): State<Arc<App>>) -> impl IntoResponse {
    let trouble = match app.issuing.get() {
        Some(issuing) => issuing.trouble().await,
        None => None,
    };
    let ready = !*app.stopping.borrow() && trouble.is_none();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let pictures = app.settings.pictures.as_deref();
    // What exactly is wrong with the store is the operator's business: it is in the log.
    let store = app.issuing.get().map(|_| trouble.is_none());
    let mut said = serde_json::json!({ "ready": ready, "documents": true, "pictures": pictures.is_some(), "engine": pictures });
    if let (Some(store), Some(said)) = (store, said.as_object_mut()) {
        said.insert("store".to_owned(), store.into());
    }
    (status, axum::Json(said))
}

async fn metrics(State(app): State<Arc<App>>) -> Result<impl IntoResponse, Infallible> {
    if let Some(issuing) = app.issuing.get() {
        match issuing.tally().await {
            Ok(tally) => app.metrics.tally(&tally, issuing.now()),
            Err(error) => tracing::warn!(%error, "the orders could not be counted"),
        }
    }
    let text = app.metrics.render(app.pool.free());
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text))
}
