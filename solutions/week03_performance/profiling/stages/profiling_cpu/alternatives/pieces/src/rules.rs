//! How warm it may be where.

/// Limits, by patterns of probes' names.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    list: Vec<(Pattern, i32)>,
}

/// A pattern, cut at its stars. Without a star there is one piece.
#[derive(Debug, Clone)]
struct Pattern {
    pieces: Vec<Vec<u8>>,
}

impl Rules {
    /// Rules of patterns and limits in tenths of a degree, in order of precedence. In a pattern `*` stands for any characters, `/` among
    /// them, or for none, and `?` for one character; every other character stands for itself.
    pub fn new<'p>(rules: impl IntoIterator<Item = (&'p str, i32)>) -> Self {
        let own = |(pattern, limit): (&str, i32)| {
            let pieces = pattern.split('*').map(|piece| piece.as_bytes().to_vec());
            let pieces = pieces.collect();
            (Pattern { pieces }, limit)
        };
        Self {
            list: rules.into_iter().map(own).collect(),
        }
    }

    /// The limit for a probe: that of the first rule that is for it.
    #[inline(never)]
    pub fn limit(&self, probe: &str) -> Option<i32> {
        let is_for = |(pattern, _): &&(Pattern, i32)| pattern.is_for(probe.as_bytes());
        self.list.iter().find(is_for).map(|(_, limit)| *limit)
    }
}

impl Pattern {
    fn is_for(&self, name: &[u8]) -> bool {
        let [first, others @ ..] = self.pieces.as_slice() else {
            return false;
        };
        let Some((last, between)) = others.split_last() else {
            return fits(first, name);
        };
        let (front, back) = (first.len(), last.len());
        if name.len() < front + back || !fits(first, &name[..front]) {
            return false;
        }
        let (mut rest, end) = name[front..].split_at(name.len() - front - back);
        if !fits(last, end) {
            return false;
        }
        // The first place that fits leaves the most to the pieces behind.
        for piece in between {
            let places = 0..(rest.len() + 1).saturating_sub(piece.len());
            let Some(at) = places
                .into_iter()
                .find(|&at| fits(piece, &rest[at..at + piece.len()]))
            else {
                return false;
            };
            rest = &rest[at + piece.len()..];
        }
        true
    }
}

/// Whether a piece without a star is for a part of a name.
fn fits(piece: &[u8], part: &[u8]) -> bool {
    let equal = |(&wanted, &there): (&u8, &u8)| wanted == b'?' || wanted == there;
    piece.len() == part.len() && piece.iter().zip(part).all(equal)
}
