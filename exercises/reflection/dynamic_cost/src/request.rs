//! What is known of a request once it is answered.

use serde::Serialize;

/// A request.
#[derive(Debug, Clone, Serialize)]
pub struct Request {
    /// Where it went.
    pub route: String,
    /// Whose it was.
    pub tenant: String,
    /// What was answered.
    pub status: u16,
    /// How often it was tried.
    pub attempts: u8,
    /// How large the answer was.
    pub bytes: u64,
    /// How long it took.
    pub timing: Timing,
}

/// How long the parts of a request took, in microseconds.
#[derive(Debug, Clone, Serialize)]
pub struct Timing {
    /// All of it.
    pub total_us: u64,
    /// What others took.
    pub upstream_us: u64,
}
