pub fn word() -> &'static str {
    "hello"
}
