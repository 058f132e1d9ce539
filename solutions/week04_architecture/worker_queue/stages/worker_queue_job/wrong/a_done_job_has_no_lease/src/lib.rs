//! A queue of jobs: each that was accepted is done, or is set aside where somebody sees it.

mod clock;
mod job;
mod time;

pub use clock::{Clock, SystemClock};
pub use job::{Cause, Change, Fence, Job, JobId, Next, Refused, State, Work};
pub use time::Timestamp;
