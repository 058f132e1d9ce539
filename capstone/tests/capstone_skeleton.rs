//! What the skeleton promises to whoever starts it, asks it how it is, reads its log and stops it.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};
use capstone::{Application, Config};
use serde_json::Value;
use tokio::net::TcpStream;
use tracing::subscriber::NoSubscriber;

use support::{
    Gate, HOUR, Process, Service, config, exchange, field, hasty, listed, millis, request, within,
};

// ── starting and stopping ──────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn two_services_run_side_by_side() {
    let first = Service::start(config(), Router::new()).await;
    let second = Service::start(config(), Router::new()).await;
    assert!(
        first.port != 0 && second.port != 0 && first.port != second.port,
        "port() must say which port the operating system gave, one for each service; \
         it said {} and {}",
        first.port,
        second.port
    );
    for service in [&first, &second] {
        let live = service.get("/health/live").await;
        assert_eq!(
            live.status, 200,
            "GET /health/live on port {}",
            service.port
        );
    }
}

#[tokio::test]
async fn a_taken_address_is_an_error_that_names_it() {
    let taken = Service::start(config(), Router::new()).await;
    let address = SocketAddr::from(([127, 0, 0, 1], taken.port));
    let again = Config {
        address,
        ..Config::default()
    };
    // In a task, so that a panic is seen as one.
    let built = tokio::spawn(async move { Application::build(again, Router::new()).await });
    match within("Application::build on a taken address", built).await {
        Err(panic) => panic!(
            "{address} is taken. That is the operator's to mend, so build must return an error \
             that main can report; it panicked: {panic}"
        ),
        Ok(Ok(application)) => panic!(
            "{address} is taken; build returned a service on port {}",
            application.port()
        ),
        Ok(Err(error)) => assert!(
            error.to_string().contains(&address.to_string()),
            "the error must name {address}, or nobody knows which setting to change; it says: {error}"
        ),
    }
}

#[tokio::test]
async fn a_running_service_is_alive_and_ready() {
    let service = Service::start(config(), Router::new()).await;
    for path in ["/health/live", "/health/ready"] {
        let answer = service.get(path).await;
        assert_eq!(answer.status, 200, "GET {path} while serving");
    }
}

#[tokio::test]
async fn not_ready_comes_before_not_accepting() {
    let with_notice = Config {
        notice: HOUR,
        ..config()
    };
    let routes = Router::new().route("/hello", get(|| async { "hello" }));
    let mut service = Service::start(with_notice, routes).await;

    service.stop();
    // Each question comes on a connection of its own, as a balancer's do.
    let told_to_look_elsewhere = async {
        loop {
            match service.try_ask("GET", "/health/ready").await {
                Ok(answer) if answer.status == 200 => {}
                Ok(answer) => break answer.status,
                Err(error) => panic!(
                    "the service was asked to stop a moment ago and has an hour's notice to give. \
                     Until that is over it accepts connections and says 503 to /health/ready; \
                     now the balancer's question fails: {error}"
                ),
            }
        }
    };
    let what = "/health/ready to turn 503 once the service was asked to stop";
    assert_eq!(within(what, told_to_look_elsewhere).await, 503, "{what}");

    // Readiness has flipped. Liveness has not, and the work that still arrives is done.
    for path in ["/health/live", "/hello"] {
        match service.try_ask("GET", path).await {
            Ok(answer) => assert_eq!(answer.status, 200, "GET {path} during the notice"),
            Err(error) => {
                panic!("the service has an hour's notice to give, and GET {path} failed: {error}")
            }
        }
    }
    assert!(
        !service.run.is_finished(),
        "the notice is an hour and the service returned already"
    );
}

#[tokio::test]
async fn requests_in_flight_finish_before_it_returns() {
    let gate = Gate::default();
    let patient = Config {
        drain_timeout: HOUR,
        ..config()
    };
    let mut service = Service::start(patient, gate.routes()).await;
    let in_flight = service.spawn_get("/gate/order");
    gate.begun(1).await;

    service.stop();
    let refused = async { while TcpStream::connect(service.address()).await.is_ok() {} };
    within("new connections to be refused after the stop", refused).await;
    assert!(
        !service.run.is_finished(),
        "run_until_stopped returned while a request was in flight. The caller is main: \
         the process would end now, and the client would never get its answer"
    );

    gate.open(1);
    let answer = within("the answer to the request in flight", in_flight).await;
    match answer.expect("the client does not panic") {
        Ok(answer) => assert_eq!(
            (answer.status, answer.body.as_str()),
            (200, "done"),
            "the request was accepted before the stop, so it gets its answer"
        ),
        Err(error) => panic!("the request in flight lost its connection: {error}"),
    }
    // The deadline is an hour away: nothing is left to wait for, so nothing is waited for.
    let report = service.stopped().await;
    assert_eq!(
        (report.served, report.cut),
        (1, 0),
        "one request, which was served: {report:?}"
    );
}

#[tokio::test]
async fn the_deadline_cuts_what_is_left() {
    let gate = Gate::default();
    let mut service = Service::start(hasty(), gate.routes()).await;
    // One handler waits for something that never comes, the other for a client that never goes on.
    let stuck = service.spawn_get("/gate/stuck");
    let half = "POST /upload HTTP/1.1\r\nhost: test\r\ncontent-length: 100\r\n\r\nhalf of";
    let stalled = tokio::spawn(exchange(service.address(), half.to_owned()));
    gate.begun(2).await;

    service.stop();
    let report = service.stopped().await;
    assert_eq!(
        (report.served, report.cut),
        (0, 2),
        "two requests were in flight at the deadline and neither was answered: {report:?}"
    );
    assert_eq!(
        gate.handlers_alive(),
        0,
        "run_until_stopped returned and handlers still run: dropping the server does not end the \
         tasks that it spawned for its connections"
    );
    for (client, name) in [(stuck, "GET /gate/stuck"), (stalled, "POST /upload")] {
        let what = format!("{name} to see its connection end");
        let answer = within(&what, client)
            .await
            .expect("the client does not panic");
        assert!(
            !answer.as_ref().is_ok_and(|answer| answer.status < 400),
            "{name} was cut, so it must not look like a success: {answer:?}"
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_binary_starts_on_port_0_and_stops_on_sigterm() {
    // Two at once: only with ports of their own can both come up.
    let mut processes = [Process::start(), Process::start()];
    for process in &mut processes {
        let first = process.next_line();
        let port = field(&first, "port").and_then(Value::as_u64);
        let port = port.and_then(|port| u16::try_from(port).ok()).unwrap_or(0);
        assert!(
            port != 0,
            "the first line must have the field `port`, with the port that is listened on: {first}"
        );
        let live = exchange(
            ([127, 0, 0, 1], port).into(),
            request("GET", "/health/live"),
        );
        match within("GET /health/live of the binary", live).await {
            Ok(answer) => assert_eq!(answer.status, 200, "GET /health/live of the binary"),
            Err(error) => panic!("the binary says port {port}, where nobody answers: {error}"),
        }
    }
    for process in &mut processes {
        let status = process.terminate();
        assert!(
            status.success(),
            "after SIGTERM the process stops in order and ends with exit code 0; it ended with {status}"
        );
    }
}

// ── the log ────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn every_request_ends_in_one_line_of_json() {
    const PAUSE: Duration = Duration::from_millis(20);
    let slow = || async {
        tokio::time::sleep(PAUSE).await;
        StatusCode::IM_A_TEAPOT
    };
    let routes = Router::new().route("/slow", post(slow));
    let service = Service::start(config(), routes).await;

    let mut asked = Vec::new();
    for (method, path) in [
        ("GET", "/health/live"),
        ("POST", "/slow"),
        ("GET", "/nowhere"),
    ] {
        let begun = Instant::now();
        let answer = service.ask(method, path).await;
        asked.push((method, path, answer, begun.elapsed()));
    }
    let lines = service.stopped_log().await;

    for (method, path, answer, took) in asked {
        let last_lines: Vec<&Value> = lines
            .iter()
            .filter(|line| field(line, "status").is_some())
            .filter(|line| field(line, "path").is_some_and(|logged| logged == path))
            .collect();
        let [line] = last_lines[..] else {
            panic!(
                "{method} {path} must end in exactly one line with `path` and `status`; \
                 there are {} in\n{}",
                last_lines.len(),
                listed(&lines)
            );
        };
        assert_eq!(field(line, "method"), Some(&Value::from(method)), "{line}");
        assert_eq!(
            field(line, "status"),
            Some(&Value::from(answer.status)),
            "{line}"
        );
        let id = field(line, "request_id").and_then(Value::as_str);
        assert!(
            id.is_some() && id == answer.header("x-request-id"),
            "the line's `request_id` is what a client quotes from `x-request-id`. \
             The header was {:?}, the line: {line}",
            answer.header("x-request-id")
        );
        let latency = field(line, "latency_ms").and_then(Value::as_f64);
        let at_least = if path == "/slow" {
            PAUSE
        } else {
            Duration::ZERO
        };
        assert!(
            latency.is_some_and(|ms| ms >= millis(at_least) && ms <= millis(took)),
            "`latency_ms` of {path} must be from {} ms, which the handler slept, to {} ms, which \
             the client waited: {line}",
            millis(at_least),
            millis(took)
        );
    }
}

#[tokio::test]
async fn lines_written_in_a_handler_carry_the_request_id() {
    let gate = Gate::default();
    let service = Service::start(config(), gate.routes()).await;
    // Both are in their handlers at once, and each writes a line on the way in and one on the way out.
    let clients = ["left", "right"].map(|job| {
        let client = service.spawn_get(&format!("/gate/{job}"));
        (job, client)
    });
    gate.begun(2).await;
    gate.open(2);
    let mut expected = Vec::new();
    for (job, client) in clients {
        let answer = within("the answer", client).await.expect("no panic");
        let answer = answer.expect("the gate is open");
        let id = answer.header("x-request-id").unwrap_or("no x-request-id");
        expected.push((job, id.to_owned()));
    }
    let lines = service.stopped_log().await;

    assert_ne!(expected[0].1, expected[1].1, "two requests, two ids");
    for (job, id) in expected {
        let ids: Vec<_> = lines
            .iter()
            .filter(|line| field(line, "job").is_some_and(|logged| logged == job))
            .map(|line| field(line, "request_id").and_then(Value::as_str))
            .collect();
        assert_eq!(
            ids,
            [Some(id.as_str()); 2],
            "the handler of /gate/{job} wrote two lines. Each must carry the id of its request, \
             although the handler does not know it"
        );
    }
}

#[tokio::test]
async fn the_query_stays_out_of_the_log() {
    let service = Service::start(config(), Router::new()).await;
    for path in ["/health/ready", "/nowhere"] {
        service.get(&format!("{path}?token=s3cr3t")).await;
    }
    let log = service.log.clone();
    let lines = service.stopped_log().await;
    assert!(
        lines.iter().any(|line| field(line, "path").is_some()),
        "there must be a line with the request's `path`; the log has only\n{}",
        log.text()
    );
    assert!(
        !log.text().contains("s3cr3t"),
        "the query held a token, and now the log does:\n{}",
        log.text()
    );
}

#[tokio::test]
async fn what_was_cut_is_in_the_log() {
    let gate = Gate::default();
    let mut service = Service::start(hasty(), gate.routes()).await;
    service.get("/health/live").await;
    let _clients = ["one", "two"].map(|job| service.spawn_get(&format!("/gate/{job}")));
    gate.begun(2).await;
    service.stop();
    let lines = service.stopped_log().await;

    for path in ["/gate/one", "/gate/two"] {
        let said = lines.iter().any(|line| {
            line["level"] == "WARN"
                && field(line, "path").is_some_and(|logged| logged == path)
                && field(line, "method").is_some_and(|logged| logged == "GET")
                && field(line, "request_id").is_some()
        });
        assert!(
            said,
            "GET {path} was cut at the deadline. A line at level WARN must say so, with its \
             `request_id`, `method` and `path`, or nobody learns whose order was lost. The log:\n{}",
            listed(&lines)
        );
    }
    let last = lines.last().expect("the service says that it stopped");
    assert_eq!(
        (field(last, "served"), field(last, "cut")),
        (Some(&Value::from(1)), Some(&Value::from(2))),
        "the last line has the report's figures: {last}"
    );
}

#[tokio::test]
async fn the_library_installs_no_global_subscriber() {
    let service = Service::start(config(), Router::new()).await;
    service.get("/health/live").await;
    service.stopped_log().await;
    // This thread's own subscriber is gone with the service. What is left is the process's.
    let nobody = tracing::dispatcher::get_default(|process| process.is::<NoSubscriber>());
    assert!(
        nobody,
        "the library has set the process's subscriber. That is for main to decide: \
         it can be set once, and a second service in this process could never log elsewhere"
    );
}
