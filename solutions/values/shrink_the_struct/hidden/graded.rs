//! The same promises at values that the visible tests do not name.

use std::time::Duration;

use probes::alloc::measure;
use shrink_the_struct::{Details, Event, Region, Status};

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

/// Details within the limits, different in every field from those before and after.
fn nth(n: u64) -> Details {
    // Odd, so that multiplying by it visits all of a power of two.
    let id = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let micros = id % 3_600_000_001;
    Details {
        id,
        at: Duration::from_millis(id % 253_402_300_800_000),
        took: (!n.is_multiple_of(5)).then(|| Duration::from_micros(micros)),
        status: Status::new((id % 550) as u16 + 50),
        attempts: (id % 201) as u32,
        region: Region::ALL[(id % 5) as usize],
    }
}

#[test]
fn ten_thousand_events_come_back() {
    let count = 10_000;
    let (events, tally) = measure(|| {
        let mut events = Vec::with_capacity(count as usize);
        events.extend((0..count).map(|n| Event::new(&nth(n))));
        events
    });
    for (n, event) in (0..count).zip(&events) {
        let details = nth(n);
        assert_eq!(event.id(), details.id, "{details:?}");
        assert_eq!(event.at(), details.at, "{details:?}");
        assert_eq!(event.took(), details.took, "{details:?}");
        assert_eq!(event.status(), details.status, "{details:?}");
        assert_eq!(event.attempts(), details.attempts, "{details:?}");
        assert_eq!(event.region(), details.region.name(), "{details:?}");
    }
    assert!(
        tally.peak_bytes <= count * 36,
        "{count} events cost {} bytes, which is more than 36 each",
        tally.peak_bytes
    );
}

#[test]
fn what_is_beyond_a_limit_is_the_limit() {
    let mut details = nth(1);
    for extra in 1..40 {
        let beyond = Duration::from_millis(1 << extra);
        details.at = Event::LATEST + beyond;
        details.took = Some(Event::LONGEST + beyond);
        details.attempts = Event::MOST_ATTEMPTS + (1 << extra.min(31));
        let event = Event::new(&details);
        assert_eq!(event.at(), Event::LATEST, "{beyond:?} beyond");
        assert_eq!(event.took(), Some(Event::LONGEST), "{beyond:?} beyond");
        assert_eq!(event.attempts(), 200, "for {}", details.attempts);
        assert_eq!(event.id(), details.id, "{beyond:?} beyond the other limits");
    }
    assert_eq!(Event::LATEST, Duration::from_millis(253_402_300_799_999));
    assert_eq!(Event::LONGEST, Duration::from_secs(3_600));
    assert_eq!(Event::MOST_ATTEMPTS, 200);
}

#[test]
fn times_are_rounded_down() {
    for nanos in [1, 999, 1_000, 1_001, 999_999, 1_000_000, 999_999_999] {
        let time = Duration::new(59, nanos);
        let event = Event::new(&Details {
            at: time,
            took: Some(time),
            ..nth(2)
        });
        assert_eq!(event.at(), Duration::from_millis(time.as_millis() as u64));
        let took = Duration::from_micros(time.as_micros() as u64);
        assert_eq!(event.took(), Some(took));
    }
}

#[test]
fn events_are_equal_if_their_answers_are() {
    let details = nth(3);
    let event = Event::new(&details);
    let later = Event::new(&Details {
        at: details.at + Duration::from_nanos(999_999),
        ..details.clone()
    });
    assert_eq!(event, later, "the same millisecond");
    let elsewhere = Region::ALL
        .into_iter()
        .find(|region| *region != details.region)
        .expect("five regions");
    let others = [
        Details {
            id: details.id ^ 1,
            ..details.clone()
        },
        Details {
            at: details.at + Duration::from_millis(1),
            ..details.clone()
        },
        Details {
            took: None,
            ..details.clone()
        },
        Details {
            status: None,
            ..details.clone()
        },
        Details {
            attempts: details.attempts ^ 1,
            ..details.clone()
        },
        Details {
            region: elsewhere,
            ..details.clone()
        },
    ];
    for other in others {
        assert_ne!(event, Event::new(&other), "{details:?} and {other:?}");
    }
}
