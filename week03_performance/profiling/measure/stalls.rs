//! Nearly two seconds of the monitor on a runtime of one thread. Prints each poll of a task that took a millisecond or more, each call,
//! and each beat of a heart that came late. From the course's folder: `cargo run -p profiling --example stalls`

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::thread;
use std::time::{Duration, Instant};

use profiling::{Alarm, History, Monitor, Pager, PagerError, Rules};
use rusqlite::Connection;
use tokio::time::{MissedTickBehavior, interval, sleep};

const BEAT: Duration = Duration::from_millis(10);

/// What happened, when, and for how long.
#[derive(Clone)]
struct Trace {
    began: Instant,
    lines: Arc<Mutex<Vec<(Duration, Duration, String)>>>,
}

impl Trace {
    fn note(&self, from: Instant, took: Duration, what: String) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push((from - self.began, took, what));
    }
}

/// A task, each of whose polls is timed.
struct Timed<F> {
    name: String,
    trace: Trace,
    task: Pin<Box<F>>,
}

impl<F: Future> Future for Timed<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let from = Instant::now();
        let polled = self.task.as_mut().poll(context);
        let took = from.elapsed();
        if took >= Duration::from_millis(1) {
            self.trace
                .note(from, took, format!("poll of {}", self.name));
        }
        polled
    }
}

/// A telephone that is answered after 80 ms.
struct Phone(Trace);

impl Pager for Phone {
    fn call(&self, alarm: &Alarm) -> Result<(), PagerError> {
        let from = Instant::now();
        thread::sleep(Duration::from_millis(80));
        self.0
            .note(from, from.elapsed(), format!("call for {}", alarm.probe));
        Ok(())
    }
}

fn batch(gateway: usize, warm: usize) -> String {
    let line = |n: usize| {
        let tenths = if n < warm { -120 } else { -190 };
        format!(
            "lager-nord-{gateway}/hall-1/freezer-{:02}/probe-{n} 1772323200 {tenths}\n",
            n % 20
        )
    };
    (0..400).map(line).collect()
}

async fn work(trace: Trace) {
    let monitor = Arc::new(Monitor::new(
        Rules::new([("*", -150)]),
        Phone(trace.clone()),
    ));
    let history = History::new(Connection::open_in_memory().expect("memory is there"));
    let history = history.expect("tables are good SQL");
    history
        .db()
        .execute_batch(
            "INSERT INTO rooms (site, name)
             WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 39) SELECT 'oslo', i FROM n;
             INSERT INTO readings
             WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 479)
             SELECT id, unixepoch('2026-03-01') + i * 3600, -190 FROM rooms, n;",
        )
        .expect("good SQL");
    let timed = |name: String, task: Pin<Box<dyn Future<Output = ()>>>| {
        let trace = trace.clone();
        let task = Box::pin(task);
        tokio::task::spawn_local(Timed { name, trace, task })
    };
    let mut tasks = Vec::new();
    for gateway in 1..=3 {
        let monitor = Arc::clone(&monitor);
        tasks.push(timed(
            format!("gateway {gateway}"),
            Box::pin(async move {
                for n in 0..15 {
                    // Gateway 2 has a door open, for two of its batches.
                    let warm = if gateway == 2 && n % 8 == 4 { 3 } else { 0 };
                    let _ = monitor.receive(&batch(gateway, warm)).await;
                    sleep(Duration::from_millis(90 + gateway as u64)).await;
                }
            }),
        ));
    }
    tasks.push(timed(
        "report".to_owned(),
        Box::pin(async move {
            for _ in 0..14 {
                let _ = history.day("oslo", "2026-03-01");
                sleep(Duration::from_millis(97)).await;
            }
        }),
    ));
    let beats = trace.clone();
    let heart = timed(
        "heart".to_owned(),
        Box::pin(async move {
            let mut beat = interval(BEAT);
            beat.set_missed_tick_behavior(MissedTickBehavior::Skip);
            loop {
                let due = beat.tick().await;
                let late = Instant::now() - due.into_std();
                if late >= BEAT {
                    beats.note(due.into_std(), late, "beat that came late".to_owned());
                }
            }
        }),
    );
    for task in tasks {
        task.await.expect("no task panics");
    }
    heart.abort();
}

fn main() -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    let trace = Trace {
        began: Instant::now(),
        lines: Arc::default(),
    };
    tokio::task::LocalSet::new().block_on(&runtime, work(trace.clone()));
    let mut lines =
        std::mem::take(&mut *trace.lines.lock().unwrap_or_else(PoisonError::into_inner));
    lines.sort();
    println!("{:>10} {:>8}  what", "start, ms", "ms");
    for (at, took, what) in lines {
        println!(
            "{:>10.1} {:>8.1}  {what}",
            at.as_secs_f64() * 1e3,
            took.as_secs_f64() * 1e3
        );
    }
    Ok(())
}
