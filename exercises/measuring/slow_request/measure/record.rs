//! Serves requests on four threads for half a second, and prints every span. From the course's folder:
//! `cargo run --release -p slow_request --example record`

use std::cell::Cell;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use slow_request::{Background, Bank, FRESH, FetchError, Rates, Table};

/// Requests that one thread serves.
const EACH: u32 = 50;

/// Start and length in microseconds, thread, request, name.
type Span = (u128, u128, u32, u32, &'static str);

static SPANS: Mutex<Vec<Span>> = Mutex::new(Vec::new());
static BEGAN: OnceLock<Instant> = OnceLock::new();

thread_local! {
    /// The thread, and the request that it serves.
    static SERVING: Cell<(u32, u32)> = const { Cell::new((0, 0)) };
}

fn now() -> Duration {
    BEGAN.get_or_init(Instant::now).elapsed()
}

/// Runs `work`, and writes down how long it took.
fn span<T>(name: &'static str, work: impl FnOnce() -> T) -> T {
    let from = now();
    let result = work();
    let took = now() - from;
    let (thread, request) = SERVING.get();
    let span = (from.as_micros(), took.as_micros(), thread, request, name);
    SPANS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(span);
    result
}

/// A bank at the other end of a network, that takes its time.
struct Far;

impl Bank for Far {
    fn fetch(&self) -> Result<Table, FetchError> {
        span("fetch", || thread::sleep(Duration::from_millis(190)));
        Ok(Table(vec![("CHF", 941_300), ("USD", 1_084_200)]))
    }
}

/// A thread for each work.
struct Threads;

impl Background for Threads {
    fn run(&self, work: Box<dyn FnOnce() + Send>) {
        thread::spawn(work);
    }
}

/// Waits for so many microseconds, as if for an answer.
fn wait(micros: u64) {
    thread::sleep(Duration::from_micros(micros));
}

fn request(rates: &Rates, number: u32) {
    // In the recording a minute is over after 600 milliseconds.
    let minutes = now().as_secs_f64() / 0.6;
    span("auth", || wait(200));
    let table = span("rates", || rates.get(FRESH.mul_f64(minutes)));
    // Every 23rd customer has a long list of orders.
    span("query", || {
        wait(if number % 23 == 7 {
            30_000
        } else {
            2_500 + u64::from(number * 37 % 2_000)
        })
    });
    span("render", || {
        table.map(|table| wait(100 + table.0.len() as u64)).is_ok()
    });
}

fn main() {
    let rates = Rates::new(Arc::new(Far), Arc::new(Threads));
    let _ = rates.get(Duration::ZERO);
    SPANS.lock().unwrap_or_else(PoisonError::into_inner).clear();
    thread::scope(|scope| {
        for thread in 1..=4 {
            let rates = &rates;
            scope.spawn(move || {
                for turn in 0..EACH {
                    let number = turn * 4 + thread;
                    SERVING.set((thread, number));
                    span("request", || request(rates, number));
                    wait(3_500);
                }
            });
        }
    });
    let mut spans = std::mem::take(&mut *SPANS.lock().unwrap_or_else(PoisonError::into_inner));
    // An outer span before those within it.
    spans.sort_by_key(|&(from, took, ..)| (from, std::cmp::Reverse(took)));
    println!("   start  length thread request span");
    for (from, took, thread, request, name) in spans {
        println!("{from:8}{took:8}{thread:7}{request:8} {name}");
    }
}
