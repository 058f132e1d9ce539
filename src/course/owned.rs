//! Which files of a crate are the learner's.

use std::path::Path;
use std::sync::OnceLock;

use globset::{Glob, GlobSet, GlobSetBuilder};

/// Globs relative to a crate. They are compiled when they are first asked: a list of the course asks none,
/// and to compile those of 2,000 exercises takes longer than all the rest of it.
#[derive(Debug, Clone)]
pub struct OwnedSet {
    globs: Vec<Glob>,
    compiled: OnceLock<GlobSet>,
}

impl OwnedSet {
    /// The files that any of these matches.
    pub fn new(globs: Vec<Glob>) -> Self {
        OwnedSet {
            globs,
            compiled: OnceLock::new(),
        }
    }

    /// Whether this path, relative to the crate, is one of them.
    pub fn is_match(&self, path: &Path) -> bool {
        let compile = || {
            let mut set = GlobSetBuilder::new();
            for glob in &self.globs {
                set.add(glob.clone());
            }
            // Each glob was built by itself, so the set can't fail; an empty one owns nothing.
            set.build().unwrap_or_default()
        };
        self.compiled.get_or_init(compile).is_match(path)
    }
}
