//! Holds the parts of a pattern against those of a path.

use crate::pattern::Part;

/// Whether all parts match all names.
pub(crate) fn path(parts: &[Part], names: &[&str]) -> bool {
    // Which beginnings of `names` the parts so far stand for, by length.
    let mut reached = vec![false; names.len() + 1];
    reached[0] = true;
    for (at, part) in parts.iter().enumerate() {
        let mut next = vec![false; names.len() + 1];
        for from in (0..=names.len()).filter(|from| reached[*from]) {
            match part {
                Part::Name(part) => {
                    if names.get(from).is_some_and(|first| name(part, first)) {
                        next[from + 1] = true;
                    }
                }
                Part::Parts => {
                    let least = usize::from(at + 1 == parts.len());
                    next.iter_mut().skip(from + least).for_each(|to| *to = true);
                }
            }
        }
        reached = next;
    }
    reached[names.len()]
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
