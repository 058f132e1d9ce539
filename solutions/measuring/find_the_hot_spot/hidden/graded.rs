//! The same promises, at other values.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};

use find_the_hot_spot::{ApiKey, Gateway, Request};

/// Thirty-two characters that are another text for each number, from their first to their last.
fn random_part(mut n: u64) -> String {
    let mut text = String::new();
    for _ in 0..32 {
        n = n
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        text.push(char::from(
            b"abcdefghijklmnopqrstuvwxyz012345"[(n >> 59) as usize],
        ));
    }
    text
}

#[test]
fn keys_that_differ_hash_apart() {
    let hasher = RandomState::new();
    let mut hashes = HashSet::new();
    for n in 0..6_000 {
        let prefix = ["live_", "test_", ""][n as usize % 3];
        let key = format!("{prefix}{}", random_part(n));
        hashes.insert(hasher.hash_one(ApiKey::new(&key)));
    }
    assert_eq!(
        hashes.len(),
        6_000,
        "each of 6,000 keys has a hash of its own; keys that share one are compared with each other at \
         every look-up, and the more tenants, the more of them"
    );
}

#[test]
fn equal_keys_are_one() {
    let hasher = RandomState::new();
    for text in [
        "",
        "l",
        "live_",
        "live_x",
        &random_part(7),
        &format!("live_{}", random_part(8)),
    ] {
        // A copy, so that keys which compare or hash their address are told apart here.
        let copy = String::from(text);
        let (one, other) = (ApiKey::new(text), ApiKey::new(&copy));
        assert_eq!(one, other, "`{text}` twice");
        assert_eq!(
            hasher.hash_one(&one),
            hasher.hash_one(&other),
            "equal keys hash alike, or a map would not find them: `{text}`"
        );
    }
    assert_ne!(ApiKey::new("live_a"), ApiKey::new("live_b"));
    assert_ne!(ApiKey::new("live_a"), ApiKey::new("live_a "));
}

#[test]
fn another_gateway_answers_by_the_same_rules() {
    let keys: Vec<String> = (0..40)
        .map(|n| format!("test_{}", random_part(n)))
        .collect();
    let names: Vec<String> = (0..40).map(|n| format!("Tenant {n}")).collect();
    let tenants = keys
        .iter()
        .zip(&names)
        .map(|(key, name)| (key.as_str(), name.as_str()));
    let mut gateway = Gateway::new(tenants, &["/health", "/v1/refunds/{id}"]);
    for round in 0..3 {
        for (key, name) in keys.iter().zip(&names) {
            let path = ["/v1/refunds/13225", "/health", "/v1/refunds"][round];
            let response = gateway.handle(&Request { key, path });
            let expected = if round == 2 { 404 } else { 200 };
            assert_eq!(response.status, expected, "`{path}` for {name}");
            if round < 2 {
                let first = response.body.lines().next();
                assert_eq!(
                    first,
                    Some(format!("tenant={name}").as_str()),
                    "the key is {name}'s"
                );
            }
        }
    }
    for key in &keys {
        assert_eq!(
            gateway.tenant(key).map(|tenant| tenant.served),
            Some(2),
            "`{key}`"
        );
    }
    let mut gateway = Gateway::new([("live_acme", "Acme")], &["/v1/refunds/{id}"]);
    let path = "/v1/refunds/13225";
    let response = gateway.handle(&Request {
        key: "live_acme",
        path,
    });
    assert_eq!(
        response.etag, "000d798588e52afc",
        "the etag of {:?}",
        response.body
    );
}
