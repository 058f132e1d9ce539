//! What the bag does to those who rely on it.

use std::time::Duration;

use what_goes_in_a_context::{Bag, Tenant, orders, patience};

#[test]
fn a_forgotten_value_compiles_and_answers() {
    let bag = Bag::default().with(Tenant("acme".to_owned()));
    assert_eq!(
        orders(&bag),
        ["select … where tenant = 'acme'"],
        "with a tenant"
    );
    // A new caller, for instance a nightly job, that nobody told about the bag.
    assert_eq!(
        orders(&Bag::default()),
        ["select … where tenant = 'default'"],
        "without one it compiles, runs, and answers something"
    );
}

#[test]
fn two_values_of_one_type_are_one() {
    let budget = Duration::from_secs(1);
    let cache_for = Duration::from_secs(3600);
    let bag = Bag::default().with(budget).with(cache_for);
    assert_eq!(
        patience(&bag),
        Some(cache_for),
        "two layers have put in a duration each, and the last one is what everybody gets"
    );
}

#[test]
fn all_of_it_is_in_the_error_report() {
    let bag = Bag::default()
        .with(Tenant("acme".to_owned()))
        .with("session=5f3c…".to_owned());
    assert!(
        format!("{bag:?}").contains("session="),
        "whoever prints the bag prints whatever somebody has put in: {bag:?}"
    );
}
