//! A reporter reports, on any thread; the collector is looped over.

use std::thread;

use sender_only::{Collector, Finding, Reporter, channel};

fn check(reporter: &Reporter) -> Result<(), Finding> {
    reporter.report(Finding {
        page: "/".to_owned(),
        problem: "404".to_owned(),
    })
}

fn write_mail(collector: Collector) -> usize {
    collector.count()
}

fn main() {
    let (reporter, collector) = channel();
    let mail = thread::spawn(move || write_mail(collector));
    let another = reporter.clone();
    thread::spawn(move || check(&another));
    let _ = check(&reporter);
    drop(reporter);
    let _ = mail.join();
}
