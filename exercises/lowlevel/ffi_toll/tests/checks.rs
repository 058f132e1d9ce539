//! What is answered, and how often the border is crossed for it.

use ffi_toll::sys::{GEO_BATCH, Point, crossings};
use ffi_toll::{BadPoint, distances, nearest};

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

const DEPOT: Point = Point {
    latitude: 52.5,
    longitude: 13.4,
};

/// Points that lie farther and farther away.
fn points(count: usize) -> Vec<Point> {
    let point = |n| Point {
        latitude: 52.5,
        longitude: 13.4 + n as f64 / 1000.0,
    };
    (1..=count).map(point).collect()
}

/// The answer, and how often the library was called for it.
fn counted<T>(work: impl FnOnce() -> T) -> (T, u64) {
    let before = crossings();
    let value = work();
    (value, crossings() - before)
}

#[test]
fn distances_are_those_of_the_library() {
    for count in [0, 1, GEO_BATCH - 1, GEO_BATCH, GEO_BATCH + 1, 1000] {
        let points = points(count);
        let expected: Vec<f64> = points
            .iter()
            .map(|&point| ffi_toll::sys::geo_distance(DEPOT, point))
            .collect();
        assert_eq!(
            distances(DEPOT, &points),
            Ok(expected),
            "{count} points, where the library takes {GEO_BATCH} at a time"
        );
    }
}

#[test]
fn a_batch_is_a_crossing() {
    for (count, batches) in [(10_000, 40), (256, 1), (257, 2), (0, 0)] {
        let points = points(count);
        let (found, crossed) = counted(|| distances(DEPOT, &points));
        assert!(found.is_ok(), "{count} good points");
        assert_eq!(
            crossed, batches,
            "{count} points are {batches} batches of at most {GEO_BATCH}, and as many calls; each call is a border that the \
             optimiser does not see across"
        );
    }
}

#[test]
fn the_first_bad_point_is_named() {
    for (count, bad) in [(1, 0), (300, 255), (300, 256), (300, 299), (2000, 1333)] {
        let mut points = points(count);
        points[bad].latitude = 91.0;
        points[count - 1].longitude = f64::NAN;
        assert_eq!(
            distances(DEPOT, &points),
            Err(BadPoint { index: bad }),
            "of {count} points, point {bad} is none of the earth: counted over all of them, and not within its batch"
        );
        assert_eq!(
            nearest(DEPOT, &points),
            Err(BadPoint { index: bad }),
            "the nearest of {count} points, of which point {bad} is none of the earth"
        );
    }
}

#[test]
fn the_nearest_is_found_on_the_way() {
    let mut many = points(3000);
    many[2600] = DEPOT;
    many[2900] = DEPOT;
    let ((found, tally), crossed) = counted(|| probes::alloc::measure(|| nearest(DEPOT, &many)));
    assert_eq!(
        found,
        Ok(Some(2600)),
        "the first of the two that lie at the depot"
    );
    assert_eq!(crossed, 12, "3,000 points are 12 batches");
    assert_eq!(
        tally.allocations, 0,
        "of 3,000 distances one is wanted: a batch has room on the stack"
    );
    assert_eq!(nearest(DEPOT, &[]), Ok(None), "of none, none");
}
