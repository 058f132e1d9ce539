//! Watches how long requests take, and says which one is slow beside others of its route.

mod label;
mod window;

use std::collections::HashMap;

use window::Window;

/// A request that was answered.
#[derive(Debug, Clone, Copy)]
pub struct Event<'e> {
    /// The path, with the query if there is one.
    pub path: &'e str,
    /// How long the answer took.
    pub millis: u32,
}

/// What there is to say about an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing.
    Usual,
    /// It took more than twice as long as 95 of 100 others.
    Slow(Slow),
}

/// For whoever is on call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slow {
    /// The route.
    pub label: String,
    /// What 95 of 100 requests did not exceed, in milliseconds.
    pub p95: u32,
    /// Whether the newer half of the route's requests took longer than the older half.
    pub rising: bool,
}

/// Knows the last requests of each route.
#[derive(Debug, Default)]
pub struct Watcher {
    windows: HashMap<String, Window>,
}

/// With fewer than that, nothing is slow.
const ENOUGH: usize = 20;

impl Watcher {
    /// One that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Judges a request by those of its route before it, and remembers it.
    pub fn see(&mut self, event: &Event<'_>) -> Verdict {
        let label = label::of(event.path);
        let window = self.windows.entry(label.clone()).or_default();
        let verdict = judge(label, window, event.millis);
        window.push(event.millis);
        verdict
    }

    /// What 95 of 100 of the last requests of a route did not exceed. The dashboard asks once a minute.
    #[must_use]
    pub fn p95(&self, label: &str) -> Option<u32> {
        self.windows.get(label)?.p95()
    }
}

fn judge(label: String, window: &Window, millis: u32) -> Verdict {
    match window.p95() {
        Some(p95) if window.len() >= ENOUGH && u64::from(millis) > 2 * u64::from(p95) => {
            let rising = window.rising();
            Verdict::Slow(Slow { label, p95, rising })
        }
        _ => Verdict::Usual,
    }
}
