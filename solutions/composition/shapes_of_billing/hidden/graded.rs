//! The same promises at values that the visible tests do not name.

use shapes_of_billing::{Subscription, counts, invoice, is_suspended, recurring};

fn subscription(line: &str) -> Subscription {
    Subscription::parse(line).unwrap_or_else(|| panic!("{line:?} is a subscription"))
}

#[test]
fn every_discount_is_in_the_invoice_and_in_the_report() {
    for seats in [1, 7, 99, 100_000] {
        for percent in 0..=50 {
            let line = format!("a: enterprise {seats} {percent}");
            let subscription = subscription(&line);
            let full = seats * 900;
            let expected = full - full * percent / 100;
            assert_eq!(invoice(&subscription, 0).fee, expected, "{line:?}");
            assert_eq!(
                recurring(std::slice::from_ref(&subscription)),
                expected,
                "{line:?}"
            );
        }
    }
}

#[test]
fn usage_is_charged_by_thousands_begun() {
    for seats in 1..6 {
        for requests in (0..80_000).step_by(333) {
            let over = f64::max(0.0, (requests as f64 - 10_000.0 * seats as f64) / 1_000.0);
            for line in [
                format!("a: team {seats}"),
                format!("a: enterprise {seats} 9"),
            ] {
                assert_eq!(
                    invoice(&subscription(&line), requests).usage,
                    over.ceil() as u64 * 20,
                    "{line:?} with {requests} requests"
                );
            }
            assert_eq!(
                invoice(&subscription("a: metered"), requests).usage,
                (requests as f64 / 1_000.0).ceil() as u64 * 30,
                "metered with {requests} requests"
            );
            assert_eq!(
                invoice(&subscription("a: free"), requests).total,
                0,
                "free with {requests} requests"
            );
        }
    }
}

#[test]
fn nothing_is_counted_twice_or_left_out() {
    assert_eq!(
        (recurring(&[]), counts(&[]).len()),
        (0, 0),
        "no subscriptions"
    );
    let plans = ["free", "team 2", "enterprise 2 2", "metered"];
    let many: Vec<Subscription> = (0..400)
        .map(|n| subscription(&format!("c{n}: {}", plans[n % 4])))
        .collect();
    assert_eq!(
        counts(&many).into_values().collect::<Vec<_>>(),
        [100; 4],
        "100 subscriptions of each plan"
    );
    for overdue in 0..100 {
        let suspended = many.iter().filter(|s| is_suspended(s, overdue)).count();
        let expected = [0, 3, 14, 60]
            .iter()
            .filter(|days| overdue > **days)
            .count();
        assert_eq!(suspended, expected * 100, "{overdue} days overdue");
    }
}
