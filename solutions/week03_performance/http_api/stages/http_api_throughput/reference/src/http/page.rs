//! Which part of a list a client wants.

use std::str::FromStr;

use super::problem::Problem;

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
    pub(super) fn of(query: &str) -> Result<Self, Problem> {
        let (mut above, mut limit) = (None, None);
        let mut faults = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let outcome = match name {
                "limit" => set(&mut limit, value, |limit| (1..=MOST).contains(limit))
                    .map_err(|()| "must be a whole number from 1 to 100, once"),
                "after" => set(&mut above, value, |_| true)
                    .map_err(|()| "must be the `next` of another page, once"),
                _ => Err("is not known"),
            };
            if let Err(detail) = outcome {
                faults.push((name.to_owned(), detail));
            }
        }
        if !faults.is_empty() {
            return Err(Problem::invalid_query(faults));
        }
        Ok(Self {
            above: above.unwrap_or(0),
            limit: limit.unwrap_or(DEFAULT),
        })
    }

    /// For `after`. Clients hand it back as it is.
    pub(super) fn cursor_behind(id: u64) -> String {
        id.to_string()
    }
}

/// Which of two values a client means can't be known, so a second one is refused.
fn set<T: FromStr>(place: &mut Option<T>, text: &str, fits: fn(&T) -> bool) -> Result<(), ()> {
    let value = text.parse().ok().filter(fits).ok_or(())?;
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(()),
    }
}
