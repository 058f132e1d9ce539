//! The same promises at values that the visible tests do not name.

#[allow(dead_code, reason = "each test file uses its own part")]
mod api {
    include!("support/api.rs");
}

use std::future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use capstone::adapters::MemoryTasks;
use capstone::domain::{Timestamp, UserId};
use capstone::http;
use capstone::limits::{LimitSettings, Limits, Rate};
use capstone::ports::{Callers, Clock, Pending};
use capstone::tasks::Tasks;
use serde_json::json;

use api::Ask;

struct At(AtomicU64);

impl Clock for At {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// The token is the user's number.
#[derive(Default)]
struct Numbers {
    silent: AtomicBool,
}

impl Callers for Numbers {
    fn identify<'a>(&'a self, authorization: Option<&'a str>) -> Pending<'a, Option<UserId>> {
        let token = authorization.and_then(|value| value.strip_prefix("Bearer "));
        let user = token.and_then(|token| token.parse().ok()).map(UserId::new);
        let silent = self.silent.load(Ordering::SeqCst);
        Box::pin(async move {
            if silent {
                future::pending::<()>().await;
            }
            Ok(user)
        })
    }
}

fn rate(burst: u32, refill_ms: u64) -> Option<Rate> {
    Rate::new(burst, Duration::from_millis(refill_ms))
}

fn service(settings: LimitSettings) -> (Router, Arc<At>, Arc<Numbers>) {
    let clock = Arc::new(At(AtomicU64::new(1_000_000)));
    let callers = Arc::new(Numbers::default());
    let tasks = Tasks::new(Arc::new(MemoryTasks::default()), clock.clone());
    let limits = Arc::new(Limits::new(settings, clock.clone()));
    let routes = http::api(tasks, callers.clone());
    (
        http::limited(routes, limits, callers.clone()),
        clock,
        callers,
    )
}

#[tokio::test]
async fn six_stories_agree_with_a_bucket_that_is_filled_each_millisecond() {
    for (story, (burst, every)) in [(7, 500), (20, 50), (5, 1_300), (12, 999), (3, 70), (9, 10)]
        .into_iter()
        .enumerate()
    {
        let (api, clock, _) = service(LimitSettings {
            user: rate(burst, u64::from(burst) * every),
            address: None,
            ..LimitSettings::default()
        });
        let full = u64::from(burst) * every;
        let mut buckets = [full; 3];
        let mut seed = 0x9E37_79B9_7F4A_7C15_u64 ^ story as u64;
        let mut draw = |below: u64| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed % below
        };
        for step in 0..100 {
            let passed = draw(2 * every);
            clock.0.fetch_add(passed, Ordering::SeqCst);
            for level in &mut buckets {
                *level = full.min(*level + passed);
            }
            let user = draw(3) as usize;
            let (ask, cost) = match draw(4) {
                0 => (
                    Ask::new("POST", "/tasks").json(json!({"title": "rent"})),
                    5_u64,
                ),
                1 => (Ask::new("DELETE", "/tasks/999"), 5),
                2 => (Ask::new("HEAD", "/tasks"), 1),
                _ => (Ask::new("GET", "/tasks/999"), 1),
            };
            let price = cost.min(u64::from(burst)) * every;
            let through = buckets[user] >= price;
            let missing = price.saturating_sub(buckets[user]);
            if through {
                buckets[user] -= price;
            }
            let told = ask.by(&user.to_string()).of(&api).await;
            let left = buckets[user] / every;
            let next = ((left + 1) * every - buckets[user]).div_ceil(1000);
            let expected = format!("\"user\";r={left};t={next}");
            assert_eq!(
                (told.status != 429, told.header("ratelimit")),
                (through, Some(&*expected)),
                "story {story}, step {step}: user {user}, a cost of {cost}, {burst} in a bucket, one each {every} ms"
            );
            let wait = missing.div_ceil(1000).to_string();
            assert_eq!(
                told.header("retry-after"),
                (!through).then_some(&*wait),
                "story {story}, step {step}: {missing} ms are missing"
            );
        }
    }
}

#[tokio::test]
async fn an_address_is_what_a_provider_gives_one_customer() {
    let networks = [
        "172.16.0.0/12",
        "2001:db8:ffff::/48",
        "::ffff:192.0.2.0/120",
    ];
    let (api, ..) = service(LimitSettings {
        user: None,
        address: rate(1, 3_600_000),
        trusted_proxies: networks
            .map(|text| text.parse().expect("a network"))
            .to_vec(),
        ..LimitSettings::default()
    });
    for (peer, forwarded, expected) in [
        ("2001:db8:1:2::1", "", 401),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "", 429),
        ("2001:db8:1:3::1", "", 401),
        ("203.0.113.1", "", 401),
        ("::ffff:203.0.113.1", "", 429),
        ("::ffff:172.16.0.1", "198.51.100.1", 401),
        ("172.31.255.255", "::ffff:198.51.100.1", 429),
        ("172.32.0.0", "198.51.100.1", 401),
        ("172.32.0.0", "198.51.100.77", 429),
        ("2001:db8:ffff:9::1", "198.51.100.1", 429),
        ("2001:db8:ffff:9::1", "2001:db8:1:3::9", 429),
        ("2001:db8:fffe::1", "198.51.100.78", 401),
        ("192.0.2.255", "198.51.100.1", 429),
        (
            "192.0.2.1",
            "203.0.113.50, 172.20.0.1, 2001:db8:ffff::5",
            401,
        ),
        ("192.0.2.1", "203.0.113.50", 429),
        ("192.0.3.0", "203.0.113.51", 401),
    ] {
        let mut ask = Ask::new("GET", "/tasks").from(peer);
        if !forwarded.is_empty() {
            ask = ask.header("x-forwarded-for", forwarded);
        }
        let told = ask.of(&api).await;
        assert_eq!(
            told.status, expected,
            "from {peer}, forwarded for {forwarded:?}, of one an hour; proxies: {networks:?}"
        );
    }
}

#[tokio::test]
async fn who_hangs_up_has_paid() {
    let (api, _, callers) = service(LimitSettings {
        user: None,
        address: rate(5, 3_600_000),
        ..LimitSettings::default()
    });
    callers.silent.store(true, Ordering::SeqCst);
    let guess = || Ask::new("GET", "/tasks").by("?").from("203.0.113.1");
    for number in 0..5 {
        let mut asking = pin!(guess().of(&api));
        for _ in 0..10 {
            let done = future::poll_fn(|cx| Poll::Ready(asking.as_mut().poll(cx).is_ready())).await;
            assert!(!done, "guess {number} is being looked at");
        }
    }
    callers.silent.store(false, Ordering::SeqCst);
    let told = guess().of(&api).await;
    assert_eq!(
        told.status, 429,
        "five guesses were looked at. That their clients have hung up before the answer makes them no cheaper, and is \
         what somebody would do for whom it did"
    );
}
