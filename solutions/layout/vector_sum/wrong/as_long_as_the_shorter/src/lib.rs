//! How alike two texts are: the dot product of the vectors that a model made of them.

/// How many sums grow side by side. Four registers of four on any x86-64, so that an addition need not wait
/// for the one before; with wider registers it is fewer of them.
const LANES: usize = 16;

/// The sum of the products of each pair.
///
/// # Panics
///
/// If one has more dimensions than the other.
#[must_use]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let length = a.len().min(b.len());
    let (a, b) = (&a[..length], &b[..length]);
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    // Floating-point addition depends on its order, so a compiler has to keep the one that is written. This one
    // can be kept by registers that add lane by lane. Arrays, because their length is known: nothing is checked.
    let mut sums = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    let rest = a_rest.iter().zip(b_rest).map(|(a, b)| a * b);
    sums.into_iter().chain(rest).sum()
}
