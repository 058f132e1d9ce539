//! The bindings of `libgeo`. So that the course needs no C compiler, the functions are here as well, in Rust with C's
//! calling convention. Each call is counted, which a real library would not do.

use std::cell::Cell;

/// `struct geo_point { double latitude, longitude; };` in degrees.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// From -90 to 90.
    pub latitude: f64,
    /// From -180 to 180.
    pub longitude: f64,
}

/// `#define GEO_BATCH 256`
pub const GEO_BATCH: usize = 256;

thread_local! {
    static CROSSINGS: Cell<u64> = const { Cell::new(0) };
}

/// How often this thread has called the library. For tests.
pub fn crossings() -> u64 {
    CROSSINGS.get()
}

fn cross() {
    CROSSINGS.set(CROSSINGS.get() + 1);
}

/// `double geo_distance(struct geo_point from, struct geo_point to);`
///
/// In metres; not a number if one of the two is no point of the earth.
#[inline(never)]
pub extern "C" fn geo_distance(from: Point, to: Point) -> f64 {
    cross();
    metres(from, to)
}

/// `size_t geo_distances(struct geo_point from, const struct geo_point *to, size_t count, double *metres);`
///
/// Takes at most `GEO_BATCH` points in a call, and stops in front of the first that is no point of the earth. Returns how
/// many distances it has written.
///
/// # Safety
///
/// `to` has `count` points, and `metres` has room for as many.
#[inline(never)]
pub unsafe extern "C" fn geo_distances(
    from: Point,
    to: *const Point,
    count: usize,
    metres: *mut f64,
) -> usize {
    cross();
    for at in 0..count.min(GEO_BATCH) {
        // SAFETY: the caller has `count` of both.
        let distance = self::metres(from, unsafe { *to.add(at) });
        if distance.is_nan() {
            return at;
        }
        // SAFETY: the same.
        unsafe { metres.add(at).write(distance) };
    }
    count.min(GEO_BATCH)
}

fn metres(from: Point, to: Point) -> f64 {
    for point in [from, to] {
        if !(point.latitude.abs() <= 90.0 && point.longitude.abs() <= 180.0) {
            return f64::NAN;
        }
    }
    let half = |one: f64, other: f64| ((other - one).to_radians() / 2.0).sin().powi(2);
    let across = from.latitude.to_radians().cos() * to.latitude.to_radians().cos();
    let chord = half(from.latitude, to.latitude) + across * half(from.longitude, to.longitude);
    2.0 * 6_371_000.0 * chord.sqrt().asin()
}
