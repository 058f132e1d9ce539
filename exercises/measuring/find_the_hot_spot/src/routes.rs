//! Which paths there are.

/// Route patterns, in order of precedence.
pub(crate) struct Routes {
    patterns: Vec<String>,
}

impl Routes {
    pub(crate) fn new(patterns: &[&str]) -> Self {
        let patterns = patterns.iter().map(|&pattern| pattern.to_owned()).collect();
        Routes { patterns }
    }

    /// The first pattern that takes the path.
    pub(crate) fn find(&self, path: &str) -> Option<&str> {
        let patterns = self.patterns.iter().map(String::as_str);
        patterns.into_iter().find(|pattern| takes(pattern, path))
    }
}

/// Whether a path has as many segments as the pattern, each the same or where the pattern has a name in
/// braces.
#[inline(never)]
fn takes(pattern: &str, path: &str) -> bool {
    let wanted: Vec<&str> = pattern.split('/').collect();
    let found: Vec<&str> = path.split('/').collect();
    wanted.len() == found.len()
        && wanted
            .iter()
            .zip(&found)
            .all(|(wanted, found)| wanted.starts_with('{') || wanted == found)
}
