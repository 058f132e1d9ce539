//! The same promises at values that the visible tests do not name.

#[allow(dead_code, reason = "each test file uses its own part")]
mod api {
    include!("support/api.rs");
}

use std::future;
use std::sync::Arc;

use axum::Router;
use capstone::adapters::{MemoryTasks, SystemClock};
use capstone::domain::UserId;
use capstone::http;
use capstone::ports::{Callers, Pending, StoreError};
use capstone::tasks::Tasks;
use serde_json::{Value, json};

use api::Ask;

/// The token is the user's number; `broken` is a directory of users that can't be asked.
struct Numbers;

impl Callers for Numbers {
    fn identify<'a>(&'a self, authorization: Option<&'a str>) -> Pending<'a, Option<UserId>> {
        let token = authorization.and_then(|value| value.strip_prefix("Bearer "));
        let answer = match token {
            Some("broken") => Err(StoreError::new("find a user", "no route to host")),
            token => Ok(token.and_then(|token| token.parse().ok()).map(UserId::new)),
        };
        Box::pin(future::ready(answer))
    }
}

fn service() -> Router {
    let tasks = Tasks::new(Arc::new(MemoryTasks::default()), Arc::new(SystemClock));
    http::api(tasks, Arc::new(Numbers))
}

#[tokio::test]
async fn not_to_know_who_calls_is_not_that_nobody_does() {
    let told = Ask::new("GET", "/tasks").by("broken").of(&service()).await;
    assert_eq!(
        told.problem(),
        (500, "/problems/internal"),
        "401 would make every client throw its token away because of our failure"
    );
    assert!(!told.body.to_string().contains("route"), "{}", told.body);
}

#[tokio::test]
async fn one_key_at_the_same_time_makes_one_task() {
    let api = service();
    let asks: Vec<_> = (0..10)
        .map(|_| {
            let api = api.clone();
            tokio::spawn(async move {
                let ask = Ask::new("POST", "/tasks")
                    .by("7")
                    .header("idempotency-key", "k");
                ask.json(json!({"title": "once"})).of(&api).await
            })
        })
        .collect();
    let mut first = 0;
    for ask in asks {
        let told = ask.await.expect("no panic");
        assert_eq!(
            (told.status, &told.body["id"]),
            (201, &json!("1")),
            "{told:?}"
        );
        first += usize::from(told.header("idempotency-replayed").is_none());
    }
    assert_eq!(first, 1, "ten requests, one of which made the task");
}

#[tokio::test]
async fn every_page_size_reads_the_whole_list() {
    let api = service();
    let mut made = Vec::new();
    for number in 0..12 {
        let owner = if number % 3 == 2 { "8" } else { "7" };
        let title = format!("task {number}");
        let told = Ask::new("POST", "/tasks")
            .by(owner)
            .json(json!({"title": title}))
            .of(&api)
            .await;
        if owner == "7" {
            made.push(told.body);
        }
    }
    for limit in 1..=9 {
        let mut seen: Vec<Value> = Vec::new();
        let mut path = format!("/tasks?limit={limit}");
        for _ in 0..20 {
            let told = Ask::new("GET", &path).by("7").of(&api).await;
            let tasks = told.body["tasks"].as_array().expect("a list").clone();
            assert!(tasks.len() <= limit, "{limit} were asked for: {told:?}");
            seen.extend(tasks);
            match told.body["next"].as_str() {
                Some(next) => path = format!("/tasks?cursor={next}&limit={limit}"),
                None => break,
            }
        }
        assert_eq!(seen, made, "in pages of {limit}");
    }
}

#[tokio::test]
async fn titles_come_back_as_they_went_in() {
    let api = service();
    for title in ["\"quoted\" \\ 'and' <b>", "naïve – 任务 🦀", "%2e%2e/;--"] {
        let made = Ask::new("POST", "/tasks")
            .by("7")
            .json(json!({"title": title}))
            .of(&api)
            .await;
        let path = made.header("location").expect("a location").to_owned();
        let read = Ask::new("GET", path).by("7").of(&api).await;
        assert_eq!(read.body["title"], title);
    }
}
