pub fn three() -> u32 {
    words::one() + fields::two()
}
