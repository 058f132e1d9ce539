//! The same promises at other sizes and times.

use std::future::pending;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::serve::Listener;
use serve_and_drain::{Appending, Limits, Log, LogFailed, run};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

const DAY: Duration = Duration::from_secs(24 * 3600);

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

struct Port(mpsc::UnboundedReceiver<DuplexStream>);

impl Listener for Port {
    type Io = DuplexStream;
    type Addr = ();

    async fn accept(&mut self) -> (DuplexStream, ()) {
        match self.0.recv().await {
            Some(stream) => (stream, ()),
            None => pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<()> {
        Ok(())
    }
}

/// The entries of each append that went well. Each takes 100 ms, and one with a `bad` entry fails.
#[derive(Clone, Default)]
struct Batches(Arc<Mutex<Vec<Vec<String>>>>);

impl Batches {
    fn get(&self) -> Vec<Vec<String>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Log for Batches {
    fn append(&self, entries: Vec<String>) -> Appending {
        let batches = self.clone();
        Box::pin(async move {
            sleep(ms(100)).await;
            if entries.iter().any(|entry| entry.starts_with("bad")) {
                return Err(LogFailed);
            }
            let mut all = batches.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.push(entries);
            Ok(())
        })
    }
}

type Dial = mpsc::UnboundedSender<DuplexStream>;

fn open(
    limits: Limits,
) -> (
    Dial,
    Batches,
    oneshot::Sender<()>,
    JoinHandle<(usize, Duration)>,
) {
    let (dial, port) = mpsc::unbounded_channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let batches = Batches::default();
    let log = Arc::new(batches.clone());
    let start = Instant::now();
    let run = tokio::spawn(async move {
        let stopped = async {
            let _ = stopped.await;
        };
        let cut = run(Port(port), log, limits, stopped).await;
        (cut, start.elapsed())
    });
    (dial, batches, stop, run)
}

/// Sends one entry on a connection of its own: the status, 0 for none.
fn add(dial: &Dial, entry: String) -> JoinHandle<u16> {
    let (mut client, server) = duplex(1_024);
    let sent = dial.send(server);
    tokio::spawn(async move {
        let length = entry.len();
        let request = format!(
            "POST /entries HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{entry}"
        );
        let mut answer = String::new();
        if sent.is_err() || client.write_all(request.as_bytes()).await.is_err() {
            return 0;
        }
        let _ = timeout(DAY, client.read_to_string(&mut answer)).await;
        let status = answer.split(' ').nth(1).and_then(|word| word.parse().ok());
        status.unwrap_or(0)
    })
}

async fn statuses(clients: Vec<JoinHandle<u16>>) -> Vec<u16> {
    let mut statuses = Vec::new();
    for client in clients {
        statuses.push(client.await.expect("a client does not panic"));
    }
    statuses
}

#[tokio::test(start_paused = true)]
async fn batches_are_as_large_as_they_may_be() {
    let limits = Limits {
        batch: 5,
        notice: ms(10),
        drain: ms(10),
    };
    let (dial, batches, _stop, _run) = open(limits);
    let clients = (0..52).map(|n| add(&dial, format!("{n}"))).collect();
    assert_eq!(statuses(clients).await, vec![201; 52], "each is written");
    let batches = batches.get();
    let sizes: Vec<usize> = batches.iter().map(Vec::len).collect();
    assert!(sizes.iter().all(|&size| size <= 5), "5 at most: {sizes:?}");
    assert!(sizes.len() <= 14, "52 entries by fives: {sizes:?}");
    let mut entries = batches.concat();
    entries.sort_unstable();
    entries.dedup();
    assert_eq!(entries.len(), 52, "each once");
}

#[tokio::test(start_paused = true)]
async fn a_failed_append_fails_those_in_it() {
    let limits = Limits {
        batch: 100,
        notice: ms(10),
        drain: ms(10),
    };
    let (dial, batches, _stop, _run) = open(limits);
    let first = add(&dial, "first".to_owned());
    sleep(ms(10)).await;
    let second = (0..10).map(|n| add(&dial, format!("bad {n}"))).collect();
    sleep(ms(100)).await;
    let third = (0..10).map(|n| add(&dial, format!("good {n}"))).collect();
    assert_eq!(statuses(vec![first]).await, [201], "alone in its append");
    assert_eq!(
        statuses(second).await,
        vec![503; 10],
        "none of them was written"
    );
    assert_eq!(statuses(third).await, vec![201; 10], "they came after that");
    assert_eq!(
        batches.get().concat().len(),
        11,
        "what is acknowledged is what is there"
    );
}

#[tokio::test(start_paused = true)]
async fn a_queue_is_written_before_the_end() {
    let limits = Limits {
        batch: 10,
        notice: ms(50),
        drain: ms(5_000),
    };
    let (dial, batches, stop, run) = open(limits);
    let clients: Vec<_> = (0..100).map(|n| add(&dial, format!("{n}"))).collect();
    sleep(ms(1)).await;
    drop(stop);
    let (cut, ended) = run.await.expect("`run` does not panic");
    assert_eq!(
        (cut, batches.get().concat().len()),
        (0, 100),
        "cut off, and written when `run` returned"
    );
    assert!(
        (ms(1_000)..ms(1_400)).contains(&ended),
        "ten or so appends: {ended:?}"
    );
    assert_eq!(
        statuses(clients).await,
        vec![201; 100],
        "they were under way"
    );
}

#[tokio::test(start_paused = true)]
async fn patience_ends_for_each_who_waits() {
    let limits = Limits {
        batch: 10,
        notice: ms(50),
        drain: ms(300),
    };
    let (dial, batches, stop, run) = open(limits);
    let clients: Vec<_> = (0..100).map(|n| add(&dial, format!("{n}"))).collect();
    sleep(ms(1)).await;
    drop(stop);
    let (cut, ended) = run.await.expect("`run` does not panic");
    assert!(
        (ms(351)..ms(700)).contains(&ended),
        "50 ms and 300 ms: {ended:?}"
    );
    let statuses = statuses(clients).await;
    let (yes, no) = statuses
        .iter()
        .partition::<Vec<u16>, _>(|&&status| status == 201);
    assert!(
        no.iter().all(|&status| status == 503),
        "who is cut off is told so: {no:?}"
    );
    assert_eq!(no.len(), cut, "each who was cut off is counted");
    assert!(
        (20..60).contains(&yes.len()),
        "three or four appends of ten: {}",
        yes.len()
    );
    assert!(
        batches.get().concat().len() >= yes.len(),
        "what is acknowledged is there"
    );
}
