//! The settings of a service, as `key = text`, and as whatever type they are wanted.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::str::FromStr;

/// Any error.
pub type AnyError = Box<dyn Error + Send + Sync>;

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

    /// A setting, as the type that is wanted.
    // One parameter, so `get::<u16>` says all. The error is one type and no parameter: behind `?`, which converts once
    // more, nothing would tell the compiler what it should be.
    pub fn get<T>(&self, key: &str) -> Result<T, SettingError>
    where
        T: Setting,
    {
        parsed(key, self.text(key)?)
    }

    /// A setting, or this if it is not there.
    // The default has the type of the answer, so either tells the other. `impl Into<T>` would accept more, and the compiler
    // could conclude nothing from it.
    pub fn get_or<T>(&self, key: &str, default: T) -> Result<T, SettingError>
    where
        T: Setting,
    {
        match self.texts.get(key) {
            Some(text) => parsed(key, text),
            None => Ok(default),
        }
    }

    /// The items of a setting such as `hosts = a, b`, in a collection of any kind. An empty text has none.
    // What the items are follows from the collection, by the associated type, and is no parameter of its own.
    pub fn list<C>(&self, key: &str) -> Result<C, SettingError>
    where
        C: IntoIterator<Item: Setting> + FromIterator<C::Item>,
    {
        let items = self.text(key)?.split(',').map(str::trim);
        items
            .filter(|item| !item.is_empty())
            .map(|item| parsed(key, item))
            .collect()
    }

    /// The keys, in order.
    // An iterator and not a collection of the caller's choice: in a loop there is nothing to choose, and nothing to choose by.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    fn text(&self, key: &str) -> Result<&str, SettingError> {
        let missing = || SettingError::Missing {
            key: key.to_owned(),
        };
        self.texts.get(key).map(String::as_str).ok_or_else(missing)
    }
}

/// What can be a setting: everything that is made from a text, and whose error can be kept.
pub trait Setting: Sized {
    /// A value from its text.
    ///
    /// # Errors
    ///
    /// Why the text is none.
    fn from_text(text: &str) -> Result<Self, AnyError>;
}

impl<T> Setting for T
where
    T: FromStr,
    T::Err: Into<AnyError>,
{
    fn from_text(text: &str) -> Result<Self, AnyError> {
        text.parse().map_err(Into::into)
    }
}

fn parsed<T: Setting>(key: &str, text: &str) -> Result<T, SettingError> {
    T::from_text(text).map_err(|cause| SettingError::Bad {
        key: key.to_owned(),
        cause,
    })
}
