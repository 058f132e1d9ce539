//! What is done about each failure, and how often a call is made.

use std::io::{self, ErrorKind};
use std::time::Duration;

use retryable::{Effect, Failure, Verdict, with_retries};

const PAUSE: Duration = Duration::from_millis(100);

/// What a row of a table expects.
#[derive(Debug, Clone, Copy)]
enum Expect {
    /// Try again, whatever the call does: it was not done.
    Retry,
    /// Try again only what may be done twice.
    RetryRepeatable,
    BlameCaller,
    GiveUp,
}

use Expect::{BlameCaller, GiveUp, Retry, RetryRepeatable};

fn check(named: &str, failure: &Failure, expect: Expect) {
    let retry = Verdict::Retry { after: None };
    let (repeatable, once) = match expect {
        Retry => (retry, retry),
        RetryRepeatable => (retry, Verdict::GiveUp),
        BlameCaller => (Verdict::BlameCaller, Verdict::BlameCaller),
        GiveUp => (Verdict::GiveUp, Verdict::GiveUp),
    };
    assert_eq!(
        (
            failure.verdict(Effect::Repeatable),
            failure.verdict(Effect::Once)
        ),
        (repeatable, once),
        "the verdicts on {named} for a call that may be repeated, and for one that must be made once"
    );
}

fn io(kind: ErrorKind) -> Failure {
    Failure::Io(io::Error::from(kind))
}

fn http(status: u16) -> Failure {
    Failure::Http {
        status,
        retry_after: None,
    }
}

#[test]
fn connections_are_judged_by_what_can_have_happened() {
    for (kind, expect) in [
        (ErrorKind::ConnectionRefused, Retry),
        (ErrorKind::HostUnreachable, Retry),
        (ErrorKind::NetworkUnreachable, Retry),
        (ErrorKind::TimedOut, RetryRepeatable),
        (ErrorKind::ConnectionReset, RetryRepeatable),
        (ErrorKind::ConnectionAborted, RetryRepeatable),
        (ErrorKind::BrokenPipe, RetryRepeatable),
        (ErrorKind::UnexpectedEof, RetryRepeatable),
        (ErrorKind::PermissionDenied, GiveUp),
        (ErrorKind::NotFound, GiveUp),
        (ErrorKind::InvalidInput, GiveUp),
        (ErrorKind::StorageFull, GiveUp),
        (ErrorKind::Other, GiveUp),
    ] {
        check(&format!("an io::Error of kind {kind:?}"), &io(kind), expect);
    }
}

#[test]
fn http_answers_are_judged_by_their_status() {
    for (status, expect) in [
        (429, Retry),
        (503, Retry),
        (408, RetryRepeatable),
        (500, RetryRepeatable),
        (502, RetryRepeatable),
        (504, RetryRepeatable),
        (400, BlameCaller),
        (404, BlameCaller),
        (409, BlameCaller),
        (422, BlameCaller),
        (499, BlameCaller),
        (401, GiveUp),
        (403, GiveUp),
        (407, GiveUp),
        (501, GiveUp),
        (505, GiveUp),
        (302, GiveUp),
        (204, GiveUp),
    ] {
        check(&format!("HTTP status {status}"), &http(status), expect);
    }
}

#[test]
fn database_errors_are_judged_by_their_sqlstate() {
    for (sqlstate, meaning, expect) in [
        ("40001", "serialization failure", Retry),
        ("40P01", "deadlock detected", Retry),
        ("08001", "unable to connect", Retry),
        ("53300", "too many connections", Retry),
        ("57P03", "cannot connect now", Retry),
        ("40003", "statement completion unknown", RetryRepeatable),
        ("08006", "connection failure", RetryRepeatable),
        ("08007", "transaction resolution unknown", RetryRepeatable),
        ("57P01", "admin shutdown", RetryRepeatable),
        ("22003", "numeric value out of range", BlameCaller),
        ("23505", "unique violation", BlameCaller),
        ("40002", "integrity constraint violated at commit", GiveUp),
        ("53100", "disk full", GiveUp),
        ("42601", "syntax error", GiveUp),
        ("28P01", "invalid password", GiveUp),
        ("57014", "query canceled", GiveUp),
        ("XX001", "data corrupted", GiveUp),
    ] {
        check(
            &format!("SQLSTATE {sqlstate} ({meaning})"),
            &Failure::Db { sqlstate },
            expect,
        );
    }
}

#[test]
fn a_wait_that_was_asked_for_is_in_the_verdict() {
    let after = Some(Duration::from_secs(7));
    for (status, once) in [
        (429, Verdict::Retry { after }),
        (503, Verdict::Retry { after }),
        (500, Verdict::GiveUp),
    ] {
        let failure = Failure::Http {
            status,
            retry_after: after,
        };
        assert_eq!(
            (
                failure.verdict(Effect::Repeatable),
                failure.verdict(Effect::Once)
            ),
            (Verdict::Retry { after }, once),
            "a {status} with `Retry-After: 7`"
        );
    }
}

#[test]
fn a_payment_without_an_answer_is_not_made_again() {
    let mut charged = 0;
    let mut waits = Vec::new();
    let answer = with_retries(
        5,
        PAUSE,
        Effect::Once,
        |wait| waits.push(wait),
        || -> Result<(), Failure> {
            // The bank books it. The answer is lost on the way back.
            charged += 1;
            Err(io(ErrorKind::TimedOut))
        },
    );
    assert!(matches!(answer, Err(Failure::Io(_))), "{answer:?}");
    assert_eq!(
        (charged, waits.len()),
        (1, 0),
        "(payments booked, waits): the first one may have gone through, and did"
    );
}

#[test]
fn the_loop_waits_at_least_its_own_pause() {
    let mut answers = [
        http(502),
        Failure::Http {
            status: 429,
            retry_after: Some(Duration::from_secs(3)),
        },
        Failure::Http {
            status: 503,
            retry_after: Some(Duration::ZERO),
        },
    ]
    .into_iter();
    let mut waits = Vec::new();
    let answer = with_retries(
        9,
        PAUSE,
        Effect::Repeatable,
        |wait| waits.push(wait),
        || answers.next().map_or(Ok("done"), Err),
    );
    assert_eq!(answer.ok(), Some("done"), "the fourth call answers");
    assert_eq!(
        waits,
        [PAUSE, Duration::from_secs(3), PAUSE],
        "the pause, unless the other side asks for longer: after a 502, a 429 with `Retry-After: 3`, and a 503 with \
         `Retry-After: 0`"
    );
}

#[test]
fn the_loop_ends_with_its_attempts_or_with_a_final_answer() {
    for (attempts, failing, calls) in [
        (3, http(503), 3),
        (1, http(503), 1),
        (0, http(503), 1),
        (3, http(422), 1),
        (3, Failure::Db { sqlstate: "23505" }, 1),
    ] {
        let named = format!("{failing}");
        let (mut made, mut waits) = (0, 0);
        let answer = with_retries(
            attempts,
            PAUSE,
            Effect::Repeatable,
            |_| waits += 1,
            || -> Result<(), Failure> {
                made += 1;
                Err(match failing {
                    Failure::Http { status, .. } => http(status),
                    Failure::Db { sqlstate } => Failure::Db { sqlstate },
                    Failure::Io(_) => unreachable!("not in this table"),
                })
            },
        );
        assert_eq!(
            (made, waits, answer.map_err(|last| last.to_string())),
            (calls, calls - 1, Err(named.clone())),
            "(calls, waits, answer) with {attempts} attempts, when each time {named}"
        );
    }
}
