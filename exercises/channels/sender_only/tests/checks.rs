//! A channel is closed by those who send, and by nothing else.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use sender_only::{Finding, audit, channel};

/// How long to wait for what must happen. Nothing depends on the figure but how soon a failure is
/// reported, and that it is reported at all: a loop that never ends says nothing.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long to watch for what must *not* happen.
const WATCH: Duration = Duration::from_millis(100);

/// Runs `work` elsewhere: if it never returns, this fails and does not hang.
fn in_time<T: Send + 'static>(what: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, returned) = mpsc::channel();
    thread::spawn(move || {
        let _ = done.send(work());
    });
    match returned.recv_timeout(PATIENCE) {
        Ok(value) => value,
        Err(RecvTimeoutError::Timeout) => panic!(
            "{what} has not returned after {PATIENCE:?}; \
             somebody still holds a sending half, so that the collector waits for one more finding"
        ),
        Err(RecvTimeoutError::Disconnected) => panic!("{what} panicked"),
    }
}

fn finding(page: &str) -> Finding {
    Finding {
        page: page.to_owned(),
        problem: "404".to_owned(),
    }
}

fn pages(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("/page/{n:03}")).collect()
}

#[test]
fn an_audit_ends_with_every_finding() {
    const THREADS: usize = 3;
    let checked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&checked);
    let mut found = in_time("an audit of 30 pages on 3 threads", move || {
        let together = Barrier::new(THREADS);
        audit(&pages(30), THREADS, |page| {
            // The first three pages wait for each other: they need a thread each, at the same time.
            if counted.fetch_add(1, Ordering::Relaxed) < THREADS {
                together.wait();
            }
            page.ends_with('7').then(|| "404".to_owned())
        })
    });
    found.sort();
    assert_eq!(
        found,
        ["/page/007", "/page/017", "/page/027"].map(finding),
        "three of the 30 pages have a problem, and each is found once"
    );
    assert_eq!(
        checked.load(Ordering::Relaxed),
        30,
        "each of the 30 pages is checked once"
    );
}

#[test]
fn a_check_that_panics_reaches_the_caller() {
    let panicked = in_time("an audit whose check panics on one page", || {
        catch_unwind(AssertUnwindSafe(|| {
            audit(&pages(10), 2, |page| {
                assert!(
                    page != "/page/004",
                    "this check panics, as the test wants it to"
                );
                Some("404".to_owned())
            })
        }))
        .is_err()
    });
    assert!(
        panicked,
        "a check panicked and audit returned all the same: its findings are not those of all pages"
    );
}

#[test]
fn the_collector_ends_with_the_last_reporter() {
    let (first, mut collector) = channel();
    let second = first.clone();
    first.report(finding("/a")).expect("somebody collects");
    drop(first);
    second.report(finding("/b")).expect("somebody collects");
    drop(second);
    let found = in_time(
        "a loop over the findings of two reporters, both gone",
        move || {
            let found: Vec<_> = collector.by_ref().collect();
            assert_eq!(collector.next(), None, "once closed, it stays closed");
            found
        },
    );
    assert_eq!(
        found,
        ["/a", "/b"].map(finding),
        "what was reported before the last reporter went is still handed out, in order"
    );
}

#[test]
fn a_reporter_that_says_nothing_is_waited_for() {
    let (reporter, mut collector) = channel();
    let (said, next) = mpsc::channel();
    thread::spawn(move || said.send(collector.next()));
    match next.recv_timeout(WATCH) {
        Err(RecvTimeoutError::Timeout) => {}
        other => panic!(
            "a reporter is alive and has reported nothing, and the collector did not wait: {other:?}; \
             a page may take a minute"
        ),
    }
    reporter
        .report(finding("/slow"))
        .expect("somebody collects");
    assert_eq!(
        next.recv_timeout(PATIENCE),
        Ok(Some(finding("/slow"))),
        "the finding of a slow page reaches the collector that waits for it"
    );
}

#[test]
fn a_report_that_nobody_will_read_comes_back() {
    let (reporter, collector) = channel();
    let other = reporter.clone();
    reporter.report(finding("/a")).expect("somebody collects");
    drop(collector);
    for reporter in [reporter, other] {
        assert_eq!(
            reporter.report(finding("/b")),
            Err(finding("/b")),
            "the collector is gone: the reporter must get its finding back and can stop; \
             an Ok means that something keeps the receiving half alive"
        );
    }
}
