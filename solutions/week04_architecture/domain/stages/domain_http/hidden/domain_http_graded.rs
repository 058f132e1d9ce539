//! Stage 4: the same promises at other values.

#[allow(dead_code, reason = "each test file uses its own part")]
mod front {
    include!("support/front.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use std::sync::Arc;

use axum::Router;
use front::{Badges, Says, Script, ask, desk, send};
use rooms::desk::{Failure, UseCases};
use rooms::domain::{Booking, BookingId, Event, Minute, Slot, UserId};
use rooms::http::router;
use serde_json::{Value, json};
use support::title;

fn over(desk: Arc<dyn UseCases>) -> Router {
    router(desk, Arc::new(Badges::default()))
}

#[tokio::test]
async fn numbers_reach_to_the_ends_of_their_ranges() {
    let script = Script::new(Says::Yes);
    let router = over(script.clone());
    let last = i64::MAX - i64::MAX.rem_euclid(15);
    let far = Booking {
        id: BookingId(u64::MAX),
        by: UserId(0),
        slot: Slot::new(Minute(last - 15), Minute(last)).expect("a quarter of an hour"),
        title: title("\"Ärger\" 🪑"),
    };
    *script.bookings.lock().expect("nobody panics with it") = vec![far];
    let max = u64::MAX.to_string();
    let request = format!("GET /rooms/{max}");
    let reply = ask(&router, "bo-2", &request, "").await;
    let seen = reply.expect(200, "2^64 - 1 is a number of a room");
    assert_eq!(script.asked(), [format!("bookings of {max} by 2")]);
    assert_eq!(
        (
            &seen["room"],
            &seen["bookings"][0]["id"],
            &seen["bookings"][0]["title"]
        ),
        (&json!(max), &json!(max), &json!("\"Ärger\" 🪑")),
        "the largest numbers, and a title with marks"
    );
    let until = (i128::from(last) * 60).to_string();
    assert!(
        reply.text.contains(&until),
        "the last quarter of an hour that there is ends at {until} s, and this is told: {}",
        reply.text
    );
    for (from, until) in [(i64::MAX, i64::MAX), (i64::MIN, 0), (-7_200, 30)] {
        let body = json!({"from": from, "until": until, "title": "x"}).to_string();
        let reply = ask(&router, "bo-2", "POST /rooms/7/bookings", &body).await;
        reply.problem(
            422,
            "/problems/invalid",
            Some("slot-no-quarter"),
            &format!("sent with {body}"),
        );
    }
    let body = json!({"from": -7_200, "until": -6_300, "title": "\u{e4}".repeat(60)}).to_string();
    let reply = ask(&router, "bo-2", "POST /rooms/7/bookings", &body).await;
    reply.expect(201, "a quarter of an hour before 1970, sixty characters");
    let asked = script.asked();
    assert_eq!(
        asked,
        [format!(
            "book -120 to -105 for {:?} in 7 by 2",
            "\u{e4}".repeat(60)
        )],
        "seconds become minutes on both sides of 1970"
    );
}

#[tokio::test]
async fn what_is_odd_is_refused() {
    let script = Script::new(Says::Yes);
    let router = over(script.clone());
    let padded = |size: usize| {
        let body = r#"{"role": "guest"}"#;
        format!("{body}{}", " ".repeat(size - body.len()))
    };
    let appoints = "PUT /rooms/7/people/3";
    let fits = ask(&router, "ada-1", appoints, &padded(16 * 1024)).await;
    fits.expect(200, "16 KiB are allowed");
    script.asked();
    for (request, body, status, kind, reason) in [
        (appoints, padded(16 * 1024 + 1), 413, "too-large", None),
        (
            appoints,
            r#"{"role": "guest"} {}"#.into(),
            400,
            "not-json",
            None,
        ),
        (
            appoints,
            r#"["guest"]"#.into(),
            422,
            "invalid",
            Some("shape"),
        ),
        (
            appoints,
            r#"{"role": "boss"}"#.into(),
            422,
            "invalid",
            Some("shape"),
        ),
        (
            "POST /rooms/7/bookings",
            r#"{"from": 1772445600.5, "until": 1772447400, "title": "x"}"#.into(),
            422,
            "invalid",
            Some("shape"),
        ),
        (
            "POST /rooms/7/bookings",
            r#"{"from": 1e30, "until": 1772447400, "title": "x"}"#.into(),
            422,
            "invalid",
            Some("shape"),
        ),
        (
            "GET /rooms/18446744073709551616",
            String::new(),
            404,
            "not-found",
            None,
        ),
        ("GET /rooms/%37", String::new(), 200, "", None),
        ("GET /rooms/7%00", String::new(), 404, "not-found", None),
        ("GET /rooms/%ff", String::new(), 404, "not-found", None),
        (
            "DELETE /rooms",
            String::new(),
            405,
            "method-not-allowed",
            None,
        ),
    ] {
        let reply = ask(&router, "ada-1", request, &body).await;
        let why = format!("sent with a body of {} bytes", body.len());
        if status == 200 {
            reply.expect(200, "7 in another spelling of HTTP, and not of ours");
            script.asked();
            continue;
        }
        reply.problem(status, &format!("/problems/{kind}"), reason, &why);
        assert_eq!(
            script.asked(),
            [""; 0],
            "{request}: what the desk was asked"
        );
    }
    let latin_1 = b"{\"role\": \"\xff\"}";
    let reply = ask(&router, "ada-1", appoints, latin_1).await;
    reply.problem(400, "/problems/not-json", None, "JSON is UTF-8");
    assert_eq!(
        script.asked(),
        [""; 0],
        "what the desk was asked about a role in Latin-1"
    );
    for value in ["Bearer ada-1 bo-2", "Bearer fox", "Token ada-1"] {
        let reply = send(&router, "GET /rooms/7", &[("authorization", value)], "").await;
        reply.problem(401, "/problems/not-signed-in", None, value);
    }
}

#[tokio::test]
async fn a_yes_without_a_booking_has_no_address() {
    let script = Script::new(Says::Yes);
    let router = over(script.clone());
    let happened = vec![Event::Appointed {
        user: UserId(5),
        role: None,
    }];
    *script.events.lock().expect("nobody panics with it") = happened;
    let body = json!({"from": 0, "until": 900, "title": "x"}).to_string();
    let reply = ask(&router, "ada-1", "POST /rooms/7/bookings", &body).await;
    assert_eq!(
        reply.expect(201, "the desk has said yes"),
        json!({"events": [{"event": "appointed", "user": "5", "role": null}]}),
        "what has happened, whatever it is"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forty_people_at_once_get_forty_answers() {
    let (desk, _) = desk();
    let router = over(desk);
    let mut asked = Vec::new();
    for each in 0..40_i64 {
        let router = router.clone();
        asked.push(tokio::spawn(async move {
            let from = 1_772_442_000 + 900 * (each / 2);
            let body = json!({"from": from, "until": from + 900, "title": "x"}).to_string();
            loop {
                let reply = ask(&router, "ada-1", "POST /rooms/7/bookings", &body).await;
                // Nothing has happened, and it is said that one may come again.
                if reply.status != 503 {
                    return reply;
                }
                assert_eq!(reply.header("retry-after"), Some("1"), "{}", reply.text);
            }
        }));
    }
    let (mut made, mut taken) = (0, 0);
    for reply in asked {
        let reply = reply.await.expect("each is answered");
        if reply.status == 201 {
            made += 1;
        } else {
            reply.problem(409, "/problems/taken", None, "two people want each slot");
            taken += 1;
        }
    }
    assert_eq!((made, taken), (20, 20), "bookings, and refusals");
    let seen = ask(&router, "di-4", "GET /rooms/7", "").await;
    let seen = seen.expect(200, "Di is a guest");
    assert_eq!(
        seen["bookings"].as_array().map(Vec::len),
        Some(20),
        "what is booked: {seen}"
    );
}

#[tokio::test]
async fn what_was_refused_has_changed_nothing() {
    let (desk, dial) = desk();
    let router = over(desk);
    let nine = 1_772_442_000_i64;
    let draft = |from: i64| {
        json!({"from": nine + 60 * from, "until": nine + 60 * from + 900, "title": "x"}).to_string()
    };
    let books = "POST /rooms/7/bookings";
    for from in [15, 30, 45] {
        ask(&router, "bo-2", books, &draft(from))
            .await
            .expect(201, "Bo has three at most");
    }
    let before: Value = ask(&router, "di-4", "GET /rooms/7", "").await.json();
    dial.0.fetch_add(15, std::sync::atomic::Ordering::SeqCst);
    let far = draft(31 * 24 * 60);
    for (token, request, body, status, kind) in [
        ("cy-3", books, &*draft(0), 409, "past"),
        ("cy-3", books, &far, 409, "too-far"),
        ("cy-3", books, &draft(30), 409, "taken"),
        (
            "cy-3",
            "DELETE /rooms/7/bookings/101",
            "",
            403,
            "not-allowed",
        ),
        ("bo-2", "DELETE /rooms/7/bookings/100", "", 409, "past"),
        (
            "bo-2",
            "DELETE /rooms/7/bookings/9",
            "",
            404,
            "no-such-booking",
        ),
        ("ada-1", "DELETE /rooms/7/people/1", "", 409, "last-owner"),
        ("cy-3", "DELETE /rooms/7/people/2", "", 403, "not-allowed"),
    ] {
        let reply = ask(&router, token, request, body).await;
        let kind = format!("/problems/{kind}");
        reply.problem(status, &kind, None, "a quarter past nine");
    }
    ask(&router, "bo-2", books, &draft(60))
        .await
        .expect(201, "one of Bo's three has begun");
    let reply = ask(&router, "bo-2", books, &draft(90)).await;
    reply.problem(409, "/problems/too-many", None, "Bo's fourth");
    let mut after: Value = ask(&router, "di-4", "GET /rooms/7", "").await.json();
    if let Some(bookings) = after["bookings"].as_array_mut() {
        bookings.pop();
    }
    assert_eq!(
        after, before,
        "the room without the one that was booked since"
    );
}

#[tokio::test]
async fn a_failure_says_the_same_of_each_room() {
    let script = Script::new(Says::No(Failure::NoSuchRoom));
    let router = over(script);
    let mut answers = Vec::new();
    for path in ["/rooms/1", "/rooms/99", "/rooms/x", "/nothing"] {
        let reply = ask(&router, "ada-1", &format!("GET {path}"), "").await;
        answers.push(reply.text);
    }
    answers.dedup();
    assert_eq!(
        answers.len(),
        1,
        "one text for all that is not there: {answers:?}"
    );
}
