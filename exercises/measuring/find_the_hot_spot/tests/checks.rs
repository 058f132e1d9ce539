//! What clients rely on, however fast it is.

use find_the_hot_spot::{Gateway, Request, Response};

const ACME: &str = "live_7Hq2mZx9LwTb4RkPn8VcY3sDf6JgQe1A";
/// Of the old scheme, without a prefix.
const BIRCH: &str = "Qv5nK8cWz2RtYb7LmXp4HdJs9GfTa3Ue";
const CEDAR: &str = "test_7Hq2mZx9LwTb4RkPn8VcY3sDf6JgQe1A";

fn gateway() -> Gateway {
    let tenants = [(ACME, "Acme"), (BIRCH, "Birch"), (CEDAR, "Cedar")];
    let routes = ["/v1/orders/{id}", "/v1/orders/open", "/v1/{kind}/{id}"];
    Gateway::new(tenants, &routes)
}

fn ask(gateway: &mut Gateway, key: &str, path: &str) -> Response {
    gateway.handle(&Request { key, path })
}

/// How many requests were served to Acme, Birch and Cedar.
fn served(gateway: &Gateway) -> [u64; 3] {
    [ACME, BIRCH, CEDAR].map(|key| {
        let tenant = gateway.tenant(key);
        tenant
            .unwrap_or_else(|| panic!("`{key}` is the key of a tenant"))
            .served
    })
}

#[test]
fn each_tenant_is_served_under_its_own_name() {
    let mut gateway = gateway();
    for (key, name) in [(ACME, "Acme"), (BIRCH, "Birch"), (CEDAR, "Cedar")] {
        let response = ask(&mut gateway, key, "/v1/orders/7");
        assert_eq!(
            (response.status, response.body.as_str()),
            (
                200,
                format!("tenant={name}\nroute=/v1/orders/{{id}}\npath=/v1/orders/7\n").as_str()
            ),
            "`{key}` is {name}'s key"
        );
    }
    ask(&mut gateway, BIRCH, "/v1/orders/8");
    assert_eq!(
        served(&gateway),
        [1, 2, 1],
        "requests of Acme, Birch and Cedar: each counts for the tenant whose key it had"
    );
}

#[test]
fn a_key_that_is_almost_right_is_refused() {
    let mut gateway = gateway();
    let mut wrong = vec![String::new(), "live_".to_owned(), ACME[5..].to_owned()];
    wrong.push(format!("{ACME}A"));
    wrong.push(ACME[..ACME.len() - 1].to_owned());
    for at in [0, 4, 5, 20, ACME.len() - 1] {
        // One other character in that place.
        let mut bytes = ACME.as_bytes().to_vec();
        bytes[at] = b'-';
        wrong.push(String::from_utf8(bytes).expect("ASCII"));
    }
    for key in &wrong {
        let response = ask(&mut gateway, key, "/v1/orders/7");
        assert_eq!(
            response.status, 401,
            "nobody has the key `{key}`, though Acme has `{ACME}`"
        );
        assert!(
            response.body.is_empty(),
            "a refusal has no body: {response:?}"
        );
    }
    assert_eq!(
        served(&gateway),
        [0, 0, 0],
        "what is refused counts for nobody"
    );
}

#[test]
fn the_first_route_that_takes_a_path_answers() {
    let mut gateway = gateway();
    let cases = [
        ("/v1/orders/1207", Some("/v1/orders/{id}")),
        // The second pattern says it better, and comes later.
        ("/v1/orders/open", Some("/v1/orders/{id}")),
        ("/v1/refunds/44", Some("/v1/{kind}/{id}")),
        ("/v1/orders", None),
        ("/v1/orders/7/lines", None),
        ("/v2/orders/7", None),
        ("", None),
    ];
    for (path, expected) in cases {
        let response = ask(&mut gateway, ACME, path);
        let route = response
            .body
            .lines()
            .find_map(|line| line.strip_prefix("route="));
        assert_eq!(route, expected, "the route of `{path}`");
        let status = if expected.is_some() { 200 } else { 404 };
        assert_eq!(response.status, status, "the status of `{path}`");
    }
    assert_eq!(
        served(&gateway),
        [3, 0, 0],
        "a path that is not found does not count as served"
    );
}

#[test]
fn an_answer_has_the_etag_of_its_body() {
    let mut gateway = gateway();
    for (path, expected) in [
        ("/v1/orders/1207", "6217c183f91af235"),
        ("/v1/orders/4198", "00051e16912c2af9"),
    ] {
        assert_eq!(
            ask(&mut gateway, BIRCH, path).etag,
            expected,
            "the etag of `{path}`: the FNV-1a hash of the body, 16 digits with the leading zeros"
        );
    }
    assert_eq!(
        ask(&mut gateway, ACME, "/").etag,
        "",
        "a refusal has no etag"
    );
}
