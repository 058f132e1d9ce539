//! Holds the parts of a pattern against those of a path.

use crate::pattern::Part;

/// Whether all parts match all names.
pub(crate) fn path(parts: &[Part], names: &[&str]) -> bool {
    match parts.split_first() {
        None => names.is_empty(),
        Some((Part::Parts, rest)) => {
            // At the end `**` is everything below, and not the folder itself.
            let least = usize::from(rest.is_empty());
            (least..=names.len()).any(|skipped| path(rest, &names[skipped..]))
        }
        Some((Part::Name(part), rest)) => names
            .split_first()
            .is_some_and(|(first, names)| name(part, first) && path(rest, names)),
    }
}

/// Whether a name is one that a part stands for.
fn name(part: &str, name: &str) -> bool {
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
