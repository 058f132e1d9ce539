// A service at the end of pipes, for tests whose clock stands still: no socket, no waiting, all in one thread.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::future::pending;
use std::io;
use std::time::Duration;

use axum::serve::Listener;
use http_api::Application;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

pub const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Of a clock that jumps. Longer than anything here may take.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// What a pipe takes until somebody reads.
const PIPE: usize = 4096;

/// Where the service accepts.
struct Port(mpsc::UnboundedReceiver<DuplexStream>);

impl Listener for Port {
    type Io = DuplexStream;
    type Addr = ();

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let Some(pipe) = self.0.recv().await else {
            return pending().await;
        };
        (pipe, ())
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(())
    }
}

/// A service that runs, and the way to it.
pub struct Running {
    dial: mpsc::UnboundedSender<DuplexStream>,
    stop: Option<oneshot::Sender<()>>,
    stopped_at: Instant,
    run: JoinHandle<(io::Result<()>, Instant)>,
}

impl Running {
    pub fn of(application: Application) -> Self {
        let (dial, port) = mpsc::unbounded_channel();
        let (stop, stopping) = oneshot::channel::<()>();
        let run = tokio::spawn(async move {
            let stopping = async {
                let _ = stopping.await;
            };
            let outcome = application.run_on(Port(port), stopping).await;
            (outcome, Instant::now())
        });
        Self {
            dial,
            stop: Some(stop),
            stopped_at: Instant::now(),
            run,
        }
    }

    /// For clients that run beside the test.
    pub fn dialler(&self) -> Dialler {
        Dialler(self.dial.clone())
    }

    /// `None` if it is refused.
    pub fn dial(&self) -> Option<Wire> {
        self.dialler().dial()
    }

    #[track_caller]
    pub fn connect(&self) -> Wire {
        self.dial()
            .unwrap_or_else(|| panic!("a connection is refused while the service has to accept"))
    }

    /// What SIGTERM is to the process.
    pub fn stop(&mut self) {
        self.stopped_at = Instant::now();
        drop(self.stop.take());
    }

    pub fn is_over(&self) -> bool {
        self.run.is_finished()
    }

    /// What the run has returned, and how long after the stop that was.
    pub async fn ended(&mut self) -> (io::Result<()>, Duration) {
        let Ok(joined) = timeout(DAY, &mut self.run).await else {
            panic!("the run has not returned a day after the stop");
        };
        let (outcome, at) = joined.unwrap_or_else(|panic| panic!("the run: {panic}"));
        (outcome, at - self.stopped_at)
    }
}

#[derive(Clone)]
pub struct Dialler(mpsc::UnboundedSender<DuplexStream>);

impl Dialler {
    pub fn dial(&self) -> Option<Wire> {
        let (near, far) = duplex(PIPE);
        self.0.send(far).is_ok().then_some(Wire(near))
    }
}

/// A client's end of a connection.
pub struct Wire(DuplexStream);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    /// In small letters.
    pub head: String,
}

impl Reply {
    /// Whether the connection ends with this answer.
    pub fn says_close(&self) -> bool {
        self.head.contains("\r\nconnection: close\r\n")
    }
}

impl Wire {
    /// Whether there was somebody to send to.
    pub async fn send(&mut self, text: &str) -> bool {
        self.0.write_all(text.as_bytes()).await.is_ok()
    }

    /// The next answer, without its body; `None` if the connection ended in its place.
    pub async fn reply(&mut self) -> Option<Reply> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.0.read_u8().await.ok()?);
        }
        let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.unwrap_or_else(|| panic!("no status in {head:?}"));
        let length = head
            .split_once("content-length: ")
            .and_then(|(_, rest)| rest.split("\r\n").next()?.parse::<usize>().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        self.0.read_exact(&mut body).await.ok()?;
        Some(Reply { status, head })
    }

    pub async fn get(&mut self, path: &str) -> Option<Reply> {
        if !self.send(&get(path)).await {
            return None;
        }
        self.reply().await
    }

    /// Reads until the connection is closed, and returns when that was.
    pub async fn closed(&mut self) -> Instant {
        let mut rest = Vec::new();
        let reading = timeout(DAY, self.0.read_to_end(&mut rest)).await;
        assert!(
            reading.is_ok(),
            "a connection is still open a day after the stop"
        );
        Instant::now()
    }
}

pub fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: depot\r\n\r\n")
}
