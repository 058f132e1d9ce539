//! What access tokens are signed with.

use super::Secret;

/// What access tokens are signed with. Its id stands in each of them, so that keys can be replaced one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenKey {
    /// What tokens call it.
    pub id: String,
    /// At least 32 bytes, as many as the hash of a signature has.
    pub secret: Secret,
}

impl TokenKey {
    /// `id:secret`, and more of them after commas.
    pub(super) fn parse_all(text: &str) -> Option<Vec<Self>> {
        let keys: Vec<Self> = text.split(',').map(Self::parse).collect::<Option<_>>()?;
        // Two keys of one id: nobody could say which one a token needs.
        let twice = |(at, key): (usize, &Self)| keys[..at].iter().any(|it| it.id == key.id);
        (!keys.iter().enumerate().any(twice)).then_some(keys)
    }

    fn parse(text: &str) -> Option<Self> {
        let (id, secret) = text.trim().split_once(':')?;
        let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let good = (1..=64).contains(&id.len()) && id.chars().all(named) && secret.len() >= 32;
        good.then(|| Self {
            id: id.to_owned(),
            secret: Secret::new(secret),
        })
    }
}
