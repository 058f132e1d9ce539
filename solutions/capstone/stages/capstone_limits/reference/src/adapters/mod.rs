//! What fulfils the ports.

mod clock;
mod memory;
mod single_user;
mod sqlite;

pub use clock::SystemClock;
pub use memory::MemoryTasks;
pub use single_user::SingleUser;
pub use sqlite::SqliteTasks;
