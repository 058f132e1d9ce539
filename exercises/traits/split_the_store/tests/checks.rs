//! What the shop relies on, whatever the traits are.

// For the trait that the starter has its methods in; where they are the store's own there is none to import.
use split_the_store::*;

fn order(id: u32, customer: &str, cents: u64, due: u32) -> Order {
    Order {
        id,
        customer: customer.to_owned(),
        cents,
        due,
        paid: false,
    }
}

/// Ada has two orders and an address; Bob has one order and none; two articles are in stock.
fn shop() -> MemoryStore {
    let mut store = MemoryStore::default();
    store.add_customer("ada", "ada@example.com");
    store.add_order(order(1, "ada", 1_000, 10));
    store.add_order(order(2, "bob", 50, 10));
    store.add_order(order(3, "ada", 700, 20));
    store.restock("pen", 5);
    store.restock("ink", 1);
    store
}

#[test]
fn reminders_go_to_whoever_has_an_address() {
    let mut store = shop();
    let letters = |store: &MemoryStore, day| -> Vec<String> {
        let letters = reminders(store, day).into_iter();
        letters
            .map(|(email, text)| format!("{email}: {text}"))
            .collect()
    };
    assert_eq!(
        letters(&store, 21),
        [
            "ada@example.com: order 1 is not paid",
            "ada@example.com: order 3 is not paid",
        ],
        "on day 21 orders 1, 2 and 3 are overdue, and bob has no address"
    );
    assert_eq!(
        letters(&store, 10),
        [] as [&str; 0],
        "on day 10 nothing is overdue yet"
    );
    store.mark_paid(1);
    store.add_customer("bob", "bob@example.com");
    assert_eq!(
        letters(&store, 15),
        ["bob@example.com: order 2 is not paid"],
        "ada has paid order 1, and bob has an address now"
    );
}

#[test]
fn a_balance_is_what_is_unpaid() {
    let mut store = shop();
    assert_eq!(balance(&store, "ada"), 1_700, "orders 1 and 3 of ada");
    store.mark_paid(3);
    assert_eq!(balance(&store, "ada"), 1_000, "order 3 is paid");
    assert_eq!(balance(&store, "bob"), 50, "order 2 of bob");
    assert_eq!(balance(&store, "eve"), 0, "eve has ordered nothing");
}

#[test]
fn a_pick_reserves_all_or_nothing() {
    let mut store = shop();
    let stock = |store: &MemoryStore| (store.in_stock("pen"), store.in_stock("ink"));
    assert!(
        !pick(&mut store, &[("pen", 2), ("ink", 2)]),
        "there is one ink, and two are asked for"
    );
    assert_eq!(
        stock(&store),
        (5, 1),
        "pens and inks after a pick that was not possible: the pens are back"
    );
    assert!(
        pick(&mut store, &[("pen", 2), ("ink", 1)]),
        "five pens and one ink are enough for this"
    );
    assert_eq!(stock(&store), (3, 0), "pens and inks after the pick");
    assert!(
        !pick(&mut store, &[("chalk", 1)]),
        "there has never been any chalk"
    );
    assert!(pick(&mut store, &[]), "nothing can always be picked");
}

#[test]
fn a_store_has_its_other_methods() {
    let mut store = shop();
    assert_eq!(store.order(2), Some(order(2, "bob", 50, 10)), "order 2");
    assert_eq!(store.order(9), None, "there is no order 9");
    assert_eq!(store.in_stock("chalk"), 0, "there has never been any chalk");
    store.mark_paid(9);
    store.forget_customer("ada");
    assert_eq!(
        reminders(&store, 100).len(),
        0,
        "ada's address is forgotten, and bob has none"
    );
    assert_eq!(
        balance(&store, "ada"),
        1_700,
        "her orders stay when her address goes"
    );
}
