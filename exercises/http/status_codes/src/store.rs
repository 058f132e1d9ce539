//! Where the articles are. This file is finished.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

/// Something that the shop sells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    /// What it is known by.
    pub sku: String,
    /// What customers call it.
    pub name: String,
    /// Its price.
    pub cents: u64,
}

/// All articles. Clones are handles to the same ones.
#[derive(Clone, Default)]
pub struct Store(Arc<Mutex<Shelf>>);

#[derive(Default)]
struct Shelf {
    articles: BTreeMap<String, Article>,
    down: bool,
}

/// Why the store did not do what it was asked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreError {
    /// No article has this SKU.
    Missing,
    /// An article has this SKU already.
    Taken,
    /// The database does not answer. Nothing was changed.
    Down(String),
}

/// What `put` did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// There was no such article before.
    Created,
    /// There was one, and it is this one now.
    Replaced,
}

impl Store {
    /// A store without articles.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends the connection to the database, or brings it back.
    pub fn set_down(&self, down: bool) {
        self.lock().down = down;
    }

    /// All articles, by SKU.
    ///
    /// # Errors
    ///
    /// `Down`.
    pub fn all(&self) -> Result<Vec<Article>, StoreError> {
        Ok(self.up()?.articles.values().cloned().collect())
    }

    /// One article.
    ///
    /// # Errors
    ///
    /// `Missing` and `Down`.
    pub fn get(&self, sku: &str) -> Result<Article, StoreError> {
        let found = self.up()?.articles.get(sku).cloned();
        found.ok_or(StoreError::Missing)
    }

    /// Adds an article.
    ///
    /// # Errors
    ///
    /// `Taken` and `Down`.
    pub fn add(&self, article: Article) -> Result<(), StoreError> {
        match self.up()?.articles.entry(article.sku.clone()) {
            Entry::Occupied(_) => Err(StoreError::Taken),
            Entry::Vacant(place) => {
                place.insert(article);
                Ok(())
            }
        }
    }

    /// Makes an article be this one, whether there was one or not.
    ///
    /// # Errors
    ///
    /// `Down`.
    pub fn put(&self, article: Article) -> Result<Put, StoreError> {
        let before = self.up()?.articles.insert(article.sku.clone(), article);
        Ok(before.map_or(Put::Created, |_| Put::Replaced))
    }

    /// Takes an article out.
    ///
    /// # Errors
    ///
    /// `Missing` and `Down`.
    pub fn remove(&self, sku: &str) -> Result<(), StoreError> {
        let removed = self.up()?.articles.remove(sku);
        removed.map(drop).ok_or(StoreError::Missing)
    }

    fn up(&self) -> Result<MutexGuard<'_, Shelf>, StoreError> {
        let shelf = self.lock();
        if shelf.down {
            let why = "connect to postgres://shop:hunter2@10.0.3.7/articles: connection refused";
            return Err(StoreError::Down(why.to_owned()));
        }
        Ok(shelf)
    }

    fn lock(&self) -> MutexGuard<'_, Shelf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("no article has this SKU"),
            Self::Taken => f.write_str("an article has this SKU already"),
            Self::Down(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for StoreError {}
