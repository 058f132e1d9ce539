//! Chance that can be repeated.

use std::time::Duration;

/// Random numbers from a seed: the same seed gives the same numbers, and neighbouring seeds give
/// unrelated ones. The generator is `SplitMix64` (Steele, Lea and Flood, 2014).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Dice of their own.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A time from zero to `most`, each as likely as any other.
    pub fn up_to(&mut self, most: Duration) -> Duration {
        let span = most.as_nanos().min(u128::from(u64::MAX)) + 1;
        // The upper half of the product: as even as 64 random bits can be cut into `span` parts.
        let nanos = (u128::from(self.next()) * span) >> 64;
        Duration::from_nanos(nanos as u64)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}
