//! What fulfils the ports.

mod clock;
mod memory;

pub use clock::SystemClock;
pub use memory::MemoryTasks;
