//! Clients of version 1 as they were recorded, beside clients of version 2.

use serde_json::{Value, json};
use two_versions::{Request, Response, SUNSET, Service};

fn call(service: &mut Service, line: &str, body: &Value) -> Response {
    let (method, path) = line.split_once(' ').expect("a method and a path");
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    service.handle(Request {
        method,
        path,
        body: &body,
    })
}

/// A call that has to succeed.
fn body(service: &mut Service, line: &str, sent: &Value) -> Value {
    let response = call(service, line, sent);
    assert!(response.status < 300, "{line} with {sent}: {response:?}");
    response.body
}

#[test]
fn recorded_calls_of_version_1_get_the_recorded_answers() {
    let mut service = Service::default();
    let bread = json!({ "id": 1, "name": "bread", "done": false });
    let baked = json!({ "id": 1, "name": "rye bread", "done": true });
    let milk = json!({ "id": 2, "name": "milk", "done": false });
    for (line, sent, status, answer) in [
        ("GET /v1/tasks", json!(null), 200, json!([])),
        (
            "POST /v1/tasks",
            json!({ "name": "bread" }),
            201,
            bread.clone(),
        ),
        ("GET /v1/tasks/1", json!(null), 200, bread),
        (
            "POST /v1/tasks",
            json!({ "name": "milk", "colour": "white" }),
            201,
            milk.clone(),
        ),
        (
            "PUT /v1/tasks/1",
            json!({ "name": "rye bread", "done": true }),
            200,
            baked.clone(),
        ),
        ("GET /v1/tasks", json!(null), 200, json!([baked, milk])),
        (
            "GET /v1/tasks/9",
            json!(null),
            404,
            json!({ "error": "there is no such task" }),
        ),
    ] {
        let response = call(&mut service, line, &sent);
        assert_eq!(
            (response.status, response.body),
            (status, answer),
            "{line} with {sent}: left, what a client of version 1 gets now; right, what it was recorded to get"
        );
    }
}

#[test]
fn version_2_has_its_own_words() {
    let mut service = Service::default();
    let sent = json!({ "title": "bread", "labels": ["shop"] });
    let made = json!({ "id": 1, "title": "bread", "state": "open", "labels": ["shop"] });
    assert_eq!(body(&mut service, "POST /v2/tasks", &sent), made);
    let sent = json!({ "title": "rye", "state": "archived" });
    let put = json!({ "id": 1, "title": "rye", "state": "archived", "labels": [] });
    assert_eq!(
        body(&mut service, "PUT /v2/tasks/1", &sent),
        put,
        "a put of version 2 says everything: what it leaves out is gone"
    );
    assert_eq!(
        body(&mut service, "GET /v2/tasks", &json!(null)),
        json!([put])
    );
}

#[test]
fn both_versions_see_the_same_tasks() {
    let mut service = Service::default();
    body(&mut service, "POST /v1/tasks", &json!({ "name": "bread" }));
    body(&mut service, "POST /v2/tasks", &json!({ "title": "milk" }));
    assert_eq!(
        body(&mut service, "GET /v2/tasks/1", &json!(null)),
        json!({ "id": 1, "title": "bread", "state": "open", "labels": [] })
    );
    assert_eq!(
        body(&mut service, "GET /v1/tasks/2", &json!(null)),
        json!({ "id": 2, "name": "milk", "done": false })
    );
    body(
        &mut service,
        "PUT /v1/tasks/2",
        &json!({ "name": "milk", "done": true }),
    );
    assert_eq!(
        body(&mut service, "GET /v2/tasks/2", &json!(null))["state"],
        "done"
    );
}

#[test]
fn what_version_1_can_not_see_survives_its_put() {
    let mut service = Service::default();
    let sent = json!({ "title": "bread", "labels": ["shop", "today"] });
    body(&mut service, "POST /v2/tasks", &sent);
    body(
        &mut service,
        "PUT /v1/tasks/1",
        &json!({ "name": "rye", "done": false }),
    );
    assert_eq!(
        body(&mut service, "GET /v2/tasks/1", &json!(null)),
        json!({ "id": 1, "title": "rye", "state": "open", "labels": ["shop", "today"] }),
        "a client of version 1 has never heard of labels, so it can't have meant to remove them"
    );
}

#[test]
fn an_archived_task_is_done_to_version_1() {
    let mut service = Service::default();
    body(&mut service, "POST /v2/tasks", &json!({ "title": "bread" }));
    let archived = json!({ "title": "bread", "state": "archived" });
    body(&mut service, "PUT /v2/tasks/1", &archived);
    assert_eq!(
        body(&mut service, "GET /v1/tasks/1", &json!(null))["done"],
        true,
        "version 1 knows two states; nobody has to work on what is archived"
    );
    body(
        &mut service,
        "PUT /v1/tasks/1",
        &json!({ "name": "rye", "done": true }),
    );
    assert_eq!(
        body(&mut service, "GET /v2/tasks/1", &json!(null))["state"],
        "archived",
        "a client of version 1 sends back the `done` that it was shown: that is no wish to change it"
    );
    body(
        &mut service,
        "PUT /v1/tasks/1",
        &json!({ "name": "rye", "done": false }),
    );
    assert_eq!(
        body(&mut service, "GET /v2/tasks/1", &json!(null))["state"],
        "open",
        "and this is one"
    );
}

#[test]
fn mistakes_are_named_in_the_words_of_the_version() {
    let mut service = Service::default();
    body(&mut service, "POST /v1/tasks", &json!({ "name": "bread" }));
    for (line, sent, status, reason) in [
        ("POST /v1/tasks", json!({}), 422, "`name` is missing"),
        (
            "POST /v1/tasks",
            json!({ "title": "x" }),
            422,
            "`name` is missing",
        ),
        (
            "PUT /v1/tasks/1",
            json!({ "name": "x" }),
            422,
            "`done` is missing",
        ),
        (
            "POST /v2/tasks",
            json!({ "name": "x" }),
            422,
            "`title` is missing",
        ),
        (
            "PUT /v2/tasks/1",
            json!({ "title": "x" }),
            422,
            "`state` is missing",
        ),
        ("POST /v1/tasks", json!(null), 400, "the body is no JSON"),
    ] {
        let response = call(&mut service, line, &sent);
        assert_eq!(
            (response.status, response.body),
            (status, json!({ "error": reason })),
            "{line} with {sent}"
        );
    }
    let kept = body(&mut service, "GET /v1/tasks", &json!(null));
    assert_eq!(kept, json!([{ "id": 1, "name": "bread", "done": false }]));
}

#[test]
fn only_version_1_says_when_it_ends() {
    let mut service = Service::default();
    for (line, sent, sunset) in [
        ("POST /v1/tasks", json!({ "name": "bread" }), Some(SUNSET)),
        ("GET /v1/tasks", json!(null), Some(SUNSET)),
        ("GET /v1/tasks/7", json!(null), Some(SUNSET)),
        ("GET /v2/tasks", json!(null), None),
    ] {
        let response = call(&mut service, line, &sent);
        assert_eq!(response.sunset, sunset, "the header `Sunset` after {line}");
    }
}
