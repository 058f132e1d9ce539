//! The monitor of a cold chain. Gateways in warehouses and lorries send what their probes measure; the monitor keeps a
//! board of it, raises an alarm where it is too warm, and answers for past days from a database.
//!
//! What threads share is behind the locks of [`sync`], which can tell who waits for whom.

pub mod sync;

mod board;
mod history;
mod monitor;
mod reading;
mod rules;

pub use board::{Board, Latest};
pub use history::{History, RoomDay};
pub use monitor::{Alarm, Monitor, Pager, PagerError};
pub use reading::{BadLine, Reading, batch};
pub use rules::Rules;
