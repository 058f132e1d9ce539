//! Members who listen, and members who do not. The clock is tokio's, paused: it jumps to the next timer as
//! soon as every task waits. WebSockets run over pipes, with a client that reads when the test wants it to.

use std::future::pending;
use std::io;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use axum::serve::Listener;
use probes::{alloc, tasks};
use slow_subscriber::{Member, Room, TooSlow, router};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::mpsc;
use tokio::task::coop::unconstrained;
use tokio::time::{Instant, sleep, timeout};

#[global_allocator]
static ALLOCATOR: alloc::Counting = alloc::Counting;

/// Longer than anything here may take.
const DAY: Duration = Duration::from_secs(24 * 3600);

const PATIENCE: Duration = Duration::from_secs(5);

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Polls once. Without tokio's budget, which would let a test that never yields find nothing ready after a while.
fn now<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(unconstrained(future)).poll(&mut context) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// The next message, which must be there.
#[track_caller]
fn heard(member: &mut Member) -> Result<String, TooSlow> {
    let next =
        now(member.next()).unwrap_or_else(|| panic!("a message was published and is not there"));
    next.map(|text| text.as_str().to_owned())
}

#[tokio::test]
async fn everybody_hears_everything_in_order() {
    let room = Room::new(3);
    let (mut ada, mut bob) = (room.join().await, room.join().await);
    for round in 0..50 {
        let text = format!("message {round}");
        room.publish(&text).await;
        assert_eq!(
            heard(&mut ada).as_deref(),
            Ok(text.as_str()),
            "Ada, who is never behind"
        );
        if round % 3 == 2 {
            for behind in (0..3).rev() {
                let text = format!("message {}", round - behind);
                assert_eq!(
                    heard(&mut bob).as_deref(),
                    Ok(text.as_str()),
                    "Bob, who has up to 3 messages waiting, which is what the room keeps"
                );
            }
        }
    }
    assert_eq!(now(ada.next()), None, "nothing more was said");
    assert_eq!(room.members().await, 2, "both are still in");
}

#[tokio::test]
async fn nobody_waits_for_one_who_does_not_listen() {
    let room = Room::new(4);
    let _deaf = room.join().await;
    let mut ada = room.join().await;
    for round in 0..1_000 {
        let text = format!("message {round}");
        assert!(
            now(room.publish(&text)).is_some(),
            "message {round}: `publish` waits. One of two members has taken nothing, and the room stands still \
             for both"
        );
        assert_eq!(
            heard(&mut ada).as_deref(),
            Ok(text.as_str()),
            "Ada takes each at once"
        );
    }
}

#[tokio::test]
async fn who_is_too_slow_is_out_and_told_so() {
    let room = Room::new(4);
    let (mut ada, mut slow) = (room.join().await, room.join().await);
    for round in 0..10 {
        assert!(
            now(room.publish(&format!("message {round}"))).is_some(),
            "`publish` never waits"
        );
        assert!(heard(&mut ada).is_ok(), "Ada takes each at once");
    }
    let mut came = 0;
    while let Ok(text) = heard(&mut slow) {
        assert_eq!(
            text,
            format!("message {came}"),
            "what a member hears has no gap: it could not know what it has missed"
        );
        came += 1;
        assert!(
            came <= 4,
            "the room keeps 4 messages for a member, and has kept {came} of the 10 that were published"
        );
    }
    assert_eq!(heard(&mut slow), Err(TooSlow), "out is out");
    assert_eq!(
        room.members().await,
        1,
        "Ada is in, and the other one is not"
    );
    room.publish("after").await;
    assert_eq!(heard(&mut ada).as_deref(), Ok("after"), "the room goes on");
    let mut back = room.join().await;
    room.publish("welcome").await;
    assert_eq!(
        heard(&mut back).as_deref(),
        Ok("welcome"),
        "and one may come back"
    );
}

#[tokio::test]
async fn one_text_is_kept_for_all() {
    const MEMBERS: usize = 1_000;
    let room = Room::new(4);
    let mut members = Vec::new();
    for _ in 0..MEMBERS {
        members.push(room.join().await);
    }
    let text = "x".repeat(10_000);
    let (published, tally) = alloc::measure(|| now(room.publish(&text)));
    assert!(
        published.is_some(),
        "all queues are empty, so nothing is waited for"
    );
    assert!(
        tally.bytes < 200_000,
        "{} bytes were allocated to tell {MEMBERS} members one text of {} bytes; they can share it",
        tally.bytes,
        text.len()
    );
    for member in &mut members {
        assert_eq!(
            heard(member).map(|text| text.len()),
            Ok(10_000),
            "each hears all of it"
        );
    }
}

#[tokio::test]
async fn who_leaves_is_forgotten() {
    let room = Room::new(4);
    let ada = room.join().await;
    for _ in 0..100 {
        drop(room.join().await);
    }
    room.publish("hello").await;
    assert_eq!(
        room.members().await,
        1,
        "Ada is in; 100 others came and went"
    );
    drop(ada);
    room.publish("hello?").await;
    assert_eq!(room.members().await, 0, "Ada has gone");
}

/// The server's end of the network.
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

type Dial = mpsc::UnboundedSender<DuplexStream>;

fn serve(room: &Room) -> Dial {
    let (dial, port) = mpsc::unbounded_channel();
    let router = router(room.clone(), PATIENCE);
    tokio::spawn(async move { axum::serve(Port(port), router).await });
    dial
}

/// A WebSocket client (RFC 6455) that sends short texts and reads when it is asked to.
struct Client(DuplexStream);

#[derive(Debug, PartialEq, Eq)]
enum Frame {
    Text(String),
    Close(u16, String),
    /// The connection has ended.
    End,
}

impl Client {
    /// Enters a room over a pipe that holds so many bytes that nobody has read.
    async fn enter(dial: &Dial, room: &Room, holds: usize) -> Self {
        let before = room.members().await;
        let (mut stream, server) = duplex(holds);
        dial.send(server).expect("the server is there");
        let request = "GET /room HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                       Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
        stream
            .write_all(request.as_bytes())
            .await
            .expect("the server reads");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.expect("the server answers"));
        }
        assert!(
            head.starts_with(b"HTTP/1.1 101 "),
            "{}",
            head.escape_ascii()
        );
        while room.members().await == before {
            tokio::task::yield_now().await;
        }
        Self(stream)
    }

    async fn say(&mut self, text: &str) {
        // One frame: final, text; masked, by nought.
        let length = u8::try_from(text.len()).expect("a short text");
        let mut frame = vec![0x81, 0x80 | length, 0, 0, 0, 0];
        frame.extend_from_slice(text.as_bytes());
        self.0.write_all(&frame).await.expect("the server reads");
    }

    async fn hear(&mut self) -> Frame {
        let frame = timeout(DAY, self.read()).await;
        let frame = frame
            .unwrap_or_else(|_| panic!("a client has heard nothing for a day, not even the end"));
        frame.unwrap_or(Frame::End)
    }

    async fn read(&mut self) -> io::Result<Frame> {
        let kind = self.0.read_u8().await?;
        let length = match self.0.read_u8().await? {
            126 => self.0.read_u16().await?,
            length => u16::from(length),
        };
        let mut payload = vec![0; usize::from(length)];
        self.0.read_exact(&mut payload).await?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok(match (kind, payload.as_slice()) {
            (0x88, [high, low, reason @ ..]) => {
                Frame::Close(u16::from_be_bytes([*high, *low]), text(reason))
            }
            (0x88, _) => Frame::Close(1_005, String::new()),
            (_, payload) => Frame::Text(text(payload)),
        })
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_read_is_left() {
    let room = Room::new(8);
    let dial = serve(&room);
    let mut ada = Client::enter(&dial, &room, 4_096).await;
    let mut bob = Client::enter(&dial, &room, 4_096).await;
    let _deaf = Client::enter(&dial, &room, 128).await;
    let start = Instant::now();
    for round in 0..100 {
        let text = format!("message {round} of Bob's");
        bob.say(&text).await;
        for (who, client) in [("Ada", &mut ada), ("Bob", &mut bob)] {
            assert_eq!(
                client.hear().await,
                Frame::Text(text.clone()),
                "{who} listens"
            );
        }
        assert_eq!(
            start.elapsed().as_secs(),
            round / 10,
            "message {round} was said at {} ms and must be heard then, whatever the third client does",
            round * 100
        );
        sleep(ms(100)).await;
    }
    assert_eq!(
        room.members().await,
        2,
        "the third has taken nothing for {:?}",
        start.elapsed()
    );
    // The server's own task, and one for each client that is left.
    assert_eq!(
        tasks::settle(3).await,
        3,
        "a client has taken nothing for {:?}, with a patience of {PATIENCE:?}; its task waits for ever (left: tasks)",
        start.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn a_client_that_comes_late_gets_a_reason() {
    let room = Room::new(8);
    let dial = serve(&room);
    let mut late = Client::enter(&dial, &room, 64).await;
    let text = "x".repeat(100);
    for round in 0..40 {
        assert!(
            now(room.publish(&text)).is_some(),
            "message {round}: `publish` never waits"
        );
    }
    sleep(ms(1)).await;
    let mut came = 0;
    let end = loop {
        match late.hear().await {
            Frame::Text(_) => came += 1,
            end => break end,
        }
    };
    assert_eq!(
        end,
        Frame::Close(1_008, "too slow".to_owned()),
        "{came} of 40 messages came; a client that is put out is told why, by code 1008, and knows that it should come \
         back and ask for what it has missed"
    );
    assert!(
        came <= 10,
        "the room keeps 8 messages for a client, and {came} came"
    );
}
