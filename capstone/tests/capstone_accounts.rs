//! Who may call, for how long, and what of that is kept where.

#[path = "support/accounts.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod accounts;
#[path = "support/api.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod api;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::env;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use capstone::accounts::{Accounts, Means, Policy};
use capstone::adapters::{Argon2Passwords, Cost, MemoryAccounts, MemoryTasks, SqliteTasks};
use capstone::config::TokenKey;
use capstone::domain::Timestamp;
use capstone::ports::{
    AccountRepository, Clock, PasswordHasher, Random, StoreError, TaskRepository,
};
use capstone::tasks::Tasks;
use capstone::{Config, Secret, http};
use hmac::{Hmac, KeyInit, Mac};
use rusqlite::Connection;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::sync::Semaphore;

use accounts::Store;
use api::{Ask, Told};
use support::{
    Answer, PATIENCE, Process, Service, config, exchange, field, listed, request, within,
};

const NOON: u64 = 1_767_268_800_000;
const PASSWORD: &str = "correct horse battery";
const KEY: &str = "a key of more than thirty-two bytes";

// ── the contract ───────────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn in_memory_accounts_keep_the_contract() {
    let store = || -> Store { Arc::new(MemoryAccounts::default()) };
    accounts::names_are_given_once(store()).await;
    accounts::a_session_goes_on_by_its_last_token(store()).await;
    accounts::sessions_end(store()).await;
    accounts::one_token_is_for_one_of_many(store()).await;
}

#[tokio::test]
async fn in_a_file_accounts_keep_the_contract() {
    let files = [File::new(), File::new(), File::new(), File::new()];
    let mut stores = Vec::new();
    for file in &files {
        let store: Store = Arc::new(file.open().await.accounts());
        stores.push(store);
    }
    accounts::names_are_given_once(Arc::clone(&stores[0])).await;
    accounts::a_session_goes_on_by_its_last_token(Arc::clone(&stores[1])).await;
    accounts::sessions_end(Arc::clone(&stores[2])).await;
    accounts::one_token_is_for_one_of_many(Arc::clone(&stores[3])).await;

    let again: Store = Arc::new(files[0].open().await.accounts());
    let ada = again
        .account(accounts::name("ada"))
        .await
        .expect("it reads");
    assert!(
        ada.is_some_and(|it| it.password.expose() == "kept of ada"),
        "Ada's account is there when the file is opened again"
    );
}

#[tokio::test]
async fn a_file_of_release_2_is_taken_over() {
    let file = File::new();
    let old = file.sql();
    old.execute_batch(RELEASE_2)
        .expect("it is what release 2 executed");
    drop(old);
    let mut last = 7;
    for start in 1..=2 {
        let tasks = file.open().await;
        let accounts: Store = Arc::new(tasks.accounts());
        let id = accounts::registered(&accounts, &format!("user{start}")).await;
        assert!(
            id.get() > last,
            "release 2 had no accounts, and tasks of users 1 and 7. Whoever registers now is neither: the next account \
             after {last} is {id:?}"
        );
        last = id.get();
        let none = tasks.list(id, None, 10).await.expect("it reads");
        assert_eq!(none, [], "so a new account has no tasks");
        let kept = tasks.list(user(1), None, 10).await.expect("it reads");
        assert_eq!(
            kept.len(),
            1,
            "and what there was is there, at start {start}"
        );
    }
}

fn user(number: u64) -> capstone::domain::UserId {
    capstone::domain::UserId::new(number)
}

// ── signing in ─────────────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn somebody_registers_signs_in_and_works() {
    let world = World::new();
    let made = post("/accounts", credentials(" Ada ", PASSWORD))
        .of(&world.api)
        .await;
    assert_eq!(
        (made.status, &made.body),
        (201, &json!({"id": "2", "name": "ada"})),
        "POST /accounts: the first account is user 2, and its name is in small letters"
    );
    for (what, name, password, expected) in [
        (
            "the same name",
            "ADA",
            PASSWORD,
            (409, "/problems/name-taken"),
        ),
        ("no name", "", PASSWORD, (422, "/problems/invalid")),
        ("one letter", "a", PASSWORD, (422, "/problems/invalid")),
        (
            "33 letters",
            &"a".repeat(33),
            PASSWORD,
            (422, "/problems/invalid"),
        ),
        (
            "a digit first",
            "1ada",
            PASSWORD,
            (422, "/problems/invalid"),
        ),
        (
            "a Cyrillic letter that looks like ours",
            "b\u{43e}b",
            PASSWORD,
            (422, "/problems/invalid"),
        ),
        (
            "11 characters of password",
            "bob",
            "elevenchars",
            (422, "/problems/invalid"),
        ),
        (
            "257 characters of password",
            "bob",
            &"x".repeat(257),
            (422, "/problems/invalid"),
        ),
    ] {
        let told = post("/accounts", credentials(name, password))
            .of(&world.api)
            .await;
        assert_eq!(told.problem(), expected, "{what}");
    }
    for password in ["elevenchars\u{e9}".to_owned(), "x".repeat(256)] {
        let name = format!("of{}", password.len());
        let told = post("/accounts", credentials(&name, &password))
            .of(&world.api)
            .await;
        assert_eq!(
            told.status,
            201,
            "{} characters are a password: {told:?}",
            password.chars().count()
        );
    }

    let passed = post("/sessions", credentials("Ada", PASSWORD))
        .of(&world.api)
        .await;
    assert_eq!(
        (
            passed.status,
            &passed.body["token_type"],
            &passed.body["expires_in"],
            passed.header("cache-control")
        ),
        (201, &json!("Bearer"), &json!(300), Some("no-store")),
        "POST /sessions: {passed:?}"
    );
    let access = text(&passed, "access_token");
    let made = post("/tasks", json!({"title": "rent"})).by(&access);
    assert_eq!(
        made.of(&world.api).await.status,
        201,
        "Ada makes a task with her token"
    );
    for scheme in ["bearer", "BEARER"] {
        let ask = Ask::new("GET", "/tasks").header("authorization", format!("{scheme} {access}"));
        assert_eq!(
            ask.of(&world.api).await.status,
            200,
            "the scheme's name has no case: {scheme}"
        );
    }
}

#[tokio::test]
async fn a_refused_sign_in_says_nothing_about_names() {
    let hasher = Arc::new(Counted::default());
    let world = World::with(Arc::clone(&hasher) as Arc<dyn PasswordHasher>, policy());
    world.register("ada").await;
    let mut answers = Vec::new();
    for (what, name, password) in [
        (
            "Ada's name and another's password",
            "ada",
            "another password",
        ),
        ("a name that nobody has", "bob", PASSWORD),
        ("a name that nobody can have", "Ada Lovelace!", PASSWORD),
        ("nothing", "", ""),
        ("a long one", "ada", &"x".repeat(5000)),
    ] {
        let before = hasher.0.load(Ordering::SeqCst);
        let told = post("/sessions", credentials(name, password))
            .of(&world.api)
            .await;
        assert_eq!(
            told.problem(),
            (401, "/problems/wrong-credentials"),
            "{what}"
        );
        let work = hasher.0.load(Ordering::SeqCst) - before;
        assert_eq!(
            work, 1,
            "{what}: hashes computed for it. Who answers sooner, or later, says which names there are"
        );
        answers.push((what, told));
    }
    for (what, told) in &answers[1..] {
        assert_eq!(
            *told, answers[0].1,
            "{what}, compared with a wrong password: the answers must be the same in everything"
        );
    }
}

#[tokio::test]
async fn a_flood_of_sign_ins_has_a_limit() {
    let gate = Arc::new(Gate::default());
    let _open_at_the_end = OpenAtTheEnd(Arc::clone(&gate));
    let limited = Policy {
        hashes_at_once: 2,
        hashes_waiting: 3,
        ..policy()
    };
    let world = World::with(Arc::clone(&gate) as Arc<dyn PasswordHasher>, limited);
    gate.set(true);
    world.register("ada").await;
    let access = text(&world.sign_in("ada").await, "access_token");
    gate.begun.forget_permits(2);
    gate.set(false);

    let sign_in = || {
        let api = world.api.clone();
        tokio::spawn(async move {
            post("/sessions", credentials("ada", PASSWORD))
                .of(&api)
                .await
        })
    };
    let five: Vec<_> = (0..5).map(|_| sign_in()).collect();
    gate.begun(2).await;
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    let tasks = Ask::new("GET", "/tasks").by(&access).of(&world.api);
    let tasks = within("GET /tasks while passwords are hashed", tasks).await;
    assert_eq!(tasks.status, 200, "who is signed in notices nothing");
    assert!(
        !gate.gave_up(),
        "GET /tasks was answered only when a hash had given up: it holds the runtime's only thread"
    );
    let sixth = within("the sixth to be told", sign_in())
        .await
        .expect("no panic");
    assert_eq!(
        (sixth.problem(), sixth.header("retry-after")),
        ((503, "/problems/busy"), Some("1")),
        "two are hashed and three wait: the sixth is told to come back, and does not wait in a queue without an end"
    );

    // The two whose passwords are being hashed hang up. Their hashes go on; a hash can't be stopped.
    let mut five = five.into_iter();
    for client in five.by_ref().take(2) {
        client.abort();
        let _ = client.await;
    }
    let more = tokio::time::timeout(Duration::from_millis(200), gate.begun(1)).await;
    assert!(
        more.is_err(),
        "two clients have hung up, and two more hashes have begun beside theirs, which go on: whoever sends and hangs up \
         has as many at the same time as they like. The limit is of hashes, not of requests"
    );
    assert_eq!(
        sign_in().await.expect("no panic").status,
        503,
        "nor are there places for more to wait"
    );
    gate.set(true);
    for client in five {
        let told = within("those who have waited", client).await;
        let told = told.expect("no panic");
        assert_eq!(told.status, 201, "who has waited gets in: {told:?}");
    }
    assert_eq!(
        gate.most(),
        2,
        "hashes at the same time, at most, in all of this"
    );
    assert_eq!(
        sign_in().await.expect("no panic").status,
        201,
        "and then all places are free again"
    );
}

// ── access tokens ──────────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn an_access_token_is_believed_for_what_it_is() {
    let world = World::new();
    world.register("ada").await;
    let passed = world.sign_in("ada").await;
    let access = text(&passed, "access_token");
    let (header, claims) = good();
    assert_eq!(
        access,
        jwt(&header, &claims, KEY),
        "a token is a JWT with these claims, `{header}` and `{claims}`, in this order"
    );
    let with = |key: &str, value: Value| {
        let mut claims = claims.clone();
        claims[key] = value;
        claims
    };
    let head = |key: &str, value: Value| {
        let mut header = header.clone();
        header[key] = value;
        header
    };
    let bare = |header: Value| {
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.", part(&header), part(&claims))
    };
    let (signed, signature) = access.rsplit_once('.').expect("three parts");
    let cases = [
        ("signed by nobody", bare(json!({"alg": "none"}))),
        (
            "signed by nobody, with our key's name",
            bare(head("alg", json!("none"))),
        ),
        ("without its signature", format!("{signed}.")),
        ("with half of it", format!("{signed}.{}", &signature[..20])),
        (
            "signed with another key",
            jwt(&header, &claims, "another key of thirty-two bytes ..."),
        ),
        (
            "that names no key",
            jwt(&json!({"alg": "HS256"}), &claims, KEY),
        ),
        (
            "that names a key we do not have",
            jwt(&head("kid", json!("k2")), &claims, KEY),
        ),
        (
            "of another algorithm",
            jwt(&head("alg", json!("HS512")), &claims, KEY),
        ),
        (
            "with an extension that must be understood",
            jwt(&head("crit", json!(["b64"])), &claims, KEY),
        ),
        (
            "of another issuer",
            jwt(&header, &with("iss", json!("billing")), KEY),
        ),
        (
            "for somebody else",
            jwt(&header, &with("aud", json!("capstone-mail")), KEY),
        ),
        (
            "whose time is over",
            jwt(&header, &with("exp", json!(NOON / 1000)), KEY),
        ),
        ("of before 1970", jwt(&header, &with("exp", json!(-1)), KEY)),
        ("of nobody", jwt(&header, &with("sub", json!("ada")), KEY)),
        ("that is a refresh token", text(&passed, "refresh_token")),
        ("of one part", "x".to_owned()),
        ("of four parts", format!("{access}.x")),
        ("that is very long", format!("{access}{}", "A".repeat(3000))),
    ];
    for (what, token) in cases {
        let told = Ask::new("GET", "/tasks").by(&token).of(&world.api).await;
        assert_eq!(
            told.problem(),
            (401, "/problems/not-signed-in"),
            "a token {what}: {token}"
        );
    }
    for (after, status) in [(0, 200), (299_999, 200), (300_000, 401), (400_000, 401)] {
        world.clock.0.store(NOON + after, Ordering::SeqCst);
        let told = Ask::new("GET", "/tasks").by(&access).of(&world.api).await;
        assert_eq!(
            told.status, status,
            "{after} ms after it was issued, of the 300 s that it is good"
        );
    }
}

#[tokio::test]
async fn keys_are_replaced_one_by_one() {
    let with = |signing: TokenKey, trusted: &[TokenKey]| Policy {
        trusted: trusted.to_vec(),
        ..Policy::signed_with(signing)
    };
    let (old, new) = (
        key("k1", KEY),
        key("k2", "a newer key, of thirty-two bytes"),
    );
    let before = World::with(cheap(), with(old.clone(), std::slice::from_ref(&new)));
    let after = World::with(cheap(), with(new.clone(), std::slice::from_ref(&old)));
    let retired = World::with(cheap(), with(new, &[]));
    for world in [&before, &after, &retired] {
        world.register("ada").await;
    }
    let of_old = text(&before.sign_in("ada").await, "access_token");
    let of_new = text(&after.sign_in("ada").await, "access_token");
    let mut statuses = Vec::new();
    for world in [&before, &after, &retired] {
        for token in [&of_old, &of_new] {
            let told = Ask::new("GET", "/tasks").by(token).of(&world.api).await;
            statuses.push(told.status);
        }
    }
    assert_eq!(
        statuses,
        [200, 200, 200, 200, 401, 200],
        "a token of the old key and one of the new: where the old one signs and the new one is trusted already; where \
         the new one signs and the old one is trusted still; and where the old one is no more"
    );
}

// ── sessions ───────────────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn a_refresh_token_is_good_once() {
    let world = World::new();
    world.register("ada").await;
    let phone = text(&world.sign_in("ada").await, "refresh_token");
    let laptop = text(&world.sign_in("ada").await, "refresh_token");
    world.clock.0.store(NOON + 600_000, Ordering::SeqCst);
    let second = world.refresh(&phone).await;
    assert_eq!(
        (
            second.status,
            &second.body["expires_in"],
            second.header("cache-control")
        ),
        (200, &json!(300), Some("no-store")),
        "POST /sessions/refresh: {second:?}"
    );
    let ask = Ask::new("GET", "/tasks").by(&text(&second, "access_token"));
    assert_eq!(ask.of(&world.api).await.status, 200, "a new access token");
    let third = world.refresh(&text(&second, "refresh_token")).await;
    assert_eq!(third.status, 200, "and so on: {third:?}");

    // Through a whole service, for its log. Somebody has copied the first token.
    let service = Service::start(config(), world.api.clone()).await;
    let body = json!({"refresh_token": phone});
    let told = over_http(service.address(), "POST", "/sessions/refresh", &body, "").await;
    assert_eq!(
        (told.status, told.body.contains("/problems/session-over")),
        (401, true),
        "a token that has been used: {told:?}"
    );
    let lines = service.stopped_log().await;
    let warned: Vec<_> = lines.iter().filter(|it| it["level"] == "WARN").collect();
    assert!(
        matches!(warned[..], [line] if field(line, "user") == Some(&json!(2)) && field(line, "request_id").is_some()),
        "one line at level WARN says whose token has come twice, in which request: somebody has a copy of it\n{}",
        listed(&lines)
    );
    let fourth = world.refresh(&text(&third, "refresh_token")).await;
    assert_eq!(
        fourth.problem(),
        (401, "/problems/session-over"),
        "the last token of a session of which an earlier one has come twice. Either the thief or Ada has it, and nobody \
         knows who: the session is over for both"
    );
    assert_eq!(
        world.refresh(&laptop).await.status,
        200,
        "Ada's laptop has a session of its own"
    );
    for token in ["", "x", "AAAA", &phone[1..], &format!("{phone}A")] {
        assert_eq!(
            world.refresh(token).await.problem(),
            (401, "/problems/session-over"),
            "a token that is none: {token:?}"
        );
    }
}

#[tokio::test]
async fn sessions_end() {
    let world = World::new();
    world.register("ada").await;
    let mut tokens = Vec::new();
    for _ in 0..4 {
        tokens.push(text(&world.sign_in("ada").await, "refresh_token"));
    }
    let end = |token: &str| post("/sessions/end", json!({"refresh_token": token}));
    let used = tokens[0].clone();
    let next = text(&world.refresh(&used).await, "refresh_token");
    for (what, token) in [("an old token of it", used.as_str()), ("no token", "x")] {
        let told = end(token).of(&world.api).await;
        assert_eq!(
            (told.status, &told.body),
            (204, &Value::Null),
            "to sign out with {what} is to be signed out"
        );
    }
    assert_eq!(
        world.refresh(&next).await.problem(),
        (401, "/problems/session-over"),
        "the session that was ended"
    );
    let passed = world.refresh(&tokens[1]).await;
    assert_eq!(passed.status, 200, "and another: {passed:?}");

    let everywhere = Ask::new("DELETE", "/sessions").by(&text(&passed, "access_token"));
    assert_eq!(
        everywhere.of(&world.api).await.status,
        204,
        "DELETE /sessions signs out everywhere"
    );
    for token in [&text(&passed, "refresh_token"), &tokens[2]] {
        assert_eq!(
            world.refresh(token).await.status,
            401,
            "after it no session of Ada's is left"
        );
    }

    let mut token = text(&world.sign_in("ada").await, "refresh_token");
    let month = 30 * 24 * 3600 * 1000;
    for (after, status) in [(month / 2, 200), (month - 1, 200), (month, 401)] {
        world.clock.0.store(NOON + after, Ordering::SeqCst);
        let told = world.refresh(&token).await;
        assert_eq!(
            told.status, status,
            "{after} ms after signing in, of the 30 days that a session has, refreshed or not"
        );
        if status == 200 {
            token = text(&told, "refresh_token");
        }
    }
}

#[tokio::test]
async fn nobody_reaches_what_is_another_users() {
    let world = World::new();
    world.register("ada").await;
    world.register("bob").await;
    let (ada, bob) = (world.sign_in("ada").await, world.sign_in("bob").await);
    let (as_ada, as_bob) = (text(&ada, "access_token"), text(&bob, "access_token"));
    let rent = post("/tasks", json!({"title": "rent"})).header("idempotency-key", "k");
    let made = rent.clone().by(&as_ada).of(&world.api).await;
    assert_eq!(made.status, 201, "{made:?}");

    for (method, body) in [
        ("GET", None),
        ("PATCH", Some(json!({"step": "start"}))),
        ("DELETE", None),
    ] {
        let mut answers = Vec::new();
        for path in ["/tasks/1", "/tasks/999"] {
            let ask = Ask::new(method, path).by(&as_bob);
            let ask = match &body {
                Some(body) => ask.json(body.clone()),
                None => ask,
            };
            answers.push(ask.of(&world.api).await);
        }
        assert_eq!(answers[0].problem(), (404, "/problems/not-found"));
        assert_eq!(
            answers[0], answers[1],
            "Bob's {method} of Ada's task, and of one that nobody has: the same in everything"
        );
    }
    let list = Ask::new("GET", "/tasks").by(&as_bob).of(&world.api).await;
    assert_eq!(list.body["tasks"], json!([]), "Bob's list");
    let bobs = rent.by(&as_bob).of(&world.api).await;
    assert_eq!(
        (bobs.status, bobs.header("idempotency-replayed")),
        (201, None),
        "Ada's key in Bob's hands makes a task of Bob's"
    );

    let ended = Ask::new("DELETE", "/sessions").by(&as_bob);
    assert_eq!(ended.of(&world.api).await.status, 204);
    let ended = post(
        "/sessions/end",
        json!({"refresh_token": text(&bob, "refresh_token")}),
    );
    assert_eq!(ended.of(&world.api).await.status, 204);
    let refreshed = world.refresh(&text(&ada, "refresh_token")).await;
    assert_eq!(
        refreshed.status, 200,
        "Bob has ended all of his sessions, and none of Ada's"
    );
    let read = Ask::new("GET", "/tasks/1").by(&as_ada).of(&world.api).await;
    assert_eq!(
        (&read.body["version"], &read.body["title"]),
        (&json!(1), &json!("rent")),
        "after all that Ada's task is as it was"
    );

    let every_route = [
        post("/tasks", json!({"title": "another"})),
        Ask::new("GET", "/tasks"),
        Ask::new("GET", "/tasks/1"),
        Ask::new("PATCH", "/tasks/1").json(json!({"step": "start"})),
        Ask::new("DELETE", "/tasks/1"),
        Ask::new("DELETE", "/sessions"),
    ];
    let refresh = text(&refreshed, "refresh_token");
    for ask in every_route {
        for authorization in ["", "Bearer", "Bearer ", "Basic YWRhOmFkYQ==", &as_ada]
            .into_iter()
            .map(str::to_owned)
            .chain([format!("Bearer {refresh}"), format!("Basic {as_ada}")])
        {
            let told = ask
                .clone()
                .header("authorization", authorization.clone())
                .of(&world.api)
                .await;
            assert_eq!(
                told.problem(),
                (401, "/problems/not-signed-in"),
                "{ask:?} with `authorization: {authorization}`"
            );
        }
    }
    assert_eq!(
        world.refresh(&refresh).await.status,
        200,
        "and nobody has ended Ada's session that way"
    );
}

// ── secrets ────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn what_is_kept_of_a_password() {
    let cost = |memory_kib, passes| Cost { memory_kib, passes };
    let hasher = |cost, pepper: Option<&str>| {
        Argon2Passwords::new(cost, pepper.map(Secret::new)).expect("Argon2 goes as low as that")
    };
    let (password, pepper) = (Secret::new(PASSWORD), Some("pepper of sixteen bytes"));
    let cheap = hasher(cost(16, 1), pepper);
    let kept = cheap.hash(&password, [7; 16]).expect("it hashes");
    assert!(
        kept.expose()
            .starts_with("$argon2id$v=19$m=16,t=1,p=1$BwcHBwcHBwcHBwcHBwcHBw$"),
        "what is kept is a PHC string of Argon2id with its cost and the salt that was handed in: {}",
        kept.expose()
    );
    for (what, hasher, password, expected) in [
        ("the password", &cheap, PASSWORD, true),
        ("another", &cheap, "another password", false),
        (
            "the password, where hashes cost more by now",
            &hasher(cost(64, 2), pepper),
            PASSWORD,
            true,
        ),
        (
            "the password, without the pepper",
            &hasher(cost(16, 1), None),
            PASSWORD,
            false,
        ),
        (
            "the password, with another pepper",
            &hasher(cost(16, 1), Some("another pepper of ours")),
            PASSWORD,
            false,
        ),
    ] {
        let verified = hasher.verify(&Secret::new(password), &kept);
        assert_eq!(verified.expect("it is a PHC string"), expected, "{what}");
    }
    let garbage = cheap.verify(&password, &Secret::new("sha256:1234"));
    assert!(
        garbage.is_err(),
        "what nobody can read lets nobody in, and is an error of ours and not of whoever signs in: {garbage:?}"
    );
    let default = Cost::default();
    assert!(
        default.memory_kib >= 19 * 1024 && default.passes >= 2,
        "the service's own cost is at least what OWASP names, 19 MiB and two passes: {default:?}"
    );

    let world = World::new();
    world.register("ada").await;
    world.register("bob").await;
    let mut rows = Vec::new();
    for name in ["ada", "bob"] {
        let account = world.repository.account(accounts::name(name)).await;
        let account = account.expect("it works").expect("it was made");
        rows.push(account.password.expose().to_owned());
    }
    assert_ne!(
        rows[0], rows[1],
        "two who have the same password have a salt each, or one table of guesses does for both"
    );
}

#[tokio::test]
async fn secrets_are_in_no_log_no_file_and_no_answer() {
    let file = File::new();
    let store = file.open().await;
    let world = World::on(Arc::new(store.accounts()), cheap(), policy());
    let service = Service::start(config(), world.api.clone()).await;
    let address = service.address();
    let right = credentials("ada", PASSWORD);
    let told = over_http(address, "POST", "/accounts", &right, "").await;
    assert_eq!(told.status, 201, "{told:?}");
    let told = over_http(address, "POST", "/sessions", &right, "").await;
    let pass: Value = serde_json::from_str(&told.body).expect("a pass");
    let taken = |key: &str| pass[key].as_str().expect("a token").to_owned();
    let (access, refresh) = (taken("access_token"), taken("refresh_token"));
    let bearer = format!("authorization: Bearer {access}\r\n");
    let nothing = Value::Null;
    over_http(address, "GET", "/tasks", &nothing, &bearer).await;
    let renew = json!({"refresh_token": refresh});
    for _ in 0..2 {
        over_http(address, "POST", "/sessions/refresh", &renew, "").await;
    }
    let mut answers = Vec::new();
    for body in [
        json!({"name": "ada", "password": [PASSWORD]}),
        json!({"name": "ada", "password": {PASSWORD: 1}}),
        json!({"name": "ada", PASSWORD: "password"}),
        json!({"name": "ada", "password": 271_828_182_845_u64}),
        json!({"name": "ada", "password": format!("{PASSWORD} no, another")}),
        json!({"name": format!("{PASSWORD} in the wrong field"), "password": "x"}),
    ] {
        for path in ["/accounts", "/sessions"] {
            let told = over_http(address, "POST", path, &body, "").await;
            assert!((400..500).contains(&told.status), "{told:?}");
            answers.push(told.body);
        }
    }
    let log = service.stopped_log().await;
    let decoded = BASE64_URL_SAFE_NO_PAD
        .decode(&refresh)
        .expect("64 characters of base64url");
    let secrets = [PASSWORD, &access, &refresh, "271828182845", KEY];
    for secret in secrets {
        assert!(
            !listed(&log).contains(secret),
            "`{secret}` is in the log:\n{}",
            listed(&log)
        );
        assert!(
            !answers.concat().contains(secret),
            "`{secret}` is in an answer that says what was wrong, and such answers are in the logs of clients: {answers:?}"
        );
    }
    let debug = format!(
        "{:?} {:?}",
        policy(),
        Config {
            token_keys: vec![key("k1", KEY)],
            ..config()
        }
    );
    assert!(!debug.contains(KEY), "`Debug` shows a key: {debug}");

    let closed = store.closed();
    drop((world, store));
    within("the file to be closed", closed).await;
    let mut bytes = fs::read(&file.path).expect("it is there");
    bytes.extend(fs::read(file.path.with_extension("db-wal")).unwrap_or_default());
    let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    assert!(holds(b"$argon2id$"), "the account is in the file");
    for (what, part) in [
        ("the password", PASSWORD.as_bytes()),
        ("the access token", access.as_bytes()),
        ("the refresh token", refresh.as_bytes()),
        ("the refresh token's bytes", &decoded[decoded.len() - 32..]),
    ] {
        assert!(
            !holds(part),
            "{what} can be read in the file, and so by everybody who gets a copy of it"
        );
    }
}

// ── growing, and the binary ────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn what_is_not_added_is_not_there() {
    let world = World::new();
    let tasks = || {
        Tasks::new(
            Arc::new(MemoryTasks::default()),
            Arc::clone(&world.clock) as Arc<dyn Clock>,
        )
    };
    let callers = || Arc::new(world.accounts.clone());
    let plain = http::api(tasks(), callers());
    for (method, path) in [
        ("POST", "/accounts"),
        ("POST", "/sessions"),
        ("GET", "/hello"),
    ] {
        let told = Ask::new(method, path).of(&plain).await;
        assert_eq!(
            told.problem(),
            (404, "/problems/not-found"),
            "http::api has tasks and nothing else: {method} {path}"
        );
    }
    let more = http::Routes::new(tasks(), callers())
        .with(Router::new().route("/hello", get(async || "hello")))
        .accounts(world.accounts.clone())
        .router();
    let hello = Ask::new("GET", "/hello").of(&more).await;
    assert_eq!(
        (hello.status, &hello.body),
        (200, &json!("hello")),
        "what somebody adds is beside it"
    );
    for (method, path, expected) in [
        ("POST", "/hello", (405, "/problems/method-not-allowed")),
        ("PUT", "/accounts", (405, "/problems/method-not-allowed")),
        ("GET", "/goodbye", (404, "/problems/not-found")),
        ("GET", "/tasks", (401, "/problems/not-signed-in")),
    ] {
        let told = Ask::new(method, path).of(&more).await;
        assert_eq!(told.problem(), expected, "{method} {path}");
    }
    let huge = post("/sessions", credentials("ada", &"x".repeat(20_000)));
    assert_eq!(
        huge.of(&more).await.problem(),
        (413, "/problems/too-large"),
        "limits are for all routes"
    );
}

#[test]
fn keys_are_secrets_of_the_configuration() {
    let load = |value: &str| {
        let env = [("TASKS_TOKEN_KEYS".to_owned(), value.to_owned())];
        Config::load(&[], &env, |_| unreachable!("no file is named"))
    };
    let (one, two) = ("1".repeat(32), "2:".repeat(20));
    let config = load(&format!("k1:{one}, k_2-b:{two}")).expect("two keys");
    let keys: Vec<_> = config
        .token_keys
        .iter()
        .map(|key| (key.id.as_str(), key.secret.expose()))
        .collect();
    assert_eq!(
        keys,
        [("k1", one.as_str()), ("k_2-b", &two)],
        "in this order"
    );
    assert_eq!(Config::default().token_keys, [], "and none by default");
    for wrong in [
        "",
        "hunter2",
        &one,
        &format!("k1:{}", &one[1..]),
        &format!(":{one}"),
        &format!("k 1:{one}"),
        &format!("k1:{one},"),
        &format!("k1:{one},k1:{two}"),
        &format!("{}:{one}", "k".repeat(65)),
    ] {
        let Err(errors) = load(wrong) else {
            panic!("`{wrong}` is no list of keys");
        };
        let text = format!("{errors} {errors:?}");
        assert!(
            text.contains("TASKS_TOKEN_KEYS") && (wrong.is_empty() || !text.contains(wrong)),
            "the error names the variable, and not its value: {text}"
        );
    }
    let flags = |flag: &str| {
        let flags = [flag.to_owned(), format!("k1:{one}")];
        let errors = Config::load(&flags, &[], |_| unreachable!("no file is named"));
        errors.expect_err("it is no flag").to_string()
    };
    let refused = flags("--token-keys");
    assert!(
        refused.contains("secret") && !refused.contains(&one),
        "a secret is no flag: {refused}"
    );
    let unknown = flags("--token-kyes");
    assert!(
        unknown.contains("--address") && unknown.contains("--config"),
        "which flags there are: {unknown}"
    );
    for secret in ["--token-keys", "--password-pepper"] {
        assert!(
            !unknown.contains(secret),
            "{secret} is offered, and is refused to whoever takes the offer: {unknown}"
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_binary_has_accounts() {
    let file = File::new();
    let database = format!("sqlite:{}", file.path.display());
    let start = |more: &[(&str, &str)]| {
        let mut environment = vec![("TASKS_DATABASE", database.as_str())];
        environment.extend(more);
        let mut process = Process::start_with(&[], &environment);
        let first = process.next_line();
        let port = field(&first, "port").and_then(Value::as_u64).unwrap_or(0);
        let address = SocketAddr::from(([127, 0, 0, 1], u16::try_from(port).unwrap_or(0)));
        (process, address)
    };
    let right = credentials("ada", PASSWORD);
    let keys = format!("k1:{KEY}");
    let pepper = ("TASKS_PASSWORD_PEPPER", "pepper of sixteen bytes");
    let (mut process, address) = start(&[("TASKS_TOKEN_KEYS", &keys), pepper]);
    let nobody = over_http(address, "GET", "/tasks", &Value::Null, "").await;
    assert_eq!(
        nobody.status, 401,
        "nobody is signed in, and nobody is user 1 any more: {nobody:?}"
    );
    let made = over_http(address, "POST", "/accounts", &right, "").await;
    assert_eq!(made.status, 201, "{made:?}");
    let passed = over_http(address, "POST", "/sessions", &right, "").await;
    assert_eq!(passed.status, 201, "{passed:?}");
    let pass: Value = serde_json::from_str(&passed.body).expect("a pass");
    let bearer = format!(
        "authorization: Bearer {}\r\n",
        pass["access_token"].as_str().expect("a token")
    );
    let mine = over_http(address, "GET", "/tasks", &Value::Null, &bearer).await;
    assert_eq!(mine.status, 200, "{mine:?}");
    assert!(process.terminate().success(), "it stops as before");

    // The next key signs, the last one is trusted.
    let keys = format!("k2:another key, of more than 32 bytes,k1:{KEY}");
    let keys = keys.replace("key, of", "key of");
    let (mut process, address) = start(&[("TASKS_TOKEN_KEYS", &keys), pepper]);
    let mine = over_http(address, "GET", "/tasks", &Value::Null, &bearer).await;
    assert_eq!(
        mine.status, 200,
        "after a restart with another key before it, the token is good: {mine:?}"
    );
    assert!(process.terminate().success(), "it stops as before");

    let (mut process, address) = start(&[]);
    let mine = over_http(address, "GET", "/tasks", &Value::Null, &bearer).await;
    assert_eq!(
        mine.status, 401,
        "without a configured key the service has one that nobody knows: {mine:?}"
    );
    let renew = json!({"refresh_token": pass["refresh_token"]});
    let renewed = over_http(address, "POST", "/sessions/refresh", &renew, "").await;
    assert_eq!(
        renewed.status, 200,
        "sessions are in the file, and do not depend on keys: {renewed:?}"
    );
    let refused = over_http(address, "POST", "/sessions", &right, "").await;
    assert_eq!(
        refused.status, 401,
        "the password was hashed with a pepper that is not there now: {refused:?}"
    );
    assert!(process.terminate().success(), "it stops as before");
}

// ── instruments ────────────────────────────────────────────────────────────────────────────────────

/// What the second release had executed by the time that files were of version 2, with a task of user 1 and one of user 7.
const RELEASE_2: &str = "
    CREATE TABLE tasks (
        id INTEGER PRIMARY KEY AUTOINCREMENT, owner INTEGER NOT NULL, title TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('open', 'started', 'done', 'dropped')), since_ms INTEGER,
        created_ms INTEGER NOT NULL, changed_ms INTEGER NOT NULL, version INTEGER NOT NULL CHECK (version > 0),
        CHECK ((status = 'open') = (since_ms IS NULL))
    ) STRICT;
    CREATE INDEX tasks_of_owner ON tasks (owner, id);
    CREATE TABLE keys (
        owner INTEGER NOT NULL, key TEXT NOT NULL, task INTEGER NOT NULL, title TEXT NOT NULL,
        created_ms INTEGER NOT NULL, PRIMARY KEY (owner, key)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX keys_by_age ON keys (created_ms);
    INSERT INTO tasks VALUES (1, 1, 'of before', 'open', NULL, 5, 5, 1), (2, 7, 'a test', 'open', NULL, 5, 5, 1);
    PRAGMA user_version = 2;
";

fn key(id: &str, secret: &str) -> TokenKey {
    TokenKey {
        id: id.to_owned(),
        secret: Secret::new(secret),
    }
}

fn policy() -> Policy {
    Policy::signed_with(key("k1", KEY))
}

/// Real hashes that are quick.
fn cheap() -> Arc<dyn PasswordHasher> {
    let cost = Cost {
        memory_kib: 8,
        passes: 1,
    };
    Arc::new(Argon2Passwords::new(cost, None).expect("Argon2 goes as low as that"))
}

/// A service with accounts in memory.
struct World {
    api: Router,
    accounts: Accounts,
    repository: Store,
    clock: Arc<TestClock>,
}

impl World {
    fn new() -> Self {
        Self::with(cheap(), policy())
    }

    fn with(hasher: Arc<dyn PasswordHasher>, policy: Policy) -> Self {
        Self::on(Arc::new(MemoryAccounts::default()), hasher, policy)
    }

    fn on(
        repository: Arc<dyn AccountRepository>,
        hasher: Arc<dyn PasswordHasher>,
        policy: Policy,
    ) -> Self {
        let clock = Arc::new(TestClock(AtomicU64::new(NOON)));
        let means = Means {
            repository: Arc::clone(&repository),
            hasher,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            random: Arc::new(Countable::default()),
        };
        let accounts = Accounts::new(means, policy);
        let tasks = Tasks::new(
            Arc::new(MemoryTasks::default()),
            Arc::clone(&clock) as Arc<dyn Clock>,
        );
        let api = http::Routes::new(tasks, Arc::new(accounts.clone()))
            .accounts(accounts.clone())
            .router();
        Self {
            api,
            accounts,
            repository,
            clock,
        }
    }

    async fn register(&self, name: &str) {
        let told = post("/accounts", credentials(name, PASSWORD))
            .of(&self.api)
            .await;
        assert_eq!(told.status, 201, "POST /accounts by {name}: {told:?}");
    }

    async fn sign_in(&self, name: &str) -> Told {
        let told = post("/sessions", credentials(name, PASSWORD))
            .of(&self.api)
            .await;
        assert_eq!(told.status, 201, "POST /sessions by {name}: {told:?}");
        told
    }

    async fn refresh(&self, token: &str) -> Told {
        post("/sessions/refresh", json!({"refresh_token": token}))
            .of(&self.api)
            .await
    }
}

fn post(path: &str, body: Value) -> Ask {
    Ask::new("POST", path).json(body)
}

fn credentials(name: &str, password: &str) -> Value {
    json!({"name": name, "password": password})
}

fn text(told: &Told, key: &str) -> String {
    let text = told.body[key].as_str();
    text.unwrap_or_else(|| panic!("`{key}` is a text: {told:?}"))
        .to_owned()
}

/// Over a socket, with a body unless that is null.
async fn over_http(
    address: SocketAddr,
    method: &str,
    path: &str,
    body: &Value,
    headers: &str,
) -> Answer {
    let (kind, body) = match body {
        Value::Null => ("", String::new()),
        body => ("content-type: application/json\r\n", body.to_string()),
    };
    let length = body.len();
    let head = format!("host: test\r\n{headers}{kind}content-length: {length}");
    let text = request(method, path).replace("host: test", &head) + &body;
    let answer = within(&format!("{method} {path}"), exchange(address, text)).await;
    answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"))
}

/// A good header, and good claims, of what the first account gets at noon.
fn good() -> (Value, Value) {
    let header = json!({"alg": "HS256", "kid": "k1"});
    let claims = json!({
        "iss": "capstone", "aud": "capstone-tasks", "sub": "2", "iat": NOON / 1000, "exp": NOON / 1000 + 300,
    });
    (header, claims)
}

/// A token that somebody has signed with HMAC and SHA-256.
fn jwt(header: &Value, claims: &Value, key: &str) -> String {
    // Claims in the order of RFC 7519, where there are some; the values of `json!` have none.
    let part = |value: &Value| {
        let known = ["alg", "kid", "crit", "iss", "aud", "sub", "iat", "exp"];
        let fields: Vec<String> = known
            .iter()
            .filter(|key| !value[**key].is_null())
            .map(|key| format!("{}:{}", Value::from(*key), value[*key]))
            .collect();
        BASE64_URL_SAFE_NO_PAD.encode(format!("{{{}}}", fields.join(",")))
    };
    let signed = format!("{}.{}", part(header), part(claims));
    let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key.as_bytes()).expect("a key");
    let signature = mac.chain_update(signed.as_bytes()).finalize().into_bytes();
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

struct TestClock(AtomicU64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// Bytes that do not repeat, and are the same each time.
#[derive(Default)]
struct Countable(AtomicU64);

impl Random for Countable {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), StoreError> {
        for chunk in bytes.chunks_mut(8) {
            let number = self.0.fetch_add(1, Ordering::SeqCst) + 1;
            let number = number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes();
            chunk.copy_from_slice(&number[..chunk.len()]);
        }
        Ok(())
    }
}

/// Counts hashes, and makes none.
#[derive(Default)]
struct Counted(AtomicUsize);

impl PasswordHasher for Counted {
    fn hash(&self, password: &Secret, _: [u8; 16]) -> Result<Secret, StoreError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(Secret::new(password.expose()))
    }

    fn verify(&self, password: &Secret, kept: &Secret) -> Result<bool, StoreError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(password == kept)
    }
}

/// Hashes that take until the gate is open.
struct Gate {
    state: Mutex<GateState>,
    changed: Condvar,
    begun: Semaphore,
}

#[derive(Default)]
struct GateState {
    open: bool,
    running: usize,
    most: usize,
    gave_up: bool,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            state: Mutex::default(),
            changed: Condvar::new(),
            begun: Semaphore::new(0),
        }
    }
}

impl Gate {
    fn set(&self, open: bool) {
        self.state.lock().expect("no panic").open = open;
        self.changed.notify_all();
    }

    async fn begun(&self, hashes: u32) {
        let begun = within("hashes to begin", self.begun.acquire_many(hashes)).await;
        begun.expect("the gate is never removed").forget();
    }

    fn gave_up(&self) -> bool {
        self.state.lock().expect("no panic").gave_up
    }

    fn most(&self) -> usize {
        self.state.lock().expect("no panic").most
    }

    fn pass(&self) {
        let mut state = self.state.lock().expect("no panic");
        state.running += 1;
        state.most = state.most.max(state.running);
        self.begun.add_permits(1);
        let waited = self
            .changed
            .wait_timeout_while(state, PATIENCE / 2, |state| !state.open);
        let (mut state, timeout) = waited.expect("no panic");
        state.gave_up |= timeout.timed_out();
        state.running -= 1;
    }
}

impl PasswordHasher for Gate {
    fn hash(&self, password: &Secret, _: [u8; 16]) -> Result<Secret, StoreError> {
        self.pass();
        Ok(Secret::new(password.expose()))
    }

    fn verify(&self, password: &Secret, kept: &Secret) -> Result<bool, StoreError> {
        self.pass();
        Ok(password == kept)
    }
}

/// Threads that wait at the gate would hold up the end of a test that fails.
struct OpenAtTheEnd(Arc<Gate>);

impl Drop for OpenAtTheEnd {
    fn drop(&mut self) {
        self.0.set(true);
    }
}

/// A database that goes with the test.
struct File {
    folder: PathBuf,
    path: PathBuf,
}

impl File {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("capstone-accounts-{}-{number}", process::id()));
        fs::create_dir_all(&folder).expect("there is a place for temporary files");
        let path = folder.join("tasks.db");
        Self { folder, path }
    }

    async fn open(&self) -> SqliteTasks {
        let opened = within("SqliteTasks::open", SqliteTasks::open(&self.path)).await;
        opened.unwrap_or_else(|error| panic!("open: {}", capstone::telemetry::chain(&error)))
    }

    /// As someone else sees it.
    fn sql(&self) -> Connection {
        Connection::open(&self.path).expect("it can be opened")
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
