//! The same promises at values that the visible tests do not name.

use std::time::Duration;

use useful_default::RetryPolicy;

#[test]
fn each_field_can_be_set_alone() {
    for seconds in 0..5 {
        let first = RetryPolicy {
            first_wait: Duration::from_secs(seconds),
            ..Default::default()
        };
        let wait = first.wait_before(1).expect("the default retries");
        assert_eq!(wait, Duration::from_secs(seconds.min(2)), "{first:?}");

        let ramp = RetryPolicy {
            ramp: seconds as u32,
            ..Default::default()
        };
        assert!(ramp.wait_before(4).expect("four retries") <= Duration::from_secs(2));
        assert_eq!(ramp.wait_before(5), None, "{ramp:?}");
    }
}

#[test]
fn one_attempt_means_no_retry() {
    for attempts in [0, 1] {
        let once = RetryPolicy {
            attempts,
            ..Default::default()
        };
        assert_eq!(once.wait_before(1), None, "{once:?}");
    }
}

#[test]
fn nothing_is_waited_for_before_the_first_attempt() {
    assert_eq!(RetryPolicy::default().wait_before(0), Some(Duration::ZERO));
}
