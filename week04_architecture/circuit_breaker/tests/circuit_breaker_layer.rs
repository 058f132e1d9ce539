//! Stage 6: a layer around any service.

#[path = "support/backend.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod backend;
#[path = "support/calls.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod calls;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::future::poll_fn;
use std::task::Poll;

use backend::{Ask, Backend};
use calls::{Oops, ends, half_open, ms, opens_after, told};
use circuit_breaker::{Breaker, CallError, CircuitLayer, Guard, State, Verdict};
use support::{assert_state, fail};
use tower::{BoxError, Layer, Service, ServiceBuilder, ServiceExt};

fn layer(breaker: &Breaker) -> CircuitLayer<u32, Oops> {
    CircuitLayer::new(breaker.guard())
}

/// What `poll_ready` says at this moment.
async fn asked<S: Service<Ask>>(service: &mut S) -> Poll<Result<(), S::Error>> {
    poll_fn(|context| Poll::Ready(service.poll_ready(context))).await
}

/// Waits until the service is ready, and calls it.
async fn ask<S>(service: &mut S, ask: Ask) -> Result<u32, S::Error>
where
    S: Service<Ask, Response = u32>,
{
    ends("a service becomes ready", service.ready())
        .await?
        .call(ask)
        .await
}

#[tokio::test(start_paused = true)]
async fn through_a_stack_answers_come_and_errors_keep_their_type() {
    let breaker = opens_after(1).build();
    let mut service = ServiceBuilder::new()
        .map_err(|error| -> BoxError { Box::new(error) })
        .layer(layer(&breaker))
        .service(Backend::new(1));
    let answer = ask(&mut service, Ask::Number(7)).await;
    assert_eq!(answer.ok(), Some(7), "a call through the stack");

    let error = ask(&mut service, Ask::Down).await.expect_err("it is down");
    assert_eq!(
        error.downcast_ref(),
        Some(&CallError::Inner(Oops::Down)),
        "the dependency's own error, out of the box that the stack has put it in"
    );
    let error = ask(&mut service, Ask::Number(8))
        .await
        .expect_err("the circuit is open");
    let Some(CallError::<Oops>::Refused(refused)) = error.downcast_ref() else {
        panic!(
            "whoever is further out has to tell a refusal from an error, for a 503 with `Retry-After`; it gets {error:?}"
        );
    };
    assert_eq!(refused.retry_after, Some(ms(10_000)), "when to come again");
    assert_eq!(
        told(&breaker),
        "1 succeeded, 1 failed, 0 without a result, 0 in flight",
        "an answer, an error and a refusal"
    );
}

#[tokio::test(start_paused = true)]
async fn services_of_one_layer_are_behind_one_circuit() {
    let breaker = opens_after(3).build();
    let layer = layer(&breaker);
    let (one, other) = (Backend::new(1), Backend::new(1));
    let mut first = layer.layer(one.clone());
    let mut second = first.clone();
    let mut third = layer.clone().layer(other.clone());
    for service in [&mut first, &mut second, &mut third] {
        let answer = ask(service, Ask::Down).await;
        assert_eq!(
            answer,
            Err(CallError::Inner(Oops::Down)),
            "each of the three fails once"
        );
    }
    for (name, service) in [
        ("the first", &mut first),
        ("its clone", &mut second),
        ("that of the layer's clone", &mut third),
    ] {
        let answer = ask(service, Ask::Number(7)).await;
        assert!(
            matches!(answer, Err(CallError::Refused(_))),
            "three failures open the circuit, whichever service of the layer they came through; {name} got {answer:?}"
        );
    }
    assert_eq!(
        (one.calls(), other.calls()),
        (2, 1),
        "calls of the two services inside: of refusals they hear nothing"
    );
}

#[tokio::test(start_paused = true)]
async fn a_busy_service_holds_its_callers_back() {
    let breaker = opens_after(3).build();
    let backend = Backend::new(1);
    let mut service = layer(&breaker).layer(backend.clone());
    let busy = backend.fill();
    assert!(
        asked(&mut service).await.is_pending(),
        "the circuit is closed and the service inside has no free slot; the layer says that it is ready, and whoever is \
         further out piles up calls without a bound"
    );
    let caller = tokio::spawn(async move { ask(&mut service, Ask::Number(7)).await });
    tokio::task::yield_now().await;
    drop(busy);
    let answer = ends("a caller who waits for a slot that is free now", caller).await;
    assert_eq!(
        answer.expect("nobody panics"),
        Ok(7),
        "a caller who has waited for a slot"
    );
}

#[tokio::test(start_paused = true)]
async fn an_open_circuit_is_ready_at_once() {
    let breaker = opens_after(1).build();
    let backend = Backend::new(1);
    let mut service = layer(&breaker).layer(backend.clone());
    let _busy = backend.fill();
    fail(&breaker, 1);
    assert_eq!(
        asked(&mut service).await,
        Poll::Ready(Ok(())),
        "the circuit is open, and nothing inside will be called. Who waits for a slot of a dead dependency here is not \
         refused, but hangs"
    );
    let answer = service.call(Ask::Number(7)).await;
    assert!(
        matches!(answer, Err(CallError::Refused(_))),
        "the circuit is open, and a call got {answer:?}"
    );
    assert_eq!(
        (backend.asked(), backend.calls()),
        (0, 0),
        "how often the service inside was asked whether it is ready, and was called, while the circuit was open"
    );
}

#[tokio::test(start_paused = true)]
async fn being_ready_takes_no_place() {
    let breaker = half_open().await;
    let mut service = layer(&breaker).layer(Backend::new(10));
    // As a balancer keeps them: asked, and one of them is called some day.
    let mut ready = vec![service.clone(), service.clone(), service.clone()];
    for service in &mut ready {
        assert_eq!(
            asked(service).await,
            Poll::Ready(Ok(())),
            "slots are free, and the circuit is half-open"
        );
    }
    let answer = ask(&mut service, Ask::Number(7)).await;
    assert_eq!(
        answer,
        Ok(7),
        "one probe is allowed and none is under way: three services are ready, and nobody calls them. If being ready takes \
         the place, it is gone for as long as they live"
    );
    assert_state(&breaker, State::Closed, "the probe succeeded");
}

#[tokio::test(start_paused = true)]
async fn the_one_that_is_called_is_the_one_that_was_ready() {
    let breaker = opens_after(3).build();
    let backend = Backend::new(2);
    let mut service = layer(&breaker).layer(backend.clone());
    let mut other = service.clone();
    for number in 0..3 {
        // Two at a time, and the second becomes ready while the first is under way.
        let first = service.ready().await.expect("slots are free");
        let first = first.call(Ask::Number(number));
        let second = other.ready().await.expect("slots are free");
        let second = second.call(Ask::Number(number));
        let answers = (second.await, first.await);
        assert_eq!(answers, (Ok(number), Ok(number)), "two calls side by side");
    }
    backend.assert_only_ready_ones_were_called("the circuit is closed");
    assert_eq!(backend.free(), 2, "free slots of two, when all is over");
}

#[tokio::test(start_paused = true)]
async fn between_ready_and_call_time_may_pass() {
    let breaker = opens_after(1).build();
    let backend = Backend::new(1);
    let mut service = layer(&breaker).layer(backend.clone());
    fail(&breaker, 1);
    assert_eq!(
        asked(&mut service).await,
        Poll::Ready(Ok(())),
        "the circuit is open"
    );
    tokio::time::advance(ms(10_000)).await;
    // It may be refused, as it was when it became ready, or be a probe.
    let _ = ends(
        "a call at the end of the cool-down",
        service.call(Ask::Number(7)),
    )
    .await;
    backend.assert_only_ready_ones_were_called(
        "the circuit was open at `poll_ready`, and half-open at `call`",
    );
    let answer = ask(&mut service, Ask::Number(8)).await;
    assert_eq!(answer, Ok(8), "a call after that");
    assert_state(&breaker, State::Closed, "a probe succeeded");
}

#[tokio::test(start_paused = true)]
async fn what_was_ready_once_is_not_ready_now() {
    for (which, cloned) in [
        ("a clone of a service that was ready", true),
        ("a service that was ready, and has been called since", false),
    ] {
        let breaker = opens_after(1).build();
        let backend = Backend::new(2);
        let mut service = layer(&breaker).layer(backend.clone());
        assert_eq!(
            asked(&mut service).await,
            Poll::Ready(Ok(())),
            "slots are free, and the circuit is closed"
        );
        let mut copy = service.clone();
        let subject = if cloned { &mut copy } else { &mut service };
        if !cloned {
            let answer = subject.call(Ask::Number(7)).await;
            assert_eq!(answer, Ok(7), "a call of what is ready");
        }
        fail(&breaker, 1);
        assert_eq!(
            asked(subject).await,
            Poll::Ready(Ok(())),
            "the circuit is open"
        );
        tokio::time::advance(ms(10_000)).await;
        // It may be refused, as it was when it became ready, or be a probe.
        let _ = ends(
            "a call at the end of the cool-down",
            subject.call(Ask::Number(8)),
        )
        .await;
        backend.assert_only_ready_ones_were_called(&format!(
            "the circuit was open at `poll_ready`, and half-open at `call`, of {which}"
        ));
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_call_gives_up_what_it_has_reserved() {
    let breaker = half_open().await;
    let backend = Backend::new(2);
    let mut service = layer(&breaker).layer(backend.clone());
    let mut other = service.clone();
    let probe = service.ready().await.expect("slots are free");
    let probe = tokio::spawn(probe.call(Ask::Hang));
    tokio::task::yield_now().await;

    let answer = ask(&mut other, Ask::Number(7)).await;
    assert!(
        matches!(answer, Err(CallError::Refused(_))),
        "a probe is under way, and another call got {answer:?}"
    );
    assert_eq!(
        backend.free(),
        1,
        "free slots of two, while a probe has one: a call became ready, took the other slot, and was refused. If its service \
         keeps the slot until it is called again, refusals use up the dependency"
    );
    probe.abort();
    let _ = probe.await;
    let answer = ask(&mut other, Ask::Number(7)).await;
    assert_eq!(answer, Ok(7), "the caller of the probe has hung up");
}

#[tokio::test(start_paused = true)]
async fn a_service_that_can_not_become_ready_has_failed() {
    let breaker = opens_after(3).build();
    let guard: Guard<u32, Oops> = breaker.guard().classify(|result| match result {
        Ok(_) => Verdict::Success,
        Err(Oops::OurFault) => Verdict::Unrelated,
        Err(_) => Verdict::Failure,
    });
    let backend = Backend::new(1);
    let mut service = CircuitLayer::new(guard).layer(backend.clone());
    backend.break_with(Some(Oops::OurFault));
    assert_eq!(
        asked(&mut service).await,
        Poll::Ready(Err(CallError::Inner(Oops::OurFault))),
        "the service inside could not become ready"
    );
    backend.break_with(Some(Oops::Down));
    for _ in 0..3 {
        assert_eq!(
            asked(&mut service).await,
            Poll::Ready(Err(CallError::Inner(Oops::Down))),
            "the service inside could not become ready"
        );
    }
    assert_eq!(
        told(&breaker),
        "0 succeeded, 3 failed, 1 without a result, 0 in flight",
        "the service inside did not become ready: once by our fault, and three times because it can't connect. That is how many \
         clients say that a dependency is down; uncounted, no circuit opens"
    );
    assert_state(&breaker, State::Open, "after three failures");
}

#[tokio::test(start_paused = true)]
async fn what_can_not_become_ready_beside_a_probe_is_refused() {
    let breaker = half_open().await;
    let backend = Backend::new(2);
    let mut service = layer(&breaker).layer(backend.clone());
    let mut other = service.clone();
    let probe = service.ready().await.expect("slots are free");
    let probe = tokio::spawn(probe.call(Ask::Hang));
    tokio::task::yield_now().await;

    backend.break_with(Some(Oops::Down));
    assert_eq!(
        asked(&mut other).await,
        Poll::Ready(Err(CallError::Inner(Oops::Down))),
        "the service inside could not become ready, and its caller is told why"
    );
    let totals = breaker.totals();
    assert_eq!(
        (totals.refused, totals.failed, totals.in_flight()),
        (1, 1, 1),
        "refused, failed (one has, before) and in flight: one probe is allowed and is under way, and the service inside did not become \
         ready for another caller. No call would be let through, so that is a refusal, and the probe decides"
    );
    assert_state(&breaker, State::HalfOpen, "a probe is under way");
    probe.abort();
    let _ = probe.await;
}

#[tokio::test(start_paused = true)]
async fn the_rules_of_the_guard_hold() {
    let breaker = half_open().await;
    let backend = Backend::new(1);
    let guard: Guard<u32, Oops> = breaker.guard().deadline(ms(2_000));
    let mut service = CircuitLayer::new(guard).layer(backend.clone());

    let call = service.ready().await.expect("a slot is free");
    let call = call.call(Ask::Hang);
    let hung_up = tokio::time::timeout(ms(1_000), call).await;
    assert!(hung_up.is_err(), "the caller waits for 1 s, and hangs up");
    assert_eq!(
        (told(&breaker), backend.free()),
        (
            "0 succeeded, 1 failed, 1 without a result, 0 in flight".to_owned(),
            1
        ),
        "calls and free slots, after the caller of a probe has hung up"
    );
    let answer = ask(&mut service, Ask::Hang).await;
    assert_eq!(answer, Err(CallError::TimedOut), "a deadline of 2 s");
    assert_eq!(
        (told(&breaker), backend.free()),
        (
            "0 succeeded, 2 failed, 1 without a result, 0 in flight".to_owned(),
            1
        ),
        "calls and free slots, after a probe has timed out"
    );
}
