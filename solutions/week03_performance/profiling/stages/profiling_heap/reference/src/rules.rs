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

/// Whether a pattern is for a name. Names are ASCII.
///
/// Takes at most as many steps as the product of both lengths: only the last star is ever tried again. A star before it that
/// takes more leaves the last one fewer places to choose from, and never another.
#[inline(never)]
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    let (mut p, mut n) = (0, 0);
    // Behind the last star, and up to where in the name it goes.
    let mut star = None;
    while n < name.len() {
        match pattern.get(p) {
            Some(b'*') => {
                p += 1;
                star = Some((p, n));
            }
            Some(&wanted) if wanted == b'?' || wanted == name[n] => {
                p += 1;
                n += 1;
            }
            _ => {
                let Some((behind, end)) = star else {
                    return false;
                };
                star = Some((behind, end + 1));
                (p, n) = (behind, end + 1);
            }
        }
    }
    pattern[p..].iter().all(|&left| left == b'*')
}
