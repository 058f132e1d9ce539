pub struct Title(String);

impl Title {
    pub fn new(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Title(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_title_is_none() {
        assert!(Title::new("").is_none());
        assert_eq!(Title::new("a").map(|it| it.0), Some("a".to_owned()));
    }
}
