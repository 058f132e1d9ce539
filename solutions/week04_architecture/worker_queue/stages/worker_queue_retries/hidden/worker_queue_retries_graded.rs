//! Stage 4: the machine's chance, and failures that nobody has returned.

#[allow(dead_code, reason = "each test file uses its own part")]
mod chance {
    include!("support/chance.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod crew {
    include!("support/crew.rs");
}

use std::future::pending;
use std::time::Duration;

use chance::Script;
use crew::{Paused, crew, look, memory, named, pass, put};
use worker_queue::{Backoff, Random as _, State, SystemRandom, Timestamp};

#[test]
fn the_machines_chance_reaches_both_ends() {
    let mut seen = [0_u32; 4];
    for _ in 0..4_000 {
        let drawn = SystemRandom.up_to(3);
        assert!(drawn <= 3, "asked for 0 to 3, and {drawn} came");
        seen[drawn as usize] += 1;
    }
    assert!(
        seen.iter().all(|count| (700..1_300).contains(count)),
        "4,000 draws of 0 to 3, each as likely as any other: {seen:?}"
    );
    assert_eq!(SystemRandom.up_to(0), 0, "there is nothing else");
    let large: Vec<u64> = (0..64).map(|_| SystemRandom.up_to(u64::MAX)).collect();
    assert!(
        large.iter().any(|drawn| *drawn > u64::MAX / 2),
        "all of 64 bits"
    );
}

#[test]
fn a_cap_below_the_base_is_the_longest() {
    let backoff = Backoff::new(Duration::from_secs(10), Duration::from_secs(3));
    assert_eq!(
        backoff.longest(1),
        Duration::from_secs(3),
        "the cap is the cap"
    );
    let none = Backoff::new(Duration::ZERO, Duration::from_secs(3));
    assert_eq!(none.longest(40), Duration::ZERO, "twice nothing is nothing");
}

#[tokio::test(start_paused = true)]
async fn a_panic_backs_off_too() {
    let (store, clock, random) = (memory(), Paused::new(), Script::longest());
    let id = put(&*store, &clock, named("panics", 3));
    let workers = crew(store.clone(), &clock)
        .poll(Duration::from_secs(3_600))
        .backoff(Backoff::new(
            Duration::from_secs(40),
            Duration::from_secs(60),
        ))
        .random(random)
        .start(|_| async { panic!("on fire") });
    pass(1).await;
    let at = Timestamp::from_millis(40_000);
    assert_eq!(
        look(&*store, id, &clock),
        (State::Ready { at }, 1),
        "a panic is a failure, with a pause of 40 s"
    );
    workers.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn who_is_interrupted_does_not_wait() {
    let (store, clock, random) = (memory(), Paused::new(), Script::longest());
    let id = put(&*store, &clock, named("endless", 3));
    let workers = crew(store.clone(), &clock)
        .backoff(Backoff::new(
            Duration::from_secs(40),
            Duration::from_secs(60),
        ))
        .random(random.clone())
        .start(|_| pending());
    pass(1_000).await;
    workers.drain(Duration::ZERO).await;
    let at = Timestamp::from_millis(1_000);
    assert_eq!(
        look(&*store, id, &clock),
        (State::Ready { at }, 1),
        "its worker was stopped, which is no failure of the job's"
    );
    assert_eq!(
        random.asked(),
        Vec::<u64>::new(),
        "and chance has no part in it"
    );
}
