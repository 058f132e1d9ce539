//! The first one.

// TODO: Welcome them.
fn greeting() -> &'static str {
    "TODO"
}

#[cfg(test)]
mod tests {
    use crate::greeting;

    #[test]
    fn it_welcomes() {
        assert_eq!(greeting(), "welcome");
    }
}
