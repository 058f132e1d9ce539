pub fn say() -> &'static str {
    "said"
}
