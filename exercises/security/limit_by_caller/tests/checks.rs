//! Callers who are limited, and callers who would like not to be. Time is a number that the test says.

use std::net::IpAddr;
use std::time::Duration;

use limit_by_caller::{Limiter, Rate, Request};

/// Three at once, then one a second.
const RATE: Rate = Rate {
    burst: 3,
    every: Duration::from_secs(1),
};

/// The load balancer, and the gateway behind it.
const BALANCER: &str = "10.0.0.1";
const GATEWAY: &str = "10.0.0.2";

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn limiter() -> Limiter {
    Limiter::new(&[ip(BALANCER), ip(GATEWAY)], RATE)
}

/// A request of nobody in particular.
fn from<'a>(peer: &str, forwarded_for: &'a [&'a str]) -> Request<'a> {
    Request {
        peer: ip(peer),
        forwarded_for,
        user: None,
    }
}

/// How many of five requests at one moment are let through.
fn of_five(limiter: &mut Limiter, request: &Request<'_>) -> usize {
    let now = Duration::from_secs(1_000);
    (0..5)
        .filter(|_| limiter.admit(request, now).is_ok())
        .count()
}

#[test]
fn a_caller_has_its_rate() {
    let mut limiter = limiter();
    // Ada's telephone changes from one network to another between requests.
    let mut ask = |network: &str, millis: u64| {
        let request = Request {
            user: Some("ada"),
            ..from(network, &[])
        };
        limiter.admit(&request, Duration::from_millis(1_000_000 + millis))
    };
    for _ in 0..3 {
        assert_eq!(ask("203.0.113.9", 0), Ok(()), "three at once");
    }
    assert_eq!(
        ask("198.51.100.9", 0),
        Err(Duration::from_secs(1)),
        "the fourth is told when to come back; it is Ada's as well, from another address"
    );
    assert_eq!(
        ask("203.0.113.9", 999),
        Err(Duration::from_millis(1)),
        "1 ms too early"
    );
    assert_eq!(
        ask("198.51.100.9", 1_000),
        Ok(()),
        "one more after a second"
    );
    assert!(ask("203.0.113.9", 1_000).is_err(), "and one only");
}

#[test]
fn nobody_gets_more_by_writing_a_header() {
    let mut limiter = limiter();
    let mut through = 0;
    for n in 0..50 {
        let forged = format!("198.51.100.{n}, 192.0.2.{n}");
        let request = [forged.as_str()];
        through += of_five(&mut limiter, &from("203.0.113.9", &request));
    }
    assert_eq!(
        through, 3,
        "one address without a proxy of ours in between writes 50 different headers; nobody but itself has \
         seen those addresses"
    );

    let mut through = 0;
    for n in 0..50 {
        let line = format!("198.51.100.{n}, 203.0.113.77");
        let request = [line.as_str()];
        through += of_five(&mut limiter, &from(BALANCER, &request));
    }
    assert_eq!(
        through, 3,
        "203.0.113.77 writes another address each time, and our balancer appends 203.0.113.77: only what one of \
         our machines has written is true"
    );
}

#[test]
fn callers_behind_our_proxies_are_told_apart() {
    let mut limiter = limiter();
    for n in 1..=5 {
        let one = format!("203.0.113.{n}");
        let request = [one.as_str()];
        assert_eq!(
            of_five(&mut limiter, &from(BALANCER, &request)),
            3,
            "{one} behind the balancer"
        );
        let other = format!("203.0.113.{}, {BALANCER}", n + 100);
        let request = [other.as_str()];
        assert_eq!(
            of_five(&mut limiter, &from(GATEWAY, &request)),
            3,
            "{other}, then the gateway: both are ours, and neither of them is the caller"
        );
    }
    let request = ["198.51.100.1", "203.0.113.101", BALANCER];
    assert_eq!(
        of_five(&mut limiter, &from(GATEWAY, &request)),
        0,
        "203.0.113.101 has used up its rate: three lines are one list, and what is left of it is forged"
    );
}

#[test]
fn a_user_is_one_caller_wherever_it_is() {
    let mut limiter = limiter();
    let mut through = 0;
    for n in 0..20 {
        let address = format!("203.0.113.{n}");
        let request = Request {
            user: Some("ada"),
            ..from(&address, &[])
        };
        through += of_five(&mut limiter, &request);
    }
    assert_eq!(through, 3, "Ada from 20 addresses is Ada");
    for user in ["bob", "eve", "203.0.113.200"] {
        let request = Request {
            user: Some(user),
            ..from("203.0.113.200", &[])
        };
        assert_eq!(
            of_five(&mut limiter, &request),
            3,
            "{user} is in the office of ten others, and has a rate of its own"
        );
    }
    assert_eq!(
        of_five(&mut limiter, &from("203.0.113.200", &[])),
        3,
        "who is not logged in at that address is none of the users, not even the one who is called like it"
    );
}

#[test]
fn an_address_has_many_spellings() {
    let mut limiter = limiter();
    let mut through = 0;
    for n in 0..50 {
        through += of_five(&mut limiter, &from(&format!("2001:db8:7:7:{n}::{n}"), &[]));
    }
    assert_eq!(
        through, 3,
        "a customer has a whole /64 of IPv6, and 50 of its addresses are one caller"
    );
    assert_eq!(
        of_five(&mut limiter, &from("2001:db8:7:8::1", &[])),
        3,
        "the next /64 is another"
    );

    let mut through = 0;
    for spelling in [
        "203.0.113.9",
        "::ffff:203.0.113.9",
        " 203.0.113.9 ",
        "::ffff:cb00:7109",
    ] {
        let request = [spelling];
        through += of_five(&mut limiter, &from(&format!("::ffff:{BALANCER}"), &request));
    }
    assert_eq!(
        through, 3,
        "four spellings of one IPv4 address, from a balancer that is spelt in IPv6 itself"
    );
}

#[test]
fn what_cannot_be_read_is_not_a_way_out() {
    for garbage in [
        "",
        "unknown",
        "203.0.113.9:443",
        "999.1.1.1",
        "_hidden",
        "203.0.113.9 203.0.113.8",
    ] {
        let mut limiter = limiter();
        let mut through = 0;
        for n in 0..10 {
            let line = format!("198.51.100.{n}, {garbage}");
            let request = [line.as_str()];
            through += of_five(&mut limiter, &from(BALANCER, &request));
        }
        assert_eq!(
            through, 3,
            "our balancer has appended {garbage:?}. To its left is what the client wrote, so the last that we know \
             is the balancer, and the balancer is limited"
        );
    }
}

#[test]
fn callers_that_have_everything_again_are_forgotten() {
    let mut limiter = limiter();
    let mut most = 0;
    for n in 0..50_000_u32 {
        let address = IpAddr::from(n.to_be_bytes());
        let request = Request {
            peer: address,
            forwarded_for: &[],
            user: None,
        };
        // A thousand new callers a second, each of whom has everything again after a second.
        let now = Duration::from_millis(u64::from(n));
        assert_eq!(limiter.admit(&request, now), Ok(()), "caller {n} asks once");
        most = most.max(limiter.remembered());
    }
    assert!(
        most <= 10_000,
        "50,000 callers asked once each, at most 1,000 of them within a second, and {most} were remembered: whoever \
         has many addresses can fill our memory"
    );
}
