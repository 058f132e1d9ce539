//! The routes that paths belong to.

/// The route of a path: without the query, in lower case, and with `{id}` for each segment that is a number.
pub fn of(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    // As long as it gets, so that it never grows.
    let mut label = String::with_capacity(path.len() + 16);
    for (n, segment) in path.split('/').enumerate() {
        if n > 0 {
            label.push('/');
        }
        if segment.parse::<u64>().is_ok() {
            label.push_str("{id}");
        } else {
            label.extend(segment.chars().flat_map(char::to_lowercase));
        }
    }
    label
}
