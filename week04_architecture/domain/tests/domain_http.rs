//! Stage 4: the use cases over HTTP. No socket: the router is asked directly.

#[allow(dead_code, reason = "each test file uses its own part")]
#[path = "support/front.rs"]
mod front;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use axum::Router;
use front::{Badges, ROUTES, Says, Script, ask, desk, send};
use rooms::desk::{Failure, UseCases};
use rooms::domain::{Event, Refusal, Role};
use rooms::http::router;
use serde_json::{Value, json};
use support::{BO, CY, booking, slot};

/// Nine o'clock, in seconds.
const NINE_S: i64 = 1_772_442_000;

fn over(desk: &Arc<Script>) -> Router {
    let desk: Arc<dyn UseCases> = desk.clone();
    router(desk, Arc::new(Badges::default()))
}

/// A true desk behind a router: in room 7 Ada is the owner, Bo and Cy are members, Di is a guest.
fn hall() -> (Router, &'static front::Dial) {
    let (desk, dial) = desk();
    (router(desk, Arc::new(Badges::default())), dial)
}

/// The body of a booking from so many minutes after nine on.
fn draft(from: i64, until: i64) -> String {
    let (from, until) = (NINE_S + 60 * from, NINE_S + 60 * until);
    json!({"from": from, "until": until, "title": "stand-up"}).to_string()
}

fn view(id: &str, by: &str, from: i64, until: i64) -> Value {
    let (from, until) = (NINE_S + 60 * from, NINE_S + 60 * until);
    json!({"id": id, "by": by, "from": from, "until": until, "title": "stand-up"})
}

#[tokio::test]
async fn people_share_a_room_over_http() {
    let (router, dial) = hall();
    let made = ask(&router, "di-4", "POST /rooms", "").await;
    assert_eq!(
        (made.expect(201, "a room is made"), made.header("location")),
        (json!({"room": "100"}), Some("/rooms/100")),
        "the new room, and where it is"
    );
    let people = "PUT /rooms/100/people/3";
    let told = ask(&router, "di-4", people, r#"{"role": "member"}"#).await;
    assert_eq!(
        told.expect(200, "who made the room owns it"),
        json!({"events": [{"event": "appointed", "user": "3", "role": "member"}]}),
        "what happens when Di appoints Cy"
    );
    for (id, from, until) in [("101", 120, 135), ("102", 15, 60), ("103", 75, 90)] {
        let told = ask(
            &router,
            "cy-3",
            "POST /rooms/100/bookings",
            &draft(from, until),
        )
        .await;
        assert_eq!(
            told.expect(201, "it is free"),
            json!({"events": [{"event": "booked", "booking": view(id, "3", from, until)}]}),
            "what happens when Cy books"
        );
        assert_eq!(
            told.header("location"),
            Some(&*format!("/rooms/100/bookings/{id}")),
            "where the new booking is"
        );
    }
    let told = ask(&router, "cy-3", "DELETE /rooms/100/bookings/103", "").await;
    assert_eq!(
        told.expect(200, "it is Cy's"),
        json!({"events": [{"event": "cancelled", "booking": view("103", "3", 75, 90)}]}),
        "what happens when Cy cancels"
    );
    let seen = ask(&router, "cy-3", "GET /rooms/100", "").await;
    let left = [view("102", "3", 15, 60), view("101", "3", 120, 135)];
    assert_eq!(
        seen.expect(200, "Cy is a member"),
        json!({"room": "100", "bookings": left}),
        "the bookings, in the desk's order"
    );
    dial.0.fetch_add(30, Ordering::SeqCst);
    let told = ask(&router, "di-4", "DELETE /rooms/100/people/3", "").await;
    assert_eq!(
        told.expect(200, "Di is the owner"),
        json!({"events": [
            {"event": "appointed", "user": "3", "role": null},
            {"event": "cancelled", "booking": view("101", "3", 120, 135)},
        ]}),
        "what happens when Cy has to go at half past nine: all of it, as one of the two bookings is gone without anybody having cancelled it"
    );
}

#[tokio::test]
async fn who_is_not_known_is_not_served() {
    let script = Script::new(Says::Yes);
    let badges = Arc::new(Badges::default());
    let router = router(script.clone(), badges.clone());
    let nobody: [&[(&str, &str)]; 7] = [
        &[],
        &[("authorization", "Bearer fox-0")],
        &[("authorization", "Bearer")],
        &[("authorization", "Bearer ")],
        &[("authorization", "ada-1")],
        &[("authorization", "Basic ada-1")],
        &[
            ("authorization", "Bearer ada-1"),
            ("authorization", "Bearer bo-2"),
        ],
    ];
    for (request, body) in ROUTES {
        for headers in nobody {
            for body in [body, "{"] {
                let why = format!("sent with {headers:?}, by which nobody is known, and {body:?}");
                let reply = send(&router, request, headers, body).await;
                reply.problem(401, "/problems/not-signed-in", None, &why);
                assert_eq!(
                    reply.header("www-authenticate"),
                    Some("Bearer"),
                    "{request}: how to be known: {why}"
                );
            }
        }
    }
    let odd = "DELETE /rooms/seven/bookings/eight";
    let reply = send(&router, odd, &[], "").await;
    reply.problem(
        401,
        "/problems/not-signed-in",
        None,
        "nothing of a request is looked at before it is known whose it is, its path included",
    );
    assert_eq!(
        script.asked(),
        [""; 0],
        "what the desk was asked for nobody"
    );
    assert_eq!(
        badges.asked.load(Ordering::SeqCst),
        12,
        "how often it was asked who that is: twice for each of six routes with an unknown token, and never without one token"
    );
    let small = [("authorization", "bearer ada-1")];
    let reply = send(&router, "GET /rooms/7", &small, "").await;
    reply.expect(200, "to HTTP `bearer` is `Bearer`");
}

#[tokio::test]
async fn not_to_know_is_not_a_no() {
    let script = Script::new(Says::Yes);
    let badges = Arc::new(Badges::default());
    let router = router(script.clone(), badges.clone());
    badges.away.store(true, Ordering::SeqCst);
    for (request, body) in ROUTES {
        let reply = ask(&router, "ada-1", request, body).await;
        reply.problem(
            503,
            "/problems/unavailable",
            None,
            "who that is can't be found out at the moment. With 401 every client throws its token away, and all of them sign in at once",
        );
    }
    assert_eq!(
        script.asked(),
        [""; 0],
        "what the desk was asked for whoever that was"
    );
}

#[tokio::test]
async fn to_others_a_room_does_not_exist() {
    let (router, _) = hall();
    for (request, body) in &ROUTES[1..] {
        let mut answers = Vec::new();
        for room in ["7", "8"] {
            let request = request.replace("rooms/7", &format!("rooms/{room}"));
            let reply = ask(&router, "eve-9", &request, body).await;
            reply.problem(
                404,
                "/problems/not-found",
                None,
                "Eve has no role in that room, if there is one",
            );
            answers.push((reply.status, reply.headers, reply.text));
        }
        assert_eq!(
            answers[0], answers[1],
            "{request}: what Eve is told of a room of others (left), and of one that is not there (right). Any difference tells which rooms there are"
        );
    }
    let told = ask(&router, "di-4", ROUTES[2].0, ROUTES[2].1).await;
    told.problem(
        403,
        "/problems/not-allowed",
        None,
        "Di is a guest, and sees the room anyway",
    );
}

#[tokio::test]
async fn the_edge_parses_and_nothing_else_gets_in() {
    let script = Script::new(Says::Yes);
    let router = over(&script);
    let book = |from: i64, until: i64, title: &str| {
        json!({"from": NINE_S + from, "until": NINE_S + until, "title": title}).to_string()
    };
    let hour = 3600;
    let sixty_one = "x".repeat(61);
    let (books, appoints) = ("POST /rooms/7/bookings", "PUT /rooms/7/people/3");
    for (request, body, status, kind, reason) in [
        (books, String::new(), 400, "not-json", None),
        (books, "{".into(), 400, "not-json", None),
        (books, book(0, hour, "x") + ",", 400, "not-json", None),
        (appoints, "role=guest".into(), 400, "not-json", None),
        // Wrong before it ends, and not JSON for all that.
        (books, r#"{"subject": 1, "#.into(), 400, "not-json", None),
        (appoints, " ".repeat(16 * 1024 + 1), 413, "too-large", None),
        (books, "{}".into(), 422, "invalid", Some("shape")),
        (books, "null".into(), 422, "invalid", Some("shape")),
        (
            books,
            format!(r#"[{NINE_S}, {}, "x"]"#, NINE_S + hour),
            422,
            "invalid",
            Some("shape"),
        ),
        (
            books,
            book(0, hour, "x").replace("title", "subject"),
            422,
            "invalid",
            Some("shape"),
        ),
        (
            books,
            book(0, hour, "x").replace('}', r#", "by": "1"}"#),
            422,
            "invalid",
            Some("shape"),
        ),
        (
            books,
            r#"{"from": "9:00", "until": "10:00", "title": "x"}"#.into(),
            422,
            "invalid",
            Some("shape"),
        ),
        (appoints, "{}".into(), 422, "invalid", Some("shape")),
        (
            appoints,
            r#"{"role": "Owner"}"#.into(),
            422,
            "invalid",
            Some("shape"),
        ),
        (
            appoints,
            r#"{"role": null}"#.into(),
            422,
            "invalid",
            Some("shape"),
        ),
        (
            appoints,
            r#"{"role": {"guest": null}}"#.into(),
            422,
            "invalid",
            Some("shape"),
        ),
        (
            books,
            book(30, hour, "x"),
            422,
            "invalid",
            Some("slot-no-quarter"),
        ),
        (
            books,
            book(0, 3660, "x"),
            422,
            "invalid",
            Some("slot-no-quarter"),
        ),
        (
            books,
            book(hour, 0, "x"),
            422,
            "invalid",
            Some("slot-backwards"),
        ),
        (
            books,
            book(0, 9 * hour, "x"),
            422,
            "invalid",
            Some("slot-too-long"),
        ),
        (
            books,
            book(0, hour, " "),
            422,
            "invalid",
            Some("title-empty"),
        ),
        (
            books,
            book(0, hour, &sixty_one),
            422,
            "invalid",
            Some("title-too-long"),
        ),
        (
            books,
            book(0, hour, "a\nb"),
            422,
            "invalid",
            Some("title-control"),
        ),
        (
            books,
            book(hour, 0, " "),
            422,
            "invalid",
            Some("slot-backwards"),
        ),
        ("POST /rooms/x/bookings", "{".into(), 404, "not-found", None),
        ("GET /rooms/x", String::new(), 404, "not-found", None),
        ("GET /rooms/-7", String::new(), 404, "not-found", None),
        ("GET /rooms/007", String::new(), 404, "not-found", None),
        (
            "DELETE /rooms/7/bookings/+1",
            String::new(),
            404,
            "not-found",
            None,
        ),
        (
            "DELETE /rooms/7/people/bo",
            String::new(),
            404,
            "not-found",
            None,
        ),
        ("GET /", String::new(), 404, "not-found", None),
        ("GET /rooms/7/people", String::new(), 404, "not-found", None),
        (
            "PATCH /rooms/7",
            String::new(),
            405,
            "method-not-allowed",
            None,
        ),
    ] {
        let reply = ask(&router, "ada-1", request, &body).await;
        let kind = format!("/problems/{kind}");
        let start: String = body.chars().take(80).collect();
        let why = format!("sent with {} bytes that begin with {start:?}", body.len());
        reply.problem(status, &kind, reason, &why);
        assert_eq!(
            script.asked(),
            [""; 0],
            "{request}: what the desk was asked about something that is not valid: {why}"
        );
    }
}

#[tokio::test]
async fn a_handler_asks_once_and_repeats_the_answer() {
    // A desk with other rules, to which all of this is fine.
    let script = Script::new(Says::Yes);
    let router = over(&script);
    *script.bookings.lock().expect("nobody panics with it") =
        vec![booking(CY, 5, slot(60, 120)), booking(BO, 4, slot(30, 90))];
    let happened = vec![
        Event::Cancelled(booking(CY, 5, slot(60, 120))),
        Event::Booked(booking(BO, 4, slot(30, 90))),
        Event::Appointed {
            user: CY,
            role: Some(Role::Owner),
        },
    ];
    *script.events.lock().expect("nobody panics with it") = happened;
    let told = json!({"events": [
        {"event": "cancelled", "booking": view("5", "3", 60, 120)},
        {"event": "booked", "booking": view("4", "2", 30, 90)},
        {"event": "appointed", "user": "3", "role": "owner"},
    ]});
    let bookings = [view("5", "3", 60, 120), view("4", "2", 30, 90)];
    let long_ago = r#"{"from": -1800, "until": 0, "title": " stand-up "}"#;
    for (request, body, asked, status, answer) in [
        ("POST /rooms", "", "found by 9", 201, json!({"room": "7"})),
        // Where no body is asked for, none is looked at.
        (
            "GET /rooms/8",
            "{",
            "bookings of 8 by 9",
            200,
            json!({"room": "8", "bookings": bookings}),
        ),
        (
            "POST /rooms/8/bookings",
            long_ago,
            r#"book -30 to 0 for "stand-up" in 8 by 9"#,
            201,
            told.clone(),
        ),
        (
            "DELETE /rooms/8/bookings/99",
            "",
            "cancel 99 in 8 by 9",
            200,
            told.clone(),
        ),
        (
            "PUT /rooms/8/people/9",
            r#"{"role": "owner"}"#,
            "appoint 9 to Some(Owner) in 8 by 9",
            200,
            told.clone(),
        ),
        (
            "DELETE /rooms/8/people/9",
            "{",
            "appoint 9 to None in 8 by 9",
            200,
            told.clone(),
        ),
    ] {
        let why = "Eve has no role, the slot is of 1969, and this desk says yes to all of it. So does who stands in front of it";
        let reply = ask(&router, "eve-9", request, body).await;
        assert_eq!(
            script.asked(),
            [asked],
            "{request}: what the desk was asked (left), and what it was to be (right): one call, which decides"
        );
        assert_eq!(
            reply.expect(status, why),
            answer,
            "{request}: what is answered (left), and what the desk has said (right): {why}"
        );
    }
}

#[tokio::test]
async fn each_failure_has_its_problem() {
    use Refusal::{LastOwner, NoSuchBooking, NotAllowed, Past, Stranger, Taken, TooFar, TooMany};
    let script = Script::new(Says::Yes);
    let router = over(&script);
    let mut titles = BTreeMap::new();
    for (failure, status, kind) in [
        (Failure::NoSuchRoom, 404, "not-found"),
        (Failure::Refused(Stranger), 404, "not-found"),
        (Failure::Refused(NotAllowed), 403, "not-allowed"),
        (Failure::Refused(NoSuchBooking), 404, "no-such-booking"),
        (Failure::Refused(LastOwner), 409, "last-owner"),
        (Failure::Refused(Past), 409, "past"),
        (Failure::Refused(TooFar), 409, "too-far"),
        (Failure::Refused(TooMany), 409, "too-many"),
        (Failure::Refused(Taken), 409, "taken"),
        (Failure::Busy, 503, "busy"),
        (Failure::Unavailable, 503, "unavailable"),
    ] {
        script.say(Says::No(failure));
        for (request, body) in ROUTES {
            let why = format!("the desk has said {failure:?}");
            let reply = ask(&router, "bo-2", request, body).await;
            let kind = format!("/problems/{kind}");
            let title = reply.problem(status, &kind, None, &why);
            let again = (failure == Failure::Busy).then_some("1");
            assert_eq!(
                reply.header("retry-after"),
                again,
                "{request}: `Retry-After` (left), and what it was to be (right): {why}. Only after `Busy` is it certain that nothing has \
                 happened; whoever is sent again after `Unavailable` may book twice"
            );
            let first = titles.entry(kind).or_insert_with(|| title.clone());
            assert_eq!(
                *first, title,
                "{request}: titles of one type are one: {why}"
            );
            let asked = script.asked();
            assert_eq!(
                asked.len(),
                1,
                "{request}: how often the desk was asked: {why}, and how often to try is its business: {asked:?}"
            );
        }
    }
}

#[tokio::test]
async fn what_breaks_inside_stays_inside() {
    let script = Script::new(Says::Panics);
    let router = over(&script);
    for (request, body) in ROUTES {
        let reply = ask(&router, "bo-2", request, body).await;
        let why = "there is a bug in the desk, which panics and says where";
        let title = reply.problem(500, "/problems/internal", None, why);
        for inside in ["/var", "log", "index", "panic"] {
            assert!(
                !title.contains(inside),
                "{request}: {why}; the client reads {title:?}, and {inside:?} is for the log"
            );
        }
    }
    script.say(Says::Yes);
    let reply = ask(&router, "bo-2", "GET /rooms/7", "").await;
    reply.expect(200, "the next one gets an answer, as the bug was another's");
}

#[tokio::test]
async fn the_core_is_asked_on_threads_that_may_block() {
    let script = Script::new(Says::Yes);
    let badges = Arc::new(Badges::default());
    let router = router(script.clone(), badges.clone());
    for (request, body) in ROUTES {
        ask(&router, "bo-2", request, body).await;
    }
    let here = thread::current().id();
    for (threads, whose) in [
        (&script.threads, "the desk"),
        (&badges.threads, "who calls"),
    ] {
        let threads = threads.lock().expect("nobody panics with it");
        let blocked = threads.iter().filter(|thread| **thread == here).count();
        assert_eq!(
            (threads.len(), blocked),
            (6, 0),
            "how often {whose} was asked for six requests, and how often on the runtime's only thread. Each may wait for a disk, and meanwhile \
             nobody is served"
        );
    }
}
