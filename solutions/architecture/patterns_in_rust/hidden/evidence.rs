//! The plainer forms, beside the code under review: the same answers.

use std::cell::RefCell;
use std::rc::Rc;

use patterns_in_rust::labels::{LabelBuilder, OrderBuilder};
use patterns_in_rust::parcels::{Item, Pack, Thing, Weight};
use patterns_in_rust::prices::{Heavy, Island, PerKilo, Surcharge, quote};
use patterns_in_rust::tracking::{Journal, Tracker};

#[test]
fn a_tariff_is_a_closure() {
    fn plain(weights: &[u32], tariff: impl Fn(u32) -> u32) -> u32 {
        weights.iter().map(|grams| tariff(*grams)).sum()
    }
    let weights = [1, 1_000, 1_001];
    let cents = 250;
    assert_eq!(
        plain(&weights, |grams: u32| grams.div_ceil(1_000) * cents),
        quote(&weights, &PerKilo { cents }),
        "what the struct had as a field is captured"
    );
}

#[test]
fn a_chain_is_a_list_of_rules() {
    type Rule = fn(u32, bool) -> Option<u32>;
    let rules: [Rule; 2] = [
        |grams, _| (grams > 20_000).then_some(900),
        |_, island| island.then_some(600),
    ];
    let chain = Heavy {
        next: Some(Box::new(Island { next: None })),
    };
    for (grams, island) in [(1, false), (1, true), (30_000, false), (30_000, true)] {
        let first = rules.iter().find_map(|rule| rule(grams, island));
        assert_eq!(
            first.unwrap_or(0),
            chain.cents(grams, island),
            "{grams} g, island: {island}"
        );
    }
}

#[test]
fn a_visitor_is_a_match() {
    enum Plain {
        Thing { grams: u32 },
        Pack { tare: u32, items: Vec<Plain> },
    }
    fn weight(item: &Plain) -> u32 {
        match item {
            Plain::Thing { grams } => *grams,
            Plain::Pack { tare, items } => tare + items.iter().map(weight).sum::<u32>(),
        }
    }
    let thing = |grams| Thing {
        name: "a thing".to_owned(),
        grams,
    };
    let inner = Pack {
        tare: 5,
        items: vec![Box::new(thing(100))],
    };
    let outer = Pack {
        tare: 50,
        items: vec![Box::new(inner), Box::new(thing(7))],
    };
    let mut visited = Weight::default();
    outer.accept(&mut visited);

    let inner = Plain::Pack {
        tare: 5,
        items: vec![Plain::Thing { grams: 100 }],
    };
    let outer = Plain::Pack {
        tare: 50,
        items: vec![inner, Plain::Thing { grams: 7 }],
    };
    assert_eq!(weight(&outer), visited.grams, "162 both ways");
}

#[test]
fn an_observer_is_a_closure_too() {
    type Observer<'a> = Box<dyn FnMut(u64, &str) + 'a>;
    let journal = Rc::new(RefCell::new(Journal::default()));
    let mut tracker = Tracker::default();
    tracker.observe(journal.clone());
    tracker.scan(7, "Bern");

    let mut lines: Vec<String> = Vec::new();
    let mut observers: Vec<Observer<'_>> = vec![Box::new(|parcel, depot| {
        lines.push(format!("{parcel} {depot}"));
    })];
    for observer in &mut observers {
        observer(7, "Bern");
    }
    drop(observers);
    assert_eq!(lines, journal.borrow().lines, "and no RefCell");
}

#[test]
fn a_label_without_an_address_is_found_at_run_time() {
    let made = std::panic::catch_unwind(|| LabelBuilder::default().note("fragile").build());
    assert!(made.is_err(), "it compiles, and panics");
}

#[test]
fn right_an_order_is_refused_for_what_only_the_whole_can_tell() {
    let cooled = || OrderBuilder::new(1).cooled();
    assert!(cooled().build().is_err(), "eight to six is too long");
    assert!(cooled().between(8, 12).build().is_ok(), "four hours");
    let dear = |parcels| OrderBuilder::new(parcels).insured(600_000).build();
    assert!(dear(1).is_ok() && dear(2).is_err(), "one by one");
}
