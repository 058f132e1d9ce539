//! What a program without `unsafe` can do with the change. No test here goes as far as undefined behaviour: each stops
//! one step before it.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use review_unsafe::frames::{Header, Kind, kind, samples, text};
use review_unsafe::pool::{Names, Pool, Tap};
use review_unsafe::ring::Ring;

#[test]
fn a_slot_without_a_value_is_handed_out() {
    // A value without bytes can be had from memory that was never written.
    let ring: Ring<()> = Ring::new(4);
    assert!(ring.is_empty());
    assert_eq!(ring.get(3), Some(&()), "ring.rs, line 54");
}

#[test]
fn a_panic_in_retain_drops_a_value_twice() {
    struct Counts<'a>(&'a Cell<u32>);
    impl Drop for Counts<'_> {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }
    let dropped = Cell::new(0);
    let mut ring = Ring::new(2);
    assert!(ring.push(Counts(&dropped)).is_ok() && ring.push(Counts(&dropped)).is_ok());
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        ring.retain(|_| panic!("a rule is wrong"))
    }));
    assert!(outcome.is_err());
    drop(ring);
    assert_eq!(dropped.get(), 3, "there were two values: ring.rs, line 67");
}

#[test]
fn a_header_wants_an_address_that_frames_do_not_have() {
    assert_eq!(align_of::<Header>(), 4, "frames.rs, line 27");
    let buffer = [0_u8; 16];
    let odd = (1..=4).filter(|at| buffer[*at..].as_ptr().align_offset(4) != 0);
    assert_eq!(odd.count(), 3, "of four places for a frame one is right");
}

#[test]
fn no_kind_has_the_number_three() {
    assert_eq!(Kind::Event as u8, 2, "frames.rs, line 32 lets 3 pass");
    let header = Header {
        stamp: 0,
        length: 0,
        kind: 4,
        flags: 0,
    };
    assert_eq!(kind(&header), None, "the next one is refused");
}

#[test]
fn a_buffer_is_lent_out_twice() {
    let pool = Pool::new(1, 8);
    let leases = (pool.lease(0), pool.lease(0));
    assert!(
        leases.0.is_some() && leases.1.is_some(),
        "each of them can be written to: pool.rs, line 23"
    );
}

#[test]
fn a_name_outlives_the_names() {
    // That it compiles is the evidence: nothing ties the text to the table that owns it.
    let intern: fn(&mut Names, &str) -> &'static str = Names::intern;
    let names = &mut Names::default();
    assert_eq!(intern(names, "sensor"), "sensor", "pool.rs, line 71");
}

#[test]
fn a_tap_takes_a_counter_to_another_thread() {
    fn is_send(_: &impl Send) {}
    let counter = Rc::new(Cell::new(0));
    let shared = Rc::clone(&counter);
    let tap = Tap::new(move |_| shared.set(shared.get() + 1));
    is_send(&tap);
    assert_eq!(Rc::strong_count(&counter), 2, "one stays: pool.rs, line 92");
}

#[test]
fn right_a_text_is_what_it_would_be_by_the_safe_way() {
    for payload in [
        &b""[..],
        b"plain",
        b"\x7f\x00",
        "grün".as_bytes(),
        b"\x80",
        b"\xff",
    ] {
        let safe = std::str::from_utf8(payload)
            .ok()
            .filter(|text| text.is_ascii());
        assert_eq!(text(payload), safe, "{payload:?}");
    }
}

#[test]
fn right_samples_are_what_they_would_be_by_the_safe_way() {
    let buffer: Vec<u8> = (0..24).collect();
    for from in 0..5 {
        for to in from..24 {
            let payload = &buffer[from..to];
            let safe = payload.as_chunks::<4>().0.iter();
            let safe: Vec<u32> = safe.map(|bytes| u32::from_ne_bytes(*bytes)).collect();
            assert_eq!(samples(payload), safe, "{from}..{to}");
        }
    }
}
