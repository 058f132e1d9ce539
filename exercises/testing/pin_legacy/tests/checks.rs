//! The new statement against the old bill.

use pin_legacy::legacy::{self, Customer, Kind, Reading};
use pin_legacy::{Line, Statement};

struct Choices(u64);

impl Choices {
    fn below(&mut self, n: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % u64::from(n)) as u32
    }
}

fn customer(seed: u64) -> (Customer, Vec<Reading>) {
    let mut choices = Choices(seed);
    let customer = Customer {
        name: format!("number {seed}"),
        business: choices.below(2) == 0,
        days: choices.below(100),
    };
    let readings = (0..choices.below(5))
        .map(|_| {
            let start = choices.below(100_000);
            let most = [1, 30, 500, 5_000][choices.below(4) as usize];
            let kind = [Kind::Day, Kind::Night][choices.below(2) as usize];
            Reading {
                kind,
                start,
                end: (start + choices.below(most)) % 100_000,
                estimated: choices.below(3) == 0,
            }
        })
        .collect();
    (customer, readings)
}

#[test]
fn the_statement_prints_what_the_bill_printed() {
    for seed in 0..3_000 {
        let (customer, readings) = customer(seed);
        assert_eq!(
            Statement::of(&customer, &readings).to_string(),
            legacy::bill(&customer, &readings),
            "seed {seed}, {customer:?}, {readings:?}: the new text is left, and what customers have always got is right"
        );
    }
}

#[test]
fn the_parts_add_up_to_the_total() {
    for seed in 0..3_000 {
        let (customer, readings) = customer(seed);
        let statement = Statement::of(&customer, &readings);
        let used: u64 = statement.lines.iter().map(|line| line.cents).sum();
        let parts = used + statement.base_fee.unwrap_or(0) + statement.vat.unwrap_or(0);
        assert_eq!(
            parts - statement.discount.unwrap_or(0),
            statement.total,
            "seed {seed}: lines, base fee and VAT, less the discount, of {statement:?}"
        );
    }
}

#[test]
fn what_is_printed_is_what_the_statement_holds() {
    let statement = Statement {
        name: "Grace".to_owned(),
        lines: vec![Line {
            kind: Kind::Night,
            kwh: 7,
            cents: 1_234,
            estimated: true,
        }],
        discount: Some(5),
        base_fee: Some(60),
        vat: Some(700),
        total: 80_000,
        estimated: true,
    };
    assert_eq!(
        statement.to_string(),
        "Bill for Grace\n  night 7 kWh*: 12.34\n  discount: -0.05\n  base fee: 0.60\n  VAT: 7.00\nTotal: 800.00\n* estimated\n",
        "the text is made from the data: a web page will be, too"
    );
}
