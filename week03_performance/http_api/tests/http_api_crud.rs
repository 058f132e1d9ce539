//! Stage 2: parcels, as clients add, read, move and collect them. No test needs a socket.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use serde_json::{Value, json};
use support::{Answer, Client, request};

fn draft(recipient: &str, shelf: &str, grams: u32) -> Value {
    json!({"recipient": recipient, "shelf": shelf, "grams": grams})
}

/// Adds a parcel and returns its id and the answer.
async fn add(client: &Client, recipient: &str) -> (u64, Answer) {
    let answer = client
        .post("/parcels", &draft(recipient, "B-12", 1200))
        .await;
    let answer = answer.is(201, "a parcel was created, and 200 would not say so");
    let id = answer.json()["id"]
        .as_u64()
        .expect("an id that is a number");
    (id, answer)
}

/// The ids of a page, and its cursor.
async fn page(client: &Client, query: &str) -> (Vec<u64>, Option<String>) {
    let answer = client.get(&format!("/parcels{query}")).await;
    let json = answer.is(200, "a page").json();
    let parcels = json["parcels"].as_array().expect("an array `parcels`");
    let ids = parcels
        .iter()
        .map(|parcel| parcel["id"].as_u64().expect("an id"));
    let next = json.get("next").expect("`next`, a text or null");
    (ids.collect(), next.as_str().map(str::to_owned))
}

#[tokio::test]
async fn a_parcel_is_created_and_has_an_address() {
    let client = Client::new().await;
    let (id, answer) = add(&client, "Ada Byron").await;
    let expected = json!({"id": id, "recipient": "Ada Byron", "shelf": "B-12", "grams": 1200});
    assert_eq!(answer.json(), expected, "what was created is in the answer");
    assert_eq!(
        answer.header("location"),
        format!("/parcels/{id}"),
        "a 201 says in `location` where the new parcel is"
    );
    let tag = answer.header("etag").to_owned();
    assert!(
        tag.len() > 2 && tag.starts_with('"') && tag.ends_with('"'),
        "an etag is a text in quotes, and the answer has {tag:?}"
    );

    let read = client.get(answer.header("location")).await;
    let read = read.is(200, "the parcel is at its location");
    assert_eq!(read.json(), expected, "what was created is what is read");
    assert_eq!(read.header("etag"), tag, "nothing has changed since");
}

#[tokio::test]
async fn what_is_not_there_is_404() {
    let client = Client::new().await;
    let (id, _) = add(&client, "Ada").await;
    for path in [
        "/parcels/999",
        "/parcels/first",
        "/parcels/-1",
        "/parcels/99999999999999999999",
    ] {
        let why = "no parcel has that name, whether or not it is a number";
        client.get(path).await.is(404, why);
        client.delete(path).await.is(404, why);
        let put = client.json("PUT", path, &[("if-match", "*")], &draft("Bo", "A-1", 1));
        put.await.is(404, "a PUT does not choose an id");
        let put = client.put(path, &draft("Bo", "A-1", 1));
        put.await
            .is(404, "a condition would not help, so 428 would mislead");
    }
    let path = format!("/parcels/{id}");
    let gone = client.delete(&path).await;
    let gone = gone.is(204, "collected; there is nothing to say");
    assert_eq!(gone.body, "", "a 204 has no body");
    client
        .delete(&path)
        .await
        .is(404, "it was collected before");
    client.get(&path).await.is(404, "it was collected");
}

#[tokio::test]
async fn an_id_is_never_given_twice() {
    let client = Client::new().await;
    let mut given = Vec::new();
    for round in 0..4 {
        let (id, _) = add(&client, "Ada").await;
        assert!(
            !given.contains(&id),
            "round {round}: id {id} was given before, and somebody still has a link to that parcel"
        );
        given.push(id);
        if round % 2 == 1 {
            client
                .delete(&format!("/parcels/{id}"))
                .await
                .is(204, "collected");
        }
    }
}

#[tokio::test]
async fn a_change_needs_the_state_that_it_changes() {
    let client = Client::new().await;
    let (id, created) = add(&client, "Ada").await;
    let path = format!("/parcels/{id}");
    let first = created.header("etag").to_owned();

    let blind = client.put(&path, &draft("Ada", "C-3", 1200)).await;
    blind.is(
        428,
        "a PUT without if-match would overwrite what it has not seen",
    );
    let moved = client.json(
        "PUT",
        &path,
        &[("if-match", &first)],
        &draft("Ada", "C-3", 1200),
    );
    let moved = moved.await.is(200, "the parcel is as the client knows it");
    assert_eq!(
        moved.json()["shelf"],
        "C-3",
        "the answer is the parcel after the change"
    );
    let second = moved.header("etag").to_owned();
    assert_ne!(first, second, "after a change the etag is another one");

    let late = client.json(
        "PUT",
        &path,
        &[("if-match", &first)],
        &draft("Ada", "A-1", 1200),
    );
    late.await.is(
        412,
        "another counter has moved the parcel, and that move must not be lost",
    );
    let read = client.get(&path).await;
    assert_eq!(
        read.json()["shelf"],
        "C-3",
        "what is refused changes nothing"
    );

    let back = client.json(
        "PUT",
        &path,
        &[("if-match", &second)],
        &draft("Ada", "B-12", 1200),
    );
    let back = back.await.is(200, "the etag of the last answer is current");
    assert_ne!(
        back.header("etag"),
        first,
        "the parcel looks as it did at first, and has been elsewhere since"
    );
    let late = request("DELETE", &path, &[("if-match", &second)], "");
    client
        .call(late)
        .await
        .is(412, "a DELETE with if-match is held to it");
    let any = client.json("PUT", &path, &[("if-match", "*")], &draft("Ada", "D-4", 1));
    any.await.is(200, "`*` is any state");
    client
        .delete(&path)
        .await
        .is(204, "a DELETE without if-match is for any state");
}

#[tokio::test]
async fn what_a_client_has_is_not_sent_again() {
    let client = Client::new().await;
    let (id, created) = add(&client, "Ada").await;
    let path = format!("/parcels/{id}");
    let tag = created.header("etag");
    let again = client.call(request("GET", &path, &[("if-none-match", tag)], ""));
    let again = again.await.is(304, "the client has that state");
    assert_eq!(again.body, "", "a 304 has no body");
    assert_eq!(
        again.header("etag"),
        tag,
        "a 304 has the etag that a 200 would have"
    );
    let other = client.call(request("GET", &path, &[("if-none-match", "\"other\"")], ""));
    other.await.is(200, "the client has another state");
}

#[tokio::test]
async fn a_page_ends_where_the_next_begins() {
    let client = Client::new().await;
    assert_eq!(
        page(&client, "").await,
        (vec![], None),
        "nothing is there yet"
    );
    let mut ids = Vec::new();
    for _ in 0..7 {
        ids.push(add(&client, "Ada").await.0);
    }
    let (first, next) = page(&client, "?limit=3").await;
    assert_eq!(
        first,
        ids[..3],
        "the first three of seven, in the order of ids"
    );
    let after = next.expect("a cursor, because four are left");
    let (second, next) = page(&client, &format!("?limit=3&after={after}")).await;
    assert_eq!(second, ids[3..6], "the second three of seven");
    let after = next.expect("a cursor, because one is left");
    let (third, next) = page(&client, &format!("?after={after}&limit=3")).await;
    assert_eq!(
        (third, next),
        (ids[6..].to_vec(), None),
        "the last one, and no cursor"
    );
    let (all, next) = page(&client, "?limit=7").await;
    assert_eq!(
        (all, next),
        (ids, None),
        "seven of seven, so there is no next page"
    );
}

#[tokio::test]
async fn changes_between_two_pages_move_nothing() {
    let client = Client::new().await;
    let mut ids = Vec::new();
    for _ in 0..6 {
        ids.push(add(&client, "Ada").await.0);
    }
    let (_, next) = page(&client, "?limit=3").await;
    // The one that the cursor was made from, and one of those that were on the page.
    for gone in [ids[2], ids[0]] {
        client
            .delete(&format!("/parcels/{gone}"))
            .await
            .is(204, "collected");
    }
    let added = add(&client, "Bo").await.0;
    let after = next.expect("a cursor");
    let (rest, _) = page(&client, &format!("?limit=10&after={after}")).await;
    assert_eq!(
        rest,
        [ids[3], ids[4], ids[5], added],
        "two of the first page were collected meanwhile; who was to be on the second is still there, once"
    );
}

#[tokio::test]
async fn what_is_not_understood_is_refused() {
    let client = Client::new().await;
    for query in [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=many",
        "limit=",
        "after=x%22",
        "page=2",
    ] {
        let answer = client.get(&format!("/parcels?{query}")).await;
        answer.is(
            400,
            "a query that is not understood is not answered as if it were another",
        );
    }
    let json = [("content-type", "application/json")];
    let cut = client
        .call(request("POST", "/parcels", &json, "{\"recipient\": "))
        .await;
    cut.is(400, "that is not JSON");
    let text = [("content-type", "text/plain")];
    let text = client
        .call(request("POST", "/parcels", &text, "Ada, B-12, 1200 g"))
        .await;
    text.is(415, "parcels come as application/json");
    for body in [
        json!({"recipient": "Ada"}),
        json!({"recipient": 7, "shelf": "A-1", "grams": 1}),
        json!([]),
    ] {
        let answer = client.post("/parcels", &body).await;
        answer.is(422, "that is JSON, and no parcel");
    }
    assert_eq!(
        page(&client, "").await.0,
        [0_u64; 0],
        "what is refused changes nothing"
    );
}
