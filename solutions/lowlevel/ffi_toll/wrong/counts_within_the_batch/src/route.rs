//! What the service asks of `libgeo`.

use crate::sys::{self, GEO_BATCH, Point};

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
    let mut distances = Vec::with_capacity(points.len());
    in_batches(depot, points, |batch| distances.extend_from_slice(batch))?;
    Ok(distances)
}

/// Which point is the nearest to a depot; the first of several.
///
/// # Errors
///
/// The first that is no point of the earth.
pub fn nearest(depot: Point, points: &[Point]) -> Result<Option<usize>, BadPoint> {
    let mut nearest: Option<(usize, f64)> = None;
    let mut index = 0;
    in_batches(depot, points, |batch| {
        for &metres in batch {
            if nearest.is_none_or(|(_, least)| metres < least) {
                nearest = Some((index, metres));
            }
            index += 1;
        }
    })?;
    Ok(nearest.map(|(index, _)| index))
}

/// Hands over the distances batch by batch, in order. The one place that crosses the border.
fn in_batches(
    depot: Point,
    points: &[Point],
    mut take: impl FnMut(&[f64]),
) -> Result<(), BadPoint> {
    // On the stack: 2 KiB, and nothing that has to be made and freed.
    let mut metres = [0.0; GEO_BATCH];
    for batch in points.chunks(GEO_BATCH) {
        // SAFETY: the batch has as many points as is said, and there is room for a whole batch.
        let written =
            unsafe { sys::geo_distances(depot, batch.as_ptr(), batch.len(), metres.as_mut_ptr()) };
        take(&metres[..written]);
        if written < batch.len() {
            return Err(BadPoint { index: written });
        }
    }
    Ok(())
}
