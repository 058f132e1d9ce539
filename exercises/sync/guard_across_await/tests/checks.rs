//! What callers of one session may rely on. The clock is tokio's, paused: it jumps to the next timer as soon
//! as every task waits.

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

fn text(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn one_caller_gets_new_tokens_when_the_old_ones_expire() {
    on_one_thread("one caller", || async {
        let (provider, tokens) = Provider::new();
        let session = Session::new(provider.clone(), tokens);
        for (wait, token) in [(0, "a2"), (3599, "a2"), (1, "a3"), (10, "a3")] {
            sleep(secs(wait)).await;
            assert_eq!(
                session.bearer("mail").await.as_deref(),
                Ok(token),
                "a token lasts an hour, and this call comes {wait} s after the one before"
            );
        }
        assert_eq!(
            provider.refreshed(),
            text(&["r1", "r2"]),
            "the refresh tokens that were used: each time the newest"
        );
        assert_eq!(session.calls(), [("mail".to_owned(), 4)], "the calls");
    });
}

#[test]
fn callers_at_once_share_one_refresh() {
    on_one_thread("two callers of an expired session", || async {
        let (provider, tokens) = Provider::new();
        let session = Session::new(provider.clone(), tokens);
        let start = Instant::now();
        let (a, b) = tokio::join!(session.bearer("mail"), session.bearer("invoice"));
        assert_eq!(
            provider.refreshed(),
            text(&["r1"]),
            "the refresh tokens that were used: the provider takes r1 once, so one caller refreshes and the \
             other waits for what comes of it"
        );
        assert_eq!(
            (a.as_deref(), b.as_deref()),
            (Ok("a2"), Ok("a2")),
            "both callers get the new token"
        );
        assert_eq!(start.elapsed().as_secs(), 2, "one refresh takes 2 s");
    });
}

#[test]
fn the_calls_are_told_while_a_refresh_is_in_flight() {
    on_one_thread("calls() while a refresh is in flight", || async {
        let (provider, tokens) = Provider::new();
        let session = Session::new(provider.clone(), tokens);
        let asked = async {
            sleep(secs(1)).await;
            (session.calls(), provider.refreshed())
        };
        let (token, asked) = tokio::join!(session.bearer("mail"), asked);
        assert_eq!(
            asked,
            (vec![("mail".to_owned(), 1)], text(&["r1"])),
            "one second into the refresh: the calls, and the refresh tokens that were used"
        );
        assert_eq!(token.as_deref(), Ok("a2"), "the refresh goes on");
    });
}

#[test]
fn a_caller_that_hangs_up_leaves_no_lock_behind() {
    on_one_thread("a call after another caller hung up", || async {
        let (provider, tokens) = Provider::new();
        let session = Session::new(provider.clone(), tokens);
        let hung_up = timeout(secs(1), session.bearer("mail")).await;
        assert!(hung_up.is_err(), "a refresh takes 2 s: {hung_up:?}");
        assert_eq!(
            session.bearer("invoice").await.as_deref(),
            Ok("a2"),
            "the caller before was dropped in the middle of its refresh; the next one refreshes"
        );
        assert_eq!(
            provider.refreshed(),
            text(&["r1", "r1"]),
            "r1 was not answered the first time, so it is asked again"
        );
    });
}

#[test]
fn a_refresh_that_fails_is_tried_again_by_the_next_caller() {
    on_one_thread("a caller behind one whose refresh fails", || async {
        let (provider, tokens) = Provider::new();
        lock(&provider.requests).failing = 1;
        let session = Session::new(provider.clone(), tokens);
        let (a, b) = tokio::join!(session.bearer("mail"), session.bearer("invoice"));
        assert_eq!(
            (a.is_err(), b.as_deref()),
            (true, Ok("a2")),
            "the provider fails once: whoever asked is told so, and the caller who waited asks again"
        );
        assert!(
            !provider.overlapped(),
            "the second refresh must not start before the first one has failed"
        );
    });
}
