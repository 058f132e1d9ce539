// A WebSocket client (RFC 6455) that reads when a test wants it to, and a server's end of a network of pipes, so that
// sockets work under tokio's paused clock.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::future;
use std::io;
use std::time::Duration;

use axum::serve::Listener;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream};
use tokio::sync::mpsc;
use tokio::time;

/// Longer than anything here may take, on a clock that jumps.
pub const DAY: Duration = Duration::from_secs(24 * 3600);
/// The same on a clock that does not.
pub const LONG: Duration = Duration::from_secs(25);

/// Where pipes come in.
pub struct Port(pub mpsc::UnboundedReceiver<DuplexStream>);

impl Listener for Port {
    type Io = DuplexStream;
    type Addr = ();

    async fn accept(&mut self) -> (DuplexStream, ()) {
        let Some(pipe) = self.0.recv().await else {
            return future::pending().await;
        };
        (pipe, ())
    }

    fn local_addr(&self) -> io::Result<()> {
        Ok(())
    }
}

/// One who has a socket. What comes is read when it is asked for, and not before.
pub struct Client<S> {
    stream: S,
    /// How long it waits for anything.
    waits: Duration,
    /// The answer to the request for a socket.
    pub head: String,
}

/// An answer that is no socket.
#[derive(Debug)]
pub struct Refusal {
    pub status: u16,
    pub head: String,
    pub body: Value,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Frame {
    Text(Value),
    Ping(Vec<u8>),
    Pong(Vec<u8>),
    Close(u16, String),
    /// The connection has ended.
    End,
}

/// An update as it comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub number: u64,
    pub what: String,
    pub task: u64,
    pub version: u64,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    /// Asks for a socket at `path`, with these lines in the head beside what every WebSocket client sends.
    pub async fn open(stream: S, path: &str, lines: &[&str]) -> Result<Self, Refusal> {
        let mut all = vec![
            "connection: upgrade",
            "upgrade: websocket",
            "sec-websocket-version: 13",
            "sec-websocket-key: MDEyMzQ1Njc4OWFiY2RlZg==",
        ];
        all.extend(lines);
        Self::ask(stream, path, &all).await
    }

    /// Asks with these lines and no others.
    pub async fn ask(mut stream: S, path: &str, lines: &[&str]) -> Result<Self, Refusal> {
        let mut request = format!("GET {path} HTTP/1.1\r\nhost: test\r\n");
        for line in lines {
            request.push_str(line);
            request.push_str("\r\n");
        }
        request.push_str("\r\n");
        let written = stream.write_all(request.as_bytes()).await;
        written.expect("the service takes a request");
        let answered = time::timeout(DAY, answer(&mut stream)).await;
        let (head, body) = answered.expect("an answer to the request for a socket");
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        match status.unwrap_or_else(|| panic!("this is no answer: {head:?}")) {
            101 => Ok(Self {
                stream,
                waits: DAY,
                head,
            }),
            status => Err(Refusal { status, head, body }),
        }
    }

    /// For tests whose clock is everybody's.
    pub fn waiting(mut self, waits: Duration) -> Self {
        self.waits = waits;
        self
    }

    /// The next frame, whatever it is.
    pub async fn frame(&mut self) -> Frame {
        match time::timeout(self.waits, self.read()).await {
            Ok(frame) => frame.unwrap_or(Frame::End),
            Err(_) => panic!(
                "a client has heard nothing for {:?}, not even the end",
                self.waits
            ),
        }
    }

    /// The next frame that says something. Pings on the way to it are answered, as every client's library does it.
    pub async fn hear(&mut self) -> Frame {
        let waits = self.waits;
        let heard = async {
            loop {
                match self.frame().await {
                    Frame::Ping(payload) => self.send(0xA, &payload).await,
                    Frame::Pong(_) => {}
                    frame => break frame,
                }
            }
        };
        let heard = time::timeout(waits, heard).await;
        heard.unwrap_or_else(|_| panic!("for {waits:?} a client has heard nothing but pings"))
    }

    /// The number of the `hello`, which must be next.
    pub async fn hello(&mut self) -> u64 {
        self.number_of("hello").await
    }

    /// The number of the message of this type, which must be next.
    pub async fn number_of(&mut self, kind: &str) -> u64 {
        let frame = self.hear().await;
        let number = match &frame {
            Frame::Text(text) if text["type"] == kind => text["number"].as_u64(),
            _ => None,
        };
        number.unwrap_or_else(|| {
            panic!("next comes {{\"type\": {kind:?}, \"number\": …}}; it was {frame:?}")
        })
    }

    /// The update that must be next.
    pub async fn update(&mut self) -> Seen {
        let frame = self.hear().await;
        seen(&frame).unwrap_or_else(|| panic!("an update comes next; it was {frame:?}"))
    }

    /// Whether nothing is said for so long.
    pub async fn hears_nothing_for(&mut self, time: Duration) {
        if let Ok(frame) = time::timeout(time, self.hear()).await {
            panic!("nothing more was to come, and there is {frame:?}");
        }
    }

    /// What has come before a close frame or the end, and that.
    pub async fn rest(&mut self) -> (Vec<Seen>, Frame) {
        let mut updates = Vec::new();
        loop {
            let frame = self.hear().await;
            match seen(&frame) {
                Some(update) => updates.push(update),
                None => return (updates, frame),
            }
        }
    }

    pub async fn say(&mut self, text: &Value) {
        self.send(0x1, text.to_string().as_bytes()).await;
    }

    /// A frame of any kind. A server that has gone does not take it, which is for the test to find out by reading.
    pub async fn send(&mut self, kind: u8, payload: &[u8]) {
        let mut frame = vec![0x80 | kind];
        match payload.len() {
            short @ ..126 => frame.push(0x80 | short as u8),
            long => {
                frame.push(0x80 | 126);
                let long = u16::try_from(long).expect("tests send nothing longer");
                frame.extend_from_slice(&long.to_be_bytes());
            }
        }
        // The mask: nought, so that the payload is what it is.
        frame.extend_from_slice(&[0; 4]);
        frame.extend_from_slice(payload);
        let _ = self.stream.write_all(&frame).await;
    }

    /// Says goodbye.
    pub async fn close(&mut self) {
        self.send(0x8, &1000_u16.to_be_bytes()).await;
    }

    async fn read(&mut self) -> io::Result<Frame> {
        let stream = &mut self.stream;
        let kind = stream.read_u8().await? & 0xF;
        let length = match stream.read_u8().await? {
            126 => u64::from(stream.read_u16().await?),
            127 => stream.read_u64().await?,
            short => u64::from(short),
        };
        let mut payload = vec![0; usize::try_from(length).expect("a frame of a test")];
        stream.read_exact(&mut payload).await?;
        Ok(match (kind, &payload[..]) {
            (0x8, [high, low, reason @ ..]) => {
                let reason = String::from_utf8_lossy(reason).into_owned();
                Frame::Close(u16::from_be_bytes([*high, *low]), reason)
            }
            // What a client reports where there was no code.
            (0x8, _) => Frame::Close(1005, String::new()),
            (0x9, _) => Frame::Ping(payload),
            (0xA, _) => Frame::Pong(payload),
            (_, text) => {
                let text = serde_json::from_slice(text);
                Frame::Text(text.unwrap_or_else(|error| json!({ "no JSON": error.to_string() })))
            }
        })
    }
}

fn seen(frame: &Frame) -> Option<Seen> {
    let Frame::Text(text) = frame else {
        return None;
    };
    (text["type"] == "update").then(|| Seen {
        number: text["number"].as_u64().unwrap_or_default(),
        what: text["what"].as_str().unwrap_or_default().to_owned(),
        task: text["task"]
            .as_str()
            .and_then(|id| id.parse().ok())
            .unwrap_or_default(),
        version: text["version"].as_u64().unwrap_or_default(),
    })
}

async fn answer(stream: &mut (impl AsyncRead + Unpin)) -> (String, Value) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"));
    let length = length.and_then(|length| length.trim().parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    let _ = stream.read_exact(&mut body).await;
    (head, serde_json::from_slice(&body).unwrap_or_default())
}
