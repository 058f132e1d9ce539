//! What limits promise: to callers, about each other, and to whoever pays for the memory.

#[path = "support/api.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod api;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use capstone::adapters::MemoryTasks;
use capstone::config::Config;
use capstone::domain::{Timestamp, UserId};
use capstone::http;
use capstone::limits::{LimitSettings, Limits, Rate};
use capstone::ports::{Callers, Clock, Pending};
use capstone::tasks::Tasks;
use serde_json::json;
use tokio::sync::Semaphore;

use api::{Ask, Told};
use support::{Process, Service, config, exchange, field, within};

const NOON: u64 = 1_767_268_800_000;

// ── a bucket ───────────────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn who_has_spent_it_all_is_told_when_to_come_back() {
    let world = World::new(user_only("10/10s"));
    let made = world.make("ada").await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(
        (made.header("ratelimit-policy"), made.header("ratelimit")),
        (Some("\"user\";q=10;w=10"), Some("\"user\";r=5;t=1")),
        "a change costs 5 of 10, which is said with every answer, and the next unit is there in a second"
    );
    let list = world.list("ada").await;
    assert_eq!(
        (list.status, list.header("ratelimit")),
        (200, Some("\"user\";r=4;t=1")),
        "what is only read costs 1"
    );
    let refused = world.make("ada").await;
    assert_eq!(
        refused.problem(),
        (429, "/problems/too-many-requests"),
        "4 are left, and a change costs 5"
    );
    assert_eq!(
        (
            refused.header("retry-after"),
            refused.header("ratelimit"),
            refused.header("ratelimit-policy")
        ),
        (
            Some("1"),
            Some("\"user\";r=4;t=1"),
            Some("\"user\";q=10;w=10")
        ),
        "what is refused takes nothing"
    );
    for left in (0..4).rev() {
        let expected = format!("\"user\";r={left};t=1");
        let list = world.list("ada").await;
        assert_eq!(
            list.header("ratelimit"),
            Some(&*expected),
            "the 4 that are left"
        );
    }
    assert_eq!(world.list("ada").await.header("retry-after"), Some("1"));
    let refused = world.make("ada").await;
    assert_eq!(
        refused.header("retry-after"),
        Some("5"),
        "a change is possible when 5 are there, and not when the first one is"
    );

    world.after(4_001);
    let refused = world.make("ada").await;
    assert_eq!(
        (refused.status, refused.header("retry-after")),
        (429, Some("1")),
        "999 ms are missing. Seconds are rounded up: whoever comes back after `0` is refused again"
    );
    world.after(999);
    assert_eq!(
        world.make("ada").await.status,
        201,
        "who waits as long as they were told to is let through"
    );
}

#[tokio::test]
async fn a_bucket_fills_evenly_and_not_over_its_rim() {
    let world = World::new(user_only("4/4s"));
    assert_eq!(world.lists("ada", 10).await, 4, "a full bucket");
    let mut through = 0;
    for _ in 0..40 {
        world.after(100);
        through += world.lists("ada", 1).await;
    }
    assert_eq!(
        through, 4,
        "who asks every 100 ms for 4 s, with one a second, is let through four times. A fraction that is dropped \
         at each request would let nobody through who asks often"
    );
    world.after(3_600_000);
    assert_eq!(
        world.lists("ada", 10).await,
        4,
        "after an hour the bucket is full, and no more than that"
    );

    let world = World::new(user_only("4/4s"));
    assert_eq!(
        (
            world.make("ada").await.status,
            world.make("ada").await.status
        ),
        (201, 429),
        "what costs more than a full bucket holds takes a full bucket. Otherwise nobody could ever ask for it"
    );
}

#[tokio::test]
async fn a_clock_that_is_set_back_locks_nobody_out() {
    let world = World::new(user_only("10/10s"));
    assert_eq!(world.lists("ada", 11).await, 10);
    world.clock.0.fetch_sub(3_600_000, Ordering::SeqCst);
    let refused = world.list("ada").await;
    assert_eq!(
        (refused.status, refused.header("retry-after")),
        (429, Some("1")),
        "the clock was set back by an hour. That is no reason to wait for an hour, and none to get more"
    );
    world.after(10_000);
    assert_eq!(world.lists("ada", 11).await, 10, "ten seconds later");
}

// ── whose ──────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn nobody_spends_what_another_has() {
    let world = World::new(both("3/1h", "3/1h"));
    let office = "198.51.100.7";
    for number in 0..20 {
        let name = format!("user {number}");
        assert_eq!(
            world.lists_from(office, &name, 5).await,
            3,
            "{name} is one of twenty in an office with one address. Each has 3 of their own, whatever the others do"
        );
    }
    for address in ["203.0.113.1", "203.0.113.2", office] {
        assert_eq!(
            world.lists_from(address, "user 0", 2).await,
            0,
            "from {address}, too: a user is the same from everywhere, and has spent it all"
        );
    }
}

#[tokio::test]
async fn nobody_is_limited_by_their_address() {
    let world = World::new(both("100/1h", "3/1h"));
    let address = "203.0.113.9";
    let guess = |number: usize| {
        let guess = Ask::new("GET", "/tasks").by(&format!("guess {number}"));
        guess.from(address)
    };
    for (number, left) in [2, 1, 0].into_iter().enumerate() {
        let told = guess(number).of(&world.api).await;
        assert_eq!(told.problem(), (401, "/problems/not-signed-in"));
        assert_eq!(
            told.header("ratelimit"),
            Some(&*format!("\"address\";r={left};t=1200")),
            "whoever is nobody is told how their address stands"
        );
    }
    let asked = world.callers.asked();
    let told = guess(4).of(&world.api).await;
    assert_eq!(
        (
            told.problem(),
            told.header("retry-after"),
            told.header("ratelimit-policy")
        ),
        (
            (429, "/problems/too-many-requests"),
            Some("1200"),
            Some("\"address\";q=3;w=3600")
        ),
        "the fourth guess from one address"
    );
    assert_eq!(
        world.callers.asked(),
        asked,
        "and nobody was asked who that is: to find out is work, and what passwords are guessed with"
    );
    let other = Ask::new("GET", "/tasks").from("203.0.113.10");
    assert_eq!(other.of(&world.api).await.status, 401, "another address");
    let unknown = Ask::new("GET", "/no/such/path").from("203.0.113.10");
    let told = unknown.of(&world.api).await;
    assert_eq!(
        (told.status, told.header("ratelimit")),
        (404, Some("\"address\";r=1;t=1200")),
        "a path that is not there is a request as well"
    );

    let asked = world.callers.asked();
    let told = world.list_from("203.0.113.20", "user 1").await;
    assert_eq!(told.status, 200);
    assert_eq!(
        world.callers.asked() - asked,
        1,
        "to know who calls takes one question for each request, and not one for the limit and one for the handler"
    );
}

#[tokio::test]
async fn a_hundred_guesses_at_once_are_a_hundred_guesses() {
    let world = World::new(both("100/1h", "5/1h"));
    world.callers.hold();
    let guesses: Vec<_> = (0..100)
        .map(|_| {
            let api = world.api.clone();
            let guess = Ask::new("GET", "/tasks").by("guess").from("203.0.113.9");
            tokio::spawn(async move { guess.of(&api).await.status })
        })
        .collect();
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    world.callers.let_go();
    let mut wrong = 0;
    for guess in guesses {
        match within("an answer", guess).await.expect("no panic") {
            401 => wrong += 1,
            429 => {}
            other => panic!("a wrong guess is 401 or 429, and not {other}"),
        }
    }
    assert_eq!(
        (wrong, world.callers.asked()),
        (5, 5),
        "a hundred came at once, and each was still being looked at when the next one came. Only 5 may be: who looks \
         whether there is something in the bucket, and takes it out afterwards, has let all of them through by then"
    );
}

#[tokio::test]
async fn only_proxies_of_ours_are_believed() {
    let world = World::new(LimitSettings {
        trusted_proxies: ["10.0.0.0/8", "192.0.2.7"]
            .map(|text| text.parse().expect("a network"))
            .to_vec(),
        ..both("100/1h", "1/1h")
    });
    // Each asks once, and the second time is refused if it was the same caller.
    let cases: [(&str, &str, &[&str], u16); 12] = [
        ("a stranger", "203.0.113.1", &["198.51.100.1"], 401),
        (
            "the same, who says otherwise",
            "203.0.113.1",
            &["198.51.100.2"],
            429,
        ),
        ("a client of our proxy", "10.1.2.3", &["198.51.100.1"], 401),
        (
            "the same, by another proxy",
            "192.0.2.7",
            &["198.51.100.1"],
            429,
        ),
        (
            "one that has written a header before",
            "10.1.2.3",
            &["198.51.100.9, 198.51.100.3"],
            401,
        ),
        (
            "the same with another one",
            "10.1.2.3",
            &["198.51.100.10,198.51.100.3"],
            429,
        ),
        (
            "the same in two lines",
            "10.1.2.3",
            &["198.51.100.11", "198.51.100.3"],
            429,
        ),
        (
            "by two proxies of ours",
            "10.1.2.3",
            &["198.51.100.4, 192.0.2.7"],
            401,
        ),
        (
            "a neighbour of the second",
            "10.1.2.3",
            &["198.51.100.4, 192.0.2.8"],
            401,
        ),
        ("a proxy that says nothing", "10.9.9.9", &[], 401),
        (
            "a proxy that says what is no address",
            "10.9.9.9",
            &["198.51.100.5, unknown"],
            429,
        ),
        (
            "and in a line of its own",
            "10.9.9.9",
            &["198.51.100.5", "unknown"],
            429,
        ),
    ];
    for (who, peer, lines, expected) in cases {
        let mut ask = Ask::new("GET", "/tasks").from(peer);
        for line in lines {
            ask = ask.header("x-forwarded-for", *line);
        }
        let told = ask.of(&world.api).await;
        assert_eq!(
            told.status, expected,
            "{who}: connected from {peer}, with x-forwarded-for {lines:?}. One request an hour is allowed. What a client \
             has written is left of what our proxies have, and means nothing"
        );
    }
}

// ── the price ──────────────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn a_flood_of_addresses_costs_a_bounded_memory_and_nobody_is_forgiven() {
    let world = World::new(LimitSettings {
        remembered: 50,
        ..both("100/1h", "3/3m")
    });
    let from = |address: String| {
        let ask = Ask::new("GET", "/tasks").from(&address);
        let api = &world.api;
        async move { ask.of(api).await.status }
    };
    let mallory = "203.0.113.66";
    for _ in 0..3 {
        assert_eq!(from(mallory.to_owned()).await, 401);
    }
    assert_eq!(
        from(mallory.to_owned()).await,
        429,
        "three in three minutes"
    );
    let mut through = 0;
    for number in 0..500_u32 {
        let [.., a, b] = number.to_be_bytes();
        through += u32::from(from(format!("198.18.{a}.{b}")).await == 401);
        let remembered = world.limits.remembered();
        assert!(
            remembered <= 50,
            "50 are to be remembered at the most; after {number} other addresses it is {remembered}"
        );
    }
    assert_eq!(
        from(mallory.to_owned()).await,
        429,
        "500 addresses have come by, each with one request, and Mallory is still to wait: who can be forgotten \
         by a crowd has as many requests as they have addresses"
    );
    assert_eq!(
        through,
        49 + 3,
        "49 others have found a place. All the rest share one bucket, of 3"
    );
    assert_eq!(
        world.lists_from("198.19.0.1", "user 1", 2).await,
        0,
        "that is hard on whoever comes now; but nothing is left to let them in by"
    );
    world.after(60_000);
    assert_eq!(
        world.lists_from("198.19.0.1", "user 1", 2).await,
        2,
        "a minute later the 49 are forgotten, because their buckets are full: a new one would be, too. And a crowd of \
         addresses takes no user's place"
    );
    assert_eq!(from(mallory.to_owned()).await, 401, "one in a minute");
    let remembered = world.limits.remembered();
    assert_eq!(
        remembered, 2,
        "Mallory and user 1 are all that is left to remember"
    );
}

// ── the service ────────────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn in_a_service_peers_are_seen_and_health_is_free() {
    let settings = LimitSettings {
        trusted_proxies: vec!["127.0.0.1".parse().expect("an address")],
        ..both("100/1h", "2/1h")
    };
    let world = World::new(settings);
    let service = Service::start(config(), world.api.clone()).await;
    let ask = async |forwarded: &str| {
        let text = format!(
            "GET /tasks HTTP/1.1\r\nhost: test\r\nconnection: close\r\nx-forwarded-for: {forwarded}\r\n\r\n"
        );
        let answer = within("an answer", exchange(service.address(), text)).await;
        answer.expect("the service answers").status
    };
    let mut statuses = Vec::new();
    for forwarded in ["203.0.113.1", "203.0.113.1", "203.0.113.1", "203.0.113.2"] {
        statuses.push(ask(forwarded).await);
    }
    assert_eq!(
        statuses,
        [401, 401, 429, 401],
        "over sockets from 127.0.0.1, which is a proxy of ours: the service has to know its peer to believe it"
    );
    for _ in 0..20 {
        for path in ["/health/live", "/health/ready"] {
            let health = service.get(path).await;
            assert_eq!(
                (health.status, health.header("ratelimit")),
                (200, None),
                "{path} is asked for by machines that end what does not answer, and by which nobody is to be limited"
            );
        }
    }
}

#[tokio::test]
async fn rates_are_settings() {
    let none = || io::Result::Err(io::Error::other("no file"));
    let env = [
        ("TASKS_USER_RATE", "120/1m"),
        ("TASKS_ADDRESS_RATE", "off"),
        ("TASKS_TRUSTED_PROXIES", "10.0.0.0/8, 2001:db8::1"),
        ("TASKS_CALLERS_REMEMBERED", "5000"),
    ];
    let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let config = Config::load(&[], &env, |_| none()).expect("it is right");
    let expected = LimitSettings {
        user: rate("120/1m"),
        address: None,
        trusted_proxies: ["10.0.0.0/8", "2001:db8::1"]
            .map(|text| text.parse().expect("a network"))
            .to_vec(),
        remembered: 5000,
    };
    assert_eq!(config.limits, expected);
    let default = Config::load(&[], &[], |_| none()).expect("it is right");
    assert_eq!(
        default.limits,
        LimitSettings {
            user: rate("600/1m"),
            address: rate("600/1m"),
            trusted_proxies: Vec::new(),
            remembered: 100_000,
        },
        "the defaults"
    );
    for (name, value) in [
        ("user_rate", "0/1m"),
        ("user_rate", "5/0s"),
        ("user_rate", "5"),
        ("address_rate", "-1/1s"),
        ("address_rate", "1/1"),
        ("trusted_proxies", "10.0.0.0/33"),
        ("trusted_proxies", "10.0.0.1,, 10.0.0.2"),
        ("trusted_proxies", "all"),
        ("callers_remembered", "0"),
    ] {
        let flag = format!("--{}={value}", name.replace('_', "-"));
        let errors = match Config::load(std::slice::from_ref(&flag), &[], |_| none()) {
            Err(errors) => errors.to_string(),
            Ok(_) => {
                panic!("{flag} is a mistake, and a service with it would limit nobody, or all")
            }
        };
        assert!(
            errors.contains(&flag[..flag.len() - value.len() - 1]),
            "the error names the flag: {errors}"
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_binary_limits_its_callers() {
    let environment = [("TASKS_USER_RATE", "3/1h")];
    let mut process = Process::start_with(&["--address", "127.0.0.1:0"], &environment);
    let first = process.next_line();
    let port = field(&first, "port").and_then(serde_json::Value::as_u64);
    let port = port.expect("the first line has the port") as u16;
    let address = ([127, 0, 0, 1], port).into();
    let ask = async |path: &str, who: &str| {
        let text = format!("GET {path} HTTP/1.1\r\n{who}host: test\r\nconnection: close\r\n\r\n");
        let answer = within("an answer", exchange(address, text)).await;
        answer.expect("the binary answers").status
    };
    let first = ask("/tasks", "").await;
    // Once there are accounts nobody is a user who does not say who calls.
    let (mut statuses, who) = if first == 401 {
        (Vec::new(), support::signed_in(address).await.header)
    } else {
        (vec![first], String::new())
    };
    while statuses.len() < 4 {
        statuses.push(ask("/tasks", &who).await);
    }
    statuses.push(ask("/health/ready", &who).await);
    assert_eq!(
        statuses,
        [200, 200, 200, 429, 200],
        "with TASKS_USER_RATE=3/1h: four lists, and health"
    );
    assert!(process.terminate().success(), "it stops as before");
}

// ── instruments ────────────────────────────────────────────────────────────────────────────────────

fn rate(text: &str) -> Option<Rate> {
    let (burst, refill) = text.split_once('/').expect("as in 10/1m");
    let (number, unit) = refill.split_at(refill.len() - 1);
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        _ => 3600,
    };
    let refill = Duration::from_secs(number.parse::<u64>().expect("a number") * unit);
    let rate = Rate::new(burst.parse().expect("a number"), refill);
    assert!(rate.is_some(), "{text} is a rate");
    rate
}

fn both(user: &str, address: &str) -> LimitSettings {
    LimitSettings {
        user: rate(user),
        address: rate(address),
        ..LimitSettings::default()
    }
}

fn user_only(user: &str) -> LimitSettings {
    LimitSettings {
        address: None,
        ..both(user, "1/1h")
    }
}

struct World {
    api: Router,
    clock: Arc<At>,
    limits: Arc<Limits>,
    callers: Arc<Names>,
}

impl World {
    fn new(settings: LimitSettings) -> Self {
        let clock = Arc::new(At(AtomicU64::new(NOON)));
        let limits = Arc::new(Limits::new(settings, clock.clone()));
        let callers = Arc::new(Names::default());
        let tasks = Tasks::new(Arc::new(MemoryTasks::default()), clock.clone());
        let routes = http::api(tasks, callers.clone());
        let api = http::limited(routes, Arc::clone(&limits), callers.clone());
        Self {
            api,
            clock,
            limits,
            callers,
        }
    }

    fn after(&self, millis: u64) {
        self.clock.0.fetch_add(millis, Ordering::SeqCst);
    }

    async fn make(&self, user: &str) -> Told {
        let ask = Ask::new("POST", "/tasks").by(user);
        ask.json(json!({"title": "rent"})).of(&self.api).await
    }

    async fn list(&self, user: &str) -> Told {
        self.list_from("203.0.113.1", user).await
    }

    async fn list_from(&self, address: &str, user: &str) -> Told {
        let ask = Ask::new("GET", "/tasks").by(user).from(address);
        ask.of(&self.api).await
    }

    /// Of so many, how many are let through.
    async fn lists(&self, user: &str, times: usize) -> usize {
        self.lists_from("203.0.113.1", user, times).await
    }

    async fn lists_from(&self, address: &str, user: &str, times: usize) -> usize {
        let mut through = 0;
        for _ in 0..times {
            match self.list_from(address, user).await.status {
                200 => through += 1,
                429 => {}
                other => panic!("a list is 200 or 429, and not {other}"),
            }
        }
        through
    }
}

struct At(AtomicU64);

impl Clock for At {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// Knows Ada, and users by number, and counts how often it is asked.
struct Names {
    asked: AtomicUsize,
    open: Semaphore,
}

impl Default for Names {
    fn default() -> Self {
        Self {
            asked: AtomicUsize::new(0),
            open: Semaphore::new(Semaphore::MAX_PERMITS / 2),
        }
    }
}

impl Names {
    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// From now on answers wait.
    fn hold(&self) {
        self.open.forget_permits(Semaphore::MAX_PERMITS);
    }

    fn let_go(&self) {
        self.open.add_permits(Semaphore::MAX_PERMITS / 2);
    }
}

impl Callers for Names {
    fn identify<'a>(&'a self, authorization: Option<&'a str>) -> Pending<'a, Option<UserId>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            let _open = self.open.acquire().await;
            let token = authorization.and_then(|value| value.strip_prefix("Bearer "));
            let number = match token {
                Some("ada") => Some(1_000),
                Some(token) => token
                    .strip_prefix("user ")
                    .and_then(|number| number.parse().ok()),
                None => None,
            };
            Ok(number.map(UserId::new))
        })
    }
}
