//! How many threads there are. Alone in its process, since all threads of it count.

use std::sync::Arc;
use std::time::Duration;

use probes::threads::{count, settle};
use stuck_process::{Press, Typesetter};

/// Says how many threads the process has while a chapter is set.
struct Counts;

impl Typesetter for Counts {
    fn set(&self, _: &str) -> String {
        count().map_or_else(|error| error.to_string(), |threads| threads.to_string())
    }
}

#[test]
fn there_are_as_many_threads_as_were_asked_for() {
    let before = count().expect("the system tells");
    let press = Press::new(4, Arc::new(Counts));
    let reports: Vec<_> = (0..50)
        .map(|_| press.submit(vec![String::new(); 5]))
        .collect();
    let mut most = 0;
    for report in &reports {
        let pages = report.recv_timeout(Duration::from_secs(2));
        let pages = pages.expect("fifty reports came to four threads, and all get done");
        most = pages
            .iter()
            .map(|page| page.parse().expect("a number"))
            .max()
            .unwrap_or(0)
            .max(most);
    }
    assert!(
        most <= before + 4,
        "a press of four threads has four, however many reports there are; the process had {before} before, and {most} at the most"
    );
    drop(press);
    let left = settle(before).expect("the system tells");
    assert_eq!(left, before, "when the press is dropped its threads end");
}
