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
        let is_for = |(pattern, _): &&(String, i32)| matches(pattern.as_bytes(), probe.as_bytes());
        self.list.iter().find(is_for).map(|(_, limit)| *limit)
    }
}

/// Whether a pattern is for a name: each star ends where the character behind it comes first.
#[inline(never)]
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    let (mut p, mut n) = (0, 0);
    while p < pattern.len() {
        if pattern[p] == b'*' {
            p += 1;
            let Some(&wanted) = pattern.get(p) else {
                return true;
            };
            let ends = |&there: &u8| wanted == b'*' || wanted == b'?' || there == wanted;
            n += name[n..].iter().position(ends).unwrap_or(name.len() - n);
        } else if n < name.len() && (pattern[p] == b'?' || pattern[p] == name[n]) {
            p += 1;
            n += 1;
        } else {
            return false;
        }
    }
    n == name.len()
}
