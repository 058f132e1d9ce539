//! Stage 2, at other values.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use std::sync::Arc;

use serde_json::{Value, json};
use support::{Client, request};
use tokio::sync::Barrier;

fn parcel(shelf: &str) -> Value {
    json!({"recipient": "Grace", "shelf": shelf, "grams": 300})
}

async fn add(client: &Client) -> (String, String) {
    let answer = client.post("/parcels", &parcel("A-1")).await;
    let answer = answer.is(201, "a parcel was created");
    let location = answer.header("location").to_owned();
    (location, answer.header("etag").to_owned())
}

#[tokio::test]
async fn a_list_of_tags_is_any_of_them_and_a_weak_one_is_none() {
    let client = Client::new().await;
    let (path, tag) = add(&client).await;
    let weak = format!("W/{tag}");
    let put = client.json("PUT", &path, &[("if-match", &weak)], &parcel("A-2"));
    put.await.is(
        412,
        "if-match compares strongly, and a weak tag never matches",
    );
    let list = format!("\"elsewhere\", {tag}");
    let put = client.json("PUT", &path, &[("if-match", &list)], &parcel("A-2"));
    let put = put.await.is(200, "one of the list is current");
    let current = put.header("etag");
    let weak = format!("W/{current}");
    let two_lines = [
        ("if-none-match", "\"elsewhere\""),
        ("if-none-match", weak.as_str()),
    ];
    let get = client.call(request("GET", &path, &two_lines, ""));
    get.await
        .is(304, "if-none-match compares weakly, over all of its lines");
    let none = client.json("PUT", &path, &[("if-match", "1 or 2")], &parcel("A-3"));
    none.await.is(412, "what is no tag matches nothing");
}

#[tokio::test]
async fn pages_have_twenty_unless_it_is_said() {
    let client = Client::new().await;
    let mut locations = Vec::new();
    for _ in 0..123 {
        locations.push(add(&client).await.0);
    }
    let mut seen = Vec::new();
    let mut sizes = Vec::new();
    let mut query = String::new();
    loop {
        let answer = client.get(&format!("/parcels{query}")).await;
        let json = answer.is(200, "a page").json();
        let parcels = json["parcels"].as_array().expect("parcels");
        sizes.push(parcels.len());
        seen.extend(
            parcels
                .iter()
                .map(|parcel| format!("/parcels/{}", parcel["id"])),
        );
        let Some(next) = json["next"].as_str() else {
            break;
        };
        query = format!("?after={next}");
    }
    assert_eq!(sizes, [20, 20, 20, 20, 20, 20, 3], "twenty by default");
    assert_eq!(seen, locations, "each of 123 parcels once, in order");
    let hundred = client.get("/parcels?limit=100").await;
    let hundred = hundred.is(200, "a hundred may be asked for").json();
    let length = hundred["parcels"].as_array().map(Vec::len);
    assert_eq!(length, Some(100), "a hundred were asked for");
}

/// Twenty at a time, again and again: a store that looks under one lock and writes under the next loses an update in
/// few rounds, and one that does both in one critical section in none.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_moves_from_one_state_one_is_made() {
    const AT_ONCE: usize = 20;
    let client = Client::new().await;
    for round in 1..=50 {
        let (path, tag) = add(&client).await;
        let start = Arc::new(Barrier::new(AT_ONCE));
        let mut moves = Vec::new();
        for number in 1..=AT_ONCE {
            let shelf = format!("C-{number}");
            let put = client.json("PUT", &path, &[("if-match", &tag)], &parcel(&shelf));
            let start = Arc::clone(&start);
            moves.push(tokio::spawn(async move {
                start.wait().await;
                (put.await.status.as_u16(), shelf)
            }));
        }
        let mut made = Vec::new();
        for moved in moves {
            match moved.await.expect("no panic") {
                (200, shelf) => made.push(shelf),
                (412, _) => {}
                (status, shelf) => panic!("a move to {shelf} was answered with {status}"),
            }
        }
        assert_eq!(
            made.len(),
            1,
            "round {round}: twenty moved the parcel from the same state at the same time, and one finds that state; told that \
             it had worked were those to {made:?}"
        );
        let shelf = client.get(&path).await.json()["shelf"].clone();
        assert_eq!(
            shelf, made[0],
            "round {round}: the one that was told so has moved it"
        );
    }
}

#[tokio::test]
async fn two_services_have_nothing_in_common() {
    let (one, other) = (Client::new().await, Client::new().await);
    let (path, _) = add(&one).await;
    other.get(&path).await.is(404, "another service's parcel");
    let same = Client(one.0.clone());
    same.get(&path).await.is(200, "the same service's parcel");
}
