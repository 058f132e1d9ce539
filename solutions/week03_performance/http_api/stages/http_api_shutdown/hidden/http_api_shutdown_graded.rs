//! Stage 9, at other values.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod wires {
    include!("support/wires.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod contract {
    include!("support/contract.rs");
}

use std::future::pending;
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use contract::draft;
use futures_util::FutureExt as _;
use http_api::{
    Application, CacheLimits, Cached, Config, Draft, Kept, Memory, Only, Store, Stored,
};
use support::{Client, Service, config, local, within};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use wires::{Running, ms};

const SECOND: Duration = Duration::from_secs(1);

async fn built(config: Config, store: Arc<dyn Store>, routes: Router) -> Application {
    let built = Application::build_with_store(config, store, routes).await;
    built.unwrap_or_else(|error| panic!("build failed: {error}"))
}

#[tokio::test]
async fn on_a_real_port_nobody_new_is_accepted() {
    let gate = Arc::new(Semaphore::new(0));
    let inside = Arc::new(Semaphore::new(0));
    let (handler_gate, handler_inside) = (Arc::clone(&gate), Arc::clone(&inside));
    let wait = move || async move {
        handler_inside.add_permits(1);
        handler_gate.acquire().await.expect("never closed").forget();
        "through"
    };
    let routes = Router::new().route("/gate", get(wait));
    let application = built(Config::default(), Arc::new(Memory::default()), routes).await;
    let mut service = Service::of(application);
    let mut handled = service.connect().await;
    handled
        .send("GET /gate HTTP/1.1\r\nhost: depot\r\n\r\n")
        .await;
    let arrived = within("the handler to begin", inside.acquire()).await;
    arrived.expect("never closed").forget();
    service.stop();
    // The listener is closed by a task that has to get its turn first.
    let refused = async {
        while TcpStream::connect(local(service.port)).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    let refused = timeout(Duration::from_secs(20), refused).await;
    assert!(
        refused.is_ok(),
        "a request is under way after the stop, and the port still accepts"
    );
    gate.add_permits(1);
    assert_eq!(
        handled.answer().await,
        Some((200, "through".to_owned())),
        "the request that was under way"
    );
    service.stopped().await;
}

#[tokio::test(start_paused = true)]
async fn other_times_are_as_exact() {
    let config = config(|config| {
        config.notice = 7 * SECOND;
        config.drain_timeout = 30 * SECOND;
        config.handler_timeout = 3600 * SECOND;
        config.head_timeout = 3600 * SECOND;
    });
    let routes = Router::new().route("/never", get(pending::<()>));
    let application = built(config, Arc::new(Memory::default()), routes).await;
    let mut service = Running::of(application);
    let mut stuck = service.connect();
    stuck.send(&wires::get("/never")).await;
    sleep(ms(1)).await;
    service.stop();
    sleep(6 * SECOND).await;
    let probe = service.connect().get("/ready").await;
    assert_eq!(
        probe.map(|reply| reply.status),
        Some(503),
        "six seconds of seven after the stop"
    );
    sleep(2 * SECOND).await;
    assert!(service.dial().is_none(), "eight seconds after the stop");
    let (outcome, after) = service.ended().await;
    assert!(
        after >= 37 * SECOND && after < 38 * SECOND,
        "a handler never ends: 37 seconds after the stop, and not {after:?}"
    );
    assert_eq!(
        outcome.map_err(|error| error.kind()),
        Err(ErrorKind::TimedOut),
        "it was given up"
    );
    let told = stuck.reply().await;
    assert_eq!(told.map(|reply| reply.status), Some(503), "it was told");
}

/// Takes a tenth of a second for a change, and ten milliseconds more for each id.
struct Later(Arc<Memory>);

impl Store for Later {
    fn add(&self, draft: Draft) -> Stored<'_, Kept> {
        self.0.add(draft)
    }

    fn get(&self, id: u64) -> Stored<'_, Option<Kept>> {
        self.0.get(id)
    }

    fn replace(&self, id: u64, draft: Draft, only: Only) -> Stored<'_, Kept> {
        async move {
            sleep(ms(100 + 10 * id)).await;
            self.0.replace(id, draft, only).await
        }
        .boxed()
    }

    fn remove(&self, id: u64, only: Only) -> Stored<'_, ()> {
        self.0.remove(id, only)
    }

    fn page(&self, above: u64, limit: usize) -> Stored<'_, Vec<Kept>> {
        self.0.page(above, limit)
    }
}

async fn parcels(count: u64) -> Arc<Memory> {
    let memory = Arc::new(Memory::default());
    for _ in 0..count {
        memory.add(draft("Ada", "A-1", 1)).await.expect("a parcel");
    }
    memory
}

async fn moved(memory: &Memory) -> usize {
    let page = memory.page(0, 1000).await.expect("memory does not fail");
    page.iter()
        .filter(|kept| kept.parcel.shelf == "B-2")
        .count()
}

#[tokio::test(start_paused = true)]
async fn fifty_changes_arrive() {
    let memory = parcels(50).await;
    let config = config(|config| {
        config.handler_timeout = ms(10);
        config.cache = Some(CacheLimits {
            ttl: SECOND,
            capacity: 5,
        });
    });
    let store = Arc::new(Later(Arc::clone(&memory)));
    let application = built(config, store, Router::new()).await;
    let client = Client(application.router());
    let mut service = Running::of(application);
    let body = serde_json::json!({"recipient": "Ada", "shelf": "B-2", "grams": 1});
    let changes = (1..=50).map(|id| {
        let path = format!("/parcels/{id}");
        client.json("PUT", &path, &[("if-match", "*")], &body)
    });
    for answer in futures_util::future::join_all(changes).await {
        answer.is(504, "it takes longer than a handler may");
    }
    service.stop();
    let (outcome, after) = service.ended().await;
    assert_eq!(
        moved(&memory).await,
        50,
        "fifty changes were on their way, and the run has returned after {after:?}"
    );
    assert!(outcome.is_ok(), "all in time: {outcome:?}");
    assert!(
        after < ms(700),
        "the last change arrives 590 ms after the stop, and the run returned after {after:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_cache_that_is_dropped_takes_no_change_along() {
    let memory = parcels(1).await;
    let cached = Cached::new(Arc::new(Later(Arc::clone(&memory))), SECOND, 5);
    let change = cached.replace(1, draft("Ada", "B-2", 1), Only::Any);
    assert!(
        timeout(ms(10), change).await.is_err(),
        "the caller goes away"
    );
    drop(cached);
    sleep(ms(200)).await;
    assert_eq!(
        moved(&memory).await,
        1,
        "a change that had begun arrives, whether anybody waits for it or not"
    );
}

#[tokio::test(start_paused = true)]
async fn services_end_by_themselves() {
    let one = built(Config::default(), parcels(1).await, Router::new()).await;
    let other = built(Config::default(), parcels(1).await, Router::new()).await;
    let (first, second) = (Client(one.router()), Client(other.router()));
    for client in [&first, &second] {
        client.get("/ready").await.is(200, "nobody has stopped it");
    }
    let mut service = Running::of(one);
    service.stop();
    let (outcome, _) = service.ended().await;
    assert!(outcome.is_ok(), "nothing was under way: {outcome:?}");
    first
        .get("/ready")
        .await
        .is(503, "its service was stopped, and its router is of it");
    second
        .get("/ready")
        .await
        .is(200, "another service was stopped, and not this one");
}
