pub fn four() -> u32 {
    fields::two() * 2
}
