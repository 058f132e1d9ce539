//! What fulfils the ports.

mod clock;
mod memory;
mod memory_cache;
mod redis;
mod single_user;
mod sqlite;

pub use clock::SystemClock;
pub use memory::MemoryTasks;
pub use memory_cache::MemoryCache;
pub use redis::RedisCache;
pub use single_user::SingleUser;
pub use sqlite::SqliteTasks;
