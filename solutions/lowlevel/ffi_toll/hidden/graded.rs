//! The same promises, at every size around a batch.

use ffi_toll::sys::{GEO_BATCH, Point, crossings, geo_distance};
use ffi_toll::{BadPoint, distances, nearest};

const PORT: Point = Point {
    latitude: -33.9,
    longitude: 18.4,
};

#[test]
fn every_size_and_every_bad_place() {
    for count in [
        1,
        2,
        GEO_BATCH,
        GEO_BATCH + 1,
        2 * GEO_BATCH,
        2 * GEO_BATCH + 7,
    ] {
        let point = |n: usize| Point {
            latitude: -33.9 + ((n * 7919) % 100) as f64 / 50.0 + 0.01,
            longitude: 18.4,
        };
        let points: Vec<Point> = (0..count).map(point).collect();
        let before = crossings();
        let found = distances(PORT, &points).expect("good points");
        assert_eq!(
            crossings() - before,
            count.div_ceil(GEO_BATCH) as u64,
            "{count} points"
        );
        assert_eq!(found.len(), count, "a distance for each point");
        let expected = (0..count).min_by(|&a, &b| {
            geo_distance(PORT, points[a]).total_cmp(&geo_distance(PORT, points[b]))
        });
        assert_eq!(
            nearest(PORT, &points),
            Ok(expected),
            "the nearest of {count}"
        );
        for bad in [0, count / 2, count - 1] {
            let mut points = points.clone();
            points[bad].longitude = -180.5;
            assert_eq!(
                distances(PORT, &points),
                Err(BadPoint { index: bad }),
                "of {count}"
            );
            assert_eq!(
                nearest(PORT, &points),
                Err(BadPoint { index: bad }),
                "of {count}"
            );
        }
    }
}
