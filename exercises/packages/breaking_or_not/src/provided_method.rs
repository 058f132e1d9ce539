//! `Handler` can say its name.

/// Published.
pub mod v1 {
    /// What a service implements to work on jobs.
    pub trait Handler {
        /// Works on one job; `false` puts it back into the queue.
        fn handle(&self, job: &str) -> bool;
    }
}

/// Merged.
pub mod v2 {
    /// What a service implements to work on jobs.
    pub trait Handler {
        /// Works on one job; `false` puts it back into the queue.
        fn handle(&self, job: &str) -> bool;

        /// What the handler is called in metrics.
        fn name(&self) -> String {
            "unnamed".to_owned()
        }
    }
}
