//! What the region hands out: where, how much, and to whom.

use std::alloc::Layout;

use bump_it::Bump;
use probes::alloc::measure;

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

fn layout(size: usize, align: usize) -> Layout {
    Layout::from_size_align(size, align).expect("a layout that can exist")
}

/// The same numbers for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

#[test]
fn addresses_are_aligned() {
    for shift in 0..=12 {
        let align = 1 << shift;
        let bump = Bump::new(3 * 4_096);
        bump.alloc(layout(1, 1)).expect("one byte of 12,288");
        let place = bump.alloc(layout(24, align));
        let place = place.expect("24 bytes at any alignment up to 4,096 fit into 12,288");
        assert_eq!(
            place.addr().get() % align,
            0,
            "the address {place:?} was handed out for an alignment of {align}. It is the address that has to be a multiple; an \
             offset says nothing unless the region begins at one"
        );
    }
}

#[test]
fn a_region_of_n_bytes_has_n_bytes() {
    for size in [0, 1, 16, 24, 1_000] {
        let bump = Bump::new(size);
        assert!(
            bump.alloc(layout(size, 1)).is_some(),
            "{size} of {size} bytes must fit"
        );
        assert!(
            bump.alloc(layout(0, 1)).is_some(),
            "nothing always fits, at the end of {size} bytes as well"
        );
        assert_eq!(
            bump.alloc(layout(1, 1)),
            None,
            "all {size} bytes are handed out, and there is no other"
        );
        assert_eq!(bump.used(), size, "all {size} bytes are handed out");
    }
}

#[test]
fn what_does_not_fit_changes_nothing() {
    let bump = Bump::new(100);
    assert!(bump.value(7_u8).is_some(), "one byte of 100");
    for (size, align) in [
        (100, 1),
        (1, 1 << 40),
        (isize::MAX as usize, 1),
        (0, 1 << 62),
    ] {
        assert_eq!(
            bump.alloc(layout(size, align)),
            None,
            "{size} bytes at a multiple of {align} do not fit"
        );
        assert_eq!(
            bump.used(),
            1,
            "after {size} bytes at a multiple of {align} were refused, as much is handed out as before"
        );
    }
    for len in [99, usize::MAX / 8, usize::MAX / 4 + 2, usize::MAX] {
        assert_eq!(
            bump.slice(len, 0_u64).map(|slice| slice.len()),
            None,
            "{len} numbers of 8 bytes are more than fit, and maybe more than can be multiplied"
        );
    }
    assert!(
        bump.slice(99, 0_u8).is_some(),
        "99 bytes are left, and something that fits must get them"
    );
}

#[test]
fn nobody_gets_what_another_has() {
    for seed in 1..=300 {
        let mut random = Random(seed);
        let mut bump = Bump::new(random.below(4_096));
        for _round in 0..3 {
            // Address, length, and what was written.
            let mut held: Vec<(*mut u8, usize, u8)> = Vec::new();
            for fill in 0..40_u8 {
                let wanted = layout(random.below(200), 1 << random.below(8));
                let before = bump.used();
                let Some(place) = bump.alloc(wanted) else {
                    assert_eq!(
                        bump.used(),
                        before,
                        "seed {seed}: what is refused changes nothing"
                    );
                    continue;
                };
                assert_eq!(
                    place.addr().get() % wanted.align(),
                    0,
                    "seed {seed}: {wanted:?} at {place:?}"
                );
                let taken = bump.used() - before;
                assert!(
                    (wanted.size()..wanted.size() + wanted.align()).contains(&taken),
                    "seed {seed}: {wanted:?} took {taken} bytes; more than its size is only for alignment"
                );
                for &(other, len, _) in &held {
                    let (at, other) = (place.addr().get(), other.addr());
                    assert!(
                        at + wanted.size() <= other
                            || other + len <= at
                            || wanted.size() == 0
                            || len == 0,
                        "seed {seed}: {} bytes at {at:#x} were handed out, and {len} at {other:#x} are somebody else's",
                        wanted.size()
                    );
                }
                // SAFETY: `alloc` has promised so many bytes.
                unsafe { place.write_bytes(fill, wanted.size()) };
                held.push((place.as_ptr(), wanted.size(), fill));
            }
            for (place, len, fill) in held {
                // SAFETY: it was written, and the region was not reset.
                let bytes = unsafe { std::slice::from_raw_parts(place, len) };
                assert!(
                    bytes.iter().all(|byte| *byte == fill),
                    "seed {seed}: what was written has changed"
                );
            }
            bump.reset();
            assert_eq!(bump.used(), 0, "seed {seed}: a reset takes everything back");
        }
    }
}

#[test]
fn values_are_what_they_were() {
    let bump = Bump::new(1_024);
    let _odd = bump.value(1_u8);
    let big = bump
        .value(0x0123_4567_89ab_cdef_0011_2233_4455_6677_u128)
        .expect("1,024 bytes are enough");
    let words = bump.slice(5, "price").expect("1,024 bytes are enough");
    words[4] = "total";
    let none: &mut [u64] = bump.slice(0, 0).expect("nothing always fits");
    *big += 1;
    assert_eq!(
        *big, 0x0123_4567_89ab_cdef_0011_2233_4455_6678,
        "a value can be changed where it is"
    );
    assert_eq!(
        words,
        ["price", "price", "price", "price", "total"],
        "five copies, one of them changed"
    );
    assert_eq!(none.len(), 0, "a slice of nothing");
}

#[test]
fn a_thousand_requests_are_one_allocation() {
    let (sum, tally) = measure(|| {
        let mut bump = Bump::new(16 * 1_024);
        let mut sum = 0;
        for request in 0..1_000_u64 {
            for item in 0..50 {
                let line = bump
                    .slice(20, request as u8)
                    .expect("50 lines fit into the region");
                sum += bump.value(item).map_or(0, |item| *item) + u64::from(line[0]) % 2;
            }
            bump.reset();
        }
        sum
    });
    assert_eq!(
        sum,
        1_225 * 1_000 + 25_000,
        "each request adds up what it put into the region"
    );
    assert_eq!(
        tally.allocations, 1,
        "a thousand requests with a hundred pieces each must take the region and no other allocation"
    );
}
