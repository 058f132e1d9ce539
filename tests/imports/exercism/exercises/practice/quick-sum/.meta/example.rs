pub fn sum(a: u8, b: u8) -> u8 {
    a + b
}

pub fn is_release() -> bool {
    !cfg!(debug_assertions)
}
