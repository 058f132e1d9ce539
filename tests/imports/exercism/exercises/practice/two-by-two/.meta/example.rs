pub fn multiply(a: u32, b: u32) -> u32 {
    a * b
}

#[cfg(feature = "wide")]
pub fn wide(a: u64, b: u64) -> u64 {
    a * b
}
