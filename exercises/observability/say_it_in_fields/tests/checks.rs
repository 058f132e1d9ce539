//! What the log of a checkout says, as the log store gets it: a JSON object in each line.

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use say_it_in_fields::{Answer, CardNumber, Checkout, Gateway, GatewayError, Order, Outcome};
use serde_json::Value;
use tracing::{Level, debug};

const CARD: &str = "4929123412341881";
const TOKEN: &str = "tok_live_7Qx";
const EMAIL: &str = "ada@example.com";

/// Collects what a subscriber writes.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic under the lock").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs `work`, and returns what was logged meanwhile at any level.
fn log(work: impl FnOnce()) -> String {
    let written = Written::default();
    let writer = written.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_max_level(Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, work);
    let bytes = written.0.lock().expect("no panic under the lock").clone();
    String::from_utf8(bytes).expect("JSON is UTF-8")
}

/// An event as the log store sees it: its own fields, and below them those of its spans.
#[derive(Debug)]
struct Event {
    level: String,
    message: String,
    line: Value,
}

impl Event {
    fn read(line: &str) -> Self {
        let line: Value = serde_json::from_str(line).expect("the subscriber writes JSON");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Self {
            level: text(&line["level"]),
            message: text(&line["fields"]["message"]),
            line,
        }
    }

    fn field(&self, name: &str) -> &Value {
        let spans = self.line["spans"].as_array().into_iter().flatten().rev();
        std::iter::once(&self.line["fields"])
            .chain(spans)
            .map(|fields| &fields[name])
            .find(|value| !value.is_null())
            .unwrap_or(&Value::Null)
    }
}

fn events(log: &str) -> Vec<Event> {
    log.lines().map(Event::read).collect()
}

/// The events of the checkout, without those of the gateway.
fn own(log: &str) -> Vec<Event> {
    let mut events = events(log);
    events.retain(|event| event.line["target"] != "gateway");
    events
}

/// A gateway that gives these answers in turn, and logs each call as a library would.
#[derive(Debug)]
struct Scripted(RefCell<Vec<Result<Answer, GatewayError>>>);

impl Gateway for Scripted {
    fn charge(&self, token: &str, card: &CardNumber, _: u64) -> Result<Answer, GatewayError> {
        assert_eq!(
            (token, card.expose()),
            (TOKEN, CARD),
            "the gateway needs the real token and the whole number"
        );
        debug!(target: "gateway", "sent a request");
        self.0.borrow_mut().remove(0)
    }
}

fn checkout(answers: &[Result<Answer, GatewayError>]) -> Checkout<Scripted> {
    Checkout::new(Scripted(RefCell::new(answers.to_vec())), TOKEN)
}

fn order(id: u64, amount_cents: u64) -> Order {
    Order {
        id,
        email: EMAIL.to_owned(),
        card: CardNumber::new(CARD),
        amount_cents,
    }
}

fn declined() -> Result<Answer, GatewayError> {
    Ok(Answer::Declined("expired_card".to_owned()))
}

fn down() -> Result<Answer, GatewayError> {
    Err(GatewayError {
        status: 503,
        body: format!("can't serve card={CARD} for {EMAIL}, authorization: Bearer {TOKEN}"),
    })
}

#[test]
fn a_payment_is_one_event_with_fields() {
    let mut texts = Vec::new();
    for (id, cents, answers, outcome, word, attempts) in [
        (
            71,
            4_990,
            vec![Ok(Answer::Approved)],
            Outcome::Paid,
            "paid",
            1,
        ),
        (72, 100, vec![declined()], Outcome::Declined, "declined", 1),
        (
            73,
            20,
            vec![down(), Ok(Answer::Approved)],
            Outcome::Paid,
            "paid",
            2,
        ),
        (
            74,
            7,
            vec![down(), down(), down()],
            Outcome::Unavailable,
            "unavailable",
            3,
        ),
    ] {
        let log = log(|| assert_eq!(checkout(&answers).pay(&order(id, cents)), outcome));
        let finished: Vec<_> = own(&log)
            .into_iter()
            .filter(|event| event.message == "payment finished")
            .collect();
        assert_eq!(
            finished.len(),
            1,
            "a payment that is {word} must be exactly one event with the text `payment finished`: the text \
             is the same for every payment, and what differs is in fields. The log was:\n{log}"
        );
        let fields = ["order_id", "amount_cents", "outcome", "attempt"];
        let found = fields.map(|name| finished[0].field(name).clone());
        assert_eq!(
            found,
            [Value::from(id), cents.into(), word.into(), attempts.into()],
            "the fields {fields:?} of the event or its spans, where a number is a number, not a text \
             (left: what is there)"
        );
        texts.push(finished[0].field("code").clone());
    }
    assert_eq!(
        texts[1], "expired_card",
        "the bank's word for why it declined belongs into the field `code`"
    );
}

#[test]
fn levels_say_who_has_to_act() {
    let levels = |answers: &[_]| -> Vec<String> {
        let log = log(|| {
            checkout(answers).pay(&order(1, 1));
        });
        let own = own(&log);
        own.into_iter()
            .map(|event| format!("{} {}", event.level, event.message))
            .filter(|line| !line.starts_with("DEBUG") && !line.starts_with("TRACE"))
            .collect()
    };
    let (paid, failed) = ("INFO payment finished", "WARN attempt failed");
    for (case, answers, expected) in [
        ("paid at once", vec![Ok(Answer::Approved)], vec![paid]),
        ("declined", vec![declined()], vec![paid]),
        (
            "paid at the second attempt",
            vec![down(), Ok(Answer::Approved)],
            vec![failed, paid],
        ),
        (
            "never answered",
            vec![down(), down(), down()],
            vec![failed, failed, failed, "ERROR payment finished"],
        ),
    ] {
        assert_eq!(
            levels(&answers),
            expected,
            "{case}: an error wakes somebody, so it must need somebody. A declined card does not, and an \
             attempt that is tried again is a warning (left: levels and texts of the checkout's events)"
        );
    }
    let log = log(|| {
        checkout(&[down(), Ok(Answer::Approved)]).pay(&order(1, 1));
    });
    let own = own(&log);
    let warning = own.iter().find(|event| event.level == "WARN");
    let warning = warning.expect("was there a moment ago");
    assert_eq!(
        (warning.field("attempt"), warning.field("status")),
        (&Value::from(1), &Value::from(503)),
        "a failed attempt has its number and the gateway's status as fields"
    );
}

#[test]
fn what_others_log_belongs_to_the_order() {
    let log = log(|| {
        let checkout = checkout(&[down(), Ok(Answer::Approved), declined()]);
        checkout.pay(&order(81, 1));
        debug!(target: "gateway", "idle");
        checkout.pay(&order(82, 1));
    });
    let orders: Vec<_> = events(&log)
        .iter()
        .filter(|event| event.line["target"] == "gateway")
        .map(|event| event.field("order_id").clone())
        .collect();
    assert_eq!(
        orders,
        [Value::from(81), 81.into(), Value::Null, 82.into()],
        "the gateway's library logs each call, and knows no orders. Whoever searches for an order must find \
         these events, so `order_id` has to be in a span around the whole payment and no longer (left: the \
         orders of two calls, of an event between the payments, and of a third call)"
    );
}

/// Fails if a text holds a secret, or so much of the card's number that the rest can be guessed.
fn assert_no_secret(text: &str, of: &str) {
    for (secret, what) in [
        (TOKEN, "our token"),
        (EMAIL, "the customer's address"),
        (&CARD[4..12], "the middle of the card's number"),
        (&CARD[..5], "the beginning of the card's number"),
    ] {
        assert!(
            !text.contains(secret),
            "{of} has {what}, `{secret}`. Logs are kept for years and read by many; a gateway that fails \
             quotes what it was sent, and `Debug` is what others will print. It was:\n{text}"
        );
    }
}

#[test]
fn no_secret_is_logged() {
    let log = log(|| {
        for answers in [
            vec![Ok(Answer::Approved)],
            vec![declined()],
            vec![down(), down(), down()],
        ] {
            checkout(&answers).pay(&order(91, 5));
        }
    });
    assert!(
        own(&log).len() >= 3,
        "three payments are at least three events, at whatever level. The log was:\n{log}"
    );
    assert_no_secret(&log, "the log");
}

#[test]
fn debug_output_has_no_secrets() {
    let checkout = checkout(&[down()]);
    let error = down().expect_err("it is down");
    for (of, text) in [
        ("`{:?}` of a card", format!("{:?}", CardNumber::new(CARD))),
        ("`{:?}` of an order", format!("{:?}", order(5, 5))),
        ("`{:#?}` of an order", format!("{:#?}", order(5, 5))),
        ("`{:?}` of a checkout", format!("{checkout:?}")),
        ("`{:?}` of a gateway's error", format!("{error:?}")),
        ("`{}` of a gateway's error", error.to_string()),
    ] {
        assert_no_secret(&text, of);
    }
    let text = format!("{:?}", order(6_021, 5));
    assert!(
        text.contains("6021") && text.contains("1881"),
        "`{{:?}}` of an order must still be of use: its id, and the last four digits of the card. It was: \
         {text}"
    );
    assert!(
        error.to_string().contains("503"),
        "the error's text must still say the status: {error}"
    );
}
