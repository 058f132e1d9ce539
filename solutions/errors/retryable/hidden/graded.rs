//! The same promises at other values.

use std::io::{Error, ErrorKind};
use std::time::Duration;

use retryable::{Effect, Failure, Verdict, with_retries};

#[test]
fn the_kind_of_a_made_up_io_error_counts_and_not_its_text() {
    let verdict = |kind, text: &str| Failure::Io(Error::new(kind, text)).verdict(Effect::Once);
    let retry = Verdict::Retry { after: None };
    assert_eq!(verdict(ErrorKind::ConnectionRefused, "timed out"), retry);
    assert_eq!(
        verdict(ErrorKind::InvalidData, "connection refused"),
        Verdict::GiveUp
    );
}

#[test]
fn what_is_listed_nowhere_is_given_up() {
    for effect in [Effect::Repeatable, Effect::Once] {
        for status in [100, 200, 301, 507, 599, 700] {
            let failure = Failure::Http {
                status,
                retry_after: Some(Duration::from_secs(1)),
            };
            assert_eq!(failure.verdict(effect), Verdict::GiveUp, "{status}");
        }
        for sqlstate in ["0A000", "25006", "53200", "57P02", "58030"] {
            let failure = Failure::Db { sqlstate };
            assert_eq!(failure.verdict(effect), Verdict::GiveUp, "{sqlstate}");
        }
    }
}

#[test]
fn a_payment_that_was_refused_is_tried_again() {
    let (mut calls, mut waits) = (0, 0);
    let answer = with_retries(
        4,
        Duration::ZERO,
        Effect::Once,
        |_| waits += 1,
        || {
            calls += 1;
            match calls {
                1 => Err(Failure::Io(ErrorKind::ConnectionRefused.into())),
                2 => Err(Failure::Db { sqlstate: "40P01" }),
                _ => Ok(calls),
            }
        },
    );
    assert_eq!((answer.ok(), waits), (Some(3), 2));
}
