//! Stage 7, at other values.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod contract {
    include!("support/contract.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod schema {
    include!("support/schema.rs");
}

use std::sync::Arc;

use contract::draft;
use http_api::{Only, Postgres, Store, StoreError, is_transient};
use schema::Schema;
use support::{local, within};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_contract_holds_on_a_database_that_is_in_use() {
    let Some(schema) = Schema::make("the contract, on a database that is in use").await else {
        return;
    };
    for round in ["first", "second"] {
        let store = schema.open().await;
        contract::hold(&format!("Postgres, {round} time"), Arc::new(store)).await;
    }
    schema.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_services_on_one_database_lose_no_change() {
    let Some(schema) = Schema::make("two services on one database").await else {
        return;
    };
    let stores = [schema.open().await, schema.open().await];
    let id = stores[0]
        .add(draft("Ada", "B-12", 1))
        .await
        .expect("a parcel")
        .parcel
        .id;
    let mut changes = Vec::new();
    for at in 0..40 {
        let store: Postgres = stores[at % 2].clone();
        changes.push(tokio::spawn(async move {
            store
                .replace(id, draft("Ada", "C-1", 1), Only::OneOf(vec![1]))
                .await
        }));
    }
    let mut made = 0;
    for change in changes {
        match change.await.expect("no panic") {
            Ok(_) => made += 1,
            Err(StoreError::Moved) => {}
            Err(error) => panic!("a change failed: {error:?}"),
        }
    }
    assert_eq!(
        made, 1,
        "of forty through two connections one changes revision 1"
    );
    schema.remove().await;
}

/// A way to the server that can be closed, for one store and nobody else.
struct Door {
    url: String,
    open: JoinHandle<()>,
}

impl Door {
    /// `url` is as Schema has it: `postgres://user:password@host:port/database?…`.
    async fn open(url: &str) -> Self {
        let (scheme, rest) = url.split_once("://").expect("a URL");
        let (authority, path) = rest.split_once('/').expect("a URL with a database");
        let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        let server = if host.contains(':') {
            host.to_owned()
        } else {
            format!("{host}:5432")
        };
        let listener = TcpListener::bind(local(0)).await.expect("a port");
        let door = listener.local_addr().expect("an address");
        let at = if user.is_empty() { "" } else { "@" };
        let open = tokio::spawn(async move {
            let mut through = JoinSet::new();
            while let Ok((mut client, _)) = listener.accept().await {
                let server = server.clone();
                through.spawn(async move {
                    let mut server = TcpStream::connect(server).await?;
                    copy_bidirectional(&mut client, &mut server).await
                });
            }
        });
        Self {
            url: format!("{scheme}://{user}{at}{door}/{path}"),
            open,
        }
    }

    /// Ends all connections, and refuses others.
    async fn close(self) {
        self.open.abort();
        let _ = self.open.await;
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_busy() {
    let Some(schema) = Schema::make("a server that is away for a moment").await else {
        return;
    };
    let door = Door::open(&schema.url).await;
    let store = Postgres::open(&door.url).await;
    let store = store.unwrap_or_else(|error| panic!("Postgres::open failed: {error:?}"));
    let found = store.get(7).await;
    assert!(matches!(found, Ok(None)), "there is no parcel: {found:?}");
    door.close().await;
    for call in 1..=20 {
        let found = within("a call while the server is away", store.get(7)).await;
        assert!(
            matches!(found, Err(StoreError::Busy)),
            "call {call} after the server went away, which refuses connections as it does for a moment at each restart: \
             Busy, and not {found:?}"
        );
    }
    schema.remove().await;
}

#[test]
fn states_that_nobody_knows_are_no_reason_to_come_back() {
    for (state, transient) in [
        ("08P01", true),
        ("08001", true),
        ("", false),
        ("0", false),
        ("80001", false),
        ("P0001", false),
    ] {
        assert_eq!(is_transient(state), transient, "SQLSTATE {state:?}");
    }
}
