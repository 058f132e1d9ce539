//! Another order for the tests of each round of a proof, the same whenever the seed is.

/// Puts items into an order that depends on the seed alone: Fisher and Yates's shuffle, by the numbers of
/// Steele, Lea and Flood's `SplitMix64`.
pub(super) fn shuffle<T>(items: &mut [T], seed: u64) {
    let mut state = seed;
    for end in (1..items.len()).rev() {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        // `usize` is at most 64 bits wide, and the remainder is at most `end`.
        let other = usize::try_from(mixed % (end as u64 + 1)).unwrap_or(end);
        items.swap(end, other);
    }
}
