//! What `retry` promises, told as what an observer on the same paused clock sees.

use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use paused_time::{
    ATTEMPT_TIMEOUT, ATTEMPTS, FIRST_DELAY, Fault, GaveUp, LONGEST_DELAY, TOTAL, retry,
};
use tokio::task::JoinHandle;
use tokio::time::{Instant, advance, sleep, sleep_until};

const MS: Duration = Duration::from_millis(1);

/// A call in a task of its own, and the attempts that it has made so far.
struct Call {
    task: JoinHandle<Result<u32, GaveUp>>,
    attempts: Arc<Mutex<Vec<u32>>>,
    begun: Instant,
}

impl Call {
    fn start(mut attempt: impl AsyncAttempt) -> Self {
        let attempts = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&attempts);
        let begun = Instant::now();
        let task = tokio::task::spawn_local(async move {
            retry(async |number| {
                seen.lock().expect("no panic").push(number);
                attempt.run(number).await
            })
            .await
        });
        Self {
            task,
            attempts,
            begun,
        }
    }

    /// Lets time pass until so long after the beginning, and a bit: all timers up to then have fired.
    async fn until(&self, since: Duration) -> usize {
        sleep_until(self.begun + since).await;
        sleep(MS).await;
        self.attempts.lock().expect("no panic").len()
    }
}

trait AsyncAttempt: 'static {
    fn run(&mut self, number: u32) -> impl Future<Output = Result<u32, Fault>>;
}

impl<F: AsyncFnMut(u32) -> Result<u32, Fault> + 'static> AsyncAttempt for F {
    fn run(&mut self, number: u32) -> impl Future<Output = Result<u32, Fault>> {
        self(number)
    }
}

/// Runs a test on a paused clock, with local tasks.
fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    tokio::task::LocalSet::new().block_on(&runtime, test);
}

#[test]
fn a_success_takes_no_time() {
    run(async {
        let start = Instant::now();
        assert_eq!(retry(async |number| Ok(number)).await, Ok(1));
        assert_eq!(start.elapsed(), Duration::ZERO);
    });
}

#[test]
fn attempts_come_when_they_are_due() {
    run(async {
        let call = Call::start(async |_| Err(Fault::Busy));
        let mut due = Duration::ZERO;
        for number in 1..=ATTEMPTS as usize {
            assert_eq!(call.until(due).await, number, "{due:?} after the beginning");
            let delay = LONGEST_DELAY.min(FIRST_DELAY * 2_u32.pow(number as u32 - 1));
            due += delay;
            if number < ATTEMPTS as usize {
                assert_eq!(call.until(due - 3 * MS).await, number, "before {due:?}");
                assert!(!call.task.is_finished(), "before {due:?}");
            }
        }
        assert!(
            call.task.is_finished(),
            "nothing is waited for after the last"
        );
        assert_eq!(
            call.attempts.lock().expect("no panic")[..],
            [1, 2, 3, 4, 5, 6, 7, 8]
        );
        assert_eq!(call.task.await.expect("no panic"), Err(GaveUp::Busy));
    });
}

#[test]
fn an_attempt_that_hangs_is_cut_and_followed_by_another() {
    run(async {
        let call = Call::start(async |number| {
            if number == 1 {
                pending().await
            } else {
                Ok(number)
            }
        });
        assert_eq!(call.until(ATTEMPT_TIMEOUT + FIRST_DELAY - 3 * MS).await, 1);
        assert_eq!(call.until(ATTEMPT_TIMEOUT + FIRST_DELAY).await, 2);
        assert_eq!(call.task.await.expect("no panic"), Ok(2));
    });
}

#[test]
fn a_later_attempt_may_take_as_long() {
    run(async {
        let start = Instant::now();
        let result = retry(async |number| {
            if number == 1 {
                sleep(ATTEMPT_TIMEOUT - MS).await;
                return Err(Fault::Busy);
            }
            sleep(ATTEMPT_TIMEOUT - MS).await;
            Ok(number)
        })
        .await;
        assert_eq!(result, Ok(2));
        assert_eq!(start.elapsed(), 2 * (ATTEMPT_TIMEOUT - MS) + FIRST_DELAY);
    });
}

#[test]
fn the_total_cuts_whatever_is_under_way() {
    run(async {
        let call = Call::start(async |_| pending().await);
        call.until(TOTAL - 3 * MS).await;
        assert!(!call.task.is_finished());
        call.until(TOTAL).await;
        assert!(call.task.is_finished());
        assert_eq!(call.task.await.expect("no panic"), Err(GaveUp::Late));
    });
}

#[test]
fn no_time_for_another_attempt_is_said_at_once() {
    run(async {
        advance(MS).await;
        let start = Instant::now();
        let result = retry(async |_| {
            sleep(Duration::from_secs(8)).await;
            Err::<(), _>(Fault::Busy)
        })
        .await;
        assert_eq!(result, Err(GaveUp::Busy));
        assert_eq!(start.elapsed(), Duration::from_millis(55_750));
    });
}

#[test]
fn gone_is_gone() {
    run(async {
        let mut asked = 0;
        let result = retry(async |_| {
            asked += 1;
            Err::<(), _>(Fault::Gone)
        })
        .await;
        assert_eq!((result, asked), (Err(GaveUp::Gone), 1));
    });
}

#[test]
fn the_last_end_is_reported() {
    run(async {
        let result = retry(async |number| {
            if number == 1 {
                return Err::<(), _>(Fault::Busy);
            }
            pending().await
        })
        .await;
        assert_eq!(result, Err(GaveUp::Late));
    });
}
