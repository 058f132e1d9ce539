//! A queue of jobs: each that was accepted is done, or is set aside where somebody sees it.

mod clock;
mod job;
mod memory;
mod sqlite;
mod store;
mod time;
mod workers;

pub use clock::{Clock, SystemClock};
pub use job::{Cause, Change, Fence, Job, JobId, Next, Refused, State, Work};
pub use memory::MemoryStore;
pub use sqlite::SqliteStore;
pub use store::{Census, Enqueued, Store, StoreError};
pub use time::Timestamp;
pub use workers::{Failure, Workers, WorkersBuilder};
