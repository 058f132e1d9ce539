//! The same promises at values that the visible tests do not name.

use hot_and_cold::{Backlog, Details, Id};
use probes::alloc::measure;

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

fn details(number: u32) -> Details {
    Details {
        goods: format!("crate {number}"),
        size: [number, 1, 1],
        ..Details::default()
    }
}

#[test]
fn another_day_gives_the_same_answers() {
    let mut state = 99_u64;
    let mut below = |end: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % end
    };
    let mut backlog = Backlog::new();
    let mut plain: Vec<(Id, u32, u32, u32)> = Vec::new();
    for step in 0..4_000_u32 {
        let due = below(2_000) as u32;
        let penalty = below(90_000) as u32;
        match below(5) {
            0 | 1 => {
                let id = backlog.accept(details(step), due, penalty);
                plain.push((id, step, due, penalty));
            }
            2 if !plain.is_empty() => {
                let at = below(plain.len());
                (plain[at].2, plain[at].3) = (due, penalty);
                assert!(backlog.postpone(plain[at].0, due), "step {step}");
                assert!(backlog.renegotiate(plain[at].0, penalty), "step {step}");
            }
            kind if !plain.is_empty() => {
                // From the front and from the back in turn.
                let at = if kind == 3 { 0 } else { plain.len() - 1 };
                let (id, number, ..) = plain.remove(at);
                assert_eq!(
                    backlog.deliver(id),
                    Some(details(number)),
                    "step {step}: an order's own details come back"
                );
            }
            _ => {}
        }
        let minute = below(2_500) as u32;
        let mut owed = 0;
        let mut late = Vec::new();
        for (_, number, due, penalty) in &plain {
            if *due < minute {
                owed += u64::from(minute - due) * u64::from(*penalty);
                late.push(*number);
            }
        }
        assert_eq!(
            backlog.owed_at(minute),
            owed,
            "step {step}, minute {minute}"
        );
        let found: Vec<u32> = backlog
            .late_at(minute)
            .map(|details| details.size[0])
            .collect();
        assert_eq!(found, late, "step {step}, minute {minute}");
    }
    for (id, number, ..) in plain {
        assert_eq!(backlog.details(id), Some(&details(number)));
    }
}

#[test]
fn the_edges_of_a_backlog() {
    let mut backlog = Backlog::new();
    let first = backlog.accept(details(1), 0, 5);
    assert_eq!(
        backlog.owed_at(0),
        0,
        "due in the first minute, and it is that"
    );
    assert_eq!(backlog.late_at(0).count(), 0);
    assert_eq!(backlog.owed_at(1), 5);
    assert_eq!(backlog.deliver(first), Some(details(1)));
    assert!(backlog.is_empty());
    assert_eq!(backlog.owed_at(u32::MAX), 0, "nothing is open any more");
    assert_eq!(backlog.late_at(u32::MAX).count(), 0);

    let second = backlog.accept(details(2), u32::MAX, u32::MAX);
    assert_ne!(first, second, "a number is given once");
    assert!(!backlog.postpone(first, 3), "the first is delivered");
    assert_eq!(backlog.owed_at(u32::MAX), 0, "never late");
    assert!(backlog.postpone(second, 0));
    assert_eq!(
        backlog.owed_at(u32::MAX),
        u64::from(u32::MAX) * u64::from(u32::MAX)
    );
}

#[test]
fn a_large_backlog_allocates_for_no_question() {
    let mut backlog = Backlog::new();
    for number in 0..80_000 {
        backlog.accept(details(number), number, 1);
    }
    for minute in [0, 40_000, u32::MAX] {
        let (_, tally) = measure(|| backlog.owed_at(minute));
        assert_eq!(tally.allocations, 0, "minute {minute}");
    }
}
