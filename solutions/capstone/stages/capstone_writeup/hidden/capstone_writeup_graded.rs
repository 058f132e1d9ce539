//! The description again, of answers that the visible conversation does not have.

#[allow(dead_code, reason = "each test file uses its own part")]
mod openapi {
    include!("support/openapi.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::time;

use openapi::OpenApi;
use support::{Process, exchange, signed_in};

/// Nobody waits for so long, unless a test fails.
const LONG: Duration = Duration::from_secs(30);

#[tokio::test]
async fn the_description_holds_for_other_answers() {
    let mut process = Process::start_with(&[], &[("TASKS_ADDRESS_RATE", "off")]);
    let port = process.next_line()["port"].as_u64();
    let port = port.and_then(|port| u16::try_from(port).ok());
    let address = SocketAddr::from(([127, 0, 0, 1], port.expect("its port")));
    let ada = signed_in(address).await.header;
    let api = OpenApi::read(include_str!("../docs/openapi.yaml"));
    let by_key = format!("{ada}idempotency-key: once\r\n");
    let mut wrong = Vec::new();
    for (method, path, actual, head, body) in [
        ("GET", "/tasks", "/tasks", &ada, ""),
        ("POST", "/tasks", "/tasks", &by_key, r#"{"title": "a"}"#),
        ("POST", "/tasks", "/tasks", &by_key, r#"{"title": "a"}"#),
        ("POST", "/tasks", "/tasks", &by_key, r#"{"title": "b"}"#),
        ("POST", "/tasks", "/tasks", &ada, r#"{"title": "c"}"#),
        (
            "PATCH",
            "/tasks/{id}",
            "/tasks/1",
            &ada,
            r#"{"step": "drop"}"#,
        ),
        ("GET", "/tasks/{id}", "/tasks/1", &ada, ""),
        (
            "PATCH",
            "/tasks/{id}",
            "/tasks/1",
            &ada,
            r#"{"step": "reopen"}"#,
        ),
        (
            "PATCH",
            "/tasks/{id}",
            "/tasks/1",
            &ada,
            r#"{"step": "start"}"#,
        ),
        (
            "PATCH",
            "/tasks/{id}",
            "/tasks/1",
            &ada,
            r#"{"step": "put_back"}"#,
        ),
        (
            "PATCH",
            "/tasks/{id}",
            "/tasks/1",
            &ada,
            r#"{"title": "A"}"#,
        ),
        ("GET", "/tasks", "/tasks?limit=1", &ada, ""),
        ("GET", "/tasks", "/tasks?cursor=none", &ada, ""),
        ("GET", "/tasks/{id}", "/tasks/01", &ada, ""),
        ("GET", "/updates", "/updates?after=0&token=a", &ada, ""),
        ("GET", "/updates", "/updates?after=3", &ada, ""),
    ] {
        let length = body.len();
        let kind = match body {
            "" => String::new(),
            _ => format!("content-type: application/json\r\ncontent-length: {length}\r\n"),
        };
        let text = format!(
            "{method} {actual} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n{head}{kind}\r\n{body}"
        );
        let answer = time::timeout(LONG, exchange(address, text)).await;
        let answer = answer
            .expect("an answer in time")
            .expect("the binary answers");
        let at = format!("{method} {actual} with {body:?}, {}", answer.status);
        let operation = api.operation(method, path);
        let described = operation
            .as_ref()
            .and_then(|operation| api.answer(operation, answer.status));
        let Some((_, schema)) = described else {
            wrong.push(format!("{at}: that it answers so is not said"));
            continue;
        };
        let value: Value = serde_json::from_str(&answer.body).unwrap_or(Value::Null);
        wrong.extend(api.faults(schema, &value, &at, &mut BTreeSet::new()));
    }
    assert!(
        wrong.is_empty(),
        "openapi.yaml says something else of:\n{}",
        wrong.join("\n")
    );
}
