//! Which paths there are.

/// Route patterns, in order of precedence.
pub(crate) struct Routes {
    patterns: Vec<Pattern>,
}

/// A pattern, split once.
struct Pattern {
    text: String,
    segments: Vec<String>,
}

impl Routes {
    pub(crate) fn new(patterns: &[&str]) -> Self {
        let pattern = |&text: &&str| Pattern {
            text: text.to_owned(),
            segments: text.split('/').map(str::to_owned).collect(),
        };
        Routes {
            patterns: patterns.iter().map(pattern).collect(),
        }
    }

    /// The first pattern that takes the path.
    pub(crate) fn find(&self, path: &str) -> Option<&str> {
        let found: Vec<&str> = path.split('/').collect();
        let takes = |pattern: &&Pattern| {
            let wanted = &pattern.segments;
            wanted.len() == found.len()
                && wanted
                    .iter()
                    .zip(&found)
                    .all(|(wanted, found)| wanted.starts_with('{') || wanted == found)
        };
        let pattern = self.patterns.iter().find(takes)?;
        Some(&pattern.text)
    }
}
