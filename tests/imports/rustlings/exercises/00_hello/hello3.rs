//! Loudly.
#![allow(clippy::needless_return)]

// TODO: Make it loud.
fn loud(text: &str) -> String {
    return text.to_owned();
}

fn main() {
    // You can experiment here.
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_loud() {
        assert_eq!(loud("hey"), "HEY");
    }
}
