//! Stage 7: PostgreSQL behind the same contract. What needs a server is run where DATABASE_URL names one, and
//! where it does not, the test says so on standard error.

#[path = "support/contract.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod contract;
#[path = "support/schema.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod schema;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::error::Error;
use std::sync::Arc;

use contract::draft;
use http_api::{
    Application, BuildError, Config, Postgres, Storage, Store, StoreError, is_transient,
};
use schema::Schema;
use serde_json::json;
use support::{Client, build, config, local, within};
use tokio::net::TcpListener;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgres_keeps_the_contract_too() {
    let Some(schema) = Schema::make("the contract, held against PostgreSQL").await else {
        return;
    };
    contract::hold("Postgres", Arc::new(schema.open().await)).await;
    schema.remove().await;
}

#[tokio::test]
async fn a_service_on_postgres_goes_on_after_a_restart() {
    let Some(schema) = Schema::make("a restart on PostgreSQL").await else {
        return;
    };
    let at = |config: &mut Config| config.storage = Storage::Postgres(schema.url.clone());
    let client = Client(build(config(at)).await.router());
    let body = json!({"recipient": "Ada", "shelf": "B-12", "grams": 1200});
    let added = client.post("/parcels", &body).await.is(201, "a parcel");
    let last = client.post("/parcels", &body).await.is(201, "another one");
    client
        .delete(last.header("location"))
        .await
        .is(204, "collected");
    drop(client);

    let again = Client(build(config(at)).await.router());
    let read = again.get(added.header("location")).await;
    read.is(200, "the parcel has outlived its service");
    let next = again.post("/parcels", &body).await.is(201, "a third one");
    assert_ne!(
        next.header("location"),
        last.header("location"),
        "an id that was given before the restart is not given after it"
    );
    schema.remove().await;
}

#[tokio::test]
async fn a_connection_that_is_lost_is_made_again() {
    let Some(schema) = Schema::make("a connection that the server ends").await else {
        return;
    };
    let store = schema.open().await;
    let added = store
        .add(draft("Ada", "B-12", 1200))
        .await
        .expect("a parcel");
    schema.end_connections().await;
    let found = within("a call to go well after the connection was ended", async {
        loop {
            match store.get(added.parcel.id).await {
                Ok(found) => return found,
                // The first calls may meet the end of the connection; they are told that it may do in a moment.
                Err(StoreError::Busy) => tokio::task::yield_now().await,
                Err(error) => panic!("a connection that is lost is Busy, and not {error:?}"),
            }
        }
    });
    assert_eq!(
        found.await,
        Some(added),
        "the parcel, over a new connection"
    );
    schema.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_instances_that_start_at_once_migrate_once() {
    let Some(schema) = Schema::make("eight starts at once on an empty database").await else {
        return;
    };
    let mut starts = Vec::new();
    for _ in 0..8 {
        let url = schema.url.clone();
        starts.push(tokio::spawn(async move {
            Postgres::open(&url).await.map(|_| ())
        }));
    }
    for start in starts {
        let started = start.await.expect("no panic");
        assert!(
            started.is_ok(),
            "one of eight that start at once says {started:?}"
        );
    }
    schema.remove().await;
}

// ── without a server ───────────────────────────────────────────────────────────────────────────────

#[test]
fn only_what_may_go_well_in_a_moment_is_busy() {
    for (state, transient) in [
        ("08000", true),
        ("08006", true),
        ("40001", true),
        ("40P01", true),
        ("53300", true),
        ("55P03", true),
        ("57014", true),
        ("57P01", true),
        ("57P03", true),
        ("22001", false),
        ("23505", false),
        ("28P01", false),
        ("3D000", false),
        ("40002", false),
        ("42P01", false),
        ("53100", false),
        ("57P04", false),
        ("XX000", false),
    ] {
        assert_eq!(
            is_transient(state),
            transient,
            "SQLSTATE {state}, see PostgreSQL's appendix A: a client that is told to come back in a moment \
             {}",
            if transient {
                "would be served"
            } else {
                "would come back for ever"
            }
        );
    }
}

/// An error and all of its sources, as people and as programmers get to see it.
fn all_of(error: &dyn Error) -> String {
    let mut text = format!("{error} {error:?}");
    let mut next = error.source();
    while let Some(source) = next {
        text.push_str(&format!(" {source} {source:?}"));
        next = source.source();
    }
    text
}

#[tokio::test]
async fn the_password_is_in_no_error_and_no_log() {
    // A port that refuses, one that hangs up, and a URL that is none.
    let refusing = TcpListener::bind(local(0)).await.expect("a port");
    let refuses = refusing.local_addr().expect("an address").port();
    drop(refusing);
    let hanging = TcpListener::bind(local(0)).await.expect("a port");
    let hangs_up = hanging.local_addr().expect("an address").port();
    let server = tokio::spawn(async move { while hanging.accept().await.is_ok() {} });
    for url in [
        format!("postgres://depot:hunter2@127.0.0.1:{refuses}/depot"),
        format!("postgres://depot:hunter2@127.0.0.1:{hangs_up}/depot"),
        "postgres://depot:hunter2@127.0.0.1:many/depot".to_owned(),
    ] {
        let storage = Storage::Postgres(url.clone());
        let debug = format!("{storage:?}");
        assert!(
            !debug.contains("hunter2"),
            "configurations are logged, and this one says {debug}"
        );
        let building = Application::build(config(|config| config.storage = storage));
        let built = within("build to give up on a server that is not there", building).await;
        let Err(error) = built else {
            panic!("there is no server at {url}, and build must say so");
        };
        let text = all_of(&error);
        assert!(
            matches!(error, BuildError::Store(_)),
            "the store can't be opened: {text}"
        );
        assert!(
            !text.contains("hunter2"),
            "errors are logged, and this one says {text}"
        );
    }
    server.abort();
}
