//! The same promises at values that the visible tests do not name.

use std::cell::Cell;
use std::rc::Rc;

use memo_cell::Prices;

#[test]
fn a_chain_of_any_length_is_worked_out_once() {
    for length in [1_u64, 2, 50, 200] {
        let runs = Rc::new(Cell::new(0));
        let noted = Rc::clone(&runs);
        let prices = Prices::new(Box::new(move |prices, article| {
            noted.set(noted.get() + 1);
            match article.parse() {
                Ok(0) | Err(_) => 0,
                Ok(n) => 1 + prices.quote(&(n - 1_u64).to_string()),
            }
        }));
        for _ in 0..3 {
            assert_eq!(prices.quote(&length.to_string()), length, "the chain's end");
        }
        assert_eq!(
            (runs.get(), prices.hits()),
            (length + 1, 2),
            "runs of the rule and hits, for a chain of {length} asked for three times"
        );
    }
}

#[test]
fn a_visitor_may_visit() {
    let prices = Prices::new(Box::new(|_, article| article.len() as u64));
    for article in ["a", "bb", "ccc"] {
        prices.quote(article);
    }
    let mut pairs = 0;
    prices.each(|_, _| prices.each(|_, _| pairs += 1));
    assert_eq!(pairs, 9, "three times three prices");
    prices.each(|article, _| prices.forget(article));
    prices.each(|article, _| panic!("{article} is forgotten"));
}
