//! Counts the tasks of the current tokio runtime.
//!
//! For tests on a current-thread runtime, with paused time or without. The future that `block_on` or
//! `#[tokio::test]` runs is not a task, so a test that has spawned nothing counts zero.

use tokio::runtime::Handle;
use tokio::task::yield_now;

/// How often [`settle`] lets the other tasks run. A task that ends by itself needs a handful of turns,
/// also at the end of a chain of tasks that wait for each other; the bound only decides how soon a leak
/// is reported.
const ROUNDS: usize = 1_000;

/// How many tasks are alive: spawned, and neither finished nor aborted.
///
/// # Panics
///
/// Panics outside of a tokio runtime.
#[must_use]
pub fn alive() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

/// Lets the other tasks run until no more than `at_most` are alive, or a bounded number of times, and
/// returns how many there are then.
///
/// No time passes: a runtime whose clock is paused moves it only when every task waits, and this one
/// never does. So a task that sleeps first, or that asks every so often whether it is still wanted,
/// counts as alive. To let time pass, sleep before calling this.
///
/// Tasks that wait for a thread (`spawn_blocking`, real sockets) may need longer than this waits.
///
/// # Panics
///
/// Panics outside of a tokio runtime.
pub async fn settle(at_most: usize) -> usize {
    for _ in 0..ROUNDS {
        if alive() <= at_most {
            break;
        }
        yield_now().await;
    }
    alive()
}
