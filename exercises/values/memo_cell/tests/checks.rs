//! What the shop relies on when it asks for prices.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use memo_cell::Prices;

/// Prices by this rule, and the articles that the rule was run for.
fn watched(rule: impl Fn(&Prices, &str) -> u64 + 'static) -> (Prices, Rc<RefCell<Vec<String>>>) {
    let runs = Rc::new(RefCell::new(Vec::new()));
    let noted = Rc::clone(&runs);
    let prices = Prices::new(Box::new(move |prices, article| {
        noted.borrow_mut().push(article.to_owned());
        rule(prices, article)
    }));
    (prices, runs)
}

/// Sets such as `pen+ink` cost what their parts cost; single articles cost 100 for each letter.
fn by_parts(prices: &Prices, article: &str) -> u64 {
    match article.split_once('+') {
        Some((first, rest)) => prices.quote(first) + prices.quote(rest),
        None => article.len() as u64 * 100,
    }
}

#[test]
fn a_quote_is_worked_out_once() {
    let (prices, runs) = watched(|_, article| article.len() as u64 * 100);
    let quotes = ["pen", "ink", "pen", "chalk", "pen"].map(|article| prices.quote(article));
    assert_eq!(quotes, [300, 300, 300, 500, 300], "100 for each letter");
    assert_eq!(
        *runs.borrow(),
        ["pen", "ink", "chalk"],
        "articles that the rule was run for: once each"
    );
    assert_eq!(prices.hits(), 2, "`pen` came from memory twice");
    prices.forget("pen");
    prices.forget("unheard-of");
    assert_eq!(prices.quote("pen"), 300, "the same after it was forgotten");
    assert_eq!(
        (runs.borrow().len(), prices.hits()),
        (4, 2),
        "runs of the rule and hits, after `pen` was forgotten and worked out anew"
    );
}

#[test]
fn a_rule_may_ask_for_other_quotes() {
    let (prices, runs) = watched(by_parts);
    assert_eq!(
        prices.quote("pen+ink+chalk"),
        1_100,
        "300 for the pen, 300 for the ink, 500 for the chalk"
    );
    assert_eq!(
        *runs.borrow(),
        ["pen+ink+chalk", "pen", "ink+chalk", "ink", "chalk"],
        "articles that the rule was run for: each set asks for its parts"
    );
    assert_eq!(
        (prices.quote("ink+chalk"), prices.hits()),
        (800, 1),
        "the smaller set was worked out on the way, so it is in memory"
    );
}

#[test]
fn shared_parts_are_worked_out_once() {
    let (prices, runs) = watched(|prices, level| match level.parse::<u32>() {
        Ok(0) | Err(_) => 1,
        Ok(n) => {
            let below = (n - 1).to_string();
            prices.quote(&below) + prices.quote(&below)
        }
    });
    assert_eq!(
        prices.quote("20"),
        1 << 20,
        "20 levels, each twice the one below"
    );
    let runs = runs.borrow().len();
    assert_eq!(
        (runs, prices.hits()),
        (21, 20),
        "runs of the rule, and hits: each of 21 levels is worked out once and asked for twice"
    );
}

#[test]
fn a_rule_may_forget_a_quote() {
    let today = Rc::new(Cell::new(1));
    let now = Rc::clone(&today);
    let (prices, _) = watched(move |prices, article| match article {
        "rate" => now.get(),
        _ => {
            // The rate of yesterday is of no use, whoever asked for it.
            prices.forget("rate");
            prices.quote("rate") * 10
        }
    });
    assert_eq!(prices.quote("rate"), 1, "the rate of the first day");
    today.set(2);
    assert_eq!(
        prices.quote("pen"),
        20,
        "ten times the rate of the second day"
    );
    assert_eq!(prices.quote("rate"), 2, "the rate of the second day");
}

#[test]
fn a_visitor_may_ask_for_quotes() {
    let (prices, _) = watched(by_parts);
    for article in ["pen", "ink"] {
        prices.quote(article);
    }
    let mut visited = Vec::new();
    prices.each(|article, price| {
        let with_box = prices.quote(&format!("{article}+box"));
        prices.forget("pen");
        visited.push(format!("{article} {price}, {with_box} with a box"));
    });
    assert_eq!(
        visited,
        ["ink 300, 600 with a box", "pen 300, 600 with a box"],
        "two prices were known when `each` began, by article; what the visitor adds or forgets changes \
         nothing about that"
    );
}

#[test]
fn a_rule_that_panics_leaves_the_rest_usable() {
    let (prices, runs) = watched(|_, article| match article {
        "broken" => panic!("no price for `broken`"),
        _ => article.len() as u64,
    });
    prices.quote("pen");
    let broken = catch_unwind(AssertUnwindSafe(|| prices.quote("broken")));
    assert!(broken.is_err(), "the rule panics for `broken`");
    assert_eq!(
        (prices.quote("pen"), prices.quote("ink")),
        (3, 3),
        "one price that was known before the panic, and one that was not"
    );
    assert_eq!(
        *runs.borrow(),
        ["pen", "broken", "ink"],
        "articles that the rule was run for: `pen` was known all the time"
    );
}
