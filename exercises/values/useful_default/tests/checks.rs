//! What a retry policy promises to the services that configure it.

use std::time::Duration;

use useful_default::RetryPolicy;

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Every wait of the policy, in order, until it gives up.
fn waits(policy: &RetryPolicy) -> Vec<Duration> {
    (1..).map_while(|retry| policy.wait_before(retry)).collect()
}

#[test]
fn the_default_policy_retries_as_the_runbook_says() {
    assert_eq!(
        waits(&RetryPolicy::default()),
        [ms(200), ms(800), ms(1400), ms(2000)],
        "a service that configures nothing gets exactly this policy; \
         an empty list means that it never retries"
    );
}

#[test]
fn one_changed_field_keeps_the_other_defaults() {
    let patient = RetryPolicy {
        attempts: 10,
        ..Default::default()
    };
    let mut expected = vec![ms(200), ms(800), ms(1400)];
    expected.extend([ms(2000); 6]);
    assert_eq!(waits(&patient), expected, "{patient:?}");

    let gentle = RetryPolicy {
        longest_wait: ms(800),
        ..Default::default()
    };
    assert_eq!(
        waits(&gentle),
        [ms(200), ms(400), ms(600), ms(800)],
        "{gentle:?}"
    );
}

#[test]
fn the_default_travels_inside_other_defaults() {
    #[derive(Default)]
    struct ClientConfig {
        user_agent: String,
        retry: RetryPolicy,
    }
    let config = ClientConfig::default();
    assert!(config.user_agent.is_empty());
    assert_eq!(
        config.retry.wait_before(1),
        Some(ms(200)),
        "the policy inside a derived default must be as usable as the policy alone: {:?}",
        config.retry
    );
}

#[test]
fn a_zero_ramp_goes_to_the_longest_wait_at_once() {
    let steep = RetryPolicy {
        attempts: 3,
        first_wait: ms(100),
        longest_wait: ms(900),
        ramp: 0,
    };
    assert_eq!(waits(&steep), [ms(900), ms(900)]);
}

#[test]
fn a_longest_wait_below_the_first_still_bounds_every_wait() {
    // Nobody wrote these two values together: one was set, the other came from the default.
    let hurried = RetryPolicy {
        longest_wait: ms(50),
        ..Default::default()
    };
    assert_eq!(
        waits(&hurried),
        [ms(50); 4],
        "no wait may pass longest_wait, even where first_wait does: {hurried:?}"
    );
}

#[test]
fn no_policy_panics() {
    let durations = [Duration::ZERO, ms(1), Duration::MAX];
    let counts = [0, 1, 2, u32::MAX];
    for first_wait in durations {
        for longest_wait in durations {
            for ramp in counts {
                let policy = RetryPolicy {
                    attempts: u32::MAX,
                    first_wait,
                    longest_wait,
                    ramp,
                };
                let mut before = Duration::ZERO;
                for retry in [0, 1, 2, 3, u32::MAX - 1] {
                    let wait = policy.wait_before(retry).expect("attempts are left");
                    assert!(
                        wait <= longest_wait,
                        "{policy:?} waits {wait:?} before retry {retry}"
                    );
                    assert!(
                        wait >= before,
                        "{policy:?} waits {wait:?} before retry {retry}, less than before"
                    );
                    before = wait;
                }
                assert_eq!(policy.wait_before(u32::MAX), None);
            }
        }
    }
}
