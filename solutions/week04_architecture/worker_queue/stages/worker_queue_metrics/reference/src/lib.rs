//! A queue of jobs: each that was accepted is done, or is set aside where somebody sees it.

mod api;
mod backoff;
mod clock;
mod figures;
mod job;
mod memory;
mod sqlite;
mod store;
mod tally;
mod time;
mod workers;

pub use api::Api;
pub use backoff::{Backoff, Random, SystemRandom};
pub use clock::{Clock, SystemClock};
pub use figures::{Figures, metrics};
pub use job::{Cause, Change, Fence, Job, JobId, Next, Refused, State, Work};
pub use memory::MemoryStore;
pub use sqlite::SqliteStore;
pub use store::{Census, Enqueued, Full, Intake, Metered, Store, StoreError};
pub use time::Timestamp;
pub use workers::{Failure, Workers, WorkersBuilder};
