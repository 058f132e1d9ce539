//! What orders cost.

use std::collections::HashMap;

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
    prices: HashMap<ArticleId, u32>,
    shipping: HashMap<String, u32>,
}

impl Catalogue {
    /// A catalogue. Of several entries for one article or country the last one counts.
    pub fn new<'c>(
        prices: impl IntoIterator<Item = (ArticleId, u32)>,
        shipping: impl IntoIterator<Item = (&'c str, u32)>,
    ) -> Self {
        let owned = |(country, cents): (&str, u32)| (country.to_owned(), cents);
        Catalogue {
            prices: prices.into_iter().collect(),
            shipping: shipping.into_iter().map(owned).collect(),
        }
    }

    /// Sets the price of an article, new or known.
    pub fn set_price(&mut self, article: ArticleId, cents: u32) {
        self.prices.insert(article, cents);
    }

    /// What an order costs with shipping. `None` if an article or the country is unknown.
    #[must_use]
    pub fn total(&self, order: &Order<'_>) -> Option<u64> {
        let mut total = u64::from(*self.shipping.get(order.country)?);
        for line in order.lines {
            let price = self.prices.get(&line.article)?;
            total += u64::from(*price) * u64::from(line.count);
        }
        Some(total)
    }
}
