//! Entity tags: a revision in quotes. RFC 9110, sections 8.8.3 and 13.1.

use axum::http::HeaderValue;

use crate::parcel::Only;

pub(super) fn of(revision: u64) -> String {
    format!("\"{revision}\"")
}

/// What `If-Match` allows; `None` if there is none.
///
/// The comparison is strong: a weak tag says "much the same", which is not enough to write over it. What is no
/// tag of ours matches nothing.
pub(super) fn only<'h>(headers: impl IntoIterator<Item = &'h HeaderValue>) -> Option<Only> {
    let mut headers = headers.into_iter().peekable();
    headers.peek()?;
    let mut revisions = Vec::new();
    for tag in tags(headers) {
        if tag == "*" {
            return Some(Only::Any);
        }
        revisions.extend(revision(tag));
    }
    Some(Only::OneOf(revisions))
}

/// Whether `If-None-Match` names what is there: the client has it already. The comparison is weak.
pub(super) fn is_known<'h>(
    headers: impl IntoIterator<Item = &'h HeaderValue>,
    current: u64,
) -> bool {
    tags(headers)
        .any(|tag| tag == "*" || revision(tag.strip_prefix("W/").unwrap_or(tag)) == Some(current))
}

/// Both headers are lists, and may come in several lines. Our tags have no commas; another's that has one
/// becomes two that match nothing.
fn tags<'h>(headers: impl IntoIterator<Item = &'h HeaderValue>) -> impl Iterator<Item = &'h str> {
    headers
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
}

fn revision(tag: &str) -> Option<u64> {
    let inner = tag.strip_prefix('"')?.strip_suffix('"')?;
    inner.parse().ok()
}
