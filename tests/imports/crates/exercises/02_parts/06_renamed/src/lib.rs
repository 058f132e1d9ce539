pub fn three() -> u32 {
    words::one()
}
