//! What whoever is on call relies on.

use std::collections::HashMap;

use probes::alloc::measure;
use who_allocates::{Event, Slow, Verdict, Watcher};

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

fn see(watcher: &mut Watcher, path: &str, millis: u32) -> Verdict {
    watcher.see(&Event { path, millis })
}

/// Numbers that look random and are the same on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (((self.0 >> 32) * u64::from(end)) >> 32) as u32
    }
}

#[test]
fn a_request_is_slow_beside_others_of_its_route() {
    let mut watcher = Watcher::new();
    for n in 1..20 {
        assert_eq!(see(&mut watcher, "/orders", 5), Verdict::Usual);
        assert_eq!(
            see(&mut watcher, "/reports", 10_000 + n),
            Verdict::Usual,
            "{n} requests of a route are too few to judge by"
        );
    }
    assert_eq!(
        see(&mut watcher, "/orders", 100_000),
        Verdict::Usual,
        "19 requests of /orders came before it: too few"
    );
    assert_eq!(
        watcher.p95("/orders"),
        Some(5),
        "19 of 20 requests took 5 ms"
    );
    assert_eq!(watcher.p95("/nowhere"), None, "nobody asked for it");
    let slow = |p95| {
        Verdict::Slow(Slow {
            label: "/orders".to_owned(),
            p95,
            rising: true,
        })
    };
    assert_eq!(
        see(&mut watcher, "/orders", 11),
        slow(5),
        "exactly 20 came before it, 19 of them of 5 ms, and the slow one came last"
    );
    assert_eq!(
        see(&mut watcher, "/orders", 22),
        Verdict::Usual,
        "95 of 100 is the 20th of 21 now, which is 11, and twice that is not more than twice that"
    );
    assert_eq!(
        see(&mut watcher, "/orders", 45),
        slow(22),
        "95 of 100 is the 21st of 22 now, which is 22"
    );
}

#[test]
fn a_label_is_what_paths_have_in_common() {
    let mut watcher = Watcher::new();
    for path in [
        "/v1/Orders/17/lines?page=2",
        "/V1/orders/4198/lines",
        "/v1/orders/0/LINES?",
    ] {
        see(&mut watcher, path, 7);
    }
    see(&mut watcher, "/v1/orders/17a/lines", 9);
    see(&mut watcher, "/", 11);
    for (label, p95) in [
        ("/v1/orders/{id}/lines", Some(7)),
        ("/v1/orders/17a/lines", Some(9)),
        ("/v1/orders/17/lines", None),
        ("/", Some(11)),
        ("", None),
    ] {
        assert_eq!(
            watcher.p95(label),
            p95,
            "the p95 of `{label}`: numbers are `{{id}}`, queries do not count, and neither does case"
        );
    }
}

#[test]
fn old_requests_are_forgotten_in_their_order() {
    let mut watcher = Watcher::new();
    for _ in 0..1_024 {
        see(&mut watcher, "/orders", 100);
    }
    for n in 1..=1_024 {
        see(&mut watcher, "/orders", 10);
        // 51 of 1,024 may exceed the p95.
        let expected = if 1_024 - n > 51 { 100 } else { 10 };
        assert_eq!(
            watcher.p95("/orders"),
            Some(expected),
            "1,024 requests of 100 ms and then {n} of 10 ms: the last 1,024 count, and those that \
             came first leave first"
        );
    }
}

#[test]
fn rising_compares_the_newer_half_with_the_older() {
    for (older, newer, rising) in [(10, 12, true), (12, 10, false), (10, 10, false)] {
        let mut watcher = Watcher::new();
        for _ in 0..15 {
            see(&mut watcher, "/orders", older);
        }
        for _ in 0..15 {
            see(&mut watcher, "/orders", newer);
        }
        match see(&mut watcher, "/orders", 99) {
            Verdict::Slow(slow) => assert_eq!(
                slow.rising, rising,
                "15 requests of {older} ms and then 15 of {newer} ms"
            ),
            Verdict::Usual => panic!("99 ms is slow beside {older} and {newer}"),
        }
    }
}

#[test]
fn each_verdict_is_that_of_a_plain_list() {
    let mut numbers = Numbers(31);
    let mut watcher = Watcher::new();
    let mut lists: HashMap<&str, Vec<u32>> = HashMap::new();
    for n in 0..4_000 {
        let path = ["/a", "/b", "/c"][numbers.below(3) as usize];
        // The level moves, so that yesterday's p95 is of no use.
        let mut millis = numbers.below(100 + n / 4) + 1;
        if n % 50 == 0 {
            millis *= 20;
        }
        let list = lists.entry(path).or_default();
        let last = &list[list.len().saturating_sub(1_024)..];
        let mut sorted = last.to_vec();
        sorted.sort_unstable();
        let p95 = sorted.get((sorted.len() * 95).div_ceil(100).saturating_sub(1));
        let half = last.len() / 2;
        let expected = match p95 {
            Some(&p95) if last.len() >= 20 && millis > 2 * p95 => Verdict::Slow(Slow {
                label: path.to_owned(),
                p95,
                rising: last[last.len() - half..].iter().sum::<u32>()
                    > last[..half].iter().sum::<u32>(),
            }),
            _ => Verdict::Usual,
        };
        assert_eq!(
            watcher.p95(path),
            p95.copied(),
            "the p95 of {path} before request {n}: of its last requests and no others"
        );
        assert_eq!(
            see(&mut watcher, path, millis),
            expected,
            "request {n}: {millis} ms for {path}, beside its last requests"
        );
        list.push(millis);
    }
}

#[test]
fn five_hundred_events_are_measured() {
    let mut numbers = Numbers(7);
    let mut watcher = Watcher::new();
    let mut request = move |watcher: &mut Watcher, path: &str| {
        let millis = 20 + numbers.below(30) + 200 * u32::from(numbers.below(100) == 0);
        see(watcher, path, millis)
    };
    let paths = [
        "/v1/orders/1207/lines?page=2",
        "/v1/customers/77",
        "/v1/Invoices/9/pdf",
    ];
    for n in 0..3_600 {
        request(&mut watcher, paths[n % 3]);
    }
    let (slow, tally) = measure(|| {
        (0..500)
            .filter(|n| request(&mut watcher, paths[n % 3]) != Verdict::Usual)
            .count()
    });
    // Reported before the answer is judged: what it costs is known either way.
    probes::figures::report("bytes", tally.bytes);
    assert!(
        (1..20).contains(&slow),
        "about one in a hundred of 500 is slow, and {slow} were"
    );
}
