//! Prices that are expensive to work out.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// How the price of an article is worked out. It may ask for the prices of others.
pub type Rule = Box<dyn Fn(&Prices, &str) -> u64>;

/// Prices by a rule, each of which is worked out once.
///
/// Invariant: `known` is not borrowed while code runs that is not ours, which is the rule and the visitor.
/// Either may call any method of this type.
pub struct Prices {
    rule: Rule,
    known: RefCell<BTreeMap<String, u64>>,
    hits: Cell<u64>,
}

impl Prices {
    /// Prices by this rule. Nothing is known yet.
    pub fn new(rule: Rule) -> Prices {
        Prices {
            rule,
            known: RefCell::default(),
            hits: Cell::new(0),
        }
    }

    /// The price of an article, from memory if it is known.
    pub fn quote(&self, article: &str) -> u64 {
        let mut known = self.known.take();
        let found = known.get(article).copied();
        if let Some(price) = found {
            self.known.replace(known);
            self.hits.update(|hits| hits + 1);
            return price;
        }
        let price = (self.rule)(self, article);
        known.insert(article.to_owned(), price);
        self.known.replace(known);
        price
    }

    /// How many quotes came from memory.
    pub fn hits(&self) -> u64 {
        self.hits.get()
    }

    /// Forgets the price of an article, so that it is worked out anew.
    pub fn forget(&self, article: &str) {
        self.known.borrow_mut().remove(article);
    }

    /// Visits all prices that are known now, by article.
    pub fn each(&self, mut visit: impl FnMut(&str, u64)) {
        let now = self.known.borrow().clone();
        for (article, price) in now {
            visit(&article, price);
        }
    }
}
