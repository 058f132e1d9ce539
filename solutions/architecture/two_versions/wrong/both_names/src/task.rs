//! What a task is, whoever asks. Nothing here is named after a field of an answer, and nothing is derived
//! from serde: what is sent is decided in `v1` and `v2`.

/// A task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Task {
    pub title: String,
    pub state: State,
    pub labels: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Open,
    Done,
    Archived,
}
