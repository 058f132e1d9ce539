//! Reports that come at the same time, few threads, and the order of chapters.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use stuck_process::{Press, Typesetter};

/// Nothing here takes a hundredth of it, unless it takes for ever.
const LONG: Duration = Duration::from_secs(2);

/// Sets a chapter at once.
struct Quick;

impl Typesetter for Quick {
    fn set(&self, chapter: &str) -> String {
        chapter.to_uppercase()
    }
}

/// The chapters of report `number`.
fn chapters(number: usize, count: usize) -> Vec<String> {
    (1..=count)
        .map(|chapter| format!("r{number}/c{chapter}"))
        .collect()
}

fn done(report: &Receiver<Vec<String>>) -> Result<Vec<String>, RecvTimeoutError> {
    report.recv_timeout(LONG)
}

#[test]
fn a_report_alone_has_all_its_chapters() {
    let press = Press::new(3, Arc::new(Quick));
    for count in [0, 1, 2, 30] {
        let pages = done(&press.submit(chapters(7, count)));
        let pages = pages.map(|mut pages| {
            pages.sort_unstable();
            pages
        });
        let mut expected: Vec<String> = (1..=count)
            .map(|chapter| format!("R7/C{chapter}"))
            .collect();
        expected.sort_unstable();
        assert_eq!(
            pages,
            Ok(expected),
            "one report of {count} chapters, on three threads"
        );
    }
}

#[test]
fn as_many_reports_as_threads_are_done() {
    for workers in [1, 2, 3, 8] {
        let press = Press::new(workers, Arc::new(Quick));
        for round in 0..20 {
            let reports: Vec<_> = (0..workers)
                .map(|number| press.submit(chapters(number, 3)))
                .collect();
            for (number, report) in reports.iter().enumerate() {
                let pages = done(report);
                assert_eq!(
                    pages.as_ref().map(Vec::len),
                    Ok(3),
                    "{workers} reports came at the same time to {workers} threads, in round {round}. Report {number} is not done within \
                     {LONG:?}, and none will be: what do its threads wait for, and who could do that?"
                );
            }
        }
    }
}

#[test]
fn many_more_reports_than_threads_are_done() {
    let press = Press::new(2, Arc::new(Quick));
    let reports: Vec<_> = (0..200)
        .map(|number| press.submit(chapters(number, number % 4 + 1)))
        .collect();
    for (number, report) in reports.iter().enumerate() {
        let pages = done(report);
        assert_eq!(
            pages.as_ref().map(Vec::len),
            Ok(number % 4 + 1),
            "200 reports came at the same time to two threads, and report {number} has so many chapters"
        );
    }
}

/// Three chapters, `1`, `2` and `3`, each of which waits until all are being set, and is done after those behind it.
#[derive(Default)]
struct LastFirst {
    /// Chapters that have been begun, and those that are done.
    state: Mutex<(usize, usize)>,
    changed: Condvar,
}

impl Typesetter for LastFirst {
    fn set(&self, chapter: &str) -> String {
        let number: usize = chapter.parse().expect("a chapter's number");
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 += 1;
        self.changed.notify_all();
        let not_yet = |state: &mut (usize, usize)| state.0 < 3 || state.1 < 3 - number;
        let waited = self.changed.wait_timeout_while(state, LONG / 2, not_yet);
        let (mut state, wait) = waited.unwrap_or_else(PoisonError::into_inner);
        state.1 += 1;
        self.changed.notify_all();
        if wait.timed_out() {
            format!("{chapter}, alone")
        } else {
            chapter.to_owned()
        }
    }
}

#[test]
fn all_threads_set_chapters_of_one_report() {
    let press = Press::new(3, Arc::new(LastFirst::default()));
    let chapters: Vec<String> = ["1", "2", "3"].map(str::to_owned).to_vec();
    assert_eq!(
        done(&press.submit(chapters.clone())),
        Ok(chapters),
        "one report of three chapters, and three threads with nothing else to do. Each chapter waits until all three are being set, and \
         says `alone` if that never is; then the last is done first. A thread that only waits for the others is one that sets nothing. And the \
         order is the report's, not that in which chapters get done"
    );
}
