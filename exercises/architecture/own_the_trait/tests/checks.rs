//! Prices by two vendors, whose answers the tests give.

use std::cell::RefCell;
use std::rc::Rc;

use own_the_trait::adapters::{prices_by_fxwire, prices_by_kurs24};
use own_the_trait::domain::{Price, PriceError, Prices};
use own_the_trait::fxwire::{Client, FxError, LatestResponse};
use own_the_trait::kurs24::Kurs24;

/// What a vendor says next. The last one stays.
#[derive(Clone)]
struct Script<T>(Rc<RefCell<Vec<T>>>);

impl<T: Clone> Script<T> {
    fn new(answers: impl IntoIterator<Item = T>) -> Self {
        let mut answers: Vec<T> = answers.into_iter().collect();
        answers.reverse();
        Script(Rc::new(RefCell::new(answers)))
    }

    fn next(&self) -> T {
        let mut answers = self.0.borrow_mut();
        let last = answers.last().cloned().expect("a script says something");
        if answers.len() > 1 {
            answers.pop();
        }
        last
    }
}

/// The first vendor: rates of the dollar, or errors. It has no other currency.
fn fxwire(answers: impl IntoIterator<Item = Result<f64, FxError>>) -> Prices {
    let script = Script::new(answers);
    prices_by_fxwire(Client::new(move |params| {
        assert_eq!(params.base, "EUR", "our prices are in euros");
        let rate = script.next()?;
        Ok(LatestResponse {
            base: params.base.clone(),
            timestamp: 1_790_000_000,
            rates: [("USD".to_owned(), rate)].into(),
        })
    }))
}

/// The other vendor: texts for EUR/USD. It has no other pair.
fn kurs24(answers: impl IntoIterator<Item = Result<&'static str, &'static str>>) -> Prices {
    let script = Script::new(answers);
    prices_by_kurs24(Kurs24::connect(move |pair| match pair {
        "EUR/USD" => script.next().map(str::to_owned).map_err(str::to_owned),
        _ => Err("E_PAIR".to_owned()),
    }))
}

fn fresh(cents: u64) -> Result<Price, PriceError> {
    Ok(Price {
        cents,
        stale: false,
    })
}

fn stale(cents: u64) -> Result<Price, PriceError> {
    Ok(Price { cents, stale: true })
}

#[test]
fn both_vendors_make_the_same_prices() {
    let vendors = [
        ("fxwire", fxwire([Ok(1.0834)])),
        ("kurs24", kurs24([Ok("1.0834")])),
    ];
    for (vendor, mut prices) in vendors {
        assert_eq!(
            prices.price(1_000, "USD"),
            fresh(1_083),
            "10 euros, by {vendor}"
        );
        assert_eq!(prices.price(5, "USD"), fresh(5), "5 cents, by {vendor}");
        assert_eq!(
            prices.price(1_050, "USD"),
            fresh(1_138),
            "10.50 euros, by {vendor}"
        );
    }
}

#[test]
fn a_currency_that_a_vendor_does_not_have_is_unknown() {
    let vendors = [
        ("fxwire", fxwire([Ok(1.0834)])),
        ("kurs24", kurs24([Ok("1.0834")])),
    ];
    for (vendor, mut prices) in vendors {
        assert_eq!(
            prices.price(1_000, "XDR"),
            Err(PriceError::UnknownCurrency),
            "{vendor} says in its own way that it does not have XDR, and no later call will change that"
        );
    }
}

#[test]
fn without_a_rate_the_last_one_counts_whatever_the_reason() {
    let reasons = [
        FxError::Http(429),
        FxError::Http(503),
        FxError::Http(404),
        FxError::Transport("connection reset".to_owned()),
        FxError::Decode("unexpected end of input".to_owned()),
    ];
    for reason in reasons {
        let told = format!("fxwire: {reason:?}");
        let mut prices = fxwire([Ok(1.25), Err(reason)]);
        assert_eq!(prices.price(100, "USD"), fresh(125));
        assert_eq!(
            prices.price(200, "USD"),
            stale(250),
            "{told}, after a rate of 1.25"
        );
    }
    for word in ["E_BUSY", "E_INTERNAL"] {
        let mut prices = kurs24([Ok("1.25"), Err(word)]);
        assert_eq!(prices.price(100, "USD"), fresh(125));
        assert_eq!(
            prices.price(200, "USD"),
            stale(250),
            "kurs24: {word}, after a rate of 1.25"
        );
        let mut prices = kurs24([Err(word)]);
        assert_eq!(
            prices.price(200, "USD"),
            Err(PriceError::NoRate),
            "kurs24: {word} at once"
        );
    }
    let mut prices = fxwire([Err(FxError::Http(500))]);
    assert_eq!(prices.price(200, "USD"), Err(PriceError::NoRate));
}

#[test]
fn what_can_be_no_rate_is_not_used() {
    for nonsense in [0.0, -1.08, f64::NAN, f64::INFINITY] {
        let mut prices = fxwire([Ok(1.25), Ok(nonsense), Err(FxError::Http(503))]);
        assert_eq!(prices.price(100, "USD"), fresh(125));
        for call in ["then", "and again without an answer"] {
            assert_eq!(
                prices.price(100, "USD"),
                stale(125),
                "fxwire says that a euro is {nonsense} dollars, {call}: the last good rate counts"
            );
        }
    }
    for nonsense in ["0", "0.000000", "", "-1.08", "1,08", "NaN", "."] {
        let mut prices = kurs24([Ok("1.25"), Ok(nonsense)]);
        assert_eq!(prices.price(100, "USD"), fresh(125));
        assert_eq!(
            prices.price(100, "USD"),
            stale(125),
            "kurs24 says that a euro is `{nonsense}` dollars: the last good rate counts"
        );
    }
}
