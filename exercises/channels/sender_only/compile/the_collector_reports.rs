//! The thread that writes the mail reports something, so it holds what keeps its own loop going.

use sender_only::{Collector, Finding, channel};

fn write_mail(collector: &Collector) {
    let _ = collector.report(Finding {
        page: "/".to_owned(),
        problem: "the mail server is slow".to_owned(),
    });
}

fn main() {
    let (_reporter, collector) = channel();
    write_mail(&collector);
}
