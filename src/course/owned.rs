//! Which files of a crate are the learner's.

use std::path::Path;
use std::sync::OnceLock;

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

/// Globs relative to a crate. They are compiled when they are first asked: a list of the course asks none,
/// and to compile those of 2,000 exercises takes longer than all the rest of it.
#[derive(Debug, Clone, Default)]
pub struct OwnedSet {
    patterns: Vec<String>,
    compiled: OnceLock<GlobSet>,
}

impl OwnedSet {
    /// The files that any of these matches. What [`glob`] refuses matches nothing.
    pub fn new(patterns: Vec<String>) -> Self {
        OwnedSet {
            patterns,
            compiled: OnceLock::new(),
        }
    }

    /// Whether this path, relative to the crate, is one of them.
    pub fn is_match(&self, path: &Path) -> bool {
        let compile = || {
            let mut set = GlobSetBuilder::new();
            for pattern in self
                .patterns
                .iter()
                .filter_map(|pattern| glob(pattern).ok())
            {
                set.add(pattern);
            }
            // Each glob was built by itself, so the set can't fail; an empty one owns nothing.
            set.build().unwrap_or_default()
        };
        self.compiled.get_or_init(compile).is_match(path)
    }
}

/// One pattern. A `*` must not cross a directory: `src/*.rs` and `src/**` have to differ.
pub(super) fn glob(pattern: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(pattern).literal_separator(true).build()
}
