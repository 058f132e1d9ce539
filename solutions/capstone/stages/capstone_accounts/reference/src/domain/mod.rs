//! What a task is and what may happen to it, and what an account may be called.
//!
//! Architecture invariant: nothing here does I/O, waits, asks for the time or knows how a task is stored or
//! sent. Whoever calls says what time it is.

mod ids;
mod name;
mod task;
mod time;
mod title;

pub use ids::{TaskId, UserId};
pub use name::{InvalidName, Name};
pub use task::{Draft, Facts, Impossible, Refused, State, Status, Step, Task};
pub use time::Timestamp;
pub use title::{InvalidTitle, Title};
