//! The first one.

fn greeting() -> &'static str {
    "welcome"
}

#[cfg(test)]
mod tests {
    use crate::greeting;

    #[test]
    fn it_welcomes() {
        assert_eq!(greeting(), "welcome");
    }
}
