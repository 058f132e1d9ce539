//! How long four rules take for a batch of requests.

use std::hint::black_box;

use dynamic_cost::{Request, Rule, Timing, count};

#[test]
fn count_of_a_batch() {
    let requests: Vec<Request> = (0..8)
        .map(|number: u16| Request {
            route: format!("/orders/{number}"),
            tenant: "acme".to_owned(),
            status: 200 + number,
            attempts: 1,
            bytes: u64::from(number) * 1_000,
            timing: Timing {
                total_us: 900,
                upstream_us: 700,
            },
        })
        .collect();
    let rules = [
        "status > 203",
        "bytes < 4000",
        "timing.total_us > 800",
        "timing.upstream_us = 700",
    ]
    .map(|text| Rule::parse(text).expect("it is a rule"));
    probes::speed::report("count_of_a_batch", || {
        count(black_box(&rules), black_box(&requests))
    });
}
