// The same step through each way in, and what comes out in one language.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::sync::Arc;

use axum::Router;
use rooms::cli::{self, Streams};
use rooms::desk::UseCases;
use rooms::http;
use rooms::ports::Callers;
use serde_json::{Value, json};

use crate::front::{Badges, send};

/// Nine o'clock, in seconds.
pub const NINE_S: i64 = 1_772_442_000;

/// What somebody does, with values as they type them.
#[derive(Debug, Clone)]
pub enum Step {
    Found,
    Show(String),
    Book(String, String, String, String),
    Cancel(String, String),
    Appoint(String, String, String),
    Dismiss(String, String),
}

/// A way in.
pub trait Driver {
    fn name(&self) -> &'static str;

    /// Lines of what happened or is there, or `no: ` and the word for why not.
    async fn drive(&self, token: Option<&str>, step: &Step) -> Vec<String>;
}

/// What a command has said.
#[derive(Debug, PartialEq)]
pub struct Said {
    pub code: u8,
    pub out: String,
    pub err: String,
}

impl Said {
    /// The first word of a trouble, which scripts decide by.
    #[track_caller]
    pub fn word(&self) -> &str {
        let trouble = self.err.strip_prefix("rooms: ");
        let word = trouble.and_then(|trouble| trouble.split_once(": "));
        match word {
            Some((word, _)) if self.out.is_empty() => word,
            _ => panic!(
                "a command that has done nothing says `rooms: <word>: <text>` on standard error and nothing on standard output; this one \
                 has said {self:?}"
            ),
        }
    }
}

/// Gives one command.
pub fn command(
    desk: &dyn UseCases,
    callers: &dyn Callers,
    token: Option<&str>,
    args: &[&str],
) -> Said {
    let args: Vec<String> = args.iter().map(ToString::to_string).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let streams = Streams {
        out: &mut out,
        err: &mut err,
    };
    let code = cli::run(&args, token, desk, callers, streams);
    let text = |bytes| String::from_utf8(bytes).expect("what a command says is UTF-8");
    Said {
        code,
        out: text(out),
        err: text(err),
    }
}

/// The command line.
pub struct Cli(pub Arc<dyn UseCases>);

impl Driver for Cli {
    fn name(&self) -> &'static str {
        "the command line"
    }

    async fn drive(&self, token: Option<&str>, step: &Step) -> Vec<String> {
        let args = match step {
            Step::Found => vec!["found"],
            Step::Show(room) => vec!["show", room],
            Step::Book(room, from, until, title) => vec!["book", room, from, until, title],
            Step::Cancel(room, booking) => vec!["cancel", room, booking],
            Step::Appoint(room, user, role) => vec!["appoint", room, user, role],
            Step::Dismiss(room, user) => vec!["dismiss", room, user],
        };
        let said = command(&*self.0, &Badges::default(), token, &args);
        if said.code != 0 {
            return vec![format!("no: {}", said.word())];
        }
        assert_eq!(
            said.err, "",
            "{args:?}: what is on standard error of a command that has worked"
        );
        said.out.lines().map(str::to_owned).collect()
    }
}

/// HTTP.
pub struct Web(Router);

impl Web {
    pub fn new(desk: Arc<dyn UseCases>) -> Self {
        Self(http::router(desk, Arc::new(Badges::default())))
    }
}

impl Driver for Web {
    fn name(&self) -> &'static str {
        "HTTP"
    }

    async fn drive(&self, token: Option<&str>, step: &Step) -> Vec<String> {
        // A number goes as a number, and what is none as the text that it is.
        let number = |text: &str| {
            text.parse::<i64>()
                .map_or_else(|_| json!(text), Value::from)
        };
        let (request, body) = match step {
            Step::Found => ("POST /rooms".to_owned(), Value::Null),
            Step::Show(room) => (format!("GET /rooms/{room}"), Value::Null),
            Step::Book(room, from, until, title) => (
                format!("POST /rooms/{room}/bookings"),
                json!({"from": number(from), "until": number(until), "title": title}),
            ),
            Step::Cancel(room, booking) => (
                format!("DELETE /rooms/{room}/bookings/{booking}"),
                Value::Null,
            ),
            Step::Appoint(room, user, role) => (
                format!("PUT /rooms/{room}/people/{user}"),
                json!({"role": role}),
            ),
            Step::Dismiss(room, user) => {
                (format!("DELETE /rooms/{room}/people/{user}"), Value::Null)
            }
        };
        let token = token.map(|token| format!("Bearer {token}"));
        let headers: Vec<(&str, &str)> = token
            .iter()
            .map(|token| ("authorization", &**token))
            .collect();
        let reply = send(&self.0, &request, &headers, &body.to_string()).await;
        let told = reply.json();
        if reply.status >= 300 {
            let kind = told["type"].as_str().unwrap_or_default();
            let word = kind.strip_prefix("/problems/").unwrap_or(kind);
            let word = told["reason"].as_str().unwrap_or(word);
            return vec![format!("no: {word}")];
        }
        if let Some(events) = told["events"].as_array() {
            return events.iter().map(event).collect();
        }
        match told["bookings"].as_array() {
            Some(bookings) => (bookings.iter())
                .map(|it| format!("booking {}", booking(it)))
                .collect(),
            None => vec![format!("room {}", plain(&told["room"]))],
        }
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn booking(booking: &Value) -> String {
    let parts = ["id", "by", "from", "until", "title"].map(|part| plain(&booking[part]));
    parts.join(" ")
}

fn event(event: &Value) -> String {
    let what = plain(&event["event"]);
    if what == "appointed" {
        let role = event["role"].as_str().unwrap_or("nobody");
        format!("{what} {} {role}", plain(&event["user"]))
    } else {
        format!("{what} {}", booking(&event["booking"]))
    }
}

fn text(text: impl ToString) -> String {
    text.to_string()
}

pub fn found() -> Step {
    Step::Found
}

pub fn show(room: impl ToString) -> Step {
    Step::Show(text(room))
}

/// So many minutes from nine on.
pub fn book(room: impl ToString, from: i64, until: i64, title: &str) -> Step {
    let at = |minutes: i64| text(NINE_S + 60 * minutes);
    Step::Book(text(room), at(from), at(until), text(title))
}

pub fn cancel(room: impl ToString, booking: impl ToString) -> Step {
    Step::Cancel(text(room), text(booking))
}

pub fn appoint(room: impl ToString, user: impl ToString, role: &str) -> Step {
    Step::Appoint(text(room), text(user), text(role))
}

pub fn dismiss(room: impl ToString, user: impl ToString) -> Step {
    Step::Dismiss(text(room), text(user))
}
