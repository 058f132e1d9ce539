//! What fulfils the ports.

mod clock;
mod dice;
mod ids;
mod memory;
mod memory_accounts;
mod memory_cache;
mod notices;
mod origin;
mod passwords;
mod postgres;
mod random;
mod redis;
mod single_user;
mod sqlite;

pub use clock::SystemClock;
pub use dice::SystemDice;
pub use ids::SystemIds;
pub use memory::MemoryTasks;
pub use memory_accounts::MemoryAccounts;
pub use memory_cache::MemoryCache;
pub use notices::{FileNotices, LogNotices};
pub use passwords::{Argon2Passwords, Cost};
pub use postgres::{PostgresAccounts, PostgresSettings, PostgresTasks};
pub use random::SystemRandom;
pub use redis::RedisCache;
pub use single_user::SingleUser;
pub use sqlite::{SqliteAccounts, SqliteTasks};
