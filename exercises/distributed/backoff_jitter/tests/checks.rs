//! When calls are made again, in virtual time. What is left to chance comes from seeds.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use backoff_jitter::simulation::{self, Service};
use backoff_jitter::{Client, Effect, Failure, Policy};
use tokio::time::Instant;

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Limits of 100, 200, 400, 800 and then 1,000 ms, and as many retries as anybody wants.
const PATIENT: Policy = Policy {
    attempts: 8,
    first: ms(100),
    cap: ms(1_000),
    reserve: u32::MAX,
    percent: 0,
};

/// How long a client waited before each retry of a call that goes on failing.
async fn waits(client: &Client) -> Vec<Duration> {
    let mut attempts = Vec::new();
    let outcome: Result<(), Failure> = client
        .call(Effect::Repeatable, || {
            attempts.push(Instant::now());
            async { Err(Failure::Refused) }
        })
        .await;
    assert_eq!(outcome, Err(Failure::Refused), "each attempt was refused");
    attempts.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

/// Makes a call that always fails in this way, and says how often it was made.
async fn attempts(client: &Client, effect: Effect, failure: Failure) -> u32 {
    let made = AtomicU32::new(0);
    let outcome: Result<(), Failure> = client
        .call(effect, || async {
            made.fetch_add(1, Ordering::Relaxed);
            Err(failure)
        })
        .await;
    assert_eq!(outcome, Err(failure), "the last attempt failed like this");
    made.into_inner()
}

#[tokio::test(start_paused = true)]
async fn a_wait_is_anything_from_nothing_to_its_limit() {
    let mut by_retry = vec![Vec::new(); 7];
    for seed in 0..400 {
        let waits = waits(&Client::new(PATIENT, seed)).await;
        assert_eq!(waits.len(), 7, "eight attempts have seven waits between");
        for (retry, wait) in waits.into_iter().enumerate() {
            by_retry[retry].push(wait);
        }
    }
    let limits = [100, 200, 400, 800, 1_000, 1_000, 1_000].map(ms);
    for (retry, (mut waits, limit)) in by_retry.into_iter().zip(limits).enumerate() {
        waits.sort();
        let retry = retry + 1;
        let (least, most) = (waits[0], waits[399]);
        // Tokio's timers fire at whole milliseconds.
        assert!(
            most <= limit + ms(1),
            "retry {retry} waits {limit:?} at most, and one of 400 waited {most:?}"
        );
        for (name, wait, from, to) in [
            ("the shortest", least, 0, 5),
            ("the 100th", waits[100], 18, 32),
            ("the 200th", waits[200], 43, 57),
            ("the 300th", waits[300], 68, 82),
            ("the longest", most, 95, 101),
        ] {
            let percent = wait.as_micros() * 100 / limit.as_micros();
            assert!(
                (from..=to).contains(&percent),
                "of 400 waits for retry {retry}, in order, {name} is {wait:?}, {percent}% of {limit:?}; spread \
                 evenly from nothing to the limit it would be at {from} to {to}%, and what is not spread arrives \
                 together"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_cap_holds_after_any_number_of_failures() {
    let policy = Policy {
        attempts: 200,
        ..PATIENT
    };
    let mut last = Instant::now();
    let mut made = 0;
    let outcome: Result<(), Failure> = Client::new(policy, 1)
        .call(Effect::Repeatable, || {
            made += 1;
            let wait = last.elapsed();
            last = Instant::now();
            assert!(
                wait <= policy.cap + ms(1),
                "attempt {made} came after {wait:?}, and the cap is {:?}",
                policy.cap
            );
            async { Err(Failure::NoAnswer) }
        })
        .await;
    assert_eq!((outcome, made), (Err(Failure::NoAnswer), 200));
}

#[tokio::test(start_paused = true)]
async fn a_crowd_lets_the_service_come_back() {
    let policy = Policy {
        attempts: 12,
        ..PATIENT
    };
    for seed in 1..=10 {
        let service = Service::new(ms(1_500), 100);
        let answered = simulation::crowd(300, policy, seed, &service).await;
        assert_eq!(
            (answered, service.falls()),
            (300, 0),
            "seed {seed}: of 300 clients so many got an answer, and so often the service fell over again because \
             more than 100 requests arrived in 100 ms. Arrivals per 100 ms: {:?}",
            service.arrivals()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_must_not_happen_twice_is_not_sent_twice() {
    let client = Client::new(PATIENT, 1);
    assert_eq!(
        attempts(&client, Effect::Once, Failure::NoAnswer).await,
        1,
        "a payment without an answer may have been made: another try could be a second payment"
    );
    assert_eq!(
        attempts(&client, Effect::Once, Failure::Refused).await,
        8,
        "a refused payment was certainly not made, so it may be tried again"
    );
}

#[tokio::test(start_paused = true)]
async fn attempts_end_with_their_number_or_a_final_answer() {
    let client = Client::new(PATIENT, 1);
    let repeatable = Effect::Repeatable;
    assert_eq!(attempts(&client, repeatable, Failure::NoAnswer).await, 8);
    let begun = Instant::now();
    assert_eq!(
        attempts(&client, repeatable, Failure::Invalid).await,
        1,
        "a wrong request will be as wrong next time"
    );
    let single = Client::new(
        Policy {
            attempts: 1,
            ..PATIENT
        },
        1,
    );
    assert_eq!(attempts(&single, repeatable, Failure::Refused).await, 1);
    assert_eq!(
        begun.elapsed(),
        ms(0),
        "after the last attempt comes no wait"
    );

    let mut answers = [Err(Failure::Refused), Ok(7), Ok(8)].into_iter();
    let outcome = client
        .call(repeatable, || {
            let answer = answers.next().expect("two attempts are enough");
            async move { answer }
        })
        .await;
    assert_eq!(outcome, Ok(7), "the first success ends the call");
}

#[tokio::test(start_paused = true)]
async fn an_outage_costs_a_tenth_more_and_not_many_times_as_much() {
    let policy = Policy {
        reserve: 10,
        percent: 10,
        ..PATIENT
    };
    let client = Client::new(policy, 1);
    let mut made = 0;
    for _ in 0..1_000 {
        made += attempts(&client, Effect::Repeatable, Failure::NoAnswer).await;
    }
    let retries = made - 1_000;
    assert!(
        (105..=110).contains(&retries),
        "1,000 calls of a service that is down: 10 retries are saved, and 10% of the calls come to 100 more, so 110 at \
         most. There were {retries}, and each is load for a service that has enough of it"
    );
}

#[tokio::test(start_paused = true)]
async fn callers_side_by_side_share_one_budget() {
    let policy = Policy {
        reserve: 150,
        percent: 0,
        ..PATIENT
    };
    let client = Arc::new(Client::new(policy, 1));
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let client = Arc::clone(&client);
        calls.spawn(async move { attempts(&client, Effect::Repeatable, Failure::Refused).await });
    }
    let made: u32 = calls.join_all().await.into_iter().sum();
    assert_eq!(
        made,
        50 + 150,
        "50 calls at once, and 150 retries for all of them together"
    );
    let begun = Instant::now();
    assert_eq!(
        attempts(&client, Effect::Repeatable, Failure::Refused).await,
        1,
        "nothing is left of the 150"
    );
    assert_eq!(
        begun.elapsed(),
        ms(0),
        "a call without a retry left ends at once: its caller could do something better than wait"
    );
}

#[tokio::test(start_paused = true)]
async fn calls_that_go_well_save_up_retries() {
    let policy = Policy {
        reserve: 2,
        percent: 10,
        ..PATIENT
    };
    let client = Client::new(policy, 1);
    assert_eq!(
        attempts(&client, Effect::Repeatable, Failure::Refused).await,
        3,
        "a client starts with its reserve, here of two retries"
    );
    for _ in 0..9 {
        let outcome = client.call(Effect::Repeatable, || async { Ok(()) }).await;
        assert_eq!(outcome, Ok(()));
    }
    assert_eq!(
        attempts(&client, Effect::Repeatable, Failure::Refused).await,
        2,
        "nine calls that went well and this one have saved ten tenths"
    );
    for _ in 0..500 {
        let outcome = client.call(Effect::Repeatable, || async { Ok(()) }).await;
        assert_eq!(outcome, Ok(()));
    }
    assert_eq!(
        attempts(&client, Effect::Repeatable, Failure::Refused).await,
        3,
        "500 calls would save 50, but no more is kept than the reserve: a good day must not pay for a flood"
    );
}
