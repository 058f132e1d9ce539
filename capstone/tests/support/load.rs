// Somebody who calls the service as a plan says: an HTTP client with connections that stay open.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::io;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use capstone::load::{Call, Due, Outcome, Target};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Calls a service that has `tasks` tasks of this caller, with one number after the other.
pub struct Client {
    address: SocketAddr,
    /// Lines of each request's head, each with its end.
    headers: String,
    first: u64,
    tasks: u64,
    /// Connections that nobody uses at the moment.
    idle: Mutex<Vec<TcpStream>>,
}

/// What a request was answered with.
pub struct Told {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Client {
    pub fn new(address: SocketAddr, headers: &str, tasks: u64) -> Self {
        Self {
            address,
            headers: headers.to_owned(),
            first: 1,
            tasks,
            idle: Mutex::default(),
        }
    }

    /// The number of the first of the tasks, where it is not 1.
    #[must_use]
    pub fn beginning_at(mut self, first: u64) -> Self {
        self.first = first;
        self
    }

    /// A request on a connection of its own for as long as it lasts. Who drops this future hangs up.
    pub async fn ask(&self, method: &str, path: &str, more: &str, body: &str) -> io::Result<Told> {
        let idle = self.idle().pop();
        let mut stream = match idle {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(self.address).await?;
                // What waits for company is a delay of ours, and would be counted as the service's.
                stream.set_nodelay(true)?;
                stream
            }
        };
        let kind = match body {
            "" => "",
            _ => "content-type: application/json\r\n",
        };
        let (headers, length) = (&self.headers, body.len());
        let text = format!(
            "{method} {path} HTTP/1.1\r\nhost: load\r\n{headers}{more}{kind}content-length: {length}\r\n\r\n{body}"
        );
        stream.write_all(text.as_bytes()).await?;
        let told = answer(&mut stream).await?;
        self.idle().push(stream);
        Ok(told)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<TcpStream>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Target for Client {
    async fn send(&self, due: Due) -> Outcome {
        let Due { call, pick, .. } = due;
        let task = format!("/tasks/{}", self.first + pick % self.tasks);
        let told = match call {
            Call::List => self.ask("GET", "/tasks?limit=100", "", "").await,
            Call::Read => self.ask("GET", &task, "", "").await,
            Call::Create => {
                let key = format!("idempotency-key: {pick:016x}\r\n");
                let body = format!(r#"{{"title": "call the supplier about order {pick:016x}"}}"#);
                self.ask("POST", "/tasks", &key, &body).await
            }
            Call::Change => {
                let body = format!(r#"{{"title": "call back about order {pick:016x}"}}"#);
                self.ask("PATCH", &task, "", &body).await
            }
        };
        match told {
            Ok(told) => match told.status {
                200..300 => Outcome::Answered,
                429 => Outcome::Failed("429"),
                400..500 => Outcome::Failed("4xx"),
                _ => Outcome::Failed("5xx"),
            },
            Err(_) => Outcome::Failed("connection"),
        }
    }
}

async fn answer(stream: &mut TcpStream) -> io::Result<Told> {
    let mut bytes = Vec::with_capacity(1024);
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|it| it == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    let number = |text: Option<&str>| text.and_then(|it| it.trim().parse::<usize>().ok());
    let status = number(head.get(9..12)).ok_or_else(|| io::Error::other("no status"))?;
    let mut lines = head.lines();
    let length = number(lines.find_map(|line| line.strip_prefix("content-length:"))).unwrap_or(0);
    let all = end + 4 + length;
    while bytes.len() < all {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(Told {
        status: status as u16,
        body: bytes.split_off(end + 4),
    })
}
