//! Three places for rooms, one promise: that of [`Rooms`](crate::ports::Rooms).

mod log;
mod memory;
mod sqlite;

pub use log::Log;
pub use memory::Memory;
pub use sqlite::Sqlite;
