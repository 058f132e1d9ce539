pub fn greeting() -> &'static str {
    "good day"
}
