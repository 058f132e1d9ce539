//! The same promises at other values.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use sender_only::{Finding, audit, channel};

fn in_time<T: Send + 'static>(what: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, returned) = mpsc::channel();
    thread::spawn(move || {
        let _ = done.send(work());
    });
    returned
        .recv_timeout(Duration::from_secs(2))
        .unwrap_or_else(|_| panic!("{what} has not returned"))
}

#[test]
fn audits_of_other_sizes_end() {
    for (count, threads) in [(0, 1), (1, 1), (3, 8), (1_000, 4)] {
        let found = in_time(&format!("{count} pages on {threads} threads"), move || {
            let pages: Vec<_> = (0..count).map(|n| format!("/{n}")).collect();
            let mut found = audit(&pages, threads, |page| Some(format!("bad {page}")));
            found.sort();
            let mut expected: Vec<_> = pages
                .into_iter()
                .map(|page| Finding {
                    problem: format!("bad {page}"),
                    page,
                })
                .collect();
            expected.sort();
            (found, expected)
        });
        assert_eq!(found.0, found.1, "{count} pages on {threads} threads");
    }
}

#[test]
fn the_last_of_many_clones_ends_the_loop() {
    let (reporter, collector) = channel();
    for n in 0..8 {
        let reporter = reporter.clone().clone();
        thread::spawn(move || {
            for part in 0..10 {
                let finding = Finding {
                    page: format!("/{n}/{part}"),
                    problem: "404".to_owned(),
                };
                reporter.report(finding).expect("somebody collects");
            }
        });
    }
    drop(reporter);
    let found = in_time("a loop over the findings of eight threads", move || {
        collector.count()
    });
    assert_eq!(found, 80, "eight threads reported ten findings each");
}

#[test]
fn every_check_may_panic() {
    let panicked = in_time("an audit of which every check panics", || {
        catch_unwind(AssertUnwindSafe(|| {
            let pages = ["/a".to_owned(), "/b".to_owned(), "/c".to_owned()];
            audit(&pages, 2, |page| panic!("{page}, as this test wants it"))
        }))
        .is_err()
    });
    assert!(panicked);
}
