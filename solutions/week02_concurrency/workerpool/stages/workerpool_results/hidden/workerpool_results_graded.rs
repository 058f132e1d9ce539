//! Stage 3, at other values.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use std::sync::Arc;
use std::thread;

use probes::live::Tracker;
use support::{drop_and_count, pool, within};
use workerpool::JobError;

#[test]
fn who_waits_first_and_who_waits_last_get_their_values() {
    let pool = Arc::new(pool("wpg-waits", 3));
    let callers: Vec<_> = (0..6_u64)
        .map(|caller| {
            let pool = Arc::clone(&pool);
            thread::spawn(move || {
                let tickets: Vec<_> = (0..60)
                    .map(|n| pool.submit(move || caller * 1000 + n).expect("it is open"))
                    .collect();
                // From the back: most are done when they are asked for.
                let mut values: Vec<_> = tickets.into_iter().rev().map(|t| t.wait()).collect();
                values.reverse();
                values
            })
        })
        .collect();
    let values = within("six callers who wait for sixty jobs each", move || {
        callers
            .into_iter()
            .map(|caller| caller.join().expect("waiting does not panic"))
            .collect::<Vec<_>>()
    });
    for (caller, values) in (0..).zip(values) {
        let expected: Vec<_> = (0..60).map(|n| Ok(caller * 1000 + n)).collect();
        assert_eq!(values, expected, "the values of caller {caller}");
    }
    let pool = Arc::into_inner(pool).expect("the callers are gone");
    drop_and_count(pool, "wpg-waits");
}

#[test]
fn values_of_many_dropped_tickets_are_dropped() {
    let pool = pool("wpg-nobody", 2);
    let alive = Tracker::new();
    for _ in 0..300 {
        let token = alive.token();
        drop(pool.submit(move || token).expect("the pool is open"));
    }
    drop_and_count(pool, "wpg-nobody");
    assert_eq!(
        (alive.made(), alive.alive()),
        (300, 0),
        "values that were made, and that are alive"
    );
}

#[test]
fn an_error_can_be_shown() {
    let error: Box<dyn std::error::Error + Send + Sync> = Box::new(JobError::Panicked {
        message: Some("no such page".to_owned()),
    });
    let shown = error.to_string();
    assert!(
        shown.contains("no such page"),
        "an error says what the panic said: {shown}"
    );
}
