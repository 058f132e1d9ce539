#[cfg(feature = "two")]
pub fn two() -> u32 {
    common::one() + common::one()
}
