//! What orders cost.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Names an article. Our own service gives the numbers: the time in milliseconds in the upper 42 bits, the
/// machine that gave it in the next ten, and in the last twelve how many that machine had given in the
/// same millisecond before, which is nearly always none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArticleId(pub u64);

/// So many of an article.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// Which article.
    pub article: ArticleId,
    /// How many of it.
    pub count: u32,
}

/// What somebody wants, and where.
#[derive(Debug, Clone, Copy)]
pub struct Order<'o> {
    /// Two letters.
    pub country: &'o str,
    /// What is wanted.
    pub lines: &'o [Line],
}

/// The prices of some ten thousand articles and what shipping costs to some six countries, in cents.
#[derive(Debug)]
pub struct Catalogue {
    prices: Prices,
    /// A list: to compare a few short names costs less than to hash one.
    shipping: Vec<(String, u32)>,
}

type Prices = HashMap<ArticleId, u32, BuildHasherDefault<IdHasher>>;

/// A hash for the numbers that our own service gives. Nobody outside can choose them, so nobody can choose
/// ones that collide; for keys from outside this would be the wrong one, since it has no secret.
#[derive(Debug, Default)]
struct IdHasher(u64);

impl Hasher for IdHasher {
    /// The numbers are different, so they are a hash.
    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("an `ArticleId` hashes as one u64")
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Catalogue {
    /// A catalogue. Of several entries for one article or country the last one counts.
    pub fn new<'c>(
        prices: impl IntoIterator<Item = (ArticleId, u32)>,
        shipping: impl IntoIterator<Item = (&'c str, u32)>,
    ) -> Self {
        let mut list: Vec<(String, u32)> = Vec::new();
        for (country, cents) in shipping {
            match list.iter_mut().find(|(known, _)| known == country) {
                Some(entry) => entry.1 = cents,
                None => list.push((country.to_owned(), cents)),
            }
        }
        Catalogue {
            prices: prices.into_iter().collect(),
            shipping: list,
        }
    }

    /// Sets the price of an article, new or known.
    pub fn set_price(&mut self, article: ArticleId, cents: u32) {
        self.prices.insert(article, cents);
    }

    /// What an order costs with shipping. `None` if an article or the country is unknown.
    #[must_use]
    pub fn total(&self, order: &Order<'_>) -> Option<u64> {
        let mut countries = self.shipping.iter();
        let (_, shipping) = countries.find(|(country, _)| country == order.country)?;
        let mut total = u64::from(*shipping);
        for line in order.lines {
            let price = self.prices.get(&line.article)?;
            total += u64::from(*price) * u64::from(line.count);
        }
        Some(total)
    }
}
