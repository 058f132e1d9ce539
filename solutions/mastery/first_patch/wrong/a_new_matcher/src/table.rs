//! Holds the parts of a pattern against those of a path, with a table in place of recursion.

use crate::matcher::name;
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
