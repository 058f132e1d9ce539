pub fn one() -> u32 {
    common::one()
}
