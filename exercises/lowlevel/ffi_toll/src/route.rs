//! What the service asks of `libgeo`.

use crate::sys::{self, Point};

/// A point that is none of the earth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadPoint {
    /// Which of those that were asked for.
    pub index: usize,
}

/// The distances in metres from a depot to many points, in their order. The depot is a point of the earth.
///
/// # Errors
///
/// The first that is no point of the earth.
pub fn distances(depot: Point, points: &[Point]) -> Result<Vec<f64>, BadPoint> {
    let mut distances = Vec::new();
    for (index, &point) in points.iter().enumerate() {
        let metres = sys::geo_distance(depot, point);
        if metres.is_nan() {
            return Err(BadPoint { index });
        }
        distances.push(metres);
    }
    Ok(distances)
}

/// Which point is the nearest to a depot; the first of several.
///
/// # Errors
///
/// The first that is no point of the earth.
pub fn nearest(depot: Point, points: &[Point]) -> Result<Option<usize>, BadPoint> {
    let distances = distances(depot, points)?;
    let nearest = (0..distances.len()).min_by(|&a, &b| distances[a].total_cmp(&distances[b]));
    Ok(nearest)
}
