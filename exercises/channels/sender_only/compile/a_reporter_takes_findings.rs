//! A thread that checks pages takes a finding, which the mail then misses.

use sender_only::{Reporter, channel};

fn check(mut reporter: Reporter) {
    while let Some(finding) = reporter.next() {
        println!("{finding:?}");
    }
}

fn main() {
    let (reporter, _collector) = channel();
    check(reporter);
}
