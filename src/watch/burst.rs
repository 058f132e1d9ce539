//! Many writes that are one save.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// A burst of writes is over when nothing came for this long. Editors that write beside a file and rename,
/// or cut it short and fill it, need a few milliseconds; a run has to start within 60 of the last write.
pub const QUIET: Duration = Duration::from_millis(25);

/// What was saved, together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Saved {
    /// The crates in which anything changed; folders relative to the desk.
    pub crates: BTreeSet<PathBuf>,
    /// A manifest of the course may have changed.
    pub course: bool,
}

/// Collects writes until they are over.
#[derive(Debug, Default)]
pub struct Burst {
    saved: Saved,
    last: Option<Instant>,
}

impl Burst {
    /// Takes in a write.
    pub fn add(&mut self, crate_folder: Option<PathBuf>, course: bool, now: Instant) {
        self.saved.crates.extend(crate_folder);
        self.saved.course |= course;
        self.last = Some(now);
    }

    /// How long to wait for more; `None` while nothing was written.
    pub fn patience(&self, now: Instant) -> Option<Duration> {
        let last = self.last?;
        Some((last + QUIET).saturating_duration_since(now))
    }

    /// What was saved, if nothing more came for long enough.
    pub fn end(&mut self, now: Instant) -> Option<Saved> {
        if self.patience(now)? > Duration::ZERO {
            return None;
        }
        self.last = None;
        Some(std::mem::take(&mut self.saved))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_writes_are_one_save_told_soon_after_the_last() {
        assert!(QUIET < Duration::from_millis(60));
        let start = Instant::now();
        let mut burst = Burst::default();
        assert_eq!((burst.patience(start), burst.end(start)), (None, None));
        let mut now = start;
        for _ in 0..20 {
            now += QUIET / 2;
            burst.add(Some("a".into()), false, now);
            assert_eq!(burst.end(now), None);
            assert_eq!(burst.patience(now), Some(QUIET));
        }
        burst.add(Some("b".into()), true, now);
        let saved = burst.end(now + QUIET).expect("it is over");
        assert_eq!(saved.crates, ["a", "b"].map(PathBuf::from).into());
        assert!(saved.course);
        assert_eq!(burst.end(now + QUIET), None);
    }
}
