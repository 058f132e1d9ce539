//! Loudly.
#![allow(clippy::needless_return)]

fn loud(text: &str) -> String {
    return text.to_uppercase();
}

fn main() {
    // You can experiment here.
}

#[cfg(test)]
mod tests {
    use super::*;

    // Said once more.
    #[test]
    fn it_is_loud() {
        assert_eq!(loud("hey"), "HEY");
    }
}
