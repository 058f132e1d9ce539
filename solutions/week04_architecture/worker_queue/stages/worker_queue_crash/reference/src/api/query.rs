//! What is asked for beside the path and the body.

use axum::http::HeaderMap;

use crate::job::JobId;

/// The longest key, in bytes.
const KEY: usize = 255;

/// So many jobs are on a page, if nobody says, and at most.
const LIMIT: usize = 20;
const MOST: usize = 100;

/// The key, if there is one: visible ASCII. Nothing, if it makes no sense; a client with two keys has not understood what
/// they are for.
pub(super) fn key(headers: &HeaderMap) -> Option<Option<String>> {
    let mut keys = headers.get_all("idempotency-key").iter();
    let Some(key) = keys.next() else {
        return Some(None);
    };
    let key = key.to_str().ok()?;
    let good = (1..=KEY).contains(&key.len()) && keys.next().is_none();
    good.then(|| Some(key.to_owned()))
}

pub(super) struct Page {
    pub(super) after: Option<u64>,
    pub(super) limit: usize,
}

impl Page {
    /// Nothing, if the query has other parameters, one of them twice, or values that make no sense.
    pub(super) fn of(query: Option<&str>) -> Option<Self> {
        let (mut after, mut limit) = (None, None);
        for pair in query.unwrap_or_default().split('&') {
            match pair.split_once('=') {
                None if pair.is_empty() => {}
                Some(("after", value)) if after.is_none() => after = Some(value.parse().ok()?),
                Some(("limit", value)) if limit.is_none() => limit = Some(value.parse().ok()?),
                _ => return None,
            }
        }
        let limit = limit.unwrap_or(LIMIT);
        (1..=MOST).contains(&limit).then_some(Self { after, limit })
    }

    /// Where the page behind that job is.
    pub(super) fn next(&self, last: JobId) -> String {
        let (last, limit) = (last.get(), self.limit);
        format!("/dead-letters?after={last}&limit={limit}")
    }
}
