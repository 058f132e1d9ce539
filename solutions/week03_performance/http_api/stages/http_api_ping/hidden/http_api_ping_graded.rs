//! Stage 1, at other values.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use http_api::{Application, Config};
use support::{Connection, Service, build, config, local};

const PING: &str = "GET /ping HTTP/1.1\r\nhost: depot\r\n\r\n";

#[tokio::test]
async fn a_port_is_free_again_after_a_stop() {
    let mut port = 0;
    for round in 0..5 {
        let again = config(|config| config.address = local(port));
        let mut service = Service::start(again).await;
        assert!(
            port == 0 || port == service.port,
            "round {round}: a port that was asked for is the port"
        );
        port = service.port;
        // The client says goodbye first, so that it is the client's end of the connection that lingers.
        let mut client = service.connect().await;
        client.send(PING).await;
        assert!(client.answer().await.is_some(), "round {round}: an answer");
        drop(client);
        service.stop();
        service.stopped().await;
    }
}

#[tokio::test]
async fn an_address_of_another_machine_is_refused() {
    // TEST-NET-1, RFC 5737: nobody has it.
    let address = "192.0.2.7:80".parse().expect("an address");
    let built = Application::build(config(|config| config.address = address)).await;
    let Err(error) = built else {
        panic!("192.0.2.7 is not an address of this machine");
    };
    assert!(
        error.to_string().contains("192.0.2.7:80"),
        "the operator needs the address, and reads {error}"
    );
}

#[tokio::test]
async fn a_service_that_never_runs_lets_go_of_its_port() {
    let application = build(Config::default()).await;
    let port = application.port();
    drop(application);
    let again = config(|config| config.address = local(port));
    let service = Service::start(again).await;
    let mut client = Connection::to(service.port).await;
    client.send(PING).await;
    assert!(
        client.answer().await.is_some(),
        "the second service answers"
    );
}

#[tokio::test]
async fn ten_that_wait_are_all_served() {
    let application = build(Config::default()).await;
    let mut clients = Vec::new();
    for _ in 0..10 {
        clients.push(Connection::to(application.port()).await);
    }
    let _service = Service::of(application);
    for (at, client) in clients.iter_mut().enumerate() {
        client.send(PING).await;
        let answer = client.answer().await;
        assert!(answer.is_some(), "client {at} of ten that came before run");
    }
}
