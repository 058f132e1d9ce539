//! Who has which token, from a file: a line for each, `<token> <user>`.

use std::collections::BTreeMap;

use crate::domain::UserId;
use crate::ports::{Callers, Unavailable};

/// People who are known since this was read.
#[derive(Debug, Default)]
pub struct People {
    tokens: BTreeMap<String, UserId>,
}

impl People {
    /// Reads lines. Empty ones, and remarks, which begin with `#`, are nobody.
    ///
    /// # Errors
    ///
    /// The number of the first line, from 1, that is not a token and a number, or has a token that another one has.
    pub fn parse(text: &str) -> Result<Self, usize> {
        let mut tokens = BTreeMap::new();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let known = line.split_whitespace().collect::<Vec<_>>();
            let [token, user] = known[..] else {
                return Err(at + 1);
            };
            // In its one spelling, as everywhere else.
            let number = user.parse::<u64>().ok();
            let number = number.filter(|number| number.to_string() == user);
            let user = UserId(number.ok_or(at + 1)?);
            if tokens.insert(token.to_owned(), user).is_some() {
                return Err(at + 1);
            }
        }
        Ok(Self { tokens })
    }
}

impl Callers for People {
    fn who(&self, token: &str) -> Result<Option<UserId>, Unavailable> {
        Ok(self.tokens.get(token).copied())
    }
}
