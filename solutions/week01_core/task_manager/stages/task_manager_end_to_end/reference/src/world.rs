//! What a run of the program asks of the world, and nothing that is not asked for.

use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use crate::files::Files;
use crate::values::Timestamp;

/// All that a run needs beside its arguments. It looks at nothing else.
// Trait objects: one run makes some dozen calls through them, and nobody has to write four type parameters.
pub struct World<'w> {
    /// The disk.
    pub files: &'w dyn Files,
    /// The time.
    pub clock: &'w dyn Clock,
    /// Whether to go on.
    pub cancel: &'w Cancel,
    /// Where the tasks are if the command line does not say.
    pub file: PathBuf,
    /// What is imported.
    pub input: &'w mut dyn BufRead,
    /// Where answers go.
    pub output: &'w mut dyn Write,
}

/// The time, in the two senses that a program needs.
pub trait Clock {
    /// What the calendar says. It may jump, also backwards, when somebody sets the clock.
    fn now(&self) -> Timestamp;

    /// How long it is since some moment that is always the same. It never goes back.
    fn elapsed(&self) -> Duration;

    /// Returns when so much time has passed.
    fn sleep(&self, time: Duration);
}

/// The clock of this machine.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    made: Instant,
}

impl SystemClock {
    /// A clock whose `elapsed` begins now.
    pub fn new() -> Self {
        Self {
            made: Instant::now(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        // A clock that is set to before 1970 is wrong by more than we can mend.
        Timestamp::from_secs(since_1970.map_or(0, |since| since.as_secs()))
    }

    fn elapsed(&self) -> Duration {
        self.made.elapsed()
    }

    fn sleep(&self, time: Duration) {
        thread::sleep(time);
    }
}

/// Says once and for all that a run should end. Clones say the same.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Go on, so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says what this flag says. A signal handler can do no more than set one.
    pub fn watching(flag: Arc<AtomicBool>) -> Self {
        Self(flag)
    }

    /// Asks the run to end at the next point where nothing is half done.
    pub fn cancel(&self) {
        // Relaxed: the flag is all that is told, and no other memory is read because of it.
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether somebody asked.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
