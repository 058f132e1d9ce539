//! How alike two texts are: the dot product of the vectors that a model made of them.

/// How many sums grow side by side.
const LANES: usize = 32;

/// The sum of the products of each pair.
///
/// # Panics
///
/// If one has more dimensions than the other.
#[must_use]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len(), "vectors of one model have one length");
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
        // SAFETY: the processor has both, which was asked in the line above.
        return unsafe { wide::dot(a, b) };
    }
    portable(a, b)
}

/// For every processor.
fn portable(a: &[f32], b: &[f32]) -> f32 {
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    let rest = a_rest.iter().zip(b_rest).map(|(a, b)| a * b);
    sums.into_iter().chain(rest).sum()
}

/// For processors with registers of eight and an instruction that multiplies and adds, which the program
/// as a whole may not be compiled for.
#[cfg(target_arch = "x86_64")]
mod wide {
    use std::arch::x86_64::{
        _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_setzero_ps, _mm256_storeu_ps,
    };

    use super::LANES;

    #[target_feature(enable = "avx2,fma")]
    pub fn dot(a: &[f32], b: &[f32]) -> f32 {
        let (a, a_rest) = a.as_chunks::<LANES>();
        let (b, b_rest) = b.as_chunks::<LANES>();
        // Four registers, because an addition takes four steps and two can begin in each.
        let mut wide = [_mm256_setzero_ps(); LANES / 8];
        for (a, b) in a.iter().zip(b) {
            for (n, sum) in wide.iter_mut().enumerate() {
                // SAFETY: eight numbers from the place 8 * n are in the arrays, and these loads ask for no
                // alignment.
                *sum = unsafe {
                    let a = _mm256_loadu_ps(a.as_ptr().add(8 * n));
                    let b = _mm256_loadu_ps(b.as_ptr().add(8 * n));
                    _mm256_fmadd_ps(a, b, *sum)
                };
            }
        }
        let mut sums = [0.0; LANES];
        for (n, &sum) in wide.iter().enumerate() {
            // SAFETY: as above.
            unsafe { _mm256_storeu_ps(sums.as_mut_ptr().add(8 * n), sum) };
        }
        let rest = a_rest.iter().zip(b_rest).map(|(a, b)| a * b);
        sums.into_iter().chain(rest).sum()
    }
}
