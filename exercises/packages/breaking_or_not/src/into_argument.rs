//! `spool` takes whatever becomes a path.

/// Published.
pub mod v1 {
    use std::path::PathBuf;

    /// Where jobs wait on disk.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Spool {
        /// The folder.
        pub folder: PathBuf,
    }

    /// A spool in this folder.
    pub fn spool(folder: PathBuf) -> Spool {
        Spool { folder }
    }
}

/// Merged.
pub mod v2 {
    use std::path::PathBuf;

    /// Where jobs wait on disk.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Spool {
        /// The folder.
        pub folder: PathBuf,
    }

    /// A spool in this folder.
    pub fn spool(folder: impl Into<PathBuf>) -> Spool {
        Spool {
            folder: folder.into(),
        }
    }
}
