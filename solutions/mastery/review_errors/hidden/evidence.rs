//! Each planted defect, seen from outside, and both decoys. The code under review has them all, so these
//! tests pass as long as the defects are there.

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use review_errors::api::create;
use review_errors::bank::Bank;
use review_errors::payouts::Payouts;
use review_errors::ports::{
    Audit, BankError, BookError, Booking, Cause, Directory, Gateway, Ledger, Mail, Order, Receipt,
    Request, Response, Token,
};

/// A world in which chosen things fail. It writes down what happens, in order.
#[derive(Clone, Default)]
struct World {
    directory_down: bool,
    audit_down: bool,
    ledger_down: bool,
    mail_down: bool,
    transfer: Option<BankError>,
    log_off: Option<BankError>,
    seen: Arc<Mutex<Vec<&'static str>>>,
}

impl World {
    fn saw(&self, what: &'static str) {
        self.seen.lock().expect("nobody panics here").push(what);
    }

    fn count(&self, what: &str) -> usize {
        let seen = self.seen.lock().expect("nobody panics here");
        seen.iter().filter(|one| **one == what).count()
    }

    fn payouts(&self) -> Payouts {
        Payouts {
            directory: Box::new(self.clone()),
            audit: Box::new(self.clone()),
            ledger: Box::new(self.clone()),
            bank: Bank {
                gateway: Box::new(self.clone()),
                sleep: |_| {},
            },
            mail: Box::new(self.clone()),
        }
    }

    fn post(&self, cents: &str) -> Response {
        let body = format!(r#"{{"merchant": "m1", "cents": "{cents}"}}"#);
        let request = Request {
            body: body.into_bytes(),
            ..Request::default()
        };
        create(&self.payouts(), &request)
    }
}

fn down<T>(is_down: bool, value: T, host: &str) -> Result<T, Cause> {
    if is_down {
        return Err(format!("{host}: connection refused").into());
    }
    Ok(value)
}

impl Directory for World {
    fn account_of(&self, _: &str) -> Result<Option<String>, Cause> {
        down(self.directory_down, Some("DE02".to_owned()), "directory-1")
    }
}

impl Audit for World {
    fn append(&self, _: &Order) -> Result<(), Cause> {
        down(self.audit_down, (), "audit-1")
    }
}

impl Ledger for World {
    fn book(&self, _: &str, _: u64) -> Result<Booking, BookError> {
        self.saw("booked");
        down(self.ledger_down, Booking(1), "ledger-db-2").map_err(BookError::Store)
    }

    fn cancel(&self, _: Booking) {
        self.saw("cancelled");
    }
}

impl Gateway for World {
    fn log_on(&self) -> Result<Token, BankError> {
        Ok(Token(1))
    }

    fn transfer(&self, _: &Token, _: &Order) -> Result<Receipt, BankError> {
        self.saw("sent");
        match &self.transfer {
            Some(error) => Err(error.clone()),
            None => Ok(Receipt {
                transfer: "t1".to_owned(),
            }),
        }
    }

    fn log_off(&self, _: &Token) -> Result<(), BankError> {
        self.log_off.clone().map_or(Ok(()), Err)
    }
}

impl Mail for World {
    fn receipt(&self, _: &str, _: &Receipt) -> Result<(), Cause> {
        down(self.mail_down, (), "mail-1")
    }
}

fn panics<T>(f: impl FnOnce() -> T) -> bool {
    catch_unwind(AssertUnwindSafe(f)).is_err()
}

#[test]
fn a_header_that_is_not_utf8_panics() {
    let headers = [("x-request-id".to_owned(), vec![0xff])].into();
    let request = Request {
        headers,
        ..Request::default()
    };
    let payouts = World::default().payouts();
    assert!(panics(|| create(&payouts, &request)), "api.rs, line 33");
}

#[test]
fn a_merchant_is_told_400_when_the_ledger_is_down() {
    let world = World {
        ledger_down: true,
        ..World::default()
    };
    let status = world.post("100").status;
    assert_eq!(status, 400, "ports.rs: a program gives up on 4xx");
}

#[test]
fn a_merchant_is_shown_the_host_of_the_ledger() {
    let world = World {
        ledger_down: true,
        ..World::default()
    };
    let body = world.post("100").body;
    assert!(body.contains("ledger-db-2"), "the body is {body}");
}

#[test]
fn the_cause_of_a_directory_failure_is_gone() {
    let lost = World {
        directory_down: true,
        ..World::default()
    };
    let error = lost.payouts().pay("m1", 100).expect_err("no account");
    assert!(error.source().is_none(), "payouts.rs, line 27: {error:?}");

    let kept = World {
        ledger_down: true,
        ..World::default()
    };
    let error = kept.payouts().pay("m1", 100).expect_err("no booking");
    assert!(error.source().is_some(), "the ledger's is kept: {error:?}");
}

#[test]
fn a_transfer_is_made_without_an_audit_entry() {
    let world = World {
        audit_down: true,
        ..World::default()
    };
    let status = world.post("100").status;
    assert_eq!((status, world.count("sent")), (201, 1), "paid, unrecorded");
}

#[test]
fn a_refused_transfer_leaves_the_amount_booked() {
    let world = World {
        transfer: Some(BankError::Refused("account closed".to_owned())),
        ..World::default()
    };
    world.post("100");
    let kept = (world.count("booked"), world.count("cancelled"));
    assert_eq!(kept, (1, 0), "booked, and never cancelled");
}

#[test]
fn an_order_that_timed_out_is_sent_three_times_and_so_is_a_refused_one() {
    for error in [BankError::TimedOut, BankError::Refused("closed".to_owned())] {
        let world = World {
            transfer: Some(error.clone()),
            ..World::default()
        };
        world.post("100");
        assert_eq!(world.count("sent"), 3, "{error}");
    }
}

#[test]
fn a_failure_to_log_off_panics_after_the_money_has_moved() {
    let world = World {
        log_off: Some(BankError::Unreachable),
        ..World::default()
    };
    assert!(panics(|| world.post("100")), "bank.rs, line 45");
    assert_eq!(world.count("sent"), 1, "the transfer was made");
}

#[test]
fn right_no_text_of_cents_makes_the_parse_panic() {
    let longest = "9".repeat(12);
    for good in ["0", "000000000007", &longest] {
        assert_eq!(World::default().post(good).status, 201, "`{good}`");
    }
    let too_long = "1".repeat(13);
    let huge = "9".repeat(400);
    for bad in ["", "+1", "-1", " 1", "1.0", "٣", "1e3", &too_long, &huge] {
        let answered = catch_unwind(|| World::default().post(bad).status);
        assert_eq!(answered.ok(), Some(400), "`{bad}` is refused, not a panic");
    }
}

#[test]
fn right_a_payout_stands_when_its_mail_fails() {
    let world = World {
        mail_down: true,
        ..World::default()
    };
    assert_eq!(world.post("100").status, 201);
    assert_eq!((world.count("sent"), world.count("cancelled")), (1, 0));
}
