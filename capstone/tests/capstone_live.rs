//! Users see what happens to their tasks: theirs, all of it, once, in order, and for as long as their token is good.

#[path = "support/api.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod api;
#[path = "support/postgres.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod postgres;
#[path = "support/socket.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod socket;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;
#[path = "support/updates.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod updates;

use std::collections::HashMap;
use std::env;
use std::fs;
use std::future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use capstone::accounts::{self, Accounts, Means};
use capstone::adapters::{MemoryAccounts, MemoryTasks, SqliteTasks, SystemClock, SystemRandom};
use capstone::config::TokenKey;
use capstone::domain::{Notice, Step, Task, TaskId, Timestamp, Title, UserId, What};
use capstone::live::{self, Policy};
use capstone::ports::{
    Arrival, Callers, Clock, PasswordHasher, Pending, Since, StoreError, UPDATES_KEPT, Update,
    UpdateLog, Written,
};
use capstone::tasks::{Change, Created, Tasks};
use capstone::{Application, Config, Secret, http};
use rusqlite::Connection;
use serde_json::{Value, json};
use tokio::io::{DuplexStream, duplex};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinHandle, yield_now};
use tokio::time::{Instant, sleep, timeout};

use api::Ask;
use postgres::{Schema, in_time};
use socket::{Client, DAY, Frame, LONG, Port, Refusal, Seen};
use support::{Process, config, field};
use updates::{ADA, BOB, Kept};

/// A schema for the test, or its end where there is no server.
macro_rules! schema {
    ($what:literal) => {
        match Schema::make($what).await {
            Some(schema) => schema,
            None => return,
        }
    };
}

// ── the log ────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn in_memory_each_change_has_the_next_number() {
    let earliest = SystemClock.now().millis();
    let store = Kept::new(MemoryTasks::default());
    let (begun, latest) = (store.last(ADA).await, SystemClock.now().millis());
    assert!(
        (earliest..=latest).contains(&begun),
        "a store that forgets begins its counts with the time, in milliseconds, and here with {begun}; it was made between \
         {earliest} and {latest}. From 0 it would soon come to numbers that clients have from the process before, and tell \
         them that they have missed nothing"
    );
    updates::each_change_has_the_next_number(store).await;
}

#[tokio::test]
async fn in_memory_who_was_away_too_long_is_told_so() {
    updates::who_was_away_too_long_is_told_so(Kept::new(MemoryTasks::default())).await;
}

#[tokio::test]
async fn in_a_file_each_change_has_the_next_number() {
    let (one, other) = (File::new(), File::new());
    updates::each_change_has_the_next_number(one.open().await).await;
    let services = vec![other.open().await, other.open().await];
    let begun = services[0].last(ADA).await;
    updates::all_services_count_as_one(services, 12).await;
    let again = other.open().await;
    assert_eq!(
        (again.last(ADA).await, again.updates(ADA, begun).await.len()),
        (begun + 24, 24),
        "the count goes on when the file is opened again, and what was counted is there"
    );
}

#[tokio::test]
async fn in_a_file_who_was_away_too_long_is_told_so() {
    let file = File::new();
    updates::who_was_away_too_long_is_told_so(file.open().await).await;
}

#[tokio::test]
async fn a_change_and_its_update_are_there_together_or_not_at_all() {
    let file = File::new();
    let store = file.open().await;
    let sql = file.sql();
    let tables: Vec<String> = {
        let names =
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        let mut names = sql.prepare(names).expect("SQL");
        let rows = names.query_map((), |row| row.get(0)).expect("SQL");
        rows.map(|name| name.expect("a name")).collect()
    };
    let works = "the store works";
    let mut refused = 0;
    for table in &tables {
        let task = store.add(ADA, "rent").await;
        let (owner, id) = (task.facts().owner, task.facts().id);
        let before = store.last(ADA).await;
        // The disk is full right when a row is added to this table. Rows that are there can be changed.
        let full = format!(
            "CREATE TRIGGER full BEFORE INSERT ON \"{table}\" BEGIN SELECT RAISE(ABORT, 'disk full'); END;"
        );
        sql.execute_batch(&full).expect("SQL");
        let inserted = store.insert(ADA, "mail", None).await.is_ok();
        let updated = store.tasks.update(updates::started(&task), 1).await.is_ok();
        let now = store.tasks.find(owner, id).await.expect(works);
        let version = now.map_or(0, |task| task.facts().version);
        let deleted = store.tasks.delete(owner, id, version).await.is_ok();
        sql.execute_batch("DROP TRIGGER full;").expect("SQL");
        refused += [inserted, updated, deleted]
            .iter()
            .filter(|done| !**done)
            .count();

        let left = store.tasks.list(owner, None, 10).await.expect(works);
        let rent_is_there = left.iter().any(|task| task.facts().id == id);
        let mail_is_there = left.len() > usize::from(rent_is_there);
        let happened = [mail_is_there, version == 2, !rent_is_there];
        let told = store.last(ADA).await - before;
        assert_eq!(
            told,
            happened.iter().filter(|it| **it).count() as u64,
            "no row can be added to `{table}`. Whether a task was made, one started, and that one deleted: {happened:?}, and \
             that many updates there are. Who commits a change and tells of it in the next step has changes that nobody is \
             told of"
        );
        for task in left {
            let facts = task.facts();
            let deleted = store.tasks.delete(owner, facts.id, facts.version).await;
            deleted.expect(works);
        }
    }
    assert!(
        refused >= 6,
        "each of {tables:?} was full in turn, and {refused} changes were refused. All three leave a job and an update in \
         tables"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_each_change_has_the_next_number() {
    let schema = schema!("each change has the next number");
    updates::each_change_has_the_next_number(Kept::new(schema.open().await)).await;
    schema.remove().await;
    let schema = schema!("each change has the next number, for three services");
    let one = Kept::new(schema.open().await);
    let services = vec![one.clone(), one, Kept::new(schema.open().await)];
    updates::all_services_count_as_one(services, 12).await;
    schema.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_numbers_are_in_the_order_of_the_commits() {
    let schema = schema!("numbers are in the order of the commits");
    let store = Kept::new(schema.open().await);
    let ours = i32::try_from(process::id()).expect("a process has a small number");
    schema
        .sql(&format!(
            "CREATE FUNCTION first_one_waits() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 IF pg_try_advisory_xact_lock({ours}, 1) THEN
                     PERFORM pg_advisory_xact_lock({ours}, 2);
                 END IF;
                 RETURN NULL;
             END $$"
        ))
        .await;
    for table in schema.tables().await {
        let [rent, mail] = [store.add(ADA, "rent").await, store.add(ADA, "mail").await];
        let begun = store.last(ADA).await;
        // Whoever comes to this table first waits there, before its commit, until it is let go.
        let held = format!(
            "SELECT pg_advisory_lock({ours}, 2);
             CREATE TRIGGER first_one_waits AFTER INSERT OR UPDATE ON {table}
             FOR EACH ROW EXECUTE FUNCTION first_one_waits();"
        );
        schema.sql(&held).await;
        let first = start(&store, &rent);
        let waiting = format!(
            "SELECT pid FROM pg_locks
             WHERE locktype = 'advisory' AND classid = {ours} AND objid = 2 AND NOT granted"
        );
        stopped(&schema, &first, &waiting).await;
        let second = start(&store, &mail);
        let behind = format!(
            "SELECT pid FROM pg_stat_activity WHERE pg_blocking_pids(pid) && ARRAY({waiting})"
        );
        stopped(&schema, &second, &behind).await;

        let numbers = |updates: Vec<Update>| Vec::from_iter(updates.iter().map(|it| it.number));
        let seen = numbers(store.updates(ADA, begun).await);
        let all = [begun + 1, begun + 2];
        assert!(
            all.starts_with(&seen),
            "one change waits in `{table}` for its commit, and the next one has been made meanwhile, or waits, too. \
             Whoever has seen {begun} is shown {seen:?}. A number that is there before the one below it is seen first, and \
             whoever has seen it never asks for the other"
        );
        let let_go = format!("SELECT pg_advisory_unlock({ours}, 2)");
        schema.sql(&let_go).await;
        for change in [first, second] {
            in_time("a change", change).await.expect("no panic");
        }
        assert_eq!(
            numbers(store.updates(ADA, begun).await),
            all,
            "and both are told"
        );
        schema
            .sql(&format!("DROP TRIGGER first_one_waits ON {table}"))
            .await;
    }
    schema.remove().await;
}

/// Starts the task, beside whatever else happens.
fn start(store: &Kept, task: &Task) -> JoinHandle<()> {
    let (store, started) = (store.clone(), updates::started(task));
    tokio::spawn(async move {
        let written = store.tasks.update(started, 1).await;
        assert_eq!(written.expect("the store works"), Written::Done);
    })
}

/// Returns when the change has been made, or this query finds who waits.
async fn stopped(schema: &Schema, change: &JoinHandle<()>, waiting: &str) {
    let stopped = async {
        while !change.is_finished() {
            let rows = schema.admin.query(waiting, &[]).await.expect("SQL");
            if !rows.is_empty() {
                break;
            }
            sleep(Duration::from_millis(5)).await;
        }
    };
    in_time("a change to be made, or to wait for another", stopped).await;
}

#[tokio::test]
async fn on_postgres_who_was_away_too_long_is_told_so() {
    let schema = schema!("who was away too long is told so");
    updates::who_was_away_too_long_is_told_so(Kept::new(schema.open().await)).await;
    schema.remove().await;
}

// ── who sees what ──────────────────────────────────────────────────────────────────────────────────

#[tokio::test(start_paused = true)]
async fn users_see_their_own_changes_at_once_and_in_order() {
    let world = World::new(policy());
    let (mut phone, mut laptop) = (world.enter("ada-1").await, world.enter("ada-2").await);
    let mut bob = world.enter("bob-1").await;
    let from = phone.hello().await;
    assert_eq!(
        laptop.hello().await,
        from,
        "both of Ada's begin at one place"
    );
    let bobs = bob.hello().await;
    let begun = Instant::now();

    let rent = world.add(ADA, "rent").await;
    let mail = world.add(BOB, "mail").await;
    world.start(ADA, rent).await;
    world.delete(ADA, rent).await;

    let seen = |number, what: &str, task: TaskId, version| Seen {
        number,
        what: what.to_owned(),
        task: task.get(),
        version,
    };
    for (whose, client) in [("phone", &mut phone), ("laptop", &mut laptop)] {
        let expected = [
            seen(from + 1, "created", rent, 1),
            seen(from + 2, "changed", rent, 2),
            seen(from + 3, "deleted", rent, 3),
        ];
        for update in expected {
            assert_eq!(
                client.update().await,
                update,
                "Ada's {whose} sees what happens to her task, in order, numbered one by one"
            );
        }
    }
    assert_eq!(
        bob.update().await,
        seen(bobs + 1, "created", mail, 1),
        "Bob sees his task, and his numbers do not tell what Ada does"
    );
    let took = begun.elapsed();
    assert!(
        took < Duration::from_secs(1),
        "the log said that it has grown, and the updates came {took:?} later. It is looked at every {:?} in any case, for \
         what others do; nobody waits for that who has made a change here",
        policy().poll
    );
    for client in [&mut phone, &mut laptop, &mut bob] {
        client.hears_nothing_for(Duration::from_secs(5)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn who_comes_back_gets_what_they_have_missed() {
    let world = World::new(policy());
    let mut phone = world.enter("ada-1").await;
    let from = phone.hello().await;
    for title in ["rent", "mail", "bread"] {
        world.add(ADA, title).await;
    }
    assert_eq!(phone.update().await.number, from + 1);
    let last = phone.update().await.number;
    // The train is in the tunnel, and the third update with it.
    drop(phone);
    for number in 0..20 {
        world.add(ADA, &format!("missed {number}")).await;
    }
    let mut phone = world.enter_at("ada-1", &format!("?after={last}")).await;
    assert_eq!(
        phone.hello().await,
        last,
        "`hello` says the place that was asked for: all that comes after it follows"
    );
    let begun = Instant::now();
    for number in last + 1..=from + 23 {
        assert_eq!(
            phone.update().await.number,
            number,
            "what was missed, each once and in order"
        );
    }
    let took = begun.elapsed();
    assert!(
        took < Duration::from_secs(1),
        "21 updates were missed, of which {} are read at a time, and the last came after {took:?}. As long as there is more, a \
         socket goes on by itself, and waits for nobody to announce what happened long ago",
        policy().buffer
    );
    drop(phone);
    let mut phone = world.enter_at("ada-1", &format!("?after={last}")).await;
    phone.hello().await;
    let mut numbers = vec![phone.update().await.number];
    for number in 0..5 {
        world.add(ADA, &format!("meanwhile {number}")).await;
    }
    let all: Vec<u64> = (last + 1..=from + 28).collect();
    while numbers.len() < all.len() {
        let next = timeout(Duration::from_secs(60), phone.update()).await;
        let Ok(update) = next else {
            break;
        };
        numbers.push(update.number);
    }
    assert_eq!(
        numbers,
        all,
        "what was missed, and what happened while that was told, each once and in order. Each socket reads up to {} at a \
         time, and goes on by itself as long as there is more",
        policy().buffer
    );
    phone.hears_nothing_for(Duration::from_secs(5)).await;
}

#[tokio::test(start_paused = true)]
async fn who_can_not_go_on_is_told_to_read_anew() {
    let world = World::new(policy());
    let begun = world.kept().last(ADA).await;
    world.kept().changes(ADA, UPDATES_KEPT + 2).await;
    let last = begun + UPDATES_KEPT + 2;
    // Too old, too new, and from another life of a store that forgets.
    let mut phones = Vec::new();
    for after in [begun + 1, last + 1, 7] {
        let mut phone = world.enter_at("ada-1", &format!("?after={after}")).await;
        assert_eq!(
            phone.number_of("reset").await,
            last,
            "the log has what came after {} and up to {last}. Who asks for what came after {after} has missed something \
             that nobody knows any more: they have to read their tasks, and are told where to go on",
            begun + 2
        );
        phones.push(phone);
    }
    world.add(ADA, "rent").await;
    for phone in &mut phones {
        assert_eq!(
            phone.update().await.number,
            last + 1,
            "and it goes on from there"
        );
    }
    let mut oldest = world
        .enter_at("ada-1", &format!("?after={}", begun + 3))
        .await;
    assert_eq!(
        (oldest.hello().await, oldest.update().await.number),
        (begun + 3, begun + 4),
        "who has missed {UPDATES_KEPT} gets them"
    );
}

#[tokio::test(start_paused = true)]
async fn what_happens_between_reading_and_waiting_is_not_missed() {
    let world = World::over(policy(), |store, tasks| {
        Arc::new(Meddling {
            log: store,
            tasks,
            armed: AtomicBool::new(true),
        })
    });
    let mut phone = world.enter("ada-1").await;
    let from = phone.hello().await;
    let begun = Instant::now();
    world.add(ADA, "rent").await;
    assert_eq!(phone.update().await.number, from + 1);
    let second = timeout(policy().poll / 2, phone.update()).await;
    assert!(
        second.is_ok_and(|update| update.number == from + 2),
        "while the service was reading Ada's updates, the next one was made, and it was announced when nobody was waiting \
         yet. {:?} later it is not there: whoever reads first and waits then has to notice what happens in between",
        begun.elapsed()
    );
}

#[tokio::test]
async fn no_route_shows_or_touches_what_is_another_users() {
    let shop = Shop::new();
    let (ada, bob) = (shop.signed_in("ada").await, shop.signed_in("bob").await);
    let (path, api) = ("/tasks/1", &shop.api);
    let rent = json!({ "title": "Ada's rent" });
    let made = Ask::new("POST", "/tasks")
        .json(rent.clone())
        .header("idempotency-key", "k1");
    assert_eq!(
        made.by(&ada.access).of(api).await.status,
        201,
        "Ada has task 1"
    );
    let untouched = Ask::new("GET", path).by(&ada.access).of(api).await.body;

    let step = json!({ "step": "start" });
    let refresh = json!({ "refresh_token": bob.refresh });
    let calls = [
        (Ask::new("GET", "/tasks"), 200),
        (Ask::new("GET", "/tasks?cursor=0000000000000000"), 200),
        (
            Ask::new("POST", "/tasks")
                .json(rent)
                .header("idempotency-key", "k1"),
            201,
        ),
        (Ask::new("GET", path), 404),
        (Ask::new("PATCH", path).json(step), 404),
        (Ask::new("DELETE", path), 404),
        (Ask::new("DELETE", path).header("if-match", "\"1\""), 404),
        (Ask::new("GET", "/updates"), 426),
        (Ask::new("POST", "/sessions/end").json(refresh), 204),
        (Ask::new("DELETE", "/sessions"), 204),
    ];
    for (ask, status) in calls {
        let call = format!("{ask:?}");
        let open = call.contains("/sessions/end");
        if !open {
            let nobody = ask.clone().of(api).await;
            assert_eq!(
                nobody.problem(),
                (401, "/problems/not-signed-in"),
                "who calls comes first, on each route: {call}"
            );
        }
        let told = ask.by(&bob.access).of(api).await;
        assert_eq!(told.status, status, "Bob calls {call}");
        let replayed = told.header("idempotency-replayed");
        let shown = told.body["id"] == "1" || told.body["tasks"][0]["id"] == "1";
        assert!(
            replayed.is_none() && !shown,
            "Bob calls {call}, and is shown Ada's task: {}",
            told.body
        );
        let now = Ask::new("GET", path).by(&ada.access).of(api).await.body;
        assert_eq!(
            now, untouched,
            "Bob calls {call}, and Ada's task is another one"
        );
    }
    let refresh = json!({ "refresh_token": ada.refresh });
    let goes_on = Ask::new("POST", "/sessions/refresh")
        .json(refresh)
        .of(api)
        .await;
    assert_eq!(goes_on.status, 200, "Bob has ended his sessions, not Ada's");

    let bearer = format!("authorization: Bearer {}", bob.access);
    let last = shop.log.last(ADA).await;
    let mut socket = shop
        .enter(&format!("/updates?after={last}"), &[&bearer])
        .await;
    socket.hear().await;
    let patch = json!({ "title": "Ada's new rent" });
    let patch = Ask::new("PATCH", path).json(patch).by(&ada.access);
    assert_eq!(patch.of(api).await.status, 200);
    let note = json!({ "title": "Bob's note" });
    let note = Ask::new("POST", "/tasks").json(note).by(&bob.access);
    let note = note.of(api).await.body["id"].clone();
    let update = socket.update().await;
    assert_eq!(
        (update.what.as_str(), Value::from(update.task.to_string())),
        ("created", note),
        "Ada has changed her task and Bob has made one, and the first that Bob's socket tells is what he did"
    );
}

// ── who is let in, and for how long ────────────────────────────────────────────────────────────────

#[tokio::test(start_paused = true)]
async fn who_is_not_let_in_is_told_so_as_a_problem() {
    let world = World::new(policy());
    let ada = "authorization: Bearer ada-1";
    for (why, path, lines, expected) in [
        (
            "nobody calls",
            "/updates",
            &[][..],
            (401, "/problems/not-signed-in"),
        ),
        (
            "the token is nobody's",
            "/updates",
            &["authorization: Bearer eve"][..],
            (401, "/problems/not-signed-in"),
        ),
        (
            "a token in the query stands in the logs of everybody on the way, so it is none",
            "/updates?access_token=ada-1",
            &[][..],
            (401, "/problems/not-signed-in"),
        ),
        (
            "the query has something that is not known",
            "/updates?access_token=ada-1",
            &[ada][..],
            (400, "/problems/bad-request"),
        ),
        (
            "that is no number",
            "/updates?after=-1",
            &[ada][..],
            (400, "/problems/bad-request"),
        ),
    ] {
        let refused = world.ask_at(path, lines).await;
        let refused = refused
            .err()
            .unwrap_or_else(|| panic!("{why}, and there is a socket"));
        let told = (
            refused.status,
            refused.body["type"].as_str().unwrap_or("no problem"),
        );
        assert_eq!(told, expected, "{why}: {} {}", refused.head, refused.body);
    }
    let plain = Client::ask(world.dial(4096), "/updates", &[ada]).await;
    let plain = plain
        .err()
        .expect("a request that asks for no socket gets none");
    assert!(
        plain.status == 426 && plain.head.contains("\r\nupgrade: websocket\r\n"),
        "a request that asks for no socket is told what to ask for (RFC 9110, 15.5.22): {}",
        plain.head
    );
}

#[tokio::test(start_paused = true)]
async fn a_browser_shows_its_token_among_the_protocols() {
    let world = World::new(policy());
    let offered = ["sec-websocket-protocol: tasks.v1, bearer.ada-1"];
    let mut tab = match world.ask_at("/updates", &offered).await {
        Ok(tab) => tab,
        Err(refused) => panic!(
            "a browser can't set `authorization` for a WebSocket. What it can choose are the protocols that it offers, and \
             `bearer.` and a token is one: {refused:?}"
        ),
    };
    let chosen = tab
        .head
        .lines()
        .find_map(|line| line.strip_prefix("sec-websocket-protocol:"));
    assert_eq!(
        chosen.map(str::trim),
        Some("tasks.v1"),
        "a browser closes a socket for which none of its protocols was chosen; and to choose the other one is to send the \
         token back, through all that keep answers: {}",
        tab.head
    );
    let from = tab.hello().await;
    world.add(ADA, "rent").await;
    assert_eq!(tab.update().await.number, from + 1);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_over_opens_nothing_more() {
    let world = World::new(policy());
    let (mut busy, mut idle) = (world.enter("ada-1").await, world.enter("ada-2").await);
    for socket in [&mut busy, &mut idle] {
        socket.hello().await;
    }
    world.add(ADA, "rent").await;
    for socket in [&mut busy, &mut idle] {
        socket.update().await;
    }
    world.tokens.forget("ada-1");
    world.add(ADA, "mail").await;
    let next = busy.hear().await;
    assert!(
        matches!(next, Frame::Close(4401, _)),
        "Ada's token was good when the socket was opened, and is not now. To a request with it the answer would be 401; the \
         socket is closed with 4401 before it tells anything more. What it told is {next:?}"
    );
    idle.update().await;
    world.tokens.forget("ada-2");
    let begun = Instant::now();
    let end = timeout(policy().ping + Duration::from_secs(1), idle.hear()).await;
    assert!(
        matches!(end, Ok(Frame::Close(4401, _))),
        "on a socket where nothing happens the token is looked at with each ping, every {:?}. After {:?} there was {end:?}",
        policy().ping,
        begun.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn a_token_can_be_replaced_while_the_socket_is_open() {
    let world = World::new(policy());
    let mut phone = world.enter("ada-1").await;
    let from = phone.hello().await;
    phone.say(&json!({ "access_token": "ada-2" })).await;
    assert_eq!(
        phone.hear().await,
        Frame::Text(json!({ "type": "renewed" })),
        "a token that comes over the socket takes the place of the one that opened it"
    );
    world.tokens.forget("ada-1");
    world.add(ADA, "rent").await;
    assert_eq!(
        phone.update().await.number,
        from + 1,
        "and the first one counts no more"
    );
    phone.say(&json!({ "access_token": "bob-1" })).await;
    let (updates, end) = phone.rest().await;
    assert!(
        updates.is_empty() && matches!(end, Frame::Close(4401, _)),
        "a socket is one user's for as long as it lives: Ada's does not become Bob's, whose numbers are others. It told \
         {updates:?}, and then {end:?}"
    );

    for (kind, said) in [
        (0x1, "hello?"),
        (0x1, "{\"token\": \"ada-2\"}"),
        (0x2, "ada-2"),
    ] {
        let mut odd = world.enter("ada-2").await;
        odd.hello().await;
        odd.send(kind, said.as_bytes()).await;
        let (_, end) = odd.rest().await;
        assert!(
            matches!(end, Frame::Close(1003, _)),
            "{said:?} as a frame of type {kind} is nothing that is understood here, which is 1003: {end:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_user_has_so_many_sockets_and_no_more() {
    let world = World::new(policy());
    let mut open = Vec::new();
    for _ in 0..policy().per_user {
        let mut socket = world.enter("ada-1").await;
        socket.hello().await;
        open.push(socket);
    }
    let more = world.ask_as("ada-2").await;
    let more = more.err().unwrap_or_else(|| {
        panic!(
            "{} sockets are what a user may have; here is one more",
            policy().per_user
        )
    });
    assert_eq!(
        (more.status, more.body["type"].as_str()),
        (429, Some("/problems/too-many-sockets")),
        "{}",
        more.body
    );
    world.enter("bob-1").await.hello().await;
    // One says goodbye, and one breaks off.
    let mut polite = open.pop().expect("there are some");
    polite.close().await;
    assert!(
        matches!(polite.hear().await, Frame::Close(..)),
        "a goodbye is answered"
    );
    assert_eq!(
        polite.hear().await,
        Frame::End,
        "and then the connection ends"
    );
    drop(open.pop());
    for _ in 0..2 {
        let mut again = world.soon("ada-1").await;
        again.hello().await;
        open.push(again);
    }
}

// ── peers who are slow, or gone ────────────────────────────────────────────────────────────────────

#[tokio::test(start_paused = true)]
async fn who_does_not_read_holds_up_nobody() {
    let world = World::new(policy());
    let alone = Handle::current().metrics().num_alive_tasks();
    let mut deaf = world.enter_over(256, "ada-1").await;
    deaf.hello().await;
    let mut ada = world.enter("ada-2").await;
    ada.hello().await;
    let begun = Instant::now();
    for round in 0..60 {
        world.add(ADA, &format!("task {round}")).await;
        ada.update().await;
        assert_eq!(
            begun.elapsed(),
            Duration::ZERO,
            "change {round} was told to the one who reads only after the other one, who does not, had been waited for"
        );
    }
    sleep(policy().patience + Duration::from_secs(2)).await;
    let found = timeout(Duration::from_secs(1), deaf.rest()).await;
    let told = found.as_ref().map_or(60, |(updates, _)| updates.len());
    assert!(
        told < 60,
        "somebody has taken nothing for {:?}, with a patience of {:?}, and when they look everything is sent to them as if \
         nothing had been. Who does not read is not kept for ever",
        begun.elapsed(),
        policy().patience
    );
    let (updates, _) = found.unwrap_or_else(|_| panic!("after {told} updates the connection ends"));
    assert!(
        updates
            .windows(2)
            .all(|two| two[0].number + 1 == two[1].number),
        "what they find when they look has no gap: {updates:?}"
    );
    drop((ada, deaf));
    let left = settled(alone).await;
    assert_eq!(
        left, alone,
        "both have gone, and tasks that are alive are {left}; with no socket they were {alone}"
    );
}

#[tokio::test(start_paused = true)]
async fn who_is_too_slow_is_told_so_and_can_go_on() {
    let world = World::new(policy());
    let mut slow = world.enter_over(400, "ada-1").await;
    let from = slow.hello().await;
    for round in 0..40 {
        world.add(ADA, &format!("task {round}")).await;
    }
    sleep(policy().patience + Duration::from_millis(500)).await;
    let (updates, end) = slow.rest().await;
    let numbers: Vec<u64> = updates.iter().map(|update| update.number).collect();
    let last = from + numbers.len() as u64;
    assert_eq!(
        numbers,
        Vec::from_iter(from + 1..=last),
        "what comes before the end has no gap"
    );
    assert!(
        end == Frame::Close(1008, "too slow".to_owned()) && last < from + 40,
        "40 updates, of which none was taken for {:?}; then {} of them, and {end:?}. A reason, so that the client can tell \
         this from a line that broke",
        policy().patience,
        numbers.len()
    );
    drop(slow);
    let mut again = world.enter_at("ada-1", &format!("?after={last}")).await;
    again.hello().await;
    for number in last + 1..=from + 40 {
        assert_eq!(
            again.update().await.number,
            number,
            "it goes on where it was"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn little_is_kept_for_who_does_not_read() {
    let handed_out = Arc::new(AtomicUsize::new(0));
    let log = Arc::new(Endless(Arc::clone(&handed_out)));
    let world = World::over(policy(), |_, _| log);
    let mut deaf = world.enter_over(256, "ada-1").await;
    deaf.hello().await;
    // Something was said, so that the log is looked at.
    sleep(policy().poll + policy().patience / 2).await;
    let read = handed_out.load(Ordering::SeqCst);
    let most = 3 * policy().buffer;
    assert!(
        (1..=most).contains(&read),
        "the log has a million updates, and the client has read none. {read} of them were read for it; {} at a time are \
         enough, and the next ones when those have been sent",
        policy().buffer
    );
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_says_nothing_is_gone() {
    let world = World::new(policy());
    let begun = Instant::now();
    let mut silent = world.enter("ada-1").await;
    silent.hello().await;
    let mut there = world.enter("ada-2").await;
    let from = there.hello().await;
    let ping = policy().ping;
    let listening = tokio::spawn(async move {
        there.hears_nothing_for(ping * 40 - ping / 2).await;
        there
    });
    let mut pings = 0;
    loop {
        match silent.frame().await {
            Frame::Ping(_) => pings += 1,
            Frame::Close(..) | Frame::End => break,
            other => panic!("nothing has happened, and there is {other:?}"),
        }
    }
    let after = begun.elapsed();
    assert!(
        pings >= 1 && (ping * 2..=ping * 3 + Duration::from_secs(2)).contains(&after),
        "pings come every {ping:?}, and a peer that answers two of them with nothing is gone: there were {pings}, and the \
         end came after {after:?}"
    );
    let mut there = listening.await.expect("who answers pings is there");
    world.add(ADA, "rent").await;
    assert_eq!(
        there.update().await.number,
        from + 1,
        "{:?} in which nothing was said but pings and their answers, and the socket is as good as new",
        begun.elapsed()
    );
    there.send(0x9, b"are you there").await;
    assert_eq!(
        there.frame().await,
        Frame::Pong(b"are you there".to_vec()),
        "a client's ping is answered, too"
    );
}

// ── the end ────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(start_paused = true)]
async fn the_last_word_is_not_cut_off() {
    let mut world = World::new(policy());
    let mut phone = world.enter("ada-1").await;
    phone.hello().await;
    world.stop();
    let (_, end) = phone.rest().await;
    assert!(
        matches!(end, Frame::Close(1001, _)),
        "the service is going away: {end:?}"
    );
    // On its way when the service said goodbye. A connection that is closed over it is reset, and a reset takes along what
    // the client has not read yet: the goodbye.
    phone.send(0xA, b"").await;
    let early = timeout(Duration::from_millis(500), phone.frame()).await;
    assert!(
        early.is_err(),
        "who has said the last word waits a second for the peer's, and this one ended the connection at once: {early:?}"
    );
    phone.close().await;
    let begun = Instant::now();
    assert_eq!(phone.frame().await, Frame::End, "both have said it");
    assert_eq!(
        begun.elapsed(),
        Duration::ZERO,
        "and nobody waits for anything more"
    );
    assert!(
        world.ended().await,
        "the last one has gone, and with it the work"
    );
    let refused = world.ask_as("ada-1").await;
    let refused = refused.err().expect("nobody serves sockets any more");
    assert_eq!(
        (refused.status, refused.body["type"].as_str()),
        (503, Some("/problems/stopping")),
        "{}",
        refused.body
    );
}

#[tokio::test(start_paused = true)]
async fn who_drops_the_work_drops_every_socket() {
    let world = World::new(policy());
    let mut phone = world.enter("ada-1").await;
    let mut deaf = world.enter_over(256, "bob-1").await;
    phone.hello().await;
    deaf.hello().await;
    for round in 0..20 {
        world.add(BOB, &format!("task {round}")).await;
    }
    world.run.abort();
    let begun = Instant::now();
    assert_eq!(
        (phone.rest().await.1, deaf.rest().await.1),
        (Frame::End, Frame::End),
        "`Sockets::run` was dropped, and with it all that it had to do with"
    );
    assert_eq!(
        begun.elapsed(),
        Duration::ZERO,
        "at once, and not when somebody's patience was at its end: what serves a socket is a part of `run`, and nobody \
         else's task"
    );
}

#[tokio::test]
async fn sockets_are_closed_when_the_service_drains() {
    let store = Arc::new(MemoryTasks::default());
    let tokens = Arc::new(Tokens::default());
    let callers: Arc<dyn Callers> = tokens.clone();
    let (door, sockets) = live::open(store.clone(), Arc::clone(&callers), Policy::default());
    let tasks = Tasks::new(store, Arc::new(Morning));
    let routes = http::Routes::new(tasks.clone(), callers)
        .updates(door)
        .router();
    // An hour: what ends here ends by itself, and is not cut.
    let patient = Config {
        drain_timeout: Duration::from_secs(3600),
        ..config()
    };
    let application = Application::build(patient, routes)
        .await
        .expect("it builds");
    let application = application.with_background("updates", |stopping| sockets.run(stopping));
    let address = SocketAddr::from(([127, 0, 0, 1], application.port()));
    let (stop, stopping) = oneshot::channel::<()>();
    let run = tokio::spawn(application.run_until_stopped(async {
        let _ = stopping.await;
    }));
    let (mut ada, mut bob) = (tcp(address, "ada-1").await, tcp(address, "bob-1").await);
    let mut deaf = tcp(address, "bob-1").await;
    for socket in [&mut ada, &mut bob, &mut deaf] {
        socket.hello().await;
    }
    let rent = Title::parse("rent").expect("a title");
    let created = tasks.create(UserId::new(ADA), rent, None).await;
    created.expect("the store works");
    ada.update().await;

    stop.send(()).expect("the service runs");
    for (who, client) in [("Ada", &mut ada), ("Bob", &mut bob)] {
        let end = timeout(LONG, client.rest()).await;
        let end = end.map(|(_, end)| end);
        assert!(
            matches!(end, Ok(Frame::Close(1001, _))),
            "{who}'s socket is told that the service goes away, with 1001, so that it comes back elsewhere; it was {end:?}. A \
             server that shuts down gracefully does not know of sockets: it has let go of their connections"
        );
        client.close().await;
    }
    let ended = timeout(LONG, run).await;
    let ended = ended.expect("`run_until_stopped` does not wait for one who does not answer");
    ended.expect("no panic").expect("no failure");
    let (_, end) = deaf.rest().await;
    assert!(
        matches!(end, Frame::Close(1001, _)) && deaf.frame().await == Frame::End,
        "the one who did not answer was told, too, and has no connection any more: {end:?}"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn the_binary_serves_updates_and_says_goodbye() {
    let mut service = Process::start();
    let first = service.next_line();
    let port = field(&first, "port").and_then(Value::as_u64);
    let port = u16::try_from(port.expect("the log says where it listens")).expect("a port");
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let user = support::signed_in(address).await;
    let line = user.header.trim_end();
    let stream = TcpStream::connect(address).await.expect("it listens");
    let socket = Client::open(stream, "/updates", &[line]).await;
    let mut socket = socket.expect("Ada is signed in").waiting(LONG);
    let from = socket.hello().await;
    let body = r#"{"title": "rent"}"#;
    let post = format!(
        "POST /tasks HTTP/1.1\r\nhost: test\r\nconnection: close\r\n{line}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    let made = support::exchange(address, post).await.expect("it answers");
    assert_eq!(made.status, 201, "{}", made.body);
    let update = socket.update().await;
    assert_eq!((update.number, update.what.as_str()), (from + 1, "created"));
    let ending = tokio::spawn(async move {
        let (_, end) = socket.rest().await;
        socket.close().await;
        end
    });
    let status = tokio::task::spawn_blocking(move || service.terminate()).await;
    let end = ending.await.expect("no panic");
    assert!(
        matches!(end, Frame::Close(1001, _)),
        "SIGTERM, and the socket hears {end:?}"
    );
    assert!(
        status.expect("no panic").success(),
        "and the service ends well"
    );
}

async fn tcp(address: SocketAddr, token: &str) -> Client<TcpStream> {
    let stream = TcpStream::connect(address).await.expect("it listens");
    let line = format!("authorization: Bearer {token}");
    let socket = Client::open(stream, "/updates", &[&line]).await;
    socket.expect("a socket")
}

/// Lets the others run until no more than so many tasks are alive.
async fn settled(at_most: usize) -> usize {
    let metrics = Handle::current().metrics();
    for _ in 0..1_000 {
        if metrics.num_alive_tasks() <= at_most {
            break;
        }
        yield_now().await;
    }
    metrics.num_alive_tasks()
}

// ── a service whose network is pipes ───────────────────────────────────────────────────────────────

fn policy() -> Policy {
    Policy {
        buffer: 8,
        patience: Duration::from_secs(10),
        ping: Duration::from_secs(20),
        poll: Duration::from_secs(30),
        per_user: 4,
    }
}

type Pipes = mpsc::UnboundedSender<DuplexStream>;

/// Updates and nothing else, for users whose tokens are words. Tasks are changed beside it.
struct World {
    store: Arc<MemoryTasks>,
    tasks: Tasks,
    tokens: Arc<Tokens>,
    pipes: Pipes,
    stop: Option<oneshot::Sender<()>>,
    run: JoinHandle<()>,
}

impl World {
    fn new(policy: Policy) -> Self {
        Self::over(policy, |store, _| store)
    }

    /// With a log that is made of the store and what users do with it.
    fn over(
        policy: Policy,
        log: impl FnOnce(Arc<MemoryTasks>, Tasks) -> Arc<dyn UpdateLog>,
    ) -> Self {
        let store = Arc::new(MemoryTasks::default());
        let tasks = Tasks::new(store.clone(), Arc::new(Morning));
        let tokens = Arc::new(Tokens::default());
        let log = log(store.clone(), tasks.clone());
        let (door, sockets) = live::open(log, tokens.clone(), policy);
        let routes = http::Routes::new(tasks.clone(), tokens.clone());
        let (stop, stopping) = oneshot::channel::<()>();
        Self {
            pipes: listen(routes.updates(door).router()),
            run: tokio::spawn(sockets.run(async {
                let _ = stopping.await;
            })),
            stop: Some(stop),
            store,
            tasks,
            tokens,
        }
    }

    fn kept(&self) -> Kept {
        Kept {
            tasks: self.store.clone(),
            log: self.store.clone(),
        }
    }

    /// A connection that holds so many bytes that nobody has read.
    fn dial(&self, holds: usize) -> DuplexStream {
        let (ours, theirs) = duplex(holds);
        self.pipes.send(theirs).expect("the server is there");
        ours
    }

    async fn ask_at(&self, path: &str, lines: &[&str]) -> Result<Client<DuplexStream>, Refusal> {
        Client::open(self.dial(64 * 1024), path, lines).await
    }

    async fn ask_as(&self, token: &str) -> Result<Client<DuplexStream>, Refusal> {
        let line = format!("authorization: Bearer {token}");
        self.ask_at("/updates", &[&line]).await
    }

    async fn enter(&self, token: &str) -> Client<DuplexStream> {
        self.enter_at(token, "").await
    }

    async fn enter_at(&self, token: &str, query: &str) -> Client<DuplexStream> {
        let line = format!("authorization: Bearer {token}");
        let socket = self.ask_at(&format!("/updates{query}"), &[&line]).await;
        socket.unwrap_or_else(|refused| panic!("{token} is let in: {refused:?}"))
    }

    async fn enter_over(&self, holds: usize, token: &str) -> Client<DuplexStream> {
        let line = format!("authorization: Bearer {token}");
        let socket = Client::open(self.dial(holds), "/updates", &[&line]).await;
        socket.unwrap_or_else(|refused| panic!("{token} is let in: {refused:?}"))
    }

    /// As soon as the service has noticed that somebody has left.
    async fn soon(&self, token: &str) -> Client<DuplexStream> {
        let begun = Instant::now();
        loop {
            match self.ask_as(token).await {
                Ok(socket) => return socket,
                Err(refused) => assert!(
                    refused.status == 429 && begun.elapsed() < policy().ping / 2,
                    "somebody has left, and {:?} later there is no place: {refused:?}",
                    begun.elapsed()
                ),
            }
            sleep(Duration::from_millis(10)).await;
        }
    }

    async fn add(&self, owner: u64, title: &str) -> TaskId {
        let title = Title::parse(title).expect("a title");
        match self.tasks.create(UserId::new(owner), title, None).await {
            Ok(Created::Now(task)) => task.facts().id,
            other => panic!("it has no key, so it is new: {other:?}"),
        }
    }

    async fn start(&self, owner: u64, id: TaskId) -> Task {
        let change = Change {
            title: None,
            step: Some(Step::Start),
        };
        let changed = self
            .tasks
            .change(UserId::new(owner), id, change, None)
            .await;
        changed.expect("it can be started")
    }

    async fn delete(&self, owner: u64, id: TaskId) {
        let deleted = self.tasks.delete(UserId::new(owner), id, None).await;
        deleted.expect("it is there");
    }

    fn stop(&mut self) {
        drop(self.stop.take());
    }

    /// Whether `Sockets::run` has returned.
    async fn ended(&mut self) -> bool {
        matches!(timeout(DAY, &mut self.run).await, Ok(Ok(())))
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.run.abort();
    }
}

fn listen(routes: Router) -> Pipes {
    let (pipes, port) = mpsc::unbounded_channel();
    tokio::spawn(async move { axum::serve(Port(port), routes).await });
    pipes
}

/// Who has which token.
struct Tokens(Mutex<HashMap<&'static str, u64>>);

impl Default for Tokens {
    fn default() -> Self {
        let all = [("ada-1", ADA), ("ada-2", ADA), ("bob-1", BOB)];
        Self(Mutex::new(all.into()))
    }
}

impl Tokens {
    /// From now on it is over.
    fn forget(&self, token: &str) {
        self.0.lock().expect("no panic").remove(token);
    }
}

impl Callers for Tokens {
    fn identify<'a>(&'a self, authorization: Option<&'a str>) -> Pending<'a, Option<UserId>> {
        let token = authorization.and_then(|it| it.strip_prefix("Bearer "));
        let tokens = self.0.lock().expect("no panic");
        let caller = token.and_then(|token| tokens.get(token).copied());
        Box::pin(future::ready(Ok(caller.map(UserId::new))))
    }
}

/// It is always the same time.
struct Morning;

impl Clock for Morning {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_767_250_800_000)
    }
}

/// A log that makes a change of its own when somebody has read from it for the first time.
struct Meddling {
    log: Arc<MemoryTasks>,
    tasks: Tasks,
    armed: AtomicBool,
}

impl UpdateLog for Meddling {
    fn last(&self, owners: Vec<UserId>) -> Pending<'_, Vec<u64>> {
        self.log.last(owners)
    }

    fn since(&self, owner: UserId, after: u64, limit: usize) -> Pending<'_, Since> {
        Box::pin(async move {
            let since = self.log.since(owner, after, limit).await?;
            let found = matches!(&since, Since::Updates(updates) if !updates.is_empty());
            if found && self.armed.swap(false, Ordering::SeqCst) {
                let title = Title::parse("in between").expect("a title");
                let created = self.tasks.create(owner, title, None).await;
                created.expect("the store works");
                // Long enough for whoever is told of it to look, and to find nobody waiting.
                sleep(Duration::from_secs(1)).await;
            }
            Ok(since)
        })
    }

    fn grown(&self) -> Arrival<'_> {
        self.log.grown()
    }
}

/// A log that has as much as anybody asks for, and counts it.
struct Endless(Arc<AtomicUsize>);

impl UpdateLog for Endless {
    fn last(&self, owners: Vec<UserId>) -> Pending<'_, Vec<u64>> {
        // Nothing at first, when a socket asks where to begin.
        let last = match self.0.load(Ordering::SeqCst) {
            0 => 1,
            _ => 1_000_000,
        };
        self.0.fetch_max(1, Ordering::SeqCst);
        Box::pin(future::ready(Ok(vec![last; owners.len()])))
    }

    fn since(&self, owner: UserId, after: u64, limit: usize) -> Pending<'_, Since> {
        let many = limit.min(10_000);
        self.0.fetch_add(many, Ordering::SeqCst);
        let updates = (after + 1..).take(many).map(|number| Update {
            number,
            notice: Notice {
                what: What::Changed,
                owner,
                task: TaskId::new(1),
                created: Morning.now(),
                version: number,
            },
        });
        Box::pin(future::ready(Ok(Since::Updates(updates.collect()))))
    }
}

// ── a service with accounts ────────────────────────────────────────────────────────────────────────

struct Shop {
    api: Router,
    log: Kept,
    pipes: Pipes,
    run: JoinHandle<()>,
}

struct Pass {
    access: String,
    refresh: String,
}

impl Shop {
    fn new() -> Self {
        let store = Arc::new(MemoryTasks::default());
        let random = SystemRandom::open().expect("there are random bytes");
        let means = Means {
            repository: Arc::new(MemoryAccounts::default()),
            hasher: Arc::new(Plain),
            clock: Arc::new(SystemClock),
            random: Arc::new(random),
        };
        let key = TokenKey {
            id: "k1".to_owned(),
            secret: Secret::new("a key of more than thirty-two bytes"),
        };
        let accounts = Accounts::new(means, accounts::Policy::signed_with(key));
        let callers: Arc<dyn Callers> = Arc::new(accounts.clone());
        let (door, sockets) = live::open(store.clone(), Arc::clone(&callers), policy());
        let tasks = Tasks::new(store.clone(), Arc::new(SystemClock));
        let api = http::Routes::new(tasks, callers)
            .accounts(accounts)
            .updates(door)
            .router();
        Self {
            pipes: listen(api.clone()),
            run: tokio::spawn(sockets.run(future::pending())),
            log: Kept {
                tasks: store.clone(),
                log: store,
            },
            api,
        }
    }

    async fn signed_in(&self, name: &str) -> Pass {
        let who = json!({ "name": name, "password": "correct horse battery" });
        for (path, status) in [("/accounts", 201), ("/sessions", 201)] {
            let told = Ask::new("POST", path).json(who.clone()).of(&self.api).await;
            assert_eq!(told.status, status, "POST {path}: {}", told.body);
            if let (Some(access), Some(refresh)) = (
                told.body["access_token"].as_str(),
                told.body["refresh_token"].as_str(),
            ) {
                return Pass {
                    access: access.to_owned(),
                    refresh: refresh.to_owned(),
                };
            }
        }
        panic!("{name} can sign in");
    }

    async fn enter(&self, path: &str, lines: &[&str]) -> Client<DuplexStream> {
        let (ours, theirs) = duplex(64 * 1024);
        self.pipes.send(theirs).expect("the server is there");
        let socket = Client::open(ours, path, lines).await;
        socket.expect("a socket").waiting(LONG)
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.run.abort();
    }
}

/// Hashes nothing: what is tested here is not a password.
struct Plain;

impl PasswordHasher for Plain {
    fn hash(&self, password: &Secret, _: [u8; 16]) -> Result<Secret, StoreError> {
        Ok(password.clone())
    }

    fn verify(&self, password: &Secret, kept: &Secret) -> Result<bool, StoreError> {
        Ok(password == kept)
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
        let folder = env::temp_dir().join(format!("capstone-live-{}-{number}", process::id()));
        fs::create_dir_all(&folder).expect("there is a place for temporary files");
        let path = folder.join("tasks.db");
        Self { folder, path }
    }

    async fn open(&self) -> Kept {
        match SqliteTasks::open(&self.path).await {
            Ok(store) => Kept::new(store),
            Err(error) => panic!(
                "the file can be opened: {}",
                capstone::telemetry::chain(&error)
            ),
        }
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
