//! How a version of the interface says things.

use serde_json::Value;

use crate::task::Task;

/// What differs between versions, and all of it.
pub(crate) struct Wire {
    /// A task as an answer has it.
    pub show: fn(u64, &Task) -> Value,
    /// A new task from a body, or why there is none.
    pub make: fn(&Value) -> Result<Task, String>,
    /// A task as it is after a body was put on it. What the version has no words for stays.
    pub put: fn(&Value, &Task) -> Result<Task, String>,
    /// When it ends.
    pub sunset: Option<&'static str>,
}

/// A field that has to be there, as a text.
pub(crate) fn text(body: &Value, field: &str) -> Result<String, String> {
    let text = present(body, field)?.as_str();
    text.map(str::to_owned)
        .ok_or(format!("`{field}` has to be a text"))
}

/// A field that has to be there.
pub(crate) fn present<'b>(body: &'b Value, field: &str) -> Result<&'b Value, String> {
    body.get(field).ok_or(format!("`{field}` is missing"))
}
