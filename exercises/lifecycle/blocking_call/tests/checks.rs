//! Who waits for whom while the robot works. It stops at a gate that a task of the test opens, so a read that keeps
//! the runtime's thread keeps the gate shut.

use std::io::{self, ErrorKind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use blocking_call::{Archive, Deeds};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// How long to wait for what must happen. Only how soon a failure is told depends on it.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long to watch for what must not happen.
const WATCH: Duration = Duration::from_millis(50);

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
    fn open() -> Self {
        let robot = Self::default();
        robot.state().open = true;
        robot
    }

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

type Read = JoinHandle<io::Result<Vec<u8>>>;

/// A way to this robot, and a function that starts a read in a task.
fn deeds(robot: &Robot, at_most: usize) -> impl Fn(u64) -> Read {
    let deeds = Arc::new(Deeds::new(robot.clone(), at_most));
    move |deed| {
        let deeds = Arc::clone(&deeds);
        tokio::spawn(async move { deeds.read(deed).await })
    }
}

async fn answer(what: &str, read: Read) -> io::Result<Vec<u8>> {
    timeout(PATIENCE, read)
        .await
        .unwrap_or_else(|_| panic!("{what} is not answered within {PATIENCE:?}"))
        .expect("the robot is not jammed")
}

#[tokio::test]
async fn deeds_and_errors_arrive() {
    let deeds = Deeds::new(Robot::open(), 3);
    let deed = deeds.read(1871).await.expect("the deed is there");
    assert_eq!(deed, b"1871", "what the archive has under 1871");
    let missing = deeds.read(MISSING).await.map_err(|error| error.kind());
    assert_eq!(missing, Err(ErrorKind::NotFound), "the archive's own error");
}

#[tokio::test]
async fn other_tasks_run_while_a_deed_is_read() {
    let robot = Robot::default();
    let read = deeds(&robot, 1);
    let reading = read(1871);
    robot.until_begun(1, PATIENCE).await;
    // This very line is a turn of another task.
    robot.let_go();
    let deed = answer("the deed", reading).await;
    assert!(
        !robot.state().given_up,
        "a deed was read, and the task that wanted to open the gate meanwhile did not get its turn for {PATIENCE:?}: \
         the read keeps the thread of the runtime"
    );
    assert_eq!(deed.expect("the deed is there"), b"1871");
}

#[tokio::test]
async fn as_many_reads_at_once_as_allowed_and_no_more() {
    let robot = Robot::default();
    let read = deeds(&robot, 2);
    let reads: Vec<Read> = (1..=6).map(&read).collect();
    robot.until_begun(2, PATIENCE).await;
    robot.until_begun(3, WATCH).await;
    let most = robot.state().most;
    assert!(
        most >= 2,
        "two may read and six want to, so both must be in the archive at once; there was {most}"
    );
    assert!(
        most <= 2,
        "{most} reads were in the archive at the same time, and two may be"
    );
    robot.let_go();
    for (deed, read) in (1..).zip(reads) {
        let read: io::Result<Vec<u8>> = answer("one of six", read).await;
        let expected: u64 = deed;
        let expected = expected.to_string().into_bytes();
        assert_eq!(read.expect("it is there"), expected, "each its own deed");
    }
    let most = robot.state().most;
    assert_eq!(
        most, 2,
        "{most} reads were in the archive at the same time, and two may be"
    );
}

#[test]
fn who_waits_for_a_place_holds_no_thread() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .max_blocking_threads(2)
        .build()
        .expect("a runtime");
    let robot = Robot::default();
    let other = runtime.block_on(async {
        let read = deeds(&robot, 1);
        let _reads: Vec<Read> = (1..=9).map(&read).collect();
        robot.until_begun(1, PATIENCE).await;
        let other = timeout(PATIENCE, tokio::task::spawn_blocking(|| "done")).await;
        let all_the_time = !robot.state().given_up;
        robot.let_go();
        other.is_ok() && all_the_time
    });
    assert!(
        other,
        "the runtime has two threads for calls that block; one deed is read, eight reads wait for the one place, and \
         nobody else could block for {PATIENCE:?}"
    );
}

#[tokio::test]
async fn a_read_without_its_caller_keeps_its_place() {
    let robot = Robot::default();
    let read = deeds(&robot, 1);
    let first = read(1);
    robot.until_begun(1, PATIENCE).await;
    first.abort();
    let _ = first.await;
    let second = read(2);
    let begun = robot.until_begun(2, WATCH).await;
    let most = robot.state().most;
    assert!(
        begun == 1 && most == 1 && !robot.state().given_up,
        "one may read. The first read has begun, its caller has gone away, and it is still in the archive; reads in \
         there at the same time: {most}, begun: {begun}"
    );
    robot.let_go();
    let deed = answer(
        "the second deed, after the archive has answered the first",
        second,
    )
    .await;
    assert_eq!(deed.expect("it is there"), b"2");
    assert_eq!(robot.state().most, 1, "reads at the same time");
}

#[tokio::test]
async fn who_goes_away_before_its_turn_is_not_read_for() {
    let robot = Robot::default();
    let read = deeds(&robot, 1);
    let first = read(1);
    robot.until_begun(1, PATIENCE).await;
    let gone = read(2);
    // So that it waits for its place.
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    gone.abort();
    let _ = gone.await;
    robot.let_go();
    assert!(answer("the first deed", first).await.is_ok());
    assert!(answer("the third deed", read(3)).await.is_ok());
    assert_eq!(
        robot.state().begun,
        [1, 3],
        "who wanted deed 2 went away while deed 1 was read, so the archive is asked for 1 and 3"
    );
}

#[tokio::test]
async fn errors_and_panics_give_their_place_back() {
    let robot = Robot::open();
    let read = deeds(&robot, 1);
    let jammed = read(JAMMED).await;
    let message = jammed
        .expect_err("the robot panics, and the panic goes on to the caller")
        .into_panic();
    assert_eq!(
        message.downcast_ref(),
        Some(&"the robot is jammed"),
        "the panic's own message"
    );
    let missing = timeout(PATIENCE, read(MISSING)).await;
    assert!(
        missing.is_ok(),
        "one may read; a read has panicked, and its place has not come back"
    );
    let deed = timeout(PATIENCE, read(7)).await;
    assert!(
        deed.is_ok(),
        "one may read; a read has failed, and its place has not come back"
    );
}
