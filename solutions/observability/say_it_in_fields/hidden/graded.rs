//! The same promises at other values, and within a request.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use say_it_in_fields::{Answer, CardNumber, Checkout, Gateway, GatewayError, Order, Outcome};
use serde_json::Value;
use tracing::{Level, info_span};

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

fn log(work: impl FnOnce()) -> Vec<Value> {
    let written = Written::default();
    let writer = written.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_max_level(Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, work);
    let bytes = written.0.lock().expect("no panic under the lock").clone();
    let log = String::from_utf8(bytes).expect("JSON is UTF-8");
    log.lines()
        .map(|line| serde_json::from_str(line).expect("the subscriber writes JSON"))
        .collect()
}

fn field(line: &Value, name: &str) -> Value {
    let spans = line["spans"].as_array().into_iter().flatten().rev();
    std::iter::once(&line["fields"])
        .chain(spans)
        .map(|fields| fields[name].clone())
        .find(|value| !value.is_null())
        .unwrap_or(Value::Null)
}

fn with_text<'a>(log: &'a [Value], text: &str) -> Vec<&'a Value> {
    log.iter()
        .filter(|line| line["fields"]["message"] == text)
        .collect()
}

/// Always the same answer.
struct Always(Result<Answer, GatewayError>);

impl Gateway for Always {
    fn charge(&self, _: &str, _: &CardNumber, _: u64) -> Result<Answer, GatewayError> {
        self.0.clone()
    }
}

fn order(id: u64) -> Order {
    Order {
        id,
        email: "bob@example.org".to_owned(),
        card: CardNumber::new("5555444433331111"),
        amount_cents: id * 3,
    }
}

#[test]
fn other_orders_are_told_as_well() {
    for id in [1, 900, u64::MAX / 3] {
        let gateway = Always(Ok(Answer::Declined(format!("reason_{id}"))));
        let log = log(|| {
            assert_eq!(
                Checkout::new(gateway, "t0k").pay(&order(id)),
                Outcome::Declined
            )
        });
        let finished = with_text(&log, "payment finished");
        assert_eq!(finished.len(), 1, "{log:#?}");
        assert_eq!(field(finished[0], "order_id"), id);
        assert_eq!(field(finished[0], "amount_cents"), id * 3);
        assert_eq!(field(finished[0], "code"), format!("reason_{id}"));
    }
    for status in [429, 500] {
        let gateway = Always(Err(GatewayError {
            status,
            body: String::new(),
        }));
        let log = log(|| {
            assert_eq!(
                Checkout::new(gateway, "t0k").pay(&order(2)),
                Outcome::Unavailable
            )
        });
        let failed = with_text(&log, "attempt failed");
        let attempts: Vec<_> = failed
            .iter()
            .map(|line| (field(line, "attempt"), field(line, "status")))
            .collect();
        assert_eq!(
            attempts,
            [1, 2, 3].map(|attempt| (Value::from(attempt), Value::from(status)))
        );
    }
}

#[test]
fn a_request_around_a_payment_keeps_its_fields() {
    let log = log(|| {
        let _request = info_span!("request", request_id = 7).entered();
        Checkout::new(Always(Ok(Answer::Approved)), "t0k").pay(&order(4));
    });
    let finished = with_text(&log, "payment finished");
    assert_eq!(finished.len(), 1, "{log:#?}");
    assert_eq!(
        (
            field(finished[0], "request_id"),
            field(finished[0], "order_id")
        ),
        (Value::from(7), Value::from(4)),
        "the payment's span is within the request's"
    );
}

#[test]
fn cards_of_other_lengths_are_hidden() {
    let digits = "9182736455463728190";
    for length in 12..=19 {
        let number = &digits[..length];
        let mut order = order(3);
        order.card = CardNumber::new(number);
        let shown = format!("{order:?}");
        for start in 0..=length - 5 {
            let five = &number[start..start + 5];
            assert!(
                !shown.contains(five),
                "five digits in a row, {five} of {number}, are shown: {shown}"
            );
        }
        assert!(shown.contains(&number[length - 4..]), "{number}: {shown}");
    }
}
