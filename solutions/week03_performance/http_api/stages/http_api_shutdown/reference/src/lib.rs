//! A depot's parcels, over HTTP.

mod application;
mod config;
mod connections;
mod ending;
mod http;
mod log;
mod parcel;
mod store;

pub use application::{Application, BuildError};
pub use config::{CacheLimits, Config, Storage};
pub use http::RequestId;
pub use log::{JsonLines, NoLog, RequestLine, RequestLog};
pub use parcel::{Draft, Kept, Only, Parcel};
pub use store::{
    Cached, MIGRATIONS, Memory, MigrateError, Migration, Postgres, Sqlite, Store, StoreError,
    Stored, is_transient, migrate,
};
