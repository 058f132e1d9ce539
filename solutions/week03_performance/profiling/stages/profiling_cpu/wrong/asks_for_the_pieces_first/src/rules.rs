//! How warm it may be where.

/// Limits, by patterns of probes' names.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    list: Vec<(String, i32)>,
}

impl Rules {
    /// Rules of patterns and limits in tenths of a degree, in order of precedence. In a pattern `*` stands for any characters, `/` among
    /// them, or for none, and `?` for one character; every other character stands for itself.
    pub fn new<'p>(rules: impl IntoIterator<Item = (&'p str, i32)>) -> Self {
        let own = |(pattern, limit): (&str, i32)| (pattern.to_owned(), limit);
        Self {
            list: rules.into_iter().map(own).collect(),
        }
    }

    /// The limit for a probe: that of the first rule that is for it.
    #[inline(never)]
    pub fn limit(&self, probe: &str) -> Option<i32> {
        let is_for = |(pattern, _): &&(String, i32)| {
            // A name that lacks a piece of the pattern is none of its names, wherever the pieces have to be.
            let mut pieces = pattern.split(['*', '?']);
            pieces.all(|piece| probe.contains(piece))
                && matches(pattern.as_bytes(), probe.as_bytes())
        };
        self.list.iter().find(is_for).map(|(_, limit)| *limit)
    }
}

/// Whether a pattern is for a name. Names are ASCII.
#[inline(never)]
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern.split_first(), name.split_first()) {
        (None, None) => true,
        // The star stands for nothing, or for a character and then for whatever it stands for after that.
        (Some((b'*', rest)), None) => matches(rest, name),
        (Some((b'*', rest)), Some((_, tail))) => matches(rest, name) || matches(pattern, tail),
        (Some((b'?', rest)), Some((_, tail))) => matches(rest, tail),
        (Some((wanted, rest)), Some((there, tail))) => wanted == there && matches(rest, tail),
        _ => false,
    }
}
