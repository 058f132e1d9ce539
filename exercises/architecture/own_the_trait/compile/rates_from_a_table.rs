//! Rates as a test has them: from a table, in a few lines, and with no vendor in sight.

use own_the_trait::domain::{Prices, Rate, RateError, Rates};

struct Table(Vec<(&'static str, u64)>);

impl Rates for Table {
    fn rate(&self, currency: &str) -> Result<Rate, RateError> {
        if self.0.is_empty() {
            return Err(RateError::Unavailable);
        }
        let found = self.0.iter().find(|(known, _)| *known == currency);
        let (_, millionths) = found.ok_or(RateError::Unknown)?;
        Rate::from_millionths(*millionths).ok_or(RateError::Unavailable)
    }
}

fn main() {
    let mut prices = Prices::new(Table(vec![("USD", 1_083_400)]));
    println!("{:?}", prices.price(1_000, "USD"));
}
