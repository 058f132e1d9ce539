//! Where attachments are kept. There are three stores, and callers must not notice which one they have.

mod cached;
mod log;
mod memory;

pub use cached::Cached;
pub use log::Log;
pub use memory::Memory;

/// The key has a value already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exists;

/// Values by key. This is the contract: each store does this, and nothing else that a caller could see.
///
/// A value is any bytes, none at all included. A key is any text.
pub trait Store {
    /// The value of `key`: of the last `put` or successful `put_new`, unless `delete` came after it.
    fn get(&mut self, key: &str) -> Option<Vec<u8>>;

    /// Gives `key` this value, whether or not it had one.
    fn put(&mut self, key: &str, value: &[u8]);

    /// Gives `key` this value if it has none.
    ///
    /// # Errors
    ///
    /// `Exists`, and nothing has changed.
    fn put_new(&mut self, key: &str, value: &[u8]) -> Result<(), Exists>;

    /// Takes the value of `key` away. Returns whether there was one.
    fn delete(&mut self, key: &str) -> bool;

    /// The keys with a value that begin with `prefix`, each once, in no particular order.
    fn list(&mut self, prefix: &str) -> Vec<String>;

    /// Saves space. May be called at any time, and changes nothing of the above.
    fn tidy(&mut self);
}
