pub fn multiply(a: u32, b: u32) -> u32 {
    ???
}
