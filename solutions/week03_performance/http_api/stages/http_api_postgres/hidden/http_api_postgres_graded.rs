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
