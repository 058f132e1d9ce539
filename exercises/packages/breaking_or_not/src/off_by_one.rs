//! `page` keeps its promise.

/// Published.
pub mod v1 {
    /// The first jobs of a list: at most `limit` of them.
    pub fn page(jobs: &[u64], limit: usize) -> &[u64] {
        &jobs[..jobs.len().min(limit + 1)]
    }
}

/// Merged.
pub mod v2 {
    /// The first jobs of a list: at most `limit` of them.
    pub fn page(jobs: &[u64], limit: usize) -> &[u64] {
        &jobs[..jobs.len().min(limit)]
    }
}
