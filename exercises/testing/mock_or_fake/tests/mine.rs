//! The tests of `remind`. They are yours.

use std::collections::VecDeque;

use mock_or_fake::{Bounce, Gateway, Mail, Subscription, remind};

/// Expects these calls, in this order, and answers as it was told.
struct MockGateway {
    expected: VecDeque<(Mail, Result<(), Bounce>)>,
}

impl Gateway for MockGateway {
    fn send(&mut self, mail: &Mail) -> Result<(), Bounce> {
        let (expected, answer) = self.expected.pop_front().expect("no more calls");
        assert_eq!(*mail, expected);
        answer
    }

    fn send_all(&mut self, _: &[Mail]) -> Vec<Result<(), Bounce>> {
        unimplemented!("nobody calls this")
    }
}

impl Drop for MockGateway {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.expected.is_empty(), "calls are missing");
        }
    }
}

fn subscription(id: u32, address: &str, plan: &str, ends: u32) -> Subscription {
    Subscription {
        id,
        address: address.to_owned(),
        plan: plan.to_owned(),
        ends,
        wants_mail: true,
        reminded: false,
    }
}

fn mail(to: &str, body: &str) -> Mail {
    Mail {
        to: to.to_owned(),
        subject: "Your subscription ends".to_owned(),
        body: body.to_owned(),
    }
}

#[test]
fn sends_a_mail_for_each_customer() {
    let mut gateway = MockGateway {
        expected: VecDeque::from([
            (mail("zoe@x", "News ends on day 103.\n"), Ok(())),
            (mail("ada@x", "Chess ends on day 105.\n"), Ok(())),
        ]),
    };
    let mut all = [
        subscription(1, "zoe@x", "News", 103),
        subscription(2, "ada@x", "Chess", 105),
    ];
    remind(&mut all, 100, &mut gateway);
}

#[test]
fn tries_again_when_the_gateway_is_busy() {
    let body = "News ends on day 103.\n";
    let mut gateway = MockGateway {
        expected: VecDeque::from([
            (mail("zoe@x", body), Err(Bounce::Later)),
            (mail("zoe@x", body), Ok(())),
        ]),
    };
    let mut all = [subscription(1, "zoe@x", "News", 103)];
    remind(&mut all, 100, &mut gateway);
}
