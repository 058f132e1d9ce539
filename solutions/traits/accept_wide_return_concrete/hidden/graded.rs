//! The same promises at other values, and with the collections that callers have.

use std::collections::BTreeSet;

use accept_wide_return_concrete::{in_zone, longest_name};
use probes::alloc::measure;

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

#[test]
fn both_ends_meet() {
    let hosts: Vec<String> = (0..40)
        .map(|n| format!("web-{n}.{}", ["eu", "us"][n * n % 3 % 2]))
        .collect();
    let plain: Vec<&String> = hosts.iter().filter(|host| host.ends_with(".eu")).collect();
    for from_back in 0..plain.len() {
        let mut search = in_zone(&hosts, "eu");
        let mut back: Vec<&String> = search.by_ref().rev().take(from_back).collect();
        let mut found: Vec<&String> = search.collect();
        back.reverse();
        found.append(&mut back);
        assert_eq!(found, plain, "{from_back} hosts taken from the back first");
    }
}

#[test]
fn a_search_takes_no_more_than_is_asked_for() {
    let mut made = 0;
    let endless = (0..).map(|n| {
        made += 1;
        format!("web-{n}.{}", ["eu", "us"][n % 2])
    });
    let found: Vec<String> = in_zone(endless, "us").take(3).collect();
    assert_eq!(
        found,
        ["web-1.us", "web-3.us", "web-5.us"],
        "of names without end"
    );
    assert_eq!(made, 6, "the third host of the zone is the sixth name");
}

#[test]
fn any_collection_is_searched_without_the_heap() {
    let set: BTreeSet<&str> = ["b.eu", "a.eu", "c.us"].into();
    let text = "web-1.eu db-1.us größer.eu";
    let (found, tally) = measure(|| {
        (
            in_zone(&set, "eu").count(),
            in_zone(text.split(' '), "eu").count(),
            in_zone(["x.ap", "ap"], "ap").count(),
            longest_name(&set),
            longest_name(text.split(' ')),
        )
    });
    assert_eq!(found, (2, 2, 1, 4, 9), "a set, parts of a text, an array");
    assert_eq!(tally.allocations, 0, "allocations of three searches");
}

#[test]
fn a_hint_at_the_size_is_true() {
    let hosts = ["a.eu", "b.us", "c.eu"];
    let mut search = in_zone(hosts, "eu");
    for left in [2, 1, 0] {
        let (least, most) = search.size_hint();
        assert!(
            least <= left && most.is_none_or(|most| left <= most && most <= 3),
            "{left} hosts are left, and the hint is {least} to {most:?}"
        );
        search.next();
    }
}
