//! Holds the parts of a pattern against those of a path.

/// Whether a name is one that a part stands for.
pub(crate) fn name(part: &str, name: &str) -> bool {
    let mut chars = part.chars();
    match chars.next() {
        None => name.is_empty(),
        Some('*') => {
            let mut ends = name.char_indices().map(|(at, _)| at).chain([name.len()]);
            ends.any(|at| self::name(chars.as_str(), &name[at..]))
        }
        Some(first) => {
            let mut names = name.chars();
            let same = names.next().is_some_and(|c| first == '?' || first == c);
            same && self::name(chars.as_str(), names.as_str())
        }
    }
}
