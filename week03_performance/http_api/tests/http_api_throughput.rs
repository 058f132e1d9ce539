//! Stage 10: a load test in one process, beside the naive board. Time stands still until everybody waits, so that a
//! second of load takes none, and is the same on every machine.

#[path = "support/contract.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod contract;
#[path = "support/naive.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod naive;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::future::ready;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use contract::draft;
use futures_util::FutureExt as _;
use http_api::{
    Application, Config, Draft, JsonLines, Kept, Memory, Only, RequestLine, RequestLog, Store,
    StoreError, Stored,
};
use naive::Row;
use probes::{alloc, figures};
use serde_json::{Value, json};
use support::{Client, config};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, sleep_until, timeout};

#[global_allocator]
static ALLOCATOR: alloc::Counting = alloc::Counting;

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);

/// A database with one connection, 2 ms away.
struct Away {
    memory: Arc<Memory>,
    connection: Semaphore,
    /// Parcels that were read, in pages.
    read: AtomicUsize,
    fails: AtomicBool,
}

impl Away {
    /// With so many parcels, on 30 shelves.
    async fn with(parcels: u32) -> Arc<Self> {
        let memory = Arc::new(Memory::default());
        for n in 0..parcels {
            let shelf = format!("{}-{}", char::from(b'A' + (n % 3) as u8), 1 + n % 10);
            let added = memory.add(draft("Ada", &shelf, 1 + n % 5)).await;
            added.expect("memory does not fail");
        }
        Arc::new(Self {
            memory,
            connection: Semaphore::new(1),
            read: AtomicUsize::new(0),
            fails: AtomicBool::new(false),
        })
    }

    fn read(&self) -> usize {
        self.read.load(Ordering::SeqCst)
    }
}

impl Store for Away {
    fn add(&self, draft: Draft) -> Stored<'_, Kept> {
        self.memory.add(draft)
    }

    fn get(&self, id: u64) -> Stored<'_, Option<Kept>> {
        self.memory.get(id)
    }

    fn replace(&self, id: u64, draft: Draft, only: Only) -> Stored<'_, Kept> {
        self.memory.replace(id, draft, only)
    }

    fn remove(&self, id: u64, only: Only) -> Stored<'_, ()> {
        self.memory.remove(id, only)
    }

    fn page(&self, above: u64, limit: usize) -> Stored<'_, Vec<Kept>> {
        async move {
            let _mine = self.connection.acquire().await.expect("never closed");
            // Nobody has a database that sends any number of rows in 2 ms.
            let page = self.memory.page(above, limit.min(100)).await?;
            sleep(2 * MS).await;
            if self.fails.load(Ordering::SeqCst) {
                return Err(StoreError::Busy);
            }
            self.read.fetch_add(page.len(), Ordering::SeqCst);
            Ok(page)
        }
        .boxed()
    }
}

async fn client(store: Arc<dyn Store>) -> Client {
    let config = config(|config| config.handler_timeout = 60 * SECOND);
    let built = Application::build_with_store(config, store, Router::new()).await;
    Client(
        built
            .unwrap_or_else(|error| panic!("build failed: {error}"))
            .router(),
    )
}

fn naive_board(store: &Arc<Away>) -> Client {
    let store = Arc::clone(store);
    let pages = move |above: u64| {
        let store = Arc::clone(&store);
        let page = async move {
            let page = store.page(above, 100).await.expect("it does not fail");
            page.into_iter()
                .map(|kept| Row {
                    id: kept.parcel.id,
                    recipient: kept.parcel.recipient,
                    shelf: kept.parcel.shelf,
                    grams: kept.parcel.grams.into(),
                })
                .collect()
        };
        page.boxed()
    };
    Client(naive::board(Arc::new(pages)))
}

fn shelf(name: &str, parcels: u64, grams: u64) -> Value {
    json!({"shelf": name, "parcels": parcels, "grams": grams})
}

#[tokio::test(start_paused = true)]
async fn the_board_is_what_the_depot_holds() {
    let client = client(Arc::new(Memory::default())).await;
    let board = client.get("/shelves").await.is(200, "an empty depot");
    assert_eq!(
        board.header("content-type"),
        "application/json",
        "the board is JSON"
    );
    assert_eq!(
        board.json(),
        json!({"shelves": []}),
        "the board of an empty depot"
    );
    let mut paths = Vec::new();
    for (name, grams) in [("B-12", 1200), ("A-7", 300), ("B-12", 800), ("A-10", 5)] {
        let body = json!({"recipient": "Ada", "shelf": name, "grams": grams});
        let added = client.post("/parcels", &body).await.is(201, "a parcel");
        paths.push(added.header("location").to_owned());
    }
    sleep(SECOND).await;
    let board = client.get("/shelves").await.is(200, "the board");
    assert_eq!(
        board.json(),
        json!({"shelves": [shelf("A-10", 1, 5), shelf("A-7", 1, 300), shelf("B-12", 2, 2000)]}),
        "the board, a second after four parcels came: by the shelves' names as text, each with its sums"
    );
    let moved = json!({"recipient": "Ada", "shelf": "C-1", "grams": 301});
    let put = client
        .json("PUT", &paths[1], &[("if-match", "*")], &moved)
        .await;
    put.is(200, "moved");
    client.delete(&paths[0]).await.is(204, "collected");
    sleep(SECOND).await;
    let board = client.get("/shelves").await.is(200, "the board");
    assert_eq!(
        board.json(),
        json!({"shelves": [shelf("A-10", 1, 5), shelf("B-12", 1, 800), shelf("C-1", 1, 301)]}),
        "the board, a second after one parcel was moved and one collected"
    );
}

#[tokio::test(start_paused = true)]
async fn a_board_is_at_most_a_second_old() {
    let store = Away::with(1000).await;
    let client = client(store.clone()).await;
    let grams = async || {
        let board = client.get("/shelves").await.is(200, "the board").json();
        let first = board["shelves"][0].clone();
        assert_eq!(first["shelf"], "A-1", "the first of 30 shelves: {first}");
        first["grams"].as_u64().unwrap_or(0)
    };
    // All but the first parcel, which weighs a gram.
    let others = grams().await - 1;
    for n in 1..=10_u32 {
        sleep(2 * SECOND).await;
        let screen = client.get("/shelves");
        let asked = Instant::now();
        let change = async {
            // In the middle of the pass, which takes 22 ms and has read the first parcel at its beginning.
            sleep_until(asked + n * 2 * MS).await;
            let heavier = draft("Ada", "A-1", 100 + n);
            let changed = store.replace(1, heavier, Only::Any).await;
            changed.expect("memory does not fail");
            Instant::now()
        };
        let (_, changed) = tokio::join!(screen, change);
        sleep_until(changed + SECOND).await;
        assert_eq!(
            grams().await,
            others + 100 + u64::from(n),
            "grams on shelf A-1: a parcel of it was changed {} ms after a pass had begun, and a second before this board was \
             asked for. A board is as old as the beginning of its pass",
            n * 2
        );
    }
}

/// What a load has come to.
struct Load {
    /// Of each answer, in order of size.
    times: Vec<Duration>,
    length: Duration,
}

impl Load {
    /// A hundred screens for a second. Each asks again 50 ms after its answer.
    async fn of(client: &Client) -> Self {
        const SCREENS: usize = 100;
        let (begun, length) = (Instant::now(), SECOND);
        let mut screens = Vec::new();
        for _ in 0..SCREENS {
            let client = client.clone();
            screens.push(tokio::spawn(async move {
                let mut times = Vec::new();
                while begun.elapsed() < length {
                    let asked = Instant::now();
                    client.get("/shelves").await.is(200, "a screen's board");
                    times.push(asked.elapsed());
                    sleep(50 * MS).await;
                }
                times
            }));
        }
        let mut times = Vec::new();
        for screen in screens {
            times.extend(screen.await.expect("the board is there for each screen"));
        }
        times.sort_unstable();
        let length = begun.elapsed();
        Self { times, length }
    }

    fn per_second(&self) -> f64 {
        self.times.len() as f64 / self.length.as_secs_f64()
    }

    /// Of a hundred answers ninety-nine were as quick as that.
    fn tail(&self) -> Duration {
        self.times[self.times.len() * 99 / 100]
    }
}

#[tokio::test(start_paused = true)]
async fn a_hundred_screens_beside_the_naive_board() {
    let (store, other) = (Away::with(1000).await, Away::with(1000).await);
    let naive = Load::of(&naive_board(&other)).await;
    let mine = Load::of(&client(store).await).await;
    let table = format!(
        "100 screens, a database 2 ms away:\n\
         naive  {:8.1} requests/s, 99 % within {:?}\n\
         yours  {:8.1} requests/s, 99 % within {:?}",
        naive.per_second(),
        naive.tail(),
        mine.per_second(),
        mine.tail()
    );
    eprintln!("{table}");
    let more = mine.per_second() / naive.per_second();
    assert!(
        more >= 20.0,
        "{table}\nthat is {more:.1} times as many, and 20 times are asked for. What does each screen wait for that \
         another one has had already?"
    );
    let tail = naive.tail().as_secs_f64() / mine.tail().as_secs_f64().max(0.000_001);
    assert!(
        tail >= 20.0,
        "{table}\nthe tail is {tail:.1} times as short, and 20 times are asked for. Who waits for more than one pass?"
    );
}

#[tokio::test(start_paused = true)]
async fn a_second_has_two_passes_at_the_most() {
    let store = Away::with(1000).await;
    let client = client(store.clone()).await;
    for second in 0..3 {
        let before = store.read();
        let begun = Instant::now();
        let mut screens = Vec::new();
        for n in 0..300 {
            let client = client.clone();
            screens.push(tokio::spawn(async move {
                sleep(n * 3 * MS).await;
                client.get("/shelves").await.is(200, "a screen's board");
            }));
        }
        for screen in screens {
            screen.await.expect("the board is there for each screen");
        }
        let read = store.read() - before;
        assert!(
            read <= 2000,
            "300 screens asked during second {second}, at different times, and {read} parcels were read for it. There are 1000, \
             and however many ask, a second has two passes over them at the most"
        );
        sleep_until(begun + SECOND + 30 * MS).await;
    }
}

#[tokio::test(start_paused = true)]
async fn neither_who_goes_away_nor_what_fails_stays() {
    let store = Away::with(1000).await;
    let client = client(store.clone()).await;
    let left = timeout(10 * MS, client.get("/shelves")).await;
    assert!(left.is_err(), "the first screen goes away during its pass");
    let asked = Instant::now();
    client.get("/shelves").await.is(
        200,
        "the first screen has gone away, and took nothing along",
    );
    assert!(
        asked.elapsed() < 50 * MS,
        "a pass takes 22 ms, and the second screen has waited for {:?}",
        asked.elapsed()
    );
    sleep(2 * SECOND).await;
    store.fails.store(true, Ordering::SeqCst);
    let failed = client.get("/shelves").await;
    let failed = failed.is(503, "the database is busy, and what is there is too old");
    assert_eq!(
        failed.header("content-type"),
        "application/problem+json",
        "a 503 is a problem like all others"
    );
    store.fails.store(false, Ordering::SeqCst);
    client
        .get("/shelves")
        .await
        .is(200, "the next screen asks again: a failure is not kept");
}

/// The last line that was logged.
#[derive(Clone, Default)]
struct Last(Arc<Mutex<Option<RequestLine>>>);

impl RequestLog for Last {
    fn log(&self, line: &RequestLine) {
        *self.0.lock().expect("no test panics with it") = Some(line.clone());
    }
}

/// Fails at everything that a board needs, in words that are hard to write down.
struct Broken;

const WORDS: &str = "disk \"A\\B\"\nis full\t\u{1}é";

fn broken<T: Send + 'static>() -> Stored<'static, T> {
    ready(Err(StoreError::Backend(WORDS.into()))).boxed()
}

impl Store for Broken {
    fn add(&self, _: Draft) -> Stored<'_, Kept> {
        broken()
    }

    fn get(&self, _: u64) -> Stored<'_, Option<Kept>> {
        broken()
    }

    fn replace(&self, _: u64, _: Draft, _: Only) -> Stored<'_, Kept> {
        broken()
    }

    fn remove(&self, _: u64, _: Only) -> Stored<'_, ()> {
        broken()
    }

    fn page(&self, _: u64, _: usize) -> Stored<'_, Vec<Kept>> {
        broken()
    }
}

/// Lines as they come out of a service.
async fn lines() -> [RequestLine; 2] {
    let last = Last::default();
    let config = |config: &mut Config| config.log = Arc::new(last.clone());
    let built =
        Application::build_with_store(support::config(config), Arc::new(Broken), Router::new())
            .await;
    let built = built.unwrap_or_else(|error| panic!("build failed: {error}"));
    let client = Client(built.router());
    let of = async |path: &str| {
        client.get(path).await;
        let line = last.0.lock().expect("no test panics with it").take();
        line.expect("each request is a line")
    };
    [of("/ping").await, of("/parcels/7").await]
}

/// Clones are the same file; each write is one entry.
#[derive(Clone, Default)]
struct File(Arc<Mutex<Vec<Vec<u8>>>>);

impl Write for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut writes = self.0.lock().expect("no test panics with it");
        writes.push(bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_line_is_json_whatever_is_in_it() {
    let [ping, failed] = lines().await;
    let file = File::default();
    let log = JsonLines::new(file.clone());
    for line in [&failed, &ping, &failed] {
        log.log(line);
    }
    let writes = file.0.lock().expect("no test panics with it").clone();
    assert_eq!(
        writes.len(),
        3,
        "three lines, each in one write: {writes:?}"
    );
    for (write, line) in writes.iter().zip([&failed, &ping, &failed]) {
        let text = String::from_utf8_lossy(write);
        let json: Value = serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("a line has to be JSON, and {text:?} is not: {error}"));
        assert!(
            text.ends_with('\n') && text.matches('\n').count() == 1,
            "a line is a line, whatever is in it: {text:?}"
        );
        let cause = json["cause"].as_str().unwrap_or("");
        assert_eq!(
            (json["path"].as_str(), cause.contains(WORDS)),
            (Some(line.path.as_str()), line.cause.is_some()),
            "the cause is in the lines that have one, as it was: {text:?}"
        );
        let fields = json.as_object().map(serde_json::Map::len);
        assert_eq!(
            fields,
            Some(5 + usize::from(line.cause.is_some())),
            "id, method, path, status and micros, and the cause if there is one: {text:?}"
        );
    }
}

/// Counts what it is given to write.
#[derive(Clone, Default)]
struct Writes(Arc<AtomicUsize>);

impl Write for Writes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_thousand_lines_are_measured() {
    let [ping, failed] = lines().await;
    let writes = Writes::default();
    let log = JsonLines::new(writes.clone());
    // Whatever is kept from one line to the next is there when counting begins.
    log.log(&failed);
    log.log(&ping);
    let ((), tally) = alloc::measure(|| {
        for _ in 0..500 {
            log.log(&ping);
            log.log(&failed);
        }
    });
    assert_eq!(
        writes.0.load(Ordering::SeqCst),
        1002,
        "1002 lines are as many writes: what waits for company is lost with the process"
    );
    figures::report("allocations", tally.allocations);
}
