//! Which files of a crate are the learner's.

use std::path::Path;
use std::sync::OnceLock;

use glob::{MatchOptions, Pattern};

/// Globs relative to a crate. They are compiled when they are first asked: a list of the course asks none,
/// and to compile those of 2,000 exercises takes longer than all the rest of it.
#[derive(Debug, Clone, Default)]
pub struct OwnedSet {
    patterns: Vec<String>,
    compiled: OnceLock<Vec<Pattern>>,
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
        let compile = || self.patterns.iter().filter_map(|it| glob(it)).collect();
        let patterns = self.compiled.get_or_init(compile);
        patterns
            .iter()
            .any(|it| it.matches_path_with(path, IN_FOLDERS))
    }
}

/// A `*` must not cross a directory: `src/*.rs` and `src/**` have to differ.
pub(crate) const IN_FOLDERS: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

/// One pattern, if it is one. What shells know besides, `{a,b}`, would be taken as it stands here, and match nothing.
pub(super) fn glob(pattern: &str) -> Option<Pattern> {
    let pattern = Some(pattern).filter(|it| !it.contains(['{', '}']))?;
    Pattern::new(pattern).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stays_in_its_folder_and_two_do_not() {
        let owns = |pattern: &str, path: &str| {
            OwnedSet::new(vec![pattern.to_owned()]).is_match(Path::new(path))
        };
        assert!(owns("src/**", "src/lib.rs"));
        assert!(owns("src/**", "src/a/b/c.rs"));
        assert!(owns("src/**", "src/.hidden/lib.rs"));
        assert!(owns("src/**/mod.rs", "src/mod.rs"));
        assert!(owns("src/**/mod.rs", "src/a/b/mod.rs"));
        assert!(owns("src/*.rs", "src/lib.rs"));
        assert!(owns("tests/mine.rs", "tests/mine.rs"));
        assert!(owns("src/[lm]*.rs", "src/main.rs"));
        assert!(!owns("src/**", "src"));
        assert!(!owns("src/**", "srcs/lib.rs"));
        assert!(!owns("src/**", "tests/src/lib.rs"));
        assert!(!owns("src/*.rs", "src/a/lib.rs"));
        assert!(!owns("src/*.rs", "src/LIB.RS"));
        assert!(!owns("tests/mine.rs", "tests/mine.rs.orig"));
        assert!(glob("src/{lib,main}.rs").is_none());
        assert!(glob("src/***").is_none());
        assert!(glob("src/[a").is_none());
    }
}
