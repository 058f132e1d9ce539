//! What the tools rely on, and what a search may cost.

use accept_wide_return_concrete::{in_zone, longest_name};
use probes::alloc::measure;

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

fn names(hosts: &[&str]) -> Vec<String> {
    hosts.iter().map(|host| (*host).to_owned()).collect()
}

#[test]
fn hosts_of_a_zone_come_in_order() {
    let hosts = names(&[
        "web-2.eu",
        "db-1.us",
        "web-1.eu",
        "eu",
        ".eu",
        "museu",
        "web-3.eu.us",
        "web-4.lab.eu",
    ]);
    for (zone, expected) in [
        ("eu", &["web-2.eu", "web-1.eu", ".eu", "web-4.lab.eu"][..]),
        ("us", &["db-1.us", "web-3.eu.us"]),
        ("lab.eu", &["web-4.lab.eu"]),
        ("EU", &[]),
        ("u", &[]),
    ] {
        let zone = zone.to_owned();
        let found: Vec<&String> = in_zone(&hosts, &zone).collect();
        assert_eq!(
            found, expected,
            "hosts of the zone {zone:?}: names that end in a dot and {zone:?}, of {hosts:?}"
        );
    }
}

#[test]
fn the_longest_name_is_measured_in_characters() {
    for (hosts, expected) in [
        (&["web-1.eu", "web-10.eu", "db.us"][..], 9),
        (&["größe.eu", "web-1.eu"], 8),
        (&[""], 0),
        (&[], 0),
    ] {
        let listed = names(hosts);
        assert_eq!(
            longest_name(&listed),
            expected,
            "characters of the longest of {hosts:?}"
        );
    }
}

#[test]
fn ten_searches_are_measured() {
    let hosts: Vec<String> = (0..100)
        .map(|n| format!("web-{n}.{}", ["eu", "us", "ap"][n % 3]))
        .collect();
    let zones = ["eu", "us", "ap"].map(str::to_owned);
    let (found, tally) = measure(|| {
        zones
            .iter()
            .cycle()
            .take(10)
            .map(|zone| in_zone(&hosts, zone).count() * 1_000 + longest_name(&hosts))
            .sum::<usize>()
    });
    probes::figures::report("allocations", tally.allocations);
    assert_eq!(
        found, 334_090,
        "ten searches find 34 or 33 hosts each, 334 in all (the thousands), and the longest name has \
         9 characters, ten times 9 (the rest)"
    );
}
