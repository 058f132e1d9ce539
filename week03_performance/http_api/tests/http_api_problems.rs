//! Stage 3: what is refused is refused in one form, with every reason, and with nothing that is none of the client's.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::collections::HashMap;

use serde_json::{Value, json};
use support::{Answer, Client, request};

const JSON: (&str, &str) = ("content-type", "application/json");

/// Checks the form of a problem and returns it.
#[track_caller]
fn problem(answer: &Answer, status: u16) -> Value {
    let what = &answer.what;
    assert_eq!(
        answer.status.as_u16(),
        status,
        "{what}; the body is {:?}",
        answer.body
    );
    assert_eq!(
        answer.header("content-type"),
        "application/problem+json",
        "{what}: RFC 9457 gives problems a media type, so that clients can tell them from answers"
    );
    let problem = answer.json();
    assert_eq!(
        problem["status"], status,
        "{what}: `status` is a number, the one of the answer; the problem is {problem}"
    );
    for member in ["type", "title"] {
        assert!(
            problem[member]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{what}: a problem has a {member}, and this one is {problem}"
        );
    }
    problem
}

/// The values of `member` in `errors`, sorted; each has a detail.
#[track_caller]
fn errors(problem: &Value, member: &str) -> Vec<String> {
    let errors = problem["errors"].as_array();
    let errors = errors.unwrap_or_else(|| panic!("an array `errors`, and not {problem}"));
    let mut found = Vec::new();
    for error in errors {
        assert!(
            error["detail"]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "each error has a detail for people, and {error} has none"
        );
        let place = error[member].as_str();
        let place = place.unwrap_or_else(|| panic!("{error} must have a `{member}`"));
        found.push(place.to_owned());
    }
    found.sort_unstable();
    found
}

/// One of each kind of refusal, with its status.
async fn refusals(client: &Client) -> Vec<(u16, Answer)> {
    let good = json!({"recipient": "Ada", "shelf": "B-12", "grams": 1200});
    let path = client.post("/parcels", &good).await;
    let path = path.is(201, "a good parcel").header("location").to_owned();
    let cut = client.call(request(
        "POST",
        "/parcels",
        &[JSON],
        "{\"recipient\": \"Ada\",",
    ));
    let text = [("content-type", "text/plain")];
    let text = client.call(request("POST", "/parcels", &text, "Ada"));
    let bytes = client.call(request("POST", "/parcels", &[], "{}"));
    let late = client.json("PUT", &path, &[("if-match", "\"elsewhere\"")], &good);
    vec![
        (404, client.get("/nowhere").await),
        (404, client.get("/parcels/999").await),
        (404, client.get("/parcels/first").await),
        (405, client.call(request("PATCH", &path, &[], "")).await),
        (405, client.delete("/parcels").await),
        (405, client.delete("/ping").await),
        (400, cut.await),
        (415, text.await),
        (415, bytes.await),
        (
            422,
            client.post("/parcels", &json!({"recipient": "Ada"})).await,
        ),
        (422, client.post("/parcels", &json!("Ada")).await),
        (412, late.await),
        (428, client.put(&path, &good).await),
        (400, client.get("/parcels?limit=0").await),
    ]
}

#[tokio::test]
async fn whatever_is_refused_has_one_form() {
    let client = Client::new().await;
    let mut titles = HashMap::new();
    for (status, answer) in refusals(&client).await {
        let problem = problem(&answer, status);
        let kind = problem["type"].as_str().expect("a text").to_owned();
        if kind == "about:blank" {
            continue;
        }
        let first = titles
            .entry(kind.clone())
            .or_insert_with(|| (problem["title"].clone(), status));
        assert_eq!(
            *first,
            (problem["title"].clone(), status),
            "problems of type {kind} have one title and one status"
        );
    }
    let kinds = titles.len();
    assert!(
        kinds >= 6,
        "a program has to tell six problems apart by `type`: no such parcel, not JSON, no parcel, changed \
         meanwhile, no condition, odd query; there are {kinds} types besides about:blank"
    );
    let refused = client.delete("/parcels").await;
    let allow = refused.header("allow");
    assert!(
        allow.contains("GET") && allow.contains("POST"),
        "a 405 still says what is allowed, and not {allow:?}"
    );
}

#[tokio::test]
async fn all_that_is_wrong_is_said_at_once() {
    let client = Client::new().await;
    let cases = [
        (json!({}), vec!["/grams", "/recipient", "/shelf"]),
        (
            json!({"recipient": "", "shelf": "12", "grams": 0}),
            vec!["/grams", "/recipient", "/shelf"],
        ),
        (
            json!({"recipient": 7, "shelf": null, "grams": "1200"}),
            vec!["/grams", "/recipient", "/shelf"],
        ),
        (
            json!({"recipient": "Ada", "shelf": "B-12", "gramms": 1200, "id": 7}),
            vec!["/grams", "/gramms", "/id"],
        ),
        (
            json!({"recipient": "Ada", "shelf": "B-0", "grams": 1, "a/b~c": 0}),
            vec!["/a~1b~0c", "/shelf"],
        ),
        (json!([]), vec![""]),
        (json!(null), vec![""]),
    ];
    for (body, mut expected) in cases {
        expected.sort_unstable();
        let answer = client.post("/parcels", &body).await;
        let problem = problem(&answer, 422);
        assert_eq!(
            errors(&problem, "pointer"),
            expected,
            "all that is wrong with {body}, by JSON pointer, in one answer"
        );
    }
    let nothing = client.get("/parcels").await.json();
    assert_eq!(
        nothing["parcels"],
        json!([]),
        "what is refused changes nothing"
    );
}

#[tokio::test]
async fn a_replacement_is_checked_like_a_new_parcel() {
    let client = Client::new().await;
    let good = json!({"recipient": "Ada", "shelf": "B-12", "grams": 1200});
    let path = client.post("/parcels", &good).await;
    let path = path.is(201, "a good parcel").header("location").to_owned();
    let bad = json!({"recipient": " ", "shelf": "b-12", "grams": 50_001});
    let put = client.json("PUT", &path, &[("if-match", "*")], &bad).await;
    assert_eq!(
        errors(&problem(&put, 422), "pointer"),
        ["/grams", "/recipient", "/shelf"],
        "all that is wrong with {bad}"
    );
    let read = client.get(&path).await.json();
    assert_eq!(read["shelf"], "B-12", "what is refused changes nothing");
}

#[tokio::test]
async fn the_limits_of_each_field_are_in_it() {
    let client = Client::new().await;
    let longest = "ü".repeat(80);
    let good = [
        ("A", "A-1", 1),
        (longest.as_str(), "Z-999", 50_000),
        (" Ada Byron ", "K-10", 49_999),
    ];
    for (recipient, shelf, grams) in good {
        let body = json!({"recipient": recipient, "shelf": shelf, "grams": grams});
        let answer = client.post("/parcels", &body).await;
        let answer = answer.is(201, "the limits are among what is allowed");
        assert_eq!(
            answer.json()["recipient"],
            recipient,
            "what is accepted is kept as it is"
        );
    }
    let too_long = "ü".repeat(81);
    let bad = [
        (json!(too_long), json!("A-1"), json!(1), "/recipient"),
        (json!("Ada\u{7}"), json!("A-1"), json!(1), "/recipient"),
        (json!("Ada"), json!("A-1000"), json!(1), "/shelf"),
        (json!("Ada"), json!("A-01"), json!(1), "/shelf"),
        (json!("Ada"), json!("AB-1"), json!(1), "/shelf"),
        (json!("Ada"), json!("A-"), json!(1), "/shelf"),
        (json!("Ada"), json!("A-1"), json!(0), "/grams"),
        (json!("Ada"), json!("A-1"), json!(-5), "/grams"),
        (json!("Ada"), json!("A-1"), json!(1.5), "/grams"),
        (
            json!("Ada"),
            json!("A-1"),
            json!(4_294_967_297_u64),
            "/grams",
        ),
    ];
    for (recipient, shelf, grams, pointer) in bad {
        let body = json!({"recipient": recipient, "shelf": shelf, "grams": grams});
        let answer = client.post("/parcels", &body).await;
        let found = errors(&problem(&answer, 422), "pointer");
        assert_eq!(found, [pointer], "what is wrong with {body}");
    }
}

#[tokio::test]
async fn an_odd_query_is_told_whole() {
    let client = Client::new().await;
    for (query, expected) in [
        ("limit=0", vec!["limit"]),
        ("limit=many&after=x&page=2", vec!["after", "limit", "page"]),
        ("limit=5&limit=6", vec!["limit"]),
    ] {
        let answer = client.get(&format!("/parcels?{query}")).await;
        let found = errors(&problem(&answer, 400), "parameter");
        assert_eq!(found, expected, "all that is wrong with ?{query}");
    }
}

#[tokio::test]
async fn nothing_leaks() {
    let client = Client::new().await;
    let secret = json!({"recipient": "hunter2\u{7}", "shelf": "hunter2", "grams": "hunter2"});
    let mut answers = vec![client.post("/parcels", &secret).await];
    for body in [
        "{\"recipient\": hunter2}",
        "\u{0}",
        "{\"grams\": 1,}",
        "{\"a\": tru",
    ] {
        answers.push(
            client
                .call(request("POST", "/parcels", &[JSON], body))
                .await,
        );
    }
    answers.extend(
        refusals(&client)
            .await
            .into_iter()
            .map(|(_, answer)| answer),
    );
    let ours = [
        "expected",
        "invalid type",
        "EOF",
        "trailing",
        "serde",
        "axum",
        "u32",
        "u64",
        "usize",
        "struct",
        "Draft",
        ".rs",
        "panicked",
        "at line",
    ];
    for answer in answers {
        for word in ours {
            assert!(
                !answer.body.contains(word),
                "{}: `{word}` is how this program is made, not what the client did wrong: {}",
                answer.what,
                answer.body
            );
        }
        assert!(
            !answer.body.contains("hunter2"),
            "{}: what was sent is not repeated, because problems end up in logs: {}",
            answer.what,
            answer.body
        );
    }
}
