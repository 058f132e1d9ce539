//! The same promises at other values.

use serde_json::{Value, json};
use two_versions::{Request, Service};

fn call(service: &mut Service, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let body = body.to_string();
    let response = service.handle(Request {
        method,
        path,
        body: &body,
    });
    (response.status, response.body)
}

#[test]
fn wrong_types_are_refused_in_each_versions_words() {
    let mut service = Service::default();
    call(&mut service, "POST", "/v2/tasks", &json!({ "title": "a" }));
    for (method, path, body) in [
        ("POST", "/v1/tasks", json!({ "name": 5 })),
        ("PUT", "/v1/tasks/1", json!({ "name": "a", "done": "yes" })),
        ("POST", "/v2/tasks", json!({ "title": "a", "labels": "b" })),
        ("POST", "/v2/tasks", json!({ "title": "a", "labels": [1] })),
        (
            "PUT",
            "/v2/tasks/1",
            json!({ "title": "a", "state": "gone" }),
        ),
    ] {
        let (status, answer) = call(&mut service, method, path, &body);
        assert_eq!(status, 422, "{method} {path} with {body}: {answer}");
    }
    for (path, body) in [
        ("/v1/tasks/4", json!({ "name": "a", "done": true })),
        ("/v2/tasks/4", json!({ "title": "a", "state": "open" })),
        ("/v3/tasks/1", json!({ "title": "a", "state": "open" })),
    ] {
        assert_eq!(call(&mut service, "PUT", path, &body).0, 404, "{path}");
    }
}

#[test]
fn a_round_trip_by_version_1_changes_nothing() {
    let mut service = Service::default();
    for state in ["open", "done", "archived"] {
        let sent = json!({ "title": state, "labels": ["x", state] });
        let (_, made) = call(&mut service, "POST", "/v2/tasks", &sent);
        let id = &made["id"];
        let (in_1, in_2) = (format!("/v1/tasks/{id}"), format!("/v2/tasks/{id}"));
        let sent = json!({ "title": state, "labels": ["x", state], "state": state });
        let (_, before) = call(&mut service, "PUT", &in_2, &sent);
        let (_, seen) = call(&mut service, "GET", &in_1, &json!(null));
        assert_eq!(call(&mut service, "PUT", &in_1, &seen).0, 200, "{seen}");
        let (_, after) = call(&mut service, "GET", &in_2, &json!(null));
        assert_eq!(after, before, "version 1 got {seen} and put it back");
    }
}
