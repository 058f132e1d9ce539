//! What the checkout relies on, whatever the maps are.

use right_map::{ArticleId, Catalogue, Line, Order};

const SHIPPING: [(&str, u32); 6] = [
    ("AT", 490),
    ("BE", 590),
    ("CH", 1_290),
    ("DE", 390),
    ("FR", 690),
    ("NL", 550),
];

fn total(catalogue: &Catalogue, country: &str, lines: &[(u64, u32)]) -> Option<u64> {
    let line = |&(id, count)| Line {
        article: ArticleId(id),
        count,
    };
    let lines: Vec<Line> = lines.iter().map(line).collect();
    catalogue.total(&Order {
        country,
        lines: &lines,
    })
}

fn catalogue() -> Catalogue {
    let prices = [(7, 100), (8, 2_500), (u64::MAX, 1)];
    Catalogue::new(prices.map(|(id, cents)| (ArticleId(id), cents)), SHIPPING)
}

#[test]
fn an_order_costs_its_lines_and_its_shipping() {
    let catalogue = catalogue();
    for (country, lines, cents, why) in [
        ("DE", &[(7, 3)][..], Some(390 + 300), "three of one article"),
        (
            "CH",
            &[(8, 1), (7, 2), (8, 1)],
            Some(1_290 + 5_200),
            "an article may come twice",
        ),
        ("NL", &[], Some(550), "shipping alone"),
        (
            "AT",
            &[(u64::MAX, u32::MAX)],
            Some(490 + 4_294_967_295),
            "the largest of all",
        ),
        ("DE", &[(7, 1), (9, 1)], None, "nobody knows article 9"),
        ("DE", &[(0, 1)], None, "nor article 0"),
        ("IT", &[(7, 1)], None, "nothing is sent to IT"),
        ("de", &[(7, 1)], None, "countries are written in capitals"),
        ("", &[], None, "no country"),
        ("DE ", &[], None, "DE is two letters"),
    ] {
        assert_eq!(
            total(&catalogue, country, lines),
            cents,
            "{lines:?} to {country:?}: {why}"
        );
    }
}

#[test]
fn the_last_entry_counts() {
    let prices = [(7, 100), (8, 200), (7, 300)].map(|(id, cents)| (ArticleId(id), cents));
    let shipping = [("DE", 390), ("AT", 490), ("DE", 0)];
    let mut catalogue = Catalogue::new(prices, shipping);
    assert_eq!(
        total(&catalogue, "DE", &[(7, 1)]),
        Some(300),
        "article 7 costs 300 by its second entry, and shipping to DE is free by its second"
    );
    catalogue.set_price(ArticleId(8), 250);
    catalogue.set_price(ArticleId(9), 50);
    assert_eq!(
        total(&catalogue, "DE", &[(7, 1), (8, 1), (9, 1)]),
        Some(600),
        "the price of article 8 has changed and article 9 is new"
    );
}

#[test]
fn ten_thousand_articles_have_their_own_prices() {
    // As our service numbers them, in one after the other, and far apart.
    for shift in [0, 12, 22, 40] {
        let id = |n: u32| u64::from(n) << shift;
        let prices = (0..10_000).map(|n| (ArticleId(id(n)), n * 3));
        let catalogue = Catalogue::new(prices, SHIPPING);
        for n in (0..10_000).step_by(7) {
            assert_eq!(
                total(&catalogue, "BE", &[(id(n), 2)]),
                Some(590 + u64::from(n) * 6),
                "article {n} of 10,000, with {shift} zeros at the end of its number"
            );
            assert_eq!(total(&catalogue, "BE", &[(id(n + 10_000), 1)]), None);
        }
    }
}
