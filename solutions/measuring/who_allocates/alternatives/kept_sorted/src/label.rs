//! The routes that paths belong to.

/// The route of a path: without the query, in lower case, and with `{id}` for each segment that is a number.
pub fn of(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default().to_owned();
    let segments: Vec<String> = path.split('/').map(general).collect();
    segments.join("/").to_lowercase()
}

/// What a segment has in common with others in its place.
fn general(segment: &str) -> String {
    if segment.parse::<u64>().is_ok() {
        format!("{{{}}}", "id")
    } else {
        segment.to_owned()
    }
}
