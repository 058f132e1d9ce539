//! The same number of a request by four ways, and what each costs. Run it from the course's folder:
//! `cargo run --release -p dynamic_cost --example four_ways`

use std::hint::black_box;
use std::time::{Duration, Instant};

use dynamic_cost::{Request, Timing};

#[derive(Clone, Copy)]
enum Field {
    Status,
    Bytes,
    Total,
    Upstream,
}

impl Field {
    fn of(self, request: &Request) -> u64 {
        match self {
            Field::Status => request.status.into(),
            Field::Bytes => request.bytes,
            Field::Total => request.timing.total_us,
            Field::Upstream => request.timing.upstream_us,
        }
    }
}

fn main() {
    let request = Request {
        route: "/orders/{id}".to_owned(),
        tenant: "acme".to_owned(),
        status: 200,
        attempts: 1,
        bytes: 5_120,
        timing: Timing {
            total_us: 1_800,
            upstream_us: 1_200,
        },
    };
    let requests = vec![request; 256];
    let names = [Field::Status, Field::Bytes, Field::Total, Field::Upstream];
    let field = black_box(names)[2];
    let boxed: Box<dyn Fn(&Request) -> u64> =
        black_box(Box::new(|request: &Request| request.timing.total_us));
    let path = black_box("/timing/total_us");

    let plain = nanos(&requests, |request| request.timing.total_us);
    let by_enum = nanos(&requests, |request| field.of(request));
    let by_dyn = nanos(&requests, |request| boxed(request));
    let by_path = nanos(&requests, |request| {
        let value = serde_json::to_value(request).expect("requests are plain data");
        let number = value.pointer(path).and_then(|number| number.as_u64());
        number.expect("requests have this number")
    });
    for (way, nanos) in [
        ("the field itself", plain),
        ("an enum, and a match", by_enum),
        ("a boxed closure", by_dyn),
        ("a path in its JSON", by_path),
    ] {
        println!(
            "{way:>20}: {nanos:8.1} ns, {:6.0} times the field",
            nanos / plain
        );
    }
}

/// Nanoseconds for one number, in the fastest of many batches.
fn nanos(requests: &[Request], number: impl Fn(&Request) -> u64) -> f64 {
    let start = Instant::now();
    let mut fastest = Duration::MAX;
    while start.elapsed() < Duration::from_millis(200) {
        let batch = Instant::now();
        for request in requests {
            black_box(number(black_box(request)));
        }
        fastest = fastest.min(batch.elapsed());
    }
    fastest.as_nanos() as f64 / requests.len() as f64
}
