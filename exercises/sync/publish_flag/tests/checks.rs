//! What one thread sees. On this machine, a test with two might see no more.

use publish_flag::{Limits, Published};

#[test]
fn one_thread_gets_what_it_published() {
    for (per_second, at_once) in [(100, 20), (0, 0), (0, 7), (u64::MAX, u64::MAX)] {
        let limits = Limits {
            per_second,
            at_once,
        };
        let published = Published::new();
        assert_eq!(
            published.get(),
            None,
            "nothing is published yet, so there are no limits, and none of 0 either"
        );
        published.publish(limits);
        assert_eq!(
            published.get(),
            Some(limits),
            "the same thread has published {limits:?}; 0 is a limit like any other"
        );
    }
}
