//! What a container's health is asked with, at places and of servers that the visible tests do not have.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use axum::Router;
use tokio::{task, time};

use support::{Service, config};

/// Nobody waits for so long, unless a test fails.
const LONG: Duration = Duration::from_secs(25);

#[tokio::test]
async fn the_probe_asks_where_the_service_listens() {
    let service = Service::start(config(), Router::new()).await;
    let port = service.port;
    let elsewhere = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let wrong = elsewhere.local_addr().expect("it is bound").to_string();
    drop(elsewhere);
    for (said, flags, by_environment) in [
        (
            "by the environment",
            Vec::new(),
            format!("127.0.0.1:{port}"),
        ),
        ("as all addresses", Vec::new(), format!("0.0.0.0:{port}")),
        (
            "by a flag, over the environment",
            vec!["--address".to_owned(), format!("127.0.0.1:{port}")],
            wrong.clone(),
        ),
    ] {
        let asking = Instant::now();
        let mut status = ended(flags.clone(), by_environment.clone()).await;
        // A machine may be so busy that nobody answers in time.
        while !status.success() && asking.elapsed() < LONG {
            status = ended(flags.clone(), by_environment.clone()).await;
        }
        assert!(
            status.success(),
            "the service is ready, and its address is said {said}; `capstone health` ends with {status}"
        );
    }
    let status = ended(Vec::new(), wrong).await;
    assert!(
        !status.success(),
        "nobody listens there: `capstone health` asks somewhere else than it was told"
    );
}

#[tokio::test]
async fn any_answer_but_ready_is_not_well() {
    for answer in [
        "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 200\r\n\r\n",
        "HTTP/1.1 404 Not Found\r\ncontent-length: 3\r\n\r\n200",
        "200 is what it says in no protocol\r\n\r\n",
        "",
    ] {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let address = listener.local_addr().expect("it is bound").to_string();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                said(stream, answer);
            }
        });
        let status = ended(Vec::new(), address).await;
        assert!(
            !status.success(),
            "the answer is {answer:?}, and `capstone health` says that all is well"
        );
    }
}

fn said(mut stream: TcpStream, answer: &str) {
    let mut request = [0; 1024];
    // Who has asked nothing is told nothing.
    if stream.read(&mut request).is_ok_and(|read| read > 0) {
        let _ = stream.write_all(answer.as_bytes());
    }
}

#[test]
fn the_probe_gives_up() {
    // The system accepts for whoever listens, so there is a connection, and never an answer.
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let address = listener.local_addr().expect("it is bound").to_string();
    let mut child = probe(Vec::new(), address)
        .spawn()
        .expect("cargo has built the binary");
    let (sender, ends) = mpsc::channel();
    let mut output = child.stdout.take().expect("it is piped");
    thread::spawn(move || {
        let mut text = String::new();
        let _ = output.read_to_string(&mut text);
        let _ = sender.send(text);
    });
    let ended = ends.recv_timeout(LONG);
    if ended.is_err() {
        let _ = child.kill();
    }
    let status = child.wait().expect("it is ours to wait for");
    assert!(
        ended.is_ok() && !status.success(),
        "somebody listens and nobody answers: `capstone health` has to give up by itself, within 3 s, and say that it is not well. \
         After {LONG:?}: {ended:?}, {status}"
    );
}

async fn ended(flags: Vec<String>, address: String) -> ExitStatus {
    let asking = task::spawn_blocking(move || probe(flags, address).output());
    let output = time::timeout(LONG, asking).await;
    let output = output.expect("`capstone health` has to end by itself");
    let output = output.expect("it does not panic");
    output.expect("cargo has built the binary").status
}

fn probe(flags: Vec<String>, address: String) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_capstone"));
    command
        .arg("health")
        .args(flags)
        .env_clear()
        .env("TASKS_ADDRESS", address)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    command
}
