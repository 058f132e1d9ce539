//! The settings of a service, as `key = text`, and as whatever type they are wanted.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::num::ParseIntError;
use std::str::{FromStr, ParseBoolError};

/// Any error.
pub type AnyError = Box<dyn Error + Send + Sync>;

/// A setting that is not there.
#[derive(Debug)]
pub struct Missing(pub String);

/// Why a setting could not be had.
#[derive(Debug)]
pub enum SettingError {
    /// It is not there.
    Missing {
        /// Which one.
        key: String,
    },
    /// It is there, and is not what was wanted.
    Bad {
        /// Which one.
        key: String,
        /// What is wrong with it.
        cause: AnyError,
    },
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { key } => write!(f, "there is no setting `{key}`"),
            Self::Bad { key, .. } => write!(f, "the setting `{key}` is not what it should be"),
        }
    }
}

impl Error for SettingError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Missing { .. } => None,
            Self::Bad { cause, .. } => Some(cause.as_ref()),
        }
    }
}

impl From<Missing> for SettingError {
    fn from(Missing(key): Missing) -> Self {
        Self::Missing { key }
    }
}

impl From<Infallible> for SettingError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl From<ParseIntError> for SettingError {
    fn from(cause: ParseIntError) -> Self {
        Self::Bad {
            key: "number".to_owned(),
            cause: cause.into(),
        }
    }
}

impl From<ParseBoolError> for SettingError {
    fn from(cause: ParseBoolError) -> Self {
        Self::Bad {
            key: "switch".to_owned(),
            cause: cause.into(),
        }
    }
}

/// Settings by key.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    texts: BTreeMap<String, String>,
}

impl Settings {
    /// Settings from lines such as `port = 443`. Other lines say nothing.
    pub fn parse(text: &str) -> Self {
        let lines = text.lines().filter_map(|line| line.split_once('='));
        Self {
            texts: lines
                .map(|(key, text)| (key.trim().to_owned(), text.trim().to_owned()))
                .collect(),
        }
    }

    /// A setting.
    pub fn get<T>(&self, key: &str) -> Result<T, SettingError>
    where
        T: FromStr,
        SettingError: From<T::Err>,
    {
        let text = self.texts.get(key).ok_or_else(|| Missing(key.to_owned()))?;
        Ok(text.parse()?)
    }

    /// A setting, or this if it is not there.
    pub fn get_or<T>(&self, key: &str, default: T) -> Result<T, SettingError>
    where
        T: FromStr,
        SettingError: From<T::Err>,
    {
        match self.texts.get(key) {
            Some(text) => Ok(text.parse()?),
            None => Ok(default),
        }
    }

    /// The items of a setting such as `hosts = a, b`. An empty text has none.
    pub fn list<C>(&self, key: &str) -> Result<C, SettingError>
    where
        C: IntoIterator + FromIterator<C::Item>,
        C::Item: FromStr,
        SettingError: From<<C::Item as FromStr>::Err>,
    {
        let text = self.texts.get(key).ok_or_else(|| Missing(key.to_owned()))?;
        let items = text
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty());
        items.map(|item| Ok(item.parse()?)).collect()
    }

    /// The keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }
}
