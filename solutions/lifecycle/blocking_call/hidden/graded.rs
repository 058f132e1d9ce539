//! The same promises for other numbers.

use std::io::{self, ErrorKind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use blocking_call::{Archive, Deeds};
use tokio::time::{sleep, timeout};

/// How long to wait for what must happen. Only how soon a failure is told depends on it.
const PATIENCE: Duration = Duration::from_secs(5);

/// An archive whose robot stops at a gate until a test opens it.
#[derive(Clone, Default)]
struct Robot {
    state: Arc<Mutex<State>>,
    changed: Arc<Condvar>,
}

#[derive(Default)]
struct State {
    /// The deeds that were asked for, in order.
    begun: Vec<u64>,
    /// How many reads are in the archive, and how many there have been at most.
    inside: usize,
    most: usize,
    open: bool,
    /// Nobody has opened the gate in time.
    given_up: bool,
}

impl Robot {
    /// Lets all reads go on that are inside, and those to come.
    fn let_go(&self) {
        self.state().open = true;
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits, as a task, until so many reads have begun, and returns how many have by then.
    async fn until_begun(&self, reads: usize, patience: Duration) -> usize {
        let start = Instant::now();
        while self.state().begun.len() < reads && start.elapsed() < patience {
            sleep(Duration::from_millis(1)).await;
        }
        self.state().begun.len()
    }
}

impl Archive for Robot {
    fn read(&self, deed: u64) -> io::Result<Vec<u8>> {
        let mut state = self.state();
        state.begun.push(deed);
        state.inside += 1;
        state.most = state.most.max(state.inside);
        let (mut state, _) = self
            .changed
            .wait_timeout_while(state, PATIENCE, |state| !state.open && !state.given_up)
            .unwrap_or_else(PoisonError::into_inner);
        state.inside -= 1;
        // Once and not for each read, so that a test that fails does so soon.
        state.given_up |= !state.open;
        let open = state.open;
        drop(state);
        assert!(deed != JAMMED, "the robot is jammed");
        match deed {
            MISSING => Err(ErrorKind::NotFound.into()),
            _ if open => Ok(deed.to_string().into_bytes()),
            _ => Err(ErrorKind::TimedOut.into()),
        }
    }
}

const MISSING: u64 = 404;
const JAMMED: u64 = 666;

#[tokio::test]
async fn many_callers_are_all_served_within_the_bound() {
    let robot = Robot::default();
    let deeds = Arc::new(Deeds::new(robot.clone(), 5));
    let reads: Vec<_> = (1_000..1_200)
        .map(|deed: u64| {
            let deeds = Arc::clone(&deeds);
            tokio::spawn(async move { (deed, deeds.read(deed).await) })
        })
        .collect();
    let begun = robot.until_begun(5, PATIENCE).await;
    assert_eq!(begun, 5, "five may read, and 200 want to");
    robot.let_go();
    for read in reads {
        let (deed, answer) = read.await.expect("the robot is not jammed");
        assert_eq!(answer.expect("it is there"), deed.to_string().into_bytes());
    }
    let state = robot.state();
    assert_eq!(
        (state.begun.len(), state.most),
        (200, 5),
        "begun, and at once"
    );
}

#[tokio::test]
async fn a_timeout_around_a_read_fires_and_the_next_is_served() {
    let robot = Robot::default();
    let deeds = Deeds::new(robot.clone(), 1);
    let given_up = timeout(Duration::from_millis(20), deeds.read(1)).await;
    assert!(given_up.is_err(), "the robot has not answered in 20 ms");
    assert!(
        timeout(Duration::from_millis(20), deeds.read(2))
            .await
            .is_err(),
        "the first read is still in the archive"
    );
    robot.let_go();
    let deed = timeout(PATIENCE, deeds.read(3)).await.expect("in time");
    assert_eq!(deed.expect("it is there"), b"3");
    assert_eq!(robot.state().begun, [1, 3], "2 has given up in the line");
}

#[tokio::test]
async fn two_ways_to_archives_do_not_share_places() {
    let (left, right) = (Robot::default(), Robot::default());
    let to_left = Deeds::new(left.clone(), 1);
    let to_right = Deeds::new(right.clone(), 1);
    let opens = async {
        assert_eq!(left.until_begun(1, PATIENCE).await, 1);
        assert_eq!(right.until_begun(1, PATIENCE).await, 1);
        left.let_go();
        right.let_go();
    };
    let (a, b, ()) = tokio::join!(to_left.read(1), to_right.read(MISSING), opens);
    assert_eq!(a.expect("it is there"), b"1");
    assert_eq!(b.map_err(|error| error.kind()), Err(ErrorKind::NotFound));
}
