//! The tests of `remind`. They know what a customer gets, and not how it is sent.

use std::collections::HashMap;

use mock_or_fake::{Bounce, Gateway, Mail, Subscription, remind};

const TODAY: u32 = 100;

/// A provider that works: it takes mails by either way, is busy as often as it was told, and has never heard of
/// some addresses. What it does is in one place, so a test says only what is special about its day.
#[derive(Default)]
struct Provider {
    busy: HashMap<&'static str, u32>,
    unknown: Vec<&'static str>,
    delivered: Vec<Mail>,
    /// How often an address was tried that does not exist.
    tried_in_vain: u32,
}

impl Gateway for Provider {
    fn send(&mut self, mail: &Mail) -> Result<(), Bounce> {
        let to = mail.to.as_str();
        if self.unknown.contains(&to) {
            self.tried_in_vain += 1;
            return Err(Bounce::Never);
        }
        if let Some(left) = self.busy.get_mut(to).filter(|left| **left > 0) {
            *left -= 1;
            return Err(Bounce::Later);
        }
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
    assert_eq!(zoes, "News ends on day 103.\nMaps ends on day 103.\n");
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

#[test]
fn a_busy_provider_is_asked_once_more_and_for_that_mail_only() {
    let mut provider = Provider::default();
    provider.busy.insert("ada@x", 1);
    assert_eq!(provider.remind(&mut three()), [0_u32; 0]);
    for customer in ["ada@x", "zoe@x"] {
        assert_eq!(provider.mails_to(customer).len(), 1, "{customer}");
    }
}

#[test]
fn who_could_not_be_reached_is_told_and_is_due_again() {
    let mut provider = Provider::default();
    provider.busy.insert("zoe@x", 2);
    let mut all = three();
    assert_eq!(provider.remind(&mut all), [1, 3], "both of Zoe's");
    assert_eq!(provider.mails_to("zoe@x"), [""; 0], "it was busy twice");
    assert_eq!(provider.remind(&mut all), [0_u32; 0], "the next run");
    assert_eq!(provider.mails_to("zoe@x").len(), 1);
}

#[test]
fn an_address_that_does_not_exist_is_tried_once() {
    let mut provider = Provider {
        unknown: vec!["ada@x"],
        ..Provider::default()
    };
    assert_eq!(provider.remind(&mut three()), [2]);
    assert_eq!(provider.tried_in_vain, 1, "we are taken for spam");
}
