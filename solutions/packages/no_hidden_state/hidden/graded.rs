//! The same promises at other values.

use std::thread;

use no_hidden_state::{Billing, Outbox, Settings};

struct Nowhere;

impl Outbox for Nowhere {
    fn send(&mut self, _: &str) {}
}

#[test]
fn ten_companies_on_ten_threads_do_not_meet() {
    let companies: Vec<Billing> = (0..10)
        .map(|company| {
            let settings = Settings {
                prefix: format!("C{company}"),
                first_number: company * 1_000,
                vat_percent: u64::from(company),
            };
            Billing::new(settings, Nowhere)
        })
        .collect();
    thread::scope(|scope| {
        for (company, billing) in companies.iter().enumerate() {
            scope.spawn(move || {
                for n in 0..20 {
                    let invoice = billing.issue("Ada", 100);
                    assert_eq!(
                        (invoice.number, invoice.gross_cents),
                        (
                            format!("C{company}-{}", company * 1_000 + n),
                            100 + company as u64
                        )
                    );
                }
            });
        }
    });
}
