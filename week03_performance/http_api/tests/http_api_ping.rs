//! Stage 1: a service that knows its port, starts or says why not, and ends whole.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::error::Error as _;
use std::io::ErrorKind;

use http_api::{Application, BuildError, Config};
use support::{Client, Connection, Service, build, config, local, within};
use tokio::net::{TcpListener, TcpStream};

const PING: &str = "GET /ping HTTP/1.1\r\nhost: depot\r\n\r\n";

#[tokio::test]
async fn ping_is_answered_without_a_socket() {
    let client = Client::new().await;
    let answer = client.get("/ping").await.is(200, "the service is up");
    assert_eq!(answer.body, "pong", "the body of GET /ping");
    client
        .get("/pong")
        .await
        .is(404, "there is no such resource");
    let refused = client.delete("/ping").await;
    let refused = refused.is(405, "the resource is there, and has no such method");
    assert!(
        refused.header("allow").contains("GET"),
        "a 405 says in `allow` what is allowed, not {:?}",
        refused.header("allow")
    );
}

#[tokio::test]
async fn the_port_is_the_one_that_the_system_gave() {
    let first = Service::start(Config::default()).await;
    let second = Service::start(Config::default()).await;
    assert_ne!(
        first.port, 0,
        "port 0 asks for any port, and is none itself"
    );
    assert_ne!(
        first.port, second.port,
        "two services of one process listen on two ports"
    );
    for service in [&first, &second] {
        let mut connection = service.connect().await;
        connection.send(PING).await;
        let answer = connection.answer().await;
        assert_eq!(
            answer,
            Some((200, "pong".to_owned())),
            "GET /ping on port {}",
            service.port
        );
    }
}

#[tokio::test]
async fn who_comes_between_build_and_run_is_served() {
    let application = build(Config::default()).await;
    // The system accepts for the service, as it does during the first moments of every start.
    let mut connection = Connection::to(application.port()).await;
    connection.send(PING).await;
    let _service = Service::of(application);
    assert_eq!(
        connection.answer().await,
        Some((200, "pong".to_owned())),
        "a client that connected after build and before run is answered, on the same socket"
    );
}

#[tokio::test]
async fn a_taken_port_is_an_error_of_build_that_names_it() {
    let other = TcpListener::bind(local(0)).await.expect("a port");
    let taken = other.local_addr().expect("an address");
    let building = Application::build(config(|config| config.address = taken));
    let error = match building.await {
        Ok(_) => panic!("{taken} is taken, and build must say so, not run"),
        Err(error) => error,
    };
    assert!(
        error.to_string().contains(&taken.to_string()),
        "the operator needs the address {taken}, and reads {error}"
    );
    assert!(
        error.source().is_some(),
        "the system's reason is the source"
    );
    let BuildError::Listen { address, source } = error else {
        panic!("the error must be Listen");
    };
    assert_eq!(
        (address, source.kind()),
        (taken, ErrorKind::AddrInUse),
        "the address that was asked for, and what the system says of it"
    );
}

#[tokio::test]
async fn after_a_stop_nothing_is_left() {
    let mut service = Service::start(Config::default()).await;
    let port = service.port;
    let mut idle = service.connect().await;
    idle.send(PING).await;
    assert!(idle.answer().await.is_some(), "an answer before the stop");

    service.stop();
    service.stopped().await;
    assert_eq!(
        idle.answer().await,
        None,
        "when run_until_stopped has returned, the idle connection is closed"
    );
    let late = within("a refusal", TcpStream::connect(local(port))).await;
    assert!(
        late.is_err(),
        "when run_until_stopped has returned, nobody listens on port {port}"
    );
}

#[tokio::test]
async fn who_is_in_the_middle_of_a_request_is_answered_before_the_end() {
    let mut service = Service::start(Config::default()).await;
    let (first, rest) = PING.split_at(10);
    let mut slow = service.connect().await;
    slow.send(first).await;
    // An answer to a later client says that the service has seen the first one.
    let mut other = service.connect().await;
    other.send(PING).await;
    assert!(other.answer().await.is_some(), "an answer before the stop");

    service.stop();
    assert!(
        !service.is_over().await,
        "run_until_stopped has returned while a client was in the middle of its request; in a `main` the process \
         ends now, and cuts it off"
    );
    slow.send(rest).await;
    assert_eq!(
        slow.answer().await,
        Some((200, "pong".to_owned())),
        "a request that had begun before the stop"
    );
    service.stopped().await;
}
