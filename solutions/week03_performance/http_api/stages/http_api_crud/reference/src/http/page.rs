//! Which part of a list a client wants.

use super::refusal::Refusal;

const DEFAULT: usize = 20;
const MOST: usize = 100;

/// The parcels above an id, and no more than so many.
///
/// The cursor is the last id of the page before, so it stays where it is whatever is added or removed around it;
/// a number of parcels to skip would not.
pub(super) struct Wanted {
    pub(super) above: u64,
    pub(super) limit: usize,
}

impl Wanted {
    pub(super) fn of(query: &str) -> Result<Self, Refusal> {
        let mut wanted = Self {
            above: 0,
            limit: DEFAULT,
        };
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=').unwrap_or((pair, "")) {
                ("limit", value) => {
                    let limit = value.parse().ok();
                    wanted.limit = limit
                        .filter(|limit| (1..=MOST).contains(limit))
                        .ok_or(Refusal::Query)?;
                }
                ("after", value) => wanted.above = value.parse().map_err(|_| Refusal::Query)?,
                _ => return Err(Refusal::Query),
            }
        }
        Ok(wanted)
    }

    /// For `after`. Clients hand it back as it is.
    pub(super) fn cursor_behind(id: u64) -> String {
        id.to_string()
    }
}
