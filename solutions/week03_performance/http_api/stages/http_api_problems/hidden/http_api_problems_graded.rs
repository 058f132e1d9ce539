//! Stage 3, at other values.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use serde_json::{Value, json};
use support::{Client, request};

#[tokio::test]
async fn json_may_have_parameters_and_capitals() {
    let client = Client::new().await;
    let body = json!({"recipient": "Ada", "shelf": "B-12", "grams": 1200}).to_string();
    for kind in ["application/json; charset=utf-8", "Application/JSON"] {
        let post = request("POST", "/parcels", &[("content-type", kind)], &body);
        client.call(post).await.is(201, "that is JSON");
    }
    for kind in ["application/jsonp", "text/json", "application/problem+json"] {
        let post = request("POST", "/parcels", &[("content-type", kind)], &body);
        client
            .call(post)
            .await
            .is(415, "parcels come as application/json");
    }
}

#[tokio::test]
async fn many_unknown_fields_are_all_named() {
    let client = Client::new().await;
    let mut body = json!({"recipient": "Ada", "shelf": "B-12", "grams": 1200});
    for at in 0..30 {
        body[format!("x{at:02}")] = json!(at);
    }
    let answer = client.post("/parcels", &body).await;
    let problem = answer.is(422, "thirty fields are not known").json();
    let errors = problem["errors"].as_array().expect("errors");
    let mut found: Vec<&str> = errors
        .iter()
        .filter_map(|error| error["pointer"].as_str())
        .collect();
    found.sort_unstable();
    let expected: Vec<String> = (0..30).map(|at| format!("/x{at:02}")).collect();
    assert_eq!(found, expected, "thirty unknown fields");
}

#[tokio::test]
async fn bytes_that_are_no_text_are_not_json() {
    let client = Client::new().await;
    for bytes in [&b"\xff\xfe"[..], b"{\"recipient\": \"\xc3\"}", b""] {
        let mut post = request(
            "POST",
            "/parcels",
            &[("content-type", "application/json")],
            "",
        );
        *post.body_mut() = bytes.to_vec().into();
        let answer = client.call(post).await.is(400, "those bytes are not JSON");
        let kind = answer.json()["type"].clone();
        assert!(kind.is_string(), "a problem, and not {}", answer.body);
    }
}

#[tokio::test]
async fn problems_of_a_kind_have_one_type() {
    let client = Client::new().await;
    let mut kinds: Vec<Value> = Vec::new();
    for body in [json!({}), json!([]), json!({"grams": 7, "colour": "red"})] {
        kinds.push(client.post("/parcels", &body).await.json()["type"].clone());
    }
    kinds.dedup();
    assert_eq!(kinds.len(), 1, "three bodies that are no parcel: {kinds:?}");
    let gone = client.get("/parcels/7").await.json()["type"].clone();
    assert_ne!(gone, kinds[0], "no such parcel is another problem");
}
