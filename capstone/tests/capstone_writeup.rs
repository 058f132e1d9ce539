//! What is written about the service, asked of the service: of its binary where it can tell, of its source otherwise.

#[path = "support/compose.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod compose;
#[path = "support/openapi.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod openapi;
#[path = "support/socket.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod socket;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time;
use yaml_rust2::{Yaml, YamlLoader};

use compose::Compose;
use openapi::{METHODS, OpenApi, Operation};
use socket::Client;
use support::{Answer, Process, exchange};

const ARCHITECTURE: &str = include_str!("../docs/architecture.md");
const RUNBOOK: &str = include_str!("../docs/runbook.md");

/// Nobody waits for so long, unless a test fails.
const LONG: Duration = Duration::from_secs(30);

fn api() -> OpenApi {
    OpenApi::read(include_str!("../docs/openapi.yaml"))
}

// ── the service ────────────────────────────────────────────────────────────────────────────────────

/// The binary, without limits on how much may be asked.
struct Running {
    address: SocketAddr,
    /// Where operators ask.
    operators: SocketAddr,
    _process: Process,
}

impl Running {
    fn start() -> Self {
        let environment = [
            ("TASKS_USER_RATE", "off"),
            ("TASKS_ADDRESS_RATE", "off"),
            ("TASKS_OPERATOR_ADDRESS", "127.0.0.1:0"),
            ("TASKS_CACHE", "memory:100"),
        ];
        let mut process = Process::start_with(&[], &environment);
        let line = process.next_line();
        let at = |name: &str| {
            let port = line[name]
                .as_u64()
                .and_then(|port| u16::try_from(port).ok());
            let port = port.unwrap_or_else(|| panic!("its first line has its `{name}`: {line}"));
            SocketAddr::from(([127, 0, 0, 1], port))
        };
        Self {
            address: at("port"),
            operators: at("operator_port"),
            _process: process,
        }
    }

    /// Where an operation is to be had, by its description.
    fn place_of(&self, operation: &Operation<'_>) -> SocketAddr {
        if operation.is_for_operators() {
            self.operators
        } else {
            self.address
        }
    }

    async fn asked(&self, method: &str, path: &str, rest: &str, body: &str) -> Answer {
        Self::asked_at(self.address, method, path, rest, body).await
    }

    async fn asked_at(
        place: SocketAddr,
        method: &str,
        path: &str,
        rest: &str,
        body: &str,
    ) -> Answer {
        let head = format!("{method} {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n");
        let length = match body.len() {
            0 => String::new(),
            length => format!("content-length: {length}\r\n"),
        };
        let text = format!("{head}{rest}{length}\r\n{body}");
        let answer = time::timeout(LONG, exchange(place, text)).await;
        let answer = answer.unwrap_or_else(|_| panic!("{method} {path}: no answer in {LONG:?}"));
        answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// Asks for a socket, by somebody whom this line of the head makes known.
    async fn socket(&self, by: &str) -> Result<Client<TcpStream>, socket::Refusal> {
        let stream = TcpStream::connect(self.address).await;
        let stream = stream.unwrap_or_else(|error| panic!("{error}"));
        let opened = time::timeout(LONG, Client::open(stream, "/updates", &[by.trim_end()])).await;
        opened.unwrap_or_else(|_| panic!("GET /updates: no answer in {LONG:?}"))
    }
}

/// One thing that was asked, by whom, and what came of it.
struct Asked {
    method: &'static str,
    /// The path as it is described.
    path: &'static str,
    /// What was sent as JSON.
    sent: Option<Value>,
    status: u16,
    /// The content type of the answer, or nothing.
    kind: String,
    /// Its body, which is a text where it is no JSON, and null where there is none.
    told: Value,
}

/// What is asked in a row, and what came of it.
struct Talk<'s> {
    service: &'s Running,
    all: Vec<Asked>,
    /// The sockets that were opened.
    open: Vec<Client<TcpStream>>,
}

const JSON: &str = "content-type: application/json\r\n";

impl Talk<'_> {
    /// Sends JSON, or nothing, to a path as it is described with `{id}` filled in; `head` has whole lines.
    async fn say(
        &mut self,
        method: &'static str,
        path: &'static str,
        head: &str,
        sent: Option<Value>,
    ) -> Value {
        self.say_to(method, path, path, head, sent).await
    }

    async fn say_to(
        &mut self,
        method: &'static str,
        path: &'static str,
        actual: &str,
        head: &str,
        sent: Option<Value>,
    ) -> Value {
        let body = sent.as_ref().map_or_else(String::new, Value::to_string);
        let kind = if sent.is_some() { JSON } else { "" };
        let head = format!("{kind}{head}");
        let answer = self.service.asked(method, actual, &head, &body).await;
        self.note(method, path, sent, &answer)
    }

    fn note(
        &mut self,
        method: &'static str,
        path: &'static str,
        sent: Option<Value>,
        answer: &Answer,
    ) -> Value {
        let kind = answer.header("content-type").unwrap_or_default().to_owned();
        let told = match &answer.body {
            body if body.is_empty() => Value::Null,
            body if kind.contains("json") => serde_json::from_str(body).unwrap_or(Value::Null),
            body => Value::String(body.clone()),
        };
        self.all.push(Asked {
            method,
            path,
            sent,
            status: answer.status,
            kind,
            told: told.clone(),
        });
        told
    }

    /// Opens sockets until there is none for this caller, or there are many.
    async fn open_sockets(&mut self, by: &str) {
        for _ in 0..12 {
            let (status, kind, told) = match self.service.socket(by).await {
                Ok(client) => {
                    self.open.push(client);
                    (101, String::new(), Value::Null)
                }
                Err(refusal) => {
                    let kind = refusal.head.lines().find_map(|line| {
                        let (name, value) = line.split_once(": ")?;
                        name.eq_ignore_ascii_case("content-type").then_some(value)
                    });
                    let kind = kind.unwrap_or_default().to_owned();
                    (refusal.status, kind, refusal.body)
                }
            };
            self.all.push(Asked {
                method: "GET",
                path: "/updates",
                sent: None,
                status,
                kind,
                told,
            });
        }
    }
}

/// What Ada and nobody ask: each operation goes well once, and is refused in its ways.
async fn conversation(service: &Running) -> Vec<Asked> {
    let mut talk = Talk {
        service,
        all: Vec::new(),
        open: Vec::new(),
    };
    for path in ["/health/live", "/health/ready"] {
        talk.say("GET", path, "", None).await;
    }
    let metrics = Running::asked_at(service.operators, "GET", "/metrics", "", "").await;
    talk.note("GET", "/metrics", None, &metrics);
    let ada = json!({"name": "ada", "password": "correct horse battery"});
    for body in [
        ada.clone(),
        ada.clone(),
        json!({"name": "bob", "password": "short"}),
        json!({"name": "b", "password": "correct horse battery"}),
        json!({"name": "bob"}),
        json!({"name": "bob", "password": "correct horse battery", "admin": true}),
    ] {
        talk.say("POST", "/accounts", "", Some(body)).await;
    }
    let (sessions, refresh, end) = ("/sessions", "/sessions/refresh", "/sessions/end");
    let wrong = json!({"name": "ada", "password": "correct horse stapler"});
    talk.say("POST", sessions, "", Some(wrong)).await;
    talk.say("POST", sessions, "", Some(json!({"name": "ada"})))
        .await;
    let pass = talk.say("POST", sessions, "", Some(ada.clone())).await;
    let token = json!({"refresh_token": pass["refresh_token"]});
    let next = talk.say("POST", refresh, "", Some(token.clone())).await;
    talk.say("POST", refresh, "", Some(token)).await;
    talk.say("POST", refresh, "", Some(json!({}))).await;
    let by = next["access_token"].as_str().unwrap_or_default();
    let by = format!("authorization: Bearer {by}\r\n");
    let by = by.as_str();

    let (tasks, task) = ("/tasks", "/tasks/{id}");
    for body in [
        json!({"title": "pay the rent"}),
        json!({"title": "water the plants"}),
        json!({"title": ""}),
        json!({"title": "x".repeat(201)}),
        json!({"title": 7}),
        json!({}),
        json!({"title": "pay the rent", "colour": "red"}),
    ] {
        talk.say("POST", tasks, by, Some(body)).await;
    }
    let key = format!("{by}idempotency-key: {}\r\n", "k".repeat(129));
    let body = json!({"title": "pay the rent"});
    talk.say("POST", tasks, &key, Some(body)).await;
    for actual in ["/tasks?limit=1", "/tasks", "/tasks?limit=0"] {
        talk.say_to("GET", tasks, actual, by, None).await;
    }
    let (first, none) = ("/tasks/1", "/tasks/99");
    talk.say_to("GET", task, first, by, None).await;
    talk.say_to("GET", task, none, by, None).await;
    for body in [
        json!({"step": "start"}),
        json!({"title": "pay the rent today", "step": "finish"}),
        json!({"step": "start"}),
        json!({"step": "fly"}),
        json!({"title": ""}),
        json!({"title": "pay", "colour": "red"}),
    ] {
        talk.say_to("PATCH", task, first, by, Some(body)).await;
    }
    let stale = format!("{by}if-match: \"77\"\r\n");
    let body = json!({"title": "pay later"});
    let patch = Some(body);
    talk.say_to("PATCH", task, first, &stale, patch.clone())
        .await;
    talk.say_to("PATCH", task, none, by, patch).await;
    talk.say_to("GET", task, first, by, None).await;
    for head in [stale.as_str(), by, by] {
        talk.say_to("DELETE", task, first, head, None).await;
    }

    // A socket is asked for as any other answer is, until it is there.
    let updates = "/updates";
    for actual in [updates, "/updates?after=0", "/updates?after=x"] {
        talk.say_to("GET", updates, actual, by, None).await;
    }
    talk.open_sockets(by).await;

    // What is wrong in form, for whatever takes a body.
    let large = json!({"title": "x".repeat(20_000)});
    for (method, path, actual) in [
        ("POST", "/accounts", "/accounts"),
        ("POST", sessions, sessions),
        ("POST", refresh, refresh),
        ("POST", end, end),
        ("POST", tasks, tasks),
        ("PATCH", task, "/tasks/2"),
    ] {
        talk.say_to(method, path, actual, by, None).await;
        talk.say_to(method, path, actual, by, Some(large.clone()))
            .await;
        let head = format!("{JSON}{by}");
        let answer = service.asked(method, actual, &head, "{").await;
        talk.note(method, path, None, &answer);
    }

    let pass = talk.say("POST", sessions, "", Some(ada)).await;
    let token = json!({"refresh_token": pass["refresh_token"]});
    talk.say("POST", end, "", Some(json!({}))).await;
    talk.say("POST", end, "", Some(token)).await;
    talk.say("DELETE", sessions, by, None).await;
    for (method, path, actual) in [
        ("DELETE", sessions, sessions),
        ("GET", tasks, tasks),
        ("POST", tasks, tasks),
        ("GET", task, first),
        ("PATCH", task, first),
        ("DELETE", task, first),
        ("GET", updates, updates),
    ] {
        talk.say_to(method, path, actual, "", None).await;
    }
    talk.all
}

// ── the API ────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn each_route_is_described_and_no_other() {
    let service = Running::start();
    let api = api();
    let place = |one: &Operation<'_>| {
        if one.is_for_operators() {
            "of operators"
        } else {
            "of callers"
        }
    };
    let described: BTreeSet<(String, &str, &str)> = api
        .operations()
        .iter()
        .map(|one| (one.path.to_owned(), one.method, place(one)))
        .collect();
    // Whatever in the sources looks like a path, and whatever is described.
    let mut paths: BTreeSet<String> = described.iter().map(|(path, ..)| path.clone()).collect();
    for (_, text) in sources() {
        let literals = text.split('"').skip(1).step_by(2);
        let literals = literals.filter(|text| text.starts_with('/'));
        // `{}` is of a text that is put together, and of no route.
        let literals = literals.filter(|text| !text.contains([' ', '?']) && !text.contains("{}"));
        paths.extend(literals.map(str::to_owned));
    }
    let mut there = BTreeSet::new();
    for path in paths {
        let actual = filled(&path);
        let ports = [
            (service.address, "of callers"),
            (service.operators, "of operators"),
        ];
        for (method, (port, whose)) in METHODS
            .iter()
            .flat_map(|one| ports.map(|port| (*one, port)))
        {
            let method_name = method.to_uppercase();
            let answer = Running::asked_at(port, &method_name, &actual, "", "").await;
            let status = answer.status;
            // Nobody is signed in, so a route that is there answers with something else, 401 in most cases.
            if status != 404 && status != 405 {
                there.insert((path.clone(), method, whose));
            }
        }
    }
    let missing: Vec<_> = there.difference(&described).collect();
    let gone: Vec<_> = described.difference(&there).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "openapi.yaml does not describe {missing:?}, which the service has on that port, and describes {gone:?}, which it has not; \
         what has `servers` of its own is on the port of operators"
    );
}

/// A path with something in the place of each parameter.
fn filled(path: &str) -> String {
    let parts = path.split('/');
    let parts: Vec<&str> = parts
        .map(|part| if part.starts_with('{') { "1" } else { part })
        .collect();
    parts.join("/")
}

#[tokio::test]
async fn what_the_service_answers_is_described() {
    let service = Running::start();
    let api = api();
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for asked in conversation(&service).await {
        let status = asked.status;
        let at = format!("{} {}, {status}", asked.method, asked.path);
        let Some(operation) = api.operation(asked.method, asked.path) else {
            wrong.push(format!("{at}: nothing is said of it"));
            continue;
        };
        if !api.statuses(&operation).contains(&status) {
            wrong.push(format!("{at}: that it answers so is not said"));
            continue;
        }
        let kind = asked.kind.as_str();
        match api.answer(&operation, status) {
            None if asked.told.is_null() => {}
            None => wrong.push(format!(
                "{at}: it has a body of {kind}, and none is described"
            )),
            Some((kinds, schema)) => {
                // With its parameters or without them.
                let short = kind.split(';').next().unwrap_or_default();
                if !kinds.contains(&kind) && !kinds.contains(&short) {
                    wrong.push(format!("{at}: it is {kind:?}, and described is {kinds:?}"));
                }
                wrong.extend(api.faults(schema, &asked.told, &at, &mut seen));
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(
        wrong.is_empty(),
        "a client is written after openapi.yaml, and meets what is not in it:\n{}",
        wrong.join("\n")
    );
}

#[tokio::test]
async fn what_is_described_is_answered() {
    let service = Running::start();
    let api = api();
    let mut statuses: BTreeMap<(String, String), BTreeSet<u16>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut described = Vec::new();
    for asked in conversation(&service).await {
        let status = asked.status;
        let key = (asked.method.to_lowercase(), asked.path.to_owned());
        statuses.entry(key).or_default().insert(status);
        let Some(operation) = api.operation(asked.method, asked.path) else {
            continue;
        };
        if let Some((_, schema)) = api.answer(&operation, status) {
            api.faults(schema, &asked.told, "", &mut seen);
            described.extend(api.described(schema));
        }
    }
    let mut wrong = Vec::new();
    for operation in api.operations() {
        let key = (operation.method.to_owned(), operation.path.to_owned());
        // What the conversation does not come to is known to be there, by the first of these tests.
        let Some(answered) = statuses.get(&key) else {
            continue;
        };
        // What takes a limit, a failure inside, a stop or two at the same time is not provoked here.
        let rare = BTreeSet::from([409, 429, 500, 503]);
        let said = api.statuses(&operation);
        let never = said
            .iter()
            .filter(|status| !answered.contains(status) && !rare.contains(status));
        wrong.extend(never.map(|status| format!("{} {}: never {status}", key.0, key.1)));
        if said.is_empty() {
            wrong.push(format!("{} {}: it says no status", key.0, key.1));
        }
    }
    let never = described.iter().filter(|(at, _)| !seen.contains(at));
    let names: BTreeSet<&str> = never.map(|(_, name)| name.as_str()).collect();
    assert!(
        wrong.is_empty() && names.is_empty(),
        "openapi.yaml describes what never comes: the properties {names:?}, and\n{}",
        wrong.join("\n")
    );
}

#[tokio::test]
async fn requests_are_described_as_the_service_takes_them() {
    let service = Running::start();
    let api = api();
    let mut wrong = Vec::new();
    for asked in conversation(&service).await {
        let Some(sent) = &asked.sent else { continue };
        let at = format!("{} {} with {sent:.80}", asked.method, asked.path);
        let schema = api.operation(asked.method, asked.path);
        let schema = schema.as_ref().and_then(|operation| api.request(operation));
        let Some(schema) = schema else {
            wrong.push(format!("{at}: no `requestBody` of JSON is described"));
            continue;
        };
        let faults = api.faults(schema, sent, "the body", &mut BTreeSet::new());
        match asked.status {
            200..300 if !faults.is_empty() => {
                wrong.push(format!(
                    "{at}: the service takes it, and described is {faults:?}"
                ));
            }
            422 if faults.is_empty() => {
                wrong.push(format!(
                    "{at}: the service refuses it, and as described it is right"
                ));
            }
            _ => {}
        }
    }
    assert!(
        wrong.is_empty(),
        "who checks requests with openapi.yaml before they are sent is wrong about these:\n{}",
        wrong.join("\n")
    );
}

#[tokio::test]
async fn who_has_to_be_signed_in_is_told() {
    let service = Running::start();
    let api = api();
    assert!(
        api.operations().len() > 1,
        "openapi.yaml describes no operations"
    );
    for operation in api.operations() {
        let method = operation.method.to_uppercase();
        let path = filled(operation.path);
        let place = service.place_of(&operation);
        let asked = Running::asked_at(place, &method, &path, "", "").await;
        assert_eq!(
            asked.status == 401,
            api.is_secured(&operation),
            "{method} {} without a token is answered with {}; `security`, its own or that of the whole file, says something else",
            operation.path,
            asked.status
        );
    }
}

// ── the architecture ───────────────────────────────────────────────────────────────────────────────

/// The learner's sources, by path below `src`, without comments.
fn sources() -> Vec<(PathBuf, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open = vec![src.clone()];
    let mut all = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("the sources are there") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = fs::read_to_string(&path).expect("sources are texts");
                let code = text
                    .lines()
                    .filter(|line| !line.trim_start().starts_with("//"));
                let code: Vec<&str> = code.collect();
                let below = path.strip_prefix(&src).expect("it is below").to_owned();
                all.push((below, code.join("\n")));
            }
        }
    }
    all
}

/// Which module of the crate uses which other one. `main` is one of them, `lib` is not.
fn uses() -> BTreeSet<(String, String)> {
    let sources = sources();
    let (_, lib) = sources
        .iter()
        .find(|(path, _)| path == Path::new("lib.rs"))
        .expect("src/lib.rs");
    let modules: BTreeSet<&str> = lib
        .lines()
        .filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod "))
        .filter_map(|rest| rest.strip_suffix(';'))
        .collect();
    // A name of the crate itself is its module's.
    let mut homes: BTreeMap<&str, &str> = modules.iter().map(|name| (*name, *name)).collect();
    for line in lib.split(';').map(str::trim) {
        let exported = line.rsplit("pub use ").next().filter(|rest| *rest != line);
        let exported = exported.or(line.strip_prefix("pub use "));
        let Some((module, names)) = exported.and_then(|rest| rest.split_once("::")) else {
            continue;
        };
        let names = names.trim_matches(['{', '}']).split(',').map(str::trim);
        homes.extend(
            names
                .filter(|_| modules.contains(module))
                .map(|name| (name, module)),
        );
    }
    let mut all = BTreeSet::new();
    for (path, code) in &sources {
        let first = path.iter().next().and_then(|name| name.to_str());
        let from = first.unwrap_or_default().trim_end_matches(".rs");
        if from != "main" && !modules.contains(from) {
            continue;
        }
        let root = if from == "main" {
            "capstone::"
        } else {
            "crate::"
        };
        for after in code.split(root).skip(1) {
            let group = after
                .strip_prefix('{')
                .and_then(|rest| rest.split_once('}'));
            let names = group.map_or(after, |(inner, _)| inner).split(',');
            // Of what is no group, the first name is all.
            let names = names.take(if group.is_some() { usize::MAX } else { 1 });
            for name in names.map(str::trim) {
                let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                let home = homes.get(&name[..end.unwrap_or(name.len())]);
                if let Some(to) = home.filter(|to| **to != from) {
                    all.insert((from.to_owned(), (*to).to_owned()));
                }
            }
        }
    }
    all
}

/// The arrows of the diagram.
fn arrows() -> BTreeSet<(String, String)> {
    let diagram = ARCHITECTURE
        .split_once("```mermaid")
        .and_then(|(_, rest)| rest.split_once("```"));
    let Some((diagram, _)) = diagram else {
        panic!("architecture.md has no block of `mermaid`");
    };
    let arrows = diagram.lines().filter_map(|line| line.split_once("-->"));
    arrows
        .map(|(from, to)| (from.trim().to_owned(), to.trim().to_owned()))
        .collect()
}

#[test]
fn the_diagram_is_what_the_code_uses() {
    let drawn = arrows();
    let used = uses();
    let invented: Vec<_> = drawn.difference(&used).collect();
    assert!(
        invented.is_empty(),
        "architecture.md draws arrows between modules that do not use each other, or are none of src/lib.rs: {invented:?}"
    );
    let reaches = |from: &str, to: &str| {
        let mut open = vec![from];
        let mut been = BTreeSet::new();
        while let Some(place) = open.pop() {
            if been.insert(place) {
                let next = drawn.iter().filter(|(from, _)| from == place);
                open.extend(next.map(|(_, to)| to.as_str()));
            }
        }
        been.contains(to)
    };
    let hidden: Vec<_> = used
        .iter()
        .filter(|(from, to)| !reaches(from, to))
        .collect();
    assert!(
        hidden.is_empty(),
        "no way over the arrows of architecture.md leads from the first of these to the second, which it uses: {hidden:?}"
    );
}

#[test]
fn each_decision_has_its_price() {
    let (_, decisions) = ARCHITECTURE
        .split_once("\n## Decisions\n")
        .expect("architecture.md has a section `## Decisions`");
    let decisions = decisions.split("\n## ").next().unwrap_or_default();
    let decisions: Vec<&str> = decisions.split("\n### ").skip(1).collect();
    assert!(
        decisions.len() >= 4,
        "architecture.md has {} decisions; four that somebody might have made otherwise are the least",
        decisions.len()
    );
    for decision in decisions {
        let title = decision.lines().next().unwrap_or_default();
        for part in ["Chosen", "Instead of", "Price"] {
            let said = paragraph(decision, part);
            assert!(
                said.split_whitespace().count() >= 4,
                "the decision `{title}` does not say what was chosen, instead of what, and at what price; of `**{part}:**` it has \
                 `{said}`"
            );
        }
    }
    let words = ARCHITECTURE.split_whitespace().count();
    assert!(
        words <= 1000,
        "architecture.md has {words} words; nobody reads more than two pages, which are 1000"
    );
}

/// What follows `**part:**`, up to an empty line or the next part.
fn paragraph(text: &str, part: &str) -> String {
    let after = text.split_once(&format!("**{part}:**"));
    let after = after.map_or("", |(_, after)| after);
    let lines = after
        .lines()
        .enumerate()
        .take_while(|(at, line)| *at == 0 || !line.trim().is_empty() && !line.contains("**"));
    let lines: Vec<&str> = lines.map(|(_, line)| line.trim()).collect();
    lines.join(" ").trim().to_owned()
}

// ── the estimate ───────────────────────────────────────────────────────────────────────────────────

fn capacity() -> Yaml {
    let mut documents = YamlLoader::load_from_str(include_str!("../docs/capacity.yaml"))
        .unwrap_or_else(|error| panic!("capacity.yaml is no YAML: {error}"));
    documents.remove(0)
}

/// A number of the estimate.
fn number(estimate: &Yaml, part: &str, name: &str) -> f64 {
    let value = &estimate[part][name];
    let number = match value {
        Yaml::Integer(number) => number.to_string().parse().ok(),
        Yaml::Real(number) => number.parse().ok(),
        _ => None,
    };
    let number: f64 =
        number.unwrap_or_else(|| panic!("capacity.yaml: `{part}` has no number `{name}`"));
    assert!(
        number > 0.0,
        "capacity.yaml: `{name}` is {number}, of which nothing follows"
    );
    number
}

#[test]
fn the_estimate_follows_from_its_inputs() {
    let estimate = capacity();
    let assumed = |name| number(&estimate, "assumed", name);
    let measured = |name| number(&estimate, "measured", name);
    let new = assumed("users") * assumed("new_tasks_per_day");
    let changes = new * (1.0 + assumed("changes_per_task"));
    let peak = changes * assumed("busiest_hour") / 3600.0;
    let reads = peak * assumed("reads_per_change");
    let busy = (peak / measured("changes_per_second")).max(reads / measured("reads_per_second"));
    let year = new * 250.0 * measured("bytes_per_task") / f64::from(1 << 30);
    let memory = measured("resident_mib") + 2.0 * measured("hash_mib");
    for (name, value, why) in [
        (
            "changes_per_day",
            changes,
            "users × new tasks × (1 + changes of each)",
        ),
        (
            "changes_per_second_at_peak",
            peak,
            "the busiest hour's share of a day's changes, in 3600 s: the mean of a day is what no hour has",
        ),
        (
            "reads_per_second_at_peak",
            reads,
            "so many reads for each change",
        ),
        (
            "instances",
            busy.ceil() + 1.0,
            "what the peak needs, and one more, which is being deployed or is down",
        ),
        (
            "gib_per_year",
            year,
            "new tasks of 250 working days, and nobody deletes",
        ),
        (
            "memory_mib",
            memory,
            "the process, and the two hashes that run at once",
        ),
    ] {
        let said = number(&estimate, "derived", name);
        assert!(
            (said / value - 1.0).abs() <= 0.05,
            "capacity.yaml: `{name}` is {said}, and from the inputs above it is {value:.1}: {why}"
        );
    }
}

#[test]
fn the_estimate_is_of_what_is_delivered() {
    let estimate = capacity();
    let hash = number(&estimate, "measured", "hash_mib");
    let cost = f64::from(capstone::adapters::Cost::default().memory_kib) / 1024.0;
    assert!(
        hash >= cost,
        "capacity.yaml: a hash takes {hash} MiB, and `Cost::default()` says {cost}"
    );
    let compose = Compose::read(include_str!("../deploy/compose.yaml"));
    let tasks = compose.service("tasks");
    let limits = [
        &tasks["deploy"]["resources"]["limits"]["memory"],
        &tasks["mem_limit"],
    ];
    let limit = limits
        .iter()
        .map(|limit| compose::text(limit))
        .find(|limit| !limit.is_empty());
    let limit = mib(&limit.unwrap_or_default());
    let needed = number(&estimate, "derived", "memory_mib");
    assert!(
        needed <= limit * 0.8,
        "capacity.yaml: the service needs {needed} MiB, and compose.yaml gives it {limit}; with less than a fifth of room the kernel \
         ends it on a busy day"
    );
}

/// `256M`, `1g`.
fn mib(text: &str) -> f64 {
    let text = text.to_ascii_lowercase();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: f64 = digits
        .parse()
        .unwrap_or_else(|_| panic!("compose.yaml: `{text}` is no amount of memory such as 256M"));
    match text[digits.len()..].trim_end_matches('b') {
        "g" | "gi" => number * 1024.0,
        "m" | "mi" => number,
        "k" | "ki" => number / 1024.0,
        _ => number / f64::from(1 << 20),
    }
}

// ── the runbook ────────────────────────────────────────────────────────────────────────────────────

const CASES: [&str; 8] = [
    "It does not start",
    "It takes no requests",
    "Requests fail",
    "The cache is away",
    "Many are refused",
    "Jobs are not done",
    "A key has leaked",
    "A stop cuts requests",
];

/// The section of a case.
fn case(name: &str) -> &'static str {
    let found = RUNBOOK.split_once(&format!("\n## {name}\n"));
    let Some((_, rest)) = found else {
        panic!("runbook.md has no section `## {name}`");
    };
    rest.split("\n## ").next().unwrap_or_default()
}

/// What stands between backticks.
fn spans(text: &str) -> Vec<String> {
    let one_line = text.replace('\n', " ");
    let spans = one_line.split('`').skip(1).step_by(2);
    spans.map(str::to_owned).collect()
}

#[test]
fn the_runbook_has_every_case() {
    for name in CASES {
        let section = case(name);
        for part in ["Seen", "Ask", "Do"] {
            let said = paragraph(section, part);
            assert!(
                said.split_whitespace().count() >= 4,
                "runbook.md, `{name}`: of `**{part}:**` it has `{said}`. Who is called at night needs to know what it looks like, \
                 what to find out, and what to do"
            );
        }
    }
}

#[test]
fn what_the_runbook_names_is_there() {
    let sources: Vec<String> = sources().into_iter().map(|(_, text)| text).collect();
    let paths: BTreeSet<String> = api()
        .operations()
        .iter()
        .map(|one| one.path.to_owned())
        .collect();
    let compose = Compose::read(include_str!("../deploy/compose.yaml"));
    let services: Vec<&str> = compose.services().iter().map(|(name, _)| *name).collect();
    for span in spans(RUNBOOK) {
        if let Some(setting) = span.strip_prefix("TASKS_") {
            let key = format!("\"{}\"", setting.to_lowercase());
            let known = |text: &String| text.contains(&key) || text.contains(&span);
            assert!(
                sources.iter().any(known),
                "runbook.md: `{span}` is no setting of the service"
            );
        } else if span.starts_with('/') {
            assert!(
                paths.contains(&span),
                "runbook.md: `{span}` is no path of openapi.yaml, which has {paths:?}"
            );
        } else if let Some(rest) = span.strip_prefix("docker compose ") {
            let service = rest.split_whitespace().last().unwrap_or_default();
            assert!(
                rest.starts_with('-') || services.contains(&service),
                "runbook.md: `{span}` is about no service of compose.yaml, which has {services:?}"
            );
        }
    }
    let mut lines = 0;
    for name in CASES {
        for span in spans(&paragraph(case(name), "Seen")) {
            if span.starts_with('/') || span.starts_with("TASKS_") {
                continue;
            }
            lines += 1;
            assert!(
                sources.iter().any(|text| text.contains(&span)),
                "runbook.md, `{name}`: no line of the log says `{span}`; who searches for it finds nothing, and looks elsewhere"
            );
        }
    }
    assert!(
        lines >= 6,
        "runbook.md says what is seen of {lines} lines of the log; a line is what can be searched for"
    );
}
