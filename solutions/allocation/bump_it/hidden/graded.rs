//! Regions that come and go, and types of every alignment.

use std::alloc::Layout;

use bump_it::Bump;
use probes::alloc::measure;

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(align(64))]
struct Line([u8; 64]);

#[derive(Debug, Clone, Copy, PartialEq)]
struct Nothing;

#[test]
fn a_region_is_given_back() {
    let ((), tally) = measure(|| {
        for capacity in 0..2_000 {
            let bump = Bump::new(capacity);
            assert_eq!(
                bump.slice(capacity, 1_u8).map(|bytes| bytes.len()),
                Some(capacity),
                "all {capacity} bytes"
            );
        }
    });
    assert!(
        tally.peak_bytes < 4_000,
        "two thousand regions of up to 1,999 bytes came and went, one at a time, and up to {} bytes were held at once",
        tally.peak_bytes
    );
}

#[test]
fn every_type_has_its_place() {
    for skip in 0..130 {
        let mut bump = Bump::new(2_048);
        for _ in 0..2 {
            bump.slice(skip, 0_u8).expect("2,048 bytes are enough");
            let lines = bump
                .slice(3, Line([7; 64]))
                .expect("2,048 bytes are enough");
            assert_eq!(
                lines.as_ptr().addr() % 64,
                0,
                "three cache lines after {skip} bytes, at {:p}",
                lines.as_ptr()
            );
            let float = bump.value(0.5_f64).expect("2,048 bytes are enough");
            let before = bump.used();
            assert_eq!(
                bump.value(Nothing),
                Some(&mut Nothing),
                "a type without a size"
            );
            assert_eq!(
                bump.slice(1_000, Nothing).map(|all| all.len()),
                Some(1_000),
                "a thousand of them"
            );
            assert_eq!(bump.used(), before, "what has no size takes nothing");
            assert_eq!(
                (lines[2], *float),
                (Line([7; 64]), 0.5),
                "after {skip} bytes"
            );
            bump.reset();
        }
    }
}

#[test]
fn as_much_fits_as_there_is_room() {
    for capacity in 0..300_usize {
        for align in [1, 2, 8, 16, 64] {
            let bump = Bump::new(capacity);
            let mut count = 0;
            while bump
                .alloc(Layout::from_size_align(align, align).expect("a layout"))
                .is_some()
            {
                count += 1;
            }
            assert!(
                (capacity + 1).saturating_sub(align) / align <= count && count <= capacity / align,
                "{count} pieces of {align} bytes in a region of {capacity}"
            );
        }
    }
}
