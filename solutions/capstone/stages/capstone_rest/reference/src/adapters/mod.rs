//! What fulfils the ports.

mod clock;
mod memory;
mod single_user;

pub use clock::SystemClock;
pub use memory::MemoryTasks;
pub use single_user::SingleUser;
