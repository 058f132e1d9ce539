//! The same promises with more callers and at other moments.

use std::panic::resume_unwind;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use guard_across_await::{Authority, Denied, Session, Tokens};
use tokio::time::{Instant, sleep, timeout};

/// How long to wait for what must happen. Only how soon a hang is reported depends on it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Longer than any test takes, on the paused clock.
const LONG: Duration = Duration::from_secs(20_000);

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Runs a test on a runtime of its own with one thread and a paused clock. Should that thread be blocked, this
/// says so and does not hang.
fn on_one_thread<F: Future<Output = ()>>(what: &str, test: impl FnOnce() -> F + Send + 'static) {
    let (done, ended) = mpsc::channel();
    let worker = thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime starts");
        runtime.block_on(async {
            timeout(LONG, test())
                .await
                .expect("after hours every task still waits: nobody gives back what they wait for");
        });
        let _ = done.send(());
    });
    match ended.recv_timeout(PATIENCE) {
        Ok(()) => worker.join().expect("it has reported already"),
        Err(RecvTimeoutError::Disconnected) => {
            resume_unwind(worker.join().expect_err("it ended without a report"))
        }
        Err(RecvTimeoutError::Timeout) => panic!(
            "{what}: the runtime's only thread has not come back in {PATIENCE:?}. Where it waits for a lock \
             whose holder waits at an `.await`, only this thread could let the holder go on"
        ),
    }
}

/// A provider as it is in production: a refresh takes two seconds, and a refresh token is good for one.
/// Tokens are numbered: `a1` and `r1`, `a2` and `r2`, and so on, each good for an hour.
#[derive(Clone)]
struct Provider {
    requests: Arc<Mutex<Requests>>,
}

#[derive(Default)]
struct Requests {
    /// What was asked for, in order.
    refreshed: Vec<String>,
    number: u32,
    /// How many of the next requests fail.
    failing: u32,
    in_flight: u32,
    /// Two requests were in flight at once.
    overlapped: bool,
}

/// A request that is over when this is dropped, whether it was answered or given up.
struct InFlight(Arc<Mutex<Requests>>);

impl Drop for InFlight {
    fn drop(&mut self) {
        lock(&self.0).in_flight -= 1;
    }
}

fn lock(requests: &Mutex<Requests>) -> MutexGuard<'_, Requests> {
    requests.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Provider {
    /// Its tokens with number 1 have expired.
    fn new() -> (Self, Tokens) {
        let requests = Requests {
            number: 1,
            ..Requests::default()
        };
        let provider = Self {
            requests: Arc::new(Mutex::new(requests)),
        };
        (provider, tokens(1, Instant::now()))
    }

    fn refreshed(&self) -> Vec<String> {
        lock(&self.requests).refreshed.clone()
    }

    fn overlapped(&self) -> bool {
        lock(&self.requests).overlapped
    }
}

fn tokens(number: u32, expires: Instant) -> Tokens {
    Tokens {
        access: format!("a{number}"),
        refresh: format!("r{number}"),
        expires,
    }
}

impl Authority for Provider {
    async fn refresh(&self, refresh: &str) -> Result<Tokens, Denied> {
        let _request = {
            let mut requests = lock(&self.requests);
            requests.refreshed.push(refresh.to_owned());
            requests.in_flight += 1;
            requests.overlapped |= requests.in_flight > 1;
            InFlight(Arc::clone(&self.requests))
        };
        sleep(secs(2)).await;
        let mut requests = lock(&self.requests);
        if requests.failing > 0 {
            requests.failing -= 1;
            return Err(Denied {
                reason: "try later".to_owned(),
            });
        }
        if refresh != format!("r{}", requests.number) {
            return Err(Denied {
                reason: format!("{refresh} was used before"),
            });
        }
        requests.number += 1;
        Ok(tokens(requests.number, Instant::now() + secs(3600)))
    }
}

#[test]
fn fifty_tasks_share_one_refresh() {
    on_one_thread("fifty tasks", || async {
        let (provider, tokens) = Provider::new();
        let session = Arc::new(Session::new(provider.clone(), tokens));
        for hour in 2..5 {
            let mut tasks = tokio::task::JoinSet::new();
            for number in 0..50 {
                let session = Arc::clone(&session);
                tasks.spawn(async move { session.bearer(&format!("task {number:02}")).await });
            }
            for token in tasks.join_all().await {
                assert_eq!(token, Ok(format!("a{hour}")), "of fifty callers, each");
            }
            sleep(secs(3600)).await;
        }
        assert_eq!(provider.refreshed(), ["r1", "r2", "r3"], "one in each hour");
        assert_eq!(session.calls().len(), 50, "callers by name");
        assert_eq!(session.calls()[7], ("task 07".to_owned(), 3), "in order");
    });
}

#[test]
fn three_hang_up_and_the_fourth_is_served() {
    on_one_thread("callers that hang up one after the other", || async {
        let (provider, tokens) = Provider::new();
        let session = Session::new(provider.clone(), tokens);
        let impatient = async {
            for _ in 0..3 {
                let hung_up =
                    timeout(Duration::from_millis(600), session.bearer("impatient")).await;
                assert!(hung_up.is_err(), "a refresh takes 2 s");
            }
        };
        let (token, ()) = tokio::join!(session.bearer("patient"), impatient);
        assert_eq!(
            token.as_deref(),
            Ok("a2"),
            "who waits long enough is served"
        );
        assert!(!provider.overlapped(), "one refresh at a time");
    });
}

#[test]
fn a_valid_token_needs_no_request() {
    on_one_thread("a valid token", || async {
        let (provider, mut tokens) = Provider::new();
        tokens.expires += secs(5);
        let session = Session::new(provider.clone(), tokens);
        let start = Instant::now();
        assert_eq!(session.bearer("a").await.as_deref(), Ok("a1"));
        assert_eq!(start.elapsed(), Duration::ZERO, "nothing to wait for");
        assert!(provider.refreshed().is_empty(), "nothing to refresh");
        assert!(!provider.overlapped() && lock(&provider.requests).failing == 0);
    });
}
