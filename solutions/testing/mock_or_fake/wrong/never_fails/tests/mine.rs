//! The tests of `remind`. They know what a customer gets, and not how it is sent.

use mock_or_fake::{Bounce, Gateway, Mail, Subscription, remind};

const TODAY: u32 = 100;

/// A provider that takes every mail.
#[derive(Default)]
struct Provider {
    delivered: Vec<Mail>,
}

impl Gateway for Provider {
    fn send(&mut self, mail: &Mail) -> Result<(), Bounce> {
        self.delivered.push(mail.clone());
        Ok(())
    }

    fn send_all(&mut self, mails: &[Mail]) -> Vec<Result<(), Bounce>> {
        mails.iter().map(|mail| self.send(mail)).collect()
    }
}

impl Provider {
    /// What is in a customer's box, as one reads it.
    fn mails_to(&self, address: &str) -> Vec<&str> {
        let to = self.delivered.iter().filter(|mail| mail.to == address);
        to.map(|mail| mail.body.as_str()).collect()
    }

    fn remind(&mut self, subscriptions: &mut [Subscription]) -> Vec<u32> {
        let mut failed = remind(subscriptions, TODAY, self);
        failed.sort_unstable();
        failed
    }
}

fn subscription(id: u32, address: &str, plan: &str) -> Subscription {
    Subscription {
        id,
        address: address.to_owned(),
        plan: plan.to_owned(),
        ends: TODAY + 3,
        wants_mail: true,
        reminded: false,
    }
}

/// Zoe has two subscriptions, with Ada's between them.
fn three() -> [Subscription; 3] {
    [
        subscription(1, "zoe@x", "News"),
        subscription(2, "ada@x", "Chess"),
        subscription(3, "zoe@x", "Maps"),
    ]
}

#[test]
fn each_customer_gets_one_mail_for_all_that_ends() {
    let mut provider = Provider::default();
    assert_eq!(provider.remind(&mut three()), [0_u32; 0], "all were sent");

    let [zoes] = provider.mails_to("zoe@x")[..] else {
        panic!("Zoe gets one mail: {:?}", provider.delivered);
    };
    assert!(zoes.contains("News") && zoes.contains("Maps"), "{zoes}");
    let [adas] = provider.mails_to("ada@x")[..] else {
        panic!("Ada gets one mail: {:?}", provider.delivered);
    };
    assert!(adas.contains("Chess") && !adas.contains("News"), "{adas}");
}

#[test]
fn what_ends_today_or_within_a_week_is_due() {
    for (ends, due) in [(99, 0), (100, 1), (107, 1), (108, 0)] {
        let mut provider = Provider::default();
        let mut one = subscription(1, "ada@x", "Chess");
        one.ends = ends;
        provider.remind(&mut [one]);
        assert_eq!(provider.delivered.len(), due, "ends on day {ends}");
    }
}

#[test]
fn who_wants_no_mail_gets_none() {
    let mut provider = Provider::default();
    let mut all = three();
    all[1].wants_mail = false;
    provider.remind(&mut all);
    assert_eq!(provider.mails_to("ada@x"), [""; 0]);
}

#[test]
fn nobody_is_reminded_twice() {
    let mut provider = Provider::default();
    let mut all = three();
    provider.remind(&mut all);
    provider.remind(&mut all);
    assert_eq!(provider.delivered.len(), 2, "{:?}", provider.delivered);
}
