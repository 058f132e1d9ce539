pub fn loud(text: &str) -> String {
    text.to_uppercase()
}
