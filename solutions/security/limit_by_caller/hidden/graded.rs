//! The same promises for other networks and rates.

use std::net::IpAddr;
use std::time::Duration;

use limit_by_caller::{Limiter, Rate, Request};

const RATE: Rate = Rate {
    burst: 2,
    every: Duration::from_secs(10),
};

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn admitted(limiter: &mut Limiter, peer: &str, lines: &[&str], user: Option<&str>) -> bool {
    let request = Request {
        peer: ip(peer),
        forwarded_for: lines,
        user,
    };
    limiter.admit(&request, Duration::from_secs(500)).is_ok()
}

#[test]
fn without_proxies_only_the_peer_counts() {
    let mut limiter = Limiter::new(&[], RATE);
    for n in 0..10 {
        let line = format!("10.0.0.1, 192.0.2.{n}");
        let expected = n < 2;
        assert_eq!(
            admitted(&mut limiter, "192.0.2.200", &[&line], None),
            expected,
            "request {n}"
        );
    }
}

#[test]
fn proxies_of_ipv6_and_a_long_way() {
    let mut limiter = Limiter::new(&[ip("fd00::1"), ip("fd00::2"), ip("10.1.1.1")], RATE);
    let way = ["6.6.6.6, 192.0.2.1 ,fd00::1", "::ffff:10.1.1.1"];
    for n in 0..4 {
        assert_eq!(
            admitted(&mut limiter, "fd00::2", &way, None),
            n < 2,
            "request {n} over four machines"
        );
    }
    assert!(
        !admitted(&mut limiter, "192.0.2.1", &[], None),
        "the same caller, directly"
    );
    assert!(
        admitted(&mut limiter, "6.6.6.6", &[], None),
        "whose name was abused"
    );
    assert!(
        admitted(&mut limiter, "fd00::3", &["192.0.2.1"], None),
        "a neighbour of our proxies is none of them"
    );
}

#[test]
fn a_list_of_our_own_only_is_our_own_request() {
    let mut limiter = Limiter::new(&[ip("10.0.0.1"), ip("10.0.0.2")], RATE);
    for n in 0..4 {
        let admitted = admitted(&mut limiter, "10.0.0.2", &["10.0.0.1"], None);
        assert_eq!(admitted, n < 2, "a check of the balancer itself, {n}");
    }
}

#[test]
fn to_be_forgotten_gives_nobody_anything() {
    let mut limiter = Limiter::new(&[], RATE);
    let greedy = Request {
        peer: ip("192.0.2.9"),
        forwarded_for: &[],
        user: Some("greedy"),
    };
    let mut through = 0;
    for second in 0..1_000_u64 {
        let now = Duration::from_secs(second);
        for n in 0..20_u32 {
            let crowd = u32::try_from(second).unwrap_or(0) * 20 + n;
            let request = Request {
                peer: IpAddr::from(crowd.to_be_bytes()),
                ..greedy
            };
            let request = Request {
                user: None,
                ..request
            };
            assert_eq!(limiter.admit(&request, now), Ok(()), "a new caller");
        }
        through += usize::from(limiter.admit(&greedy, now).is_ok());
    }
    assert_eq!(
        through, 101,
        "2 at once and one each 10 s, however many others come by"
    );
    assert!(
        limiter.remembered() < 2_000,
        "{} of 20,001",
        limiter.remembered()
    );
}
