//! What is kept: orders and all that belongs to them in SQLite or in PostgreSQL, documents in a folder or in a bucket, secrets
//! under a key file.
//!
//! [`Sqlite`] and [`Postgres`] are the two adapters of [`issue::store::Store`]; both pass `issue::conformance`. What a row
//! holds is one thing for both ([`row`](self)), what differs is how a transaction is made:
//!
//! * SQLite has one writer. A thread takes whatever is waiting and commits it as one group: one fsync for all of it.
//! * PostgreSQL has any number of nodes. Accepted orders are gathered into batches, each one statement; leases skip what others
//!   have locked.
//!
//! Nothing is cached: what is read is what is stored.

mod account;
pub mod documents;
pub mod key;
mod migration;
mod open;
mod postgres;
mod row;
mod search;
pub mod snapshot;
mod sqlite;

pub use documents::{Bucket, BucketError, BucketSettings, Folder};
pub use key::{KeyError, KeyFile, Keyed};
pub use open::OpenError;
pub use postgres::{Postgres, PostgresSettings};
pub use sqlite::{Sqlite, SqliteSettings};
