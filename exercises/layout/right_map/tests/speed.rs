//! How long it takes to say what an order costs.

use std::hint::black_box;

use right_map::{ArticleId, Catalogue, Line, Order};

const ARTICLES: u64 = 10_000;

const SHIPPING: [(&str, u32); 6] = [
    ("AT", 490),
    ("BE", 590),
    ("CH", 1_290),
    ("DE", 390),
    ("FR", 690),
    ("NL", 550),
];

/// The number that one of four machines gave to the `n`th article, some minutes after the one before.
fn id(n: u64) -> ArticleId {
    let millis = 1_700_000_000_000 + n * 183_457;
    ArticleId(millis << 22 | (n % 4) << 12)
}

fn catalogue() -> Catalogue {
    let prices = (0..ARTICLES).map(|n| (id(n), 100 + n as u32));
    Catalogue::new(prices, SHIPPING)
}

#[test]
fn orders_of_twenty_lines() {
    let catalogue = catalogue();
    let line = |n: u64| Line {
        article: id(n * 7_919 % ARTICLES),
        count: 2,
    };
    // 64 orders in turn, none of which is like the last.
    let orders: Vec<(&str, Vec<Line>)> = (0..64)
        .map(|n| {
            let country = SHIPPING[(n * 5 % 7 % 6) as usize].0;
            (country, (0..20).map(|at| line(n * 20 + at)).collect())
        })
        .collect();
    probes::speed::report("orders_of_twenty_lines", || {
        let mut sum = 0;
        for (country, lines) in black_box(&orders) {
            let order = Order { country, lines };
            sum += catalogue.total(&order).expect("all are known");
        }
        sum
    });
}
