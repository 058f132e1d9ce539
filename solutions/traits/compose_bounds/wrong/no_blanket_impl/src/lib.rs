//! Reads archives of nightly backups.

mod archive;
mod source;

pub use archive::*;
pub use source::*;
