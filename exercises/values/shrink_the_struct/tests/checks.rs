//! What the recorder's page shows, and what an event may cost.

use std::time::Duration;

use probes::alloc::measure;
use shrink_the_struct::{Details, Event, Region, Status};

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

/// An ordinary request; each test changes what it is about.
fn ordinary() -> Details {
    Details {
        id: 41,
        // 14 July 2026, and 123 milliseconds.
        at: Duration::from_millis(1_784_030_400_123),
        took: Some(Duration::from_micros(1_807)),
        status: Status::new(200),
        attempts: 1,
        region: Region::EuWest,
    }
}

/// Everything that the accessors answer.
type Shown = (
    u64,
    Duration,
    Option<Duration>,
    Option<Status>,
    u32,
    &'static str,
);

fn shown(event: &Event) -> Shown {
    (
        event.id(),
        event.at(),
        event.took(),
        event.status(),
        event.attempts(),
        event.region(),
    )
}

/// What has to be shown of details that are within the limits.
fn expected(details: &Details) -> Shown {
    (
        details.id,
        details.at,
        details.took,
        details.status,
        details.attempts,
        details.region.name(),
    )
}

#[test]
fn an_id_keeps_all_its_bits() {
    for id in [
        0,
        1,
        u64::from(u32::MAX),
        1 << 32,
        1 << 48,
        1 << 63,
        u64::MAX,
    ] {
        let event = Event::new(&Details { id, ..ordinary() });
        assert_eq!(
            event.id(),
            id,
            "clients choose ids from all 64 bits, zero included"
        );
    }
}

#[test]
fn a_time_keeps_its_milliseconds() {
    for millis in [
        0,
        1,
        999,
        1_784_030_400_123,
        4_294_967_296_001,
        Event::LATEST.as_millis() as u64,
    ] {
        let at = Duration::from_millis(millis);
        let event = Event::new(&Details { at, ..ordinary() });
        assert_eq!(
            event.at(),
            at,
            "each millisecond from 1970 to the end of 9999 can be told from its neighbours"
        );
    }
    for (at, kept) in [
        (
            Duration::new(1_784_030_400, 123_999_999),
            Duration::new(1_784_030_400, 123_000_000),
        ),
        (Event::LATEST + Duration::from_nanos(1), Event::LATEST),
        (Duration::MAX, Event::LATEST),
    ] {
        let event = Event::new(&Details { at, ..ordinary() });
        assert_eq!(
            event.at(),
            kept,
            "kept of {at:?}: whole milliseconds, up to LATEST"
        );
    }
}

#[test]
fn no_answer_is_not_an_answer_in_no_time() {
    let none = Event::new(&Details {
        took: None,
        ..ordinary()
    });
    assert_eq!(
        none.took(),
        None,
        "there was no answer, so it took no time at all, not even zero"
    );
    for micros in [
        0,
        1,
        1_807,
        4_294_967,
        2_147_483_648,
        3_599_999_999,
        3_600_000_000,
    ] {
        let took = Some(Duration::from_micros(micros));
        let event = Event::new(&Details { took, ..ordinary() });
        assert_eq!(
            event.took(),
            took,
            "each microsecond from zero to one hour is the time of an answer"
        );
    }
    for (took, kept) in [
        (Duration::from_nanos(999), Duration::ZERO),
        (
            Duration::from_nanos(1_807_999),
            Duration::from_micros(1_807),
        ),
        (Event::LONGEST + Duration::from_nanos(1), Event::LONGEST),
        (Duration::from_secs(5_000), Event::LONGEST),
        (Duration::MAX, Event::LONGEST),
    ] {
        let event = Event::new(&Details {
            took: Some(took),
            ..ordinary()
        });
        assert_eq!(
            event.took(),
            Some(kept),
            "kept of {took:?}: whole microseconds, up to LONGEST"
        );
    }
}

#[test]
fn statuses_attempts_and_regions_come_back() {
    for code in [0, 99, 600, u16::MAX] {
        assert_eq!(Status::new(code), None, "{code} is no status");
    }
    for code in 100..600 {
        let status = Status::new(code);
        assert_eq!(status.map(Status::code), Some(code), "{code} is a status");
        let event = Event::new(&Details {
            status,
            ..ordinary()
        });
        assert_eq!(event.status(), status, "the status {code}");
    }
    let gone = Event::new(&Details {
        status: None,
        ..ordinary()
    });
    assert_eq!(gone.status(), None, "the client was gone");

    for (attempts, kept) in [
        (0, 0),
        (1, 1),
        (127, 127),
        (128, 128),
        (200, 200),
        (201, 200),
        (256, 200),
        (u32::MAX, 200),
    ] {
        let event = Event::new(&Details {
            attempts,
            ..ordinary()
        });
        assert_eq!(
            event.attempts(),
            kept,
            "kept of {attempts} attempts, with a limit of 200"
        );
    }
    for region in Region::ALL {
        let event = Event::new(&Details {
            region,
            ..ordinary()
        });
        assert_eq!(event.region(), region.name());
    }
}

#[test]
fn no_field_disturbs_another() {
    let mut seen = Vec::new();
    for id in [0, u64::MAX] {
        for at in [Duration::ZERO, Event::LATEST] {
            for took in [None, Some(Duration::ZERO), Some(Event::LONGEST)] {
                for status in [None, Status::new(100), Status::new(599)] {
                    for attempts in [0, Event::MOST_ATTEMPTS] {
                        for region in [Region::ALL[0], Region::ALL[4]] {
                            let details = Details {
                                id,
                                at,
                                took,
                                status,
                                attempts,
                                region,
                            };
                            let event = Event::new(&details);
                            assert_eq!(shown(&event), expected(&details), "{details:?}");
                            assert_eq!(event, Event::new(&details), "the same details twice");
                            seen.push(event);
                        }
                    }
                }
            }
        }
    }
    for event in &seen {
        let equal = seen.iter().filter(|other| *other == event).count();
        assert_eq!(equal, 1, "no other of these events equals {event:?}");
    }
}

#[test]
fn what_an_event_costs_is_measured() {
    let nth = |n: u64| Details {
        id: n,
        took: (!n.is_multiple_of(3)).then(|| Duration::from_micros(n * 997)),
        region: Region::ALL[n as usize % 5],
        ..ordinary()
    };
    let count = 1_000;
    let (events, tally) = measure(|| {
        let mut events = Vec::with_capacity(count as usize);
        events.extend((0..count).map(|n| Event::new(&nth(n))));
        events
    });
    probes::figures::report("size", size_of::<Event>());
    // What an event has elsewhere is a cost too. In whole bytes, so that what there is once for all
    // events does not count.
    probes::figures::report("stored", tally.peak_bytes / count);
    for (n, event) in (0..count).zip(&events) {
        assert_eq!(shown(event), expected(&nth(n)), "event {n} of {count}");
    }
}
