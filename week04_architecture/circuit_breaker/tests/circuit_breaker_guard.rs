//! Stage 5: calls that are futures.

#[path = "support/calls.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod calls;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::error::Error;
use std::future::{pending, poll_fn};
use std::panic::resume_unwind;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use calls::{Oops, Strange, ends, half_open, ms, opens_after, panics, told};
use circuit_breaker::{CallError, Guard, State, Verdict};
use probes::cancel;
use probes::live::Tracker;
use support::{assert_state, begin, fail};
use tokio::sync::Barrier;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep, timeout};

/// Calls that answer with a number.
type Tax = Guard<u32, Oops>;

#[tokio::test(start_paused = true)]
async fn the_caller_gets_what_was_answered() {
    let breaker = opens_after(5).build();
    let guard: Tax = breaker.guard();
    assert_eq!(
        guard.call(async { Ok(7) }).await,
        Ok(7),
        "the call was answered with 7"
    );
    let error = guard.call(async { Err(Oops::Down) }).await;
    assert_eq!(
        error,
        Err(CallError::Inner(Oops::Down)),
        "the call ended with an error of its own"
    );
    let error = error.expect_err("it is one");
    let source = error.source().and_then(|it| it.downcast_ref::<Oops>());
    assert_eq!(
        source,
        Some(&Oops::Down),
        "the source of `Inner` was expected to be the call's own error, for whoever walks the chain"
    );
    assert_eq!(
        told(&breaker),
        "1 succeeded, 1 failed, 0 without a result, 0 in flight",
        "a call with an `Ok` and a call with an `Err`"
    );
}

#[tokio::test(start_paused = true)]
async fn a_refused_call_is_never_begun() {
    let breaker = opens_after(1).build();
    fail(&breaker, 1);
    let guard: Tax = breaker.guard();
    let mut begun = false;
    let answer = guard
        .call(async {
            begun = true;
            Ok(7)
        })
        .await;
    let Err(CallError::Refused(refused)) = answer else {
        panic!("the circuit is open, and a call was expected to be refused; it got {answer:?}");
    };
    assert_eq!(
        refused.retry_after,
        Some(ms(10_000)),
        "what a refusal says is handed on to the caller"
    );
    assert!(
        !begun,
        "the circuit is open, and the dependency was called all the same"
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_not_polled_takes_no_place() {
    let breaker = half_open().await;
    let guard: Tax = breaker.guard();
    // As in a list of futures that a loop will come to.
    let later = guard.call(async { Ok(1) });
    let now = guard.call(async { Ok(2) }).await;
    assert_eq!(
        now,
        Ok(2),
        "one probe is allowed. A future that nobody has polled yet holds its place, and a call that is made is refused"
    );
    drop(later);
    assert_eq!(
        told(&breaker),
        "1 succeeded, 1 failed, 0 without a result, 0 in flight",
        "a future that was made and never polled is no call"
    );
}

#[tokio::test(start_paused = true)]
async fn at_the_deadline_a_call_is_dropped_and_has_failed() {
    let breaker = opens_after(1).build();
    let guard: Tax = breaker.guard().deadline(ms(2_000));
    let (tracker, start) = (Tracker::new(), Instant::now());
    let socket = tracker.token();
    let call = guard.call(async move {
        let _socket = socket;
        pending().await
    });
    let answer = ends("a call with a deadline of 2 s that is never answered", call).await;
    assert_eq!(
        (answer, start.elapsed()),
        (Err(CallError::TimedOut), ms(2_000)),
        "how the call ended, and after what time"
    );
    assert_eq!(
        tracker.alive(),
        0,
        "the caller has its error, and what the call held is still held: the call was not dropped"
    );
    assert_eq!(
        told(&breaker),
        "0 succeeded, 1 failed, 0 without a result, 0 in flight",
        "the dependency let a call wait until its deadline. With the limit around the permit, the permit is dropped with \
         the call, and says nothing"
    );
    assert_state(&breaker, State::Open, "one failure opens it");
}

#[tokio::test(start_paused = true)]
async fn for_ever_and_nought_are_limits() {
    let breaker = opens_after(5).build();
    let guard: Tax = breaker.guard().deadline(Duration::MAX).slow(Duration::MAX);
    let answer = guard.call(async {
        sleep(ms(1_000)).await;
        Ok(7)
    });
    assert_eq!(
        answer.await,
        Ok(7),
        "a deadline of for ever is one; a sum of now and for ever is no moment"
    );
    let guard = guard.deadline(Duration::ZERO);
    let answer = ends("a call with a deadline of nought", guard.call(pending())).await;
    assert_eq!(
        answer,
        Err(CallError::TimedOut),
        "the deadline was over at once"
    );
    assert_eq!(
        told(&breaker),
        "1 succeeded, 1 failed, 0 without a result, 0 in flight",
        "a call with for ever, and one with nought"
    );
}

#[tokio::test(start_paused = true)]
async fn the_classifier_says_what_an_end_means() {
    let breaker = opens_after(5).build();
    let guard: Tax = breaker.guard().classify(|result| match result {
        Ok(503) | Err(Oops::Down) => Verdict::Failure,
        Ok(_) | Err(Oops::NotFound) => Verdict::Success,
        Err(Oops::OurFault) => Verdict::Unrelated,
    });
    for (answer, expected) in [
        (
            Ok(200),
            "1 succeeded, 0 failed, 0 without a result, 0 in flight",
        ),
        (
            Ok(503),
            "1 succeeded, 1 failed, 0 without a result, 0 in flight",
        ),
        (
            Err(Oops::NotFound),
            "2 succeeded, 1 failed, 0 without a result, 0 in flight",
        ),
        (
            Err(Oops::Down),
            "2 succeeded, 2 failed, 0 without a result, 0 in flight",
        ),
        (
            Err(Oops::OurFault),
            "2 succeeded, 2 failed, 1 without a result, 0 in flight",
        ),
    ] {
        let ended = guard.call(async { answer.clone() }).await;
        assert_eq!(
            ended,
            answer.clone().map_err(CallError::Inner),
            "whatever the classifier says of it, the caller gets the answer"
        );
        assert_eq!(
            told(&breaker),
            expected,
            "calls so far, the last of them with {answer:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_hangs_up_gives_the_place_back() {
    cancel::everywhere(async |cut| {
        let breaker = half_open().await;
        let guard: Tax = breaker.guard().deadline(ms(2_000));
        let call = guard.call(async {
            for _ in 0..3 {
                yield_now().await;
            }
            Ok(7)
        });
        if cut.future(call).await.is_some() {
            return;
        }
        let totals = breaker.totals();
        assert_eq!(
            (totals.failed, totals.in_flight()),
            (1, 0),
            "failed (one has, before) and in flight: the caller has hung up on a probe, and {cut}. That says nothing \
             about the dependency"
        );
        begin(&breaker).succeeded();
        assert_state(&breaker, State::Closed, "the next probe succeeded");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn whoever_hangs_up_on_a_slow_call_has_seen_a_failure() {
    let breaker = opens_after(3).build();
    let guard: Tax = breaker.guard().deadline(ms(5_000)).slow(ms(1_000));
    let _ = timeout(ms(900), guard.call(pending())).await;
    assert_eq!(
        told(&breaker),
        "0 succeeded, 0 failed, 1 without a result, 0 in flight",
        "a caller who hangs up after 0.9 s, where slow is 1 s"
    );
    for _ in 0..3 {
        let _ = timeout(ms(2_000), guard.call(pending())).await;
    }
    assert_eq!(
        told(&breaker),
        "0 succeeded, 3 failed, 1 without a result, 0 in flight",
        "slow is 1 s, the deadline 5 s, and three callers have hung up after 2 s. If that says nothing, a dependency that \
         hangs stays in service for as long as callers are less patient than the deadline"
    );
    assert_state(&breaker, State::Open, "after three failures");
}

#[tokio::test(start_paused = true)]
async fn a_slow_answer_is_an_answer_and_a_failure() {
    let breaker = opens_after(5).build();
    let guard: Tax = breaker.guard().deadline(ms(5_000)).slow(ms(1_000));
    for (took, expected) in [
        (
            900,
            "1 succeeded, 0 failed, 0 without a result, 0 in flight",
        ),
        (
            1_000,
            "1 succeeded, 1 failed, 0 without a result, 0 in flight",
        ),
        (
            3_000,
            "1 succeeded, 2 failed, 0 without a result, 0 in flight",
        ),
    ] {
        let answer = guard.call(async {
            sleep(ms(took)).await;
            Ok(7)
        });
        assert_eq!(
            answer.await,
            Ok(7),
            "an answer came after {took} ms, before the deadline. It is the caller's, slow or not"
        );
        assert_eq!(
            told(&breaker),
            expected,
            "calls so far, the last of which took {took} ms; slow is 1 s"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_panics_has_failed() {
    let breaker = half_open().await;
    let guard: Tax = breaker.guard().deadline(ms(2_000));
    let caller = tokio::spawn(async move { guard.call(panics()).await });
    let Err(ended) = caller.await else {
        panic!("a call panicked, and its caller was expected to be told by the same panic");
    };
    assert!(
        ended.is_panic() && ended.into_panic().downcast_ref() == Some(&Strange),
        "the caller was expected to get the panic with what the call has put into it"
    );
    assert_eq!(
        told(&breaker),
        "0 succeeded, 2 failed, 0 without a result, 0 in flight",
        "a probe panicked, at an answer that it does not understand. If that says nothing, the next one does the same, and \
         the circuit is half-open for ever"
    );
    assert_state(&breaker, State::Open, "a probe has failed");
}

#[tokio::test(start_paused = true)]
async fn a_classifier_that_panics_has_seen_a_failure() {
    let breaker = half_open().await;
    let guard: Tax = breaker
        .guard()
        .classify(|_| resume_unwind(Box::new(Strange)));
    let caller = tokio::spawn(async move { guard.call(async { Ok(7) }).await });
    let Err(ended) = caller.await else {
        panic!("the classifier panicked, and the caller was expected to be told by the same panic");
    };
    assert!(
        ended.is_panic() && ended.into_panic().downcast_ref() == Some(&Strange),
        "the caller was expected to get the panic with what the classifier has put into it"
    );
    assert_eq!(
        told(&breaker),
        "0 succeeded, 2 failed, 0 without a result, 0 in flight",
        "a probe was answered, and the classifier panicked at the answer. If that says nothing, nobody ever finds out whether \
         the dependency is back"
    );
    assert_state(&breaker, State::Open, "a probe has failed");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_while_its_caller_panics_is_dropped() {
    let breaker = opens_after(1).build();
    let guard: Tax = breaker.guard();
    let caller = tokio::spawn(async move {
        let mut call = Box::pin(guard.call(pending()));
        poll_fn(|context| Poll::Ready(call.as_mut().poll(context).is_pending())).await;
        // The caller's own bug, while the call waits.
        resume_unwind(Box::new(()));
    });
    assert!(caller.await.is_err(), "the caller has panicked");
    assert_eq!(
        told(&breaker),
        "0 succeeded, 0 failed, 1 without a result, 0 in flight",
        "a call waited, its caller panicked over something else, and the call was dropped. `thread::panicking` is true \
         there as well; it asks for the thread and not for the call"
    );
}

#[tokio::test(start_paused = true)]
async fn calls_run_side_by_side() {
    let breaker = opens_after(1).build();
    let guard: Tax = breaker.guard();
    let together = Arc::new(Barrier::new(3));
    let callers: Vec<_> = (0..3)
        .map(|_| {
            let (guard, together) = (guard.clone(), Arc::clone(&together));
            tokio::spawn(async move {
                guard
                    .call(async {
                        together.wait().await;
                        Ok(7)
                    })
                    .await
            })
        })
        .collect();
    for caller in callers {
        let what = "three calls that wait for each other; if one holds a lock while it waits, the others never begin";
        let answer = ends(what, caller).await.expect("nobody panics");
        assert_eq!(answer, Ok(7), "what each of the three was answered");
    }
    assert_eq!(
        told(&breaker),
        "3 succeeded, 0 failed, 0 without a result, 0 in flight",
        "three calls by clones of one guard"
    );
}
