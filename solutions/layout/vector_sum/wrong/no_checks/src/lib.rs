//! How alike two texts are: the dot product of the vectors that a model made of them.

/// The sum of the products of each pair.
///
/// # Panics
///
/// If one has more dimensions than the other.
#[must_use]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len(), "vectors of one model have one length");
    let mut sum = 0.0;
    for at in 0..a.len() {
        // SAFETY: both are of this length.
        sum += unsafe { a.get_unchecked(at) * b.get_unchecked(at) };
    }
    sum
}
