//! A moment of traffic: what the ratio measures, and what `workbook profile` looks into.

use std::hint::black_box;

use find_the_hot_spot::{Gateway, Request};

const TENANTS: usize = 5_000;

/// As the key scheme makes them, from a generator of fixed seed.
fn keys() -> Vec<String> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut character = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(b"0123456789abcdefghijklmnopqrstuvwxyz"[(state % 36) as usize])
    };
    let mut key = || {
        let random = (0..32).map(|_| character());
        "live_".chars().chain(random).collect()
    };
    (0..TENANTS).map(|_| key()).collect()
}

/// Two dozen patterns, of which the first three have nearly all of the traffic.
fn routes() -> Vec<String> {
    let kinds = ["orders", "refunds", "payouts"];
    let pattern = |n: usize| match n / 3 {
        0 => format!("/v1/{}/{{id}}", kinds[n % 3]),
        version => format!("/v1/{}/{{id}}/report-{version}", kinds[n % 3]),
    };
    (0..24).map(pattern).collect()
}

#[test]
fn a_moment_of_traffic() {
    let keys = keys();
    let routes = routes();
    let routes: Vec<&str> = routes.iter().map(String::as_str).collect();
    let tenants = keys.iter().map(|key| (key.as_str(), "Hill & Dale"));
    let mut gateway = Gateway::new(tenants, &routes);
    let paths = ["/v1/orders/1207", "/v1/refunds/44", "/v1/payouts/9"];
    // Every 151st tenant in turn, until all have had theirs: nobody asks twice in a row.
    let mut tenant = 0;
    probes::speed::report("a_moment_of_traffic", || {
        for n in 0..32 {
            tenant = (tenant + 151) % TENANTS;
            let request = Request {
                key: &keys[tenant],
                path: paths[n % paths.len()],
            };
            let response = gateway.handle(black_box(&request));
            assert_eq!(response.status, 200, "{request:?}");
            black_box(response);
        }
    });
}
