//! Billing for more than one company in one process.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::thread;

use no_hidden_state::{Billing, Invoice, Outbox, Settings};
use probes::live::{Counted, Tracker};

/// An outbox of which the test keeps the other end.
#[derive(Clone, Default)]
struct Sent(Arc<Mutex<Vec<String>>>);

impl Sent {
    fn letters(&self) -> Vec<String> {
        self.0.lock().expect("no test panics in here").clone()
    }
}

impl Outbox for Sent {
    fn send(&mut self, letter: &str) {
        self.0
            .lock()
            .expect("no test panics in here")
            .push(letter.to_owned());
    }
}

/// An outbox that is alive as long as its token is.
struct Holding {
    _token: Counted,
}

impl Outbox for Holding {
    fn send(&mut self, _: &str) {}
}

fn settings(prefix: &str, first_number: u32, vat_percent: u64) -> Settings {
    Settings {
        prefix: prefix.to_owned(),
        first_number,
        vat_percent,
    }
}

fn german() -> Settings {
    settings("DE", 100, 19)
}

fn swiss() -> Settings {
    settings("CH", 5_000, 8)
}

fn invoice(number: &str, gross_cents: u64) -> Invoice {
    Invoice {
        number: number.to_owned(),
        gross_cents,
    }
}

#[test]
fn one_company_is_billed() {
    let sent = Sent::default();
    let billing = Billing::new(german(), sent.clone());
    let issued = [billing.issue("Ada", 10_000), billing.issue("Bob", 99)];
    assert_eq!(issued, [invoice("DE-100", 11_900), invoice("DE-101", 117)]);
    assert_eq!(sent.letters(), ["DE-100 Ada 11900", "DE-101 Bob 117"]);
}

#[test]
fn two_companies_are_billed_side_by_side() {
    let german = Billing::new(german(), Sent::default());
    let swiss = Billing::new(swiss(), Sent::default());
    let issued = [
        german.issue("Ada", 10_000),
        swiss.issue("Urs", 10_000),
        german.issue("Bob", 10_000),
        swiss.issue("Reto", 10_000),
    ];
    assert_eq!(
        issued,
        [
            invoice("DE-100", 11_900),
            invoice("CH-5000", 10_800),
            invoice("DE-101", 11_900),
            invoice("CH-5001", 10_800),
        ],
        "each company has its own prefix, numbers without gaps, and tax, whoever was made last or asked first"
    );
}

#[test]
fn each_company_sends_through_its_own_outbox() {
    let (to_berlin, to_bern) = (Sent::default(), Sent::default());
    let german = Billing::new(german(), to_berlin.clone());
    let swiss = Billing::new(swiss(), to_bern.clone());
    german.issue("Ada", 100);
    swiss.issue("Urs", 100);
    assert_eq!(
        (to_berlin.letters().len(), to_bern.letters().len()),
        (1, 1),
        "letters in the German and in the Swiss outbox, after one invoice of each company"
    );
}

#[test]
fn two_with_the_same_settings_are_two() {
    // Two branches of a company, or two tests.
    let (one, other) = (
        Billing::new(german(), Sent::default()),
        Billing::new(german(), Sent::default()),
    );
    let numbers: Vec<String> = [&one, &one, &other]
        .map(|billing| billing.issue("Ada", 100).number)
        .to_vec();
    assert_eq!(
        numbers,
        ["DE-100", "DE-101", "DE-100"],
        "the second billing has the same settings, and issued nothing yet"
    );
}

#[test]
fn a_new_one_starts_from_its_own_settings() {
    drop(Billing::new(german(), Sent::default()).issue("Ada", 100));
    let next = Billing::new(settings("DE", 1, 7), Sent::default()).issue("Ada", 100);
    assert_eq!(
        next,
        invoice("DE-1", 107),
        "made with first number 1 and 7 percent, after another billing was used and dropped"
    );
}

#[test]
fn a_dropped_one_lets_go_of_what_it_was_given() {
    let tracker = Tracker::new();
    let billing = Billing::new(
        german(),
        Holding {
            _token: tracker.token(),
        },
    );
    billing.issue("Ada", 100);
    assert_eq!(tracker.alive(), 1, "the outbox is in use");
    drop(billing);
    assert_eq!(
        tracker.alive(),
        0,
        "nobody can send any more, so the connection in the outbox has to close now, and not with the process"
    );
}

#[test]
fn threads_share_one_billing() {
    let sent = Sent::default();
    let billing = Billing::new(german(), sent.clone());
    let numbers: BTreeSet<String> = thread::scope(|scope| {
        let workers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| -> Vec<String> {
                    (0..50).map(|_| billing.issue("Ada", 100).number).collect()
                })
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("issuing does not panic"))
            .collect()
    });
    let expected: BTreeSet<String> = (100..300).map(|number| format!("DE-{number}")).collect();
    assert_eq!(numbers, expected, "four threads issue fifty each");
    assert_eq!(sent.letters().len(), 200);
}
