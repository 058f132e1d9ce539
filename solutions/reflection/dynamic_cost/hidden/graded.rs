//! The same promises at other values.

use dynamic_cost::{Request, Rule, Timing, count};

type Number = fn(&Request) -> u64;

fn request(number: u64) -> Request {
    Request {
        route: String::new(),
        tenant: String::new(),
        status: number as u16,
        attempts: number as u8,
        bytes: u64::MAX - number,
        timing: Timing {
            total_us: number * 3,
            upstream_us: number * 2,
        },
    }
}

#[test]
fn rules_agree_with_a_plain_loop() {
    let requests: Vec<Request> = (0..600).map(request).collect();
    let by_hand: [(&str, Number); 5] = [
        ("status", |request| u64::from(request.status)),
        ("attempts", |request| u64::from(request.attempts)),
        ("bytes", |request| request.bytes),
        ("timing.total_us", |request| request.timing.total_us),
        ("timing.upstream_us", |request| request.timing.upstream_us),
    ];
    for (path, number) in by_hand {
        for limit in [0, 1, 255, 256, 300, 597, 1_200, u64::MAX - 300, u64::MAX] {
            let rules = ["<", "=", ">"].map(|operator| {
                Rule::parse(&format!("  {path}\t{operator} {limit} ")).expect("it is a rule")
            });
            let hits = |hit: fn(&u64, &u64) -> bool| {
                let hits = requests
                    .iter()
                    .filter(|request| hit(&number(request), &limit));
                hits.count()
            };
            assert_eq!(
                count(&rules, &requests),
                [hits(u64::lt), hits(u64::eq), hits(u64::gt)],
                "`{path}` below, equal to and above {limit}, of 600 requests"
            );
        }
    }
}

#[test]
fn the_error_tells_what_there_is() {
    let error = Rule::parse("timing.tenant_us > 1").expect_err("there is no such number");
    let text = error.to_string();
    for part in [
        "`timing.tenant_us`",
        "status, attempts, bytes",
        "timing.upstream_us",
    ] {
        assert!(
            text.contains(part),
            "the operator needs to see {part}, and sees: {text}"
        );
    }
}
