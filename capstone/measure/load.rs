//! Puts a service under load, or compares what two loads have come to. By hand, against a service that runs:
//!
//! ```text
//! cargo run --release -p capstone --example load -- run --address 127.0.0.1:8080 --out before.jsonl
//! cargo run --release -p capstone --example load -- gate before.jsonl after.jsonl
//! ```
//!
//! `run` adds a line to the file, so that nine runs of each, in turn, are what `gate` wants. The service must not limit this user:
//! `--user-rate off --address-rate off`.

#[path = "../tests/support/load.rs"]
mod client;

use std::collections::HashMap;
use std::env;
use std::error::Error;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::net::SocketAddr;
use std::process::{self, ExitCode};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use capstone::load::{Figures, Gate, Mix, Pair, Plan, Verdict, run};
use client::{Client, Told};
use serde_json::Value;

type Failure = Box<dyn Error + Send + Sync>;

/// Exit codes, beside 0 for what passes.
const WORSE: u8 = 1;
const WRONG_USE: u8 = 2;
const NO_VERDICT: u8 = 3;

const USAGE: &str = "\
load run --address ADDRESS [--out FILE] [--per-second 300] [--seconds 10] [--at-once 64] [--patience-ms 5000]
         [--seed 1] [--list 2] [--read 5] [--create 2] [--change 1] [--tasks 200] [--keys 0]
load gate BASELINE CURRENT [--tail 1.5] [--throughput 1.2]";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let done = match arguments.split_first() {
        Some((word, rest)) if word == "run" => put_under_load(rest).await,
        Some((word, rest)) if word == "gate" => compare(rest),
        _ => Err(USAGE.into()),
    };
    done.unwrap_or_else(|error| {
        eprintln!("{error}");
        ExitCode::from(WRONG_USE)
    })
}

async fn put_under_load(arguments: &[String]) -> Result<ExitCode, Failure> {
    let options = Options::read(arguments)?;
    let address: SocketAddr = options.get("address", SocketAddr::from(([127, 0, 0, 1], 8080)))?;
    let tasks = options.get("tasks", 200_u64)?;
    let plan = Plan {
        per_second: options.get("per-second", 300)?,
        length: Duration::from_secs(options.get("seconds", 10)?),
        at_once: options.get("at-once", 64)?,
        patience: Duration::from_millis(options.get("patience-ms", 5000)?),
        seed: options.get("seed", 1)?,
        mix: Mix {
            list: options.get("list", 2)?,
            read: options.get("read", 5)?,
            create: options.get("create", 2)?,
            change: options.get("change", 1)?,
        },
    };
    let header = signed_in(address).await?;
    let first = filled(address, &header, tasks, options.get("keys", 0)?).await?;
    let client = Client::new(address, &header, tasks).beginning_at(first);
    let report = run(&plan, Arc::new(client)).await;
    let figures = report.figures();
    println!(
        "{} answered, {} failed {:?}, {:.1} in a second; p50 {:?}, p99 {:?}, p99.9 {:?}, max {:?}",
        figures.answered,
        figures.failed,
        report.failed,
        figures.per_second,
        figures.p50,
        figures.p99,
        figures.p999,
        figures.max
    );
    if let Some(path) = options.all.get("out") {
        let mut file = OpenOptions::new().create(true).append(true).open(path)?;
        writeln!(file, "{}", serde_json::to_string(&figures)?)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// An account of this run's own, so that runs on one service do not see each other's tasks.
async fn signed_in(address: SocketAddr) -> Result<String, Failure> {
    let anybody = Client::new(address, "", 1);
    let name = format!("load-{}", process::id());
    let body = format!(r#"{{"name": "{name}", "password": "correct horse battery"}}"#);
    ok(anybody.ask("POST", "/accounts", "", &body).await?)?;
    let pass = ok(anybody.ask("POST", "/sessions", "", &body).await?)?;
    let token = pass["access_token"].as_str().ok_or("no access token")?;
    Ok(format!("authorization: Bearer {token}\r\n"))
}

/// Makes tasks, and so many more under keys. Returns the number of the first.
async fn filled(address: SocketAddr, header: &str, tasks: u64, keys: u64) -> Result<u64, Failure> {
    let user = Client::new(address, header, 1);
    let mut first = None;
    for number in 0..tasks + keys {
        let key = match number < tasks {
            true => String::new(),
            false => format!("idempotency-key: {}-{number}\r\n", process::id()),
        };
        let body = format!(r#"{{"title": "call the supplier about order {number}"}}"#);
        let made = ok(user.ask("POST", "/tasks", &key, &body).await?)?;
        let id = made["id"].as_str().and_then(|id| id.parse().ok());
        first = first.or(id);
    }
    Ok(first.ok_or("no tasks were made")?)
}

fn ok(told: Told) -> Result<Value, Failure> {
    match told.status {
        200..300 => Ok(serde_json::from_slice(&told.body)?),
        status => Err(format!("{status}: {}", String::from_utf8_lossy(&told.body)).into()),
    }
}

fn compare(arguments: &[String]) -> Result<ExitCode, Failure> {
    let [baseline, current, rest @ ..] = arguments else {
        return Err(USAGE.into());
    };
    let options = Options::read(rest)?;
    let gate = Gate {
        tail: options.get("tail", 1.5)?,
        throughput: options.get("throughput", 1.2)?,
    };
    let pairs: Vec<Pair> = figures(baseline)?
        .into_iter()
        .zip(figures(current)?)
        .map(|(baseline, current)| Pair { baseline, current })
        .collect();
    let verdict = gate.judge(&pairs);
    println!("{verdict:?}, by {} pairs", pairs.len());
    Ok(match verdict {
        Verdict::Passed => ExitCode::SUCCESS,
        Verdict::Worse(_) => ExitCode::from(WORSE),
        Verdict::Unclear(_) | Verdict::TooFew | Verdict::OtherPlan => ExitCode::from(NO_VERDICT),
    })
}

fn figures(path: &str) -> Result<Vec<Figures>, Failure> {
    let text = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    let lines = text.lines().map(serde_json::from_str);
    Ok(lines.collect::<Result<_, _>>()?)
}

/// `--name value`, each at most once.
struct Options {
    all: HashMap<String, String>,
}

impl Options {
    fn read(arguments: &[String]) -> Result<Self, Failure> {
        let mut all = HashMap::new();
        for pair in arguments.chunks(2) {
            match pair {
                [name, value] if name.starts_with("--") => {
                    all.insert(name[2..].to_owned(), value.clone());
                }
                _ => return Err(USAGE.into()),
            }
        }
        Ok(Self { all })
    }

    fn get<T: FromStr>(&self, name: &str, default: T) -> Result<T, Failure> {
        match self.all.get(name) {
            None => Ok(default),
            Some(text) => {
                let wrong = || format!("--{name} can't be `{text}`\n{USAGE}");
                Ok(text.parse().map_err(|_| wrong())?)
            }
        }
    }
}
