pub fn scale(number: u32) -> u32 {
    number * 10
}
