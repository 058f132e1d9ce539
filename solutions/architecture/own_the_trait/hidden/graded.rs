//! The same promises at other values.

use own_the_trait::adapters::{prices_by_fxwire, prices_by_kurs24};
use own_the_trait::domain::{Prices, Rate, RateError, Rates};
use own_the_trait::fxwire::{Client, LatestResponse};
use own_the_trait::kurs24::Kurs24;

struct Fixed(u64);

impl Rates for Fixed {
    fn rate(&self, _: &str) -> Result<Rate, RateError> {
        Rate::from_millionths(self.0).ok_or(RateError::Unavailable)
    }
}

fn cents(mut prices: Prices, euro_cents: u64) -> Option<u64> {
    let price = prices.price(euro_cents, "CZK").ok()?;
    (!price.stale).then_some(price.cents)
}

#[test]
fn the_domain_rounds_to_the_nearest_by_rates_of_anybody() {
    for (millionths, euro_cents, expected) in [
        (1_000_000, 1, Some(1)),
        (499_999, 1, Some(0)),
        (500_000, 1, Some(1)),
        (162_870_000, 1_999, Some(325_577)),
        (1, 10_000_000, Some(10)),
        (0, 100, None),
    ] {
        assert_eq!(
            cents(Prices::new(Fixed(millionths)), euro_cents),
            expected,
            "{euro_cents} euro cents at {millionths} millionths"
        );
    }
}

#[test]
fn a_rate_with_few_or_many_digits_is_the_same_by_both() {
    for (text, number) in [("162.87", 162.87), ("163", 163.0), ("0.000123", 0.000_123)] {
        let by_text = prices_by_kurs24(Kurs24::connect(|_| Ok(text.to_owned())));
        let by_number = prices_by_fxwire(Client::new(move |params| {
            Ok(LatestResponse {
                base: params.base.clone(),
                timestamp: 0,
                rates: [("CZK".to_owned(), number)].into(),
            })
        }));
        assert_eq!(
            cents(by_text, 1_000_000),
            cents(by_number, 1_000_000),
            "a euro is {text} crowns"
        );
    }
}
