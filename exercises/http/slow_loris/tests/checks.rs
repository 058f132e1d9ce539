//! Clients that take their time. The pipe is tokio's and the clock is paused: it jumps to the next timer as
//! soon as every task waits, so a day takes no time.

use std::io;
use std::time::Duration;

use slow_loris::{Limits, connection, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, ReadHalf, WriteHalf, duplex, split};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

const LIMITS: Limits = Limits {
    connections: 2,
    idle: Duration::from_secs(60),
    head: Duration::from_secs(10),
    body: Duration::from_secs(30),
    write: Duration::from_secs(20),
    head_bytes: 200,
    body_bytes: 1_000,
};

/// Longer than anything here may take.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Says how long the body is. One that begins with `hard` is an hour's work, and one with `long` has a
/// long answer.
async fn count(body: Vec<u8>) -> Vec<u8> {
    if body.starts_with(b"hard") {
        sleep(Duration::from_secs(3600)).await;
    }
    if body.starts_with(b"long") {
        return vec![b'a'; 100_000];
    }
    body.len().to_string().into_bytes()
}

/// A client, and the server at the other end of its connection.
struct Wire {
    read: ReadHalf<DuplexStream>,
    write: WriteHalf<DuplexStream>,
    server: JoinHandle<io::Result<()>>,
    start: Instant,
}

impl Wire {
    /// A pipe that holds so many bytes that nobody has read.
    fn open(holds: usize) -> Self {
        let (client, server) = duplex(holds);
        let (read, write) = split(client);
        Self {
            read,
            write,
            server: tokio::spawn(async move { connection(server, &LIMITS, count).await }),
            start: Instant::now(),
        }
    }

    async fn send(&mut self, bytes: &str) {
        let sent = timeout(DAY, self.write.write_all(bytes.as_bytes())).await;
        let sent = sent.unwrap_or_else(|_| panic!("the server has not read {bytes:?} for a day"));
        sent.unwrap_or_else(|error| {
            panic!("the server was gone before it was sent {bytes:?}: {error}")
        });
    }

    /// The status and the body of the next answer.
    async fn answer(&mut self) -> (u16, String) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let byte = timeout(DAY, self.read.read_u8()).await;
            let byte = byte.unwrap_or_else(|_| panic!("no answer for a day"));
            head.push(byte.unwrap_or_else(|e| panic!("no answer but the end: {e}; {head:?}")));
        }
        let head = String::from_utf8_lossy(&head);
        let length = head
            .split("Content-Length: ")
            .nth(1)
            .and_then(|rest| rest.lines().next());
        let length = length.and_then(|length| length.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        self.read
            .read_exact(&mut body)
            .await
            .expect("the body is there");
        (status(&head), String::from_utf8_lossy(&body).into_owned())
    }

    /// Reads until the server closes: the status of what it said, 0 if nothing, and when.
    async fn ends(mut self, who: &str) -> (u16, Duration) {
        let mut said = Vec::new();
        let read = timeout(DAY, self.read.read_to_end(&mut said)).await;
        assert!(
            read.is_ok(),
            "{who} has its connection for a day, and would have it for ever"
        );
        (
            status(&String::from_utf8_lossy(&said)),
            self.start.elapsed(),
        )
    }

    /// Sends one byte, waits, and so on, in the background.
    fn drip(mut self, bytes: &'static str, pause: Duration) -> Self {
        let (_, spare) = split(duplex(1).0);
        let mut write = std::mem::replace(&mut self.write, spare);
        tokio::spawn(async move {
            for byte in bytes.bytes().chain(std::iter::repeat(b'x')) {
                if write.write_all(&[byte]).await.is_err() {
                    return;
                }
                sleep(pause).await;
            }
        });
        self
    }
}

fn status(answer: &str) -> u16 {
    let word = answer.split_whitespace().nth(1);
    word.and_then(|word| word.parse().ok()).unwrap_or(0)
}

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

#[track_caller]
fn at(who: &str, (status, when): (u16, Duration), expected: u16, due: Duration) {
    assert_eq!(
        status, expected,
        "{who}: what the server said last (0: nothing), {when:?} in"
    );
    assert!(
        (due..due + seconds(1)).contains(&when),
        "{who}: the connection must end after {due:?}, and ended after {when:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn who_keeps_to_the_limits_is_served() {
    let mut wire = Wire::open(4_096);
    sleep(seconds(59)).await;
    wire.send("PUT /a HTTP/1.1\r\n").await;
    sleep(seconds(9)).await;
    wire.send("Content-Length: 1000\r\n\r\n").await;
    sleep(seconds(29)).await;
    wire.send(&"x".repeat(1_000)).await;
    assert_eq!(
        wire.answer().await,
        (200, "1000".to_owned()),
        "59 s of 60, 9 of 10, 29 of 30, and 1,000 bytes of 1,000"
    );
    sleep(seconds(59)).await;
    wire.send("PUT /b HTTP/1.1\r\nContent-Length: 4\r\n\r\nhard")
        .await;
    assert_eq!(
        wire.answer().await,
        (200, "4".to_owned()),
        "a handler may take an hour: the client has done its part, and no limit here is about ours"
    );
    wire.send("PUT /c HTTP/1.1\r\n\r\nPUT /d HTTP/1.1\r\nConnection: close\r\n\r\n")
        .await;
    for _ in 0..2 {
        assert_eq!(
            wire.answer().await,
            (200, "0".to_owned()),
            "two requests in one read"
        );
    }
    assert!(
        timeout(DAY, wire.server).await.is_ok(),
        "`Connection: close` ends the connection"
    );
}

#[tokio::test(start_paused = true)]
async fn a_head_in_drops_has_one_deadline() {
    let wire = Wire::open(64).drip("PUT /a HTTP/1.1\r\nX: ", seconds(3));
    let end = wire
        .ends("a client that sends a byte of its head every 3 s")
        .await;
    at(
        "a byte every 3 s: never idle, and never done",
        end,
        408,
        LIMITS.head,
    );
}

#[tokio::test(start_paused = true)]
async fn a_body_in_drops_has_one_deadline() {
    let mut wire = Wire::open(64);
    wire.send("PUT /a HTTP/1.1\r\nContent-Length: 900\r\n\r\n")
        .await;
    let wire = wire.drip("", seconds(9));
    let end = wire
        .ends("a client that sends a byte of its body every 9 s")
        .await;
    at(
        "900 bytes were announced, one comes every 9 s",
        end,
        408,
        LIMITS.body,
    );
}

#[tokio::test(start_paused = true)]
async fn who_says_nothing_is_told_nothing() {
    let end = Wire::open(64).ends("a client that sends nothing").await;
    at(
        "nothing was asked, so nothing is answered",
        end,
        0,
        LIMITS.idle,
    );

    let mut wire = Wire::open(4_096);
    wire.send("PUT /a HTTP/1.1\r\n\r\n").await;
    assert_eq!(
        wire.answer().await,
        (200, "0".to_owned()),
        "a first request"
    );
    wire.start = Instant::now();
    let end = wire
        .ends("a client that keeps its connection for later")
        .await;
    at("one request, and then none", end, 0, LIMITS.idle);
}

#[tokio::test(start_paused = true)]
async fn too_much_is_refused_before_it_comes() {
    for length in [1_001, u64::MAX] {
        let mut wire = Wire::open(64);
        wire.send(&format!(
            "PUT /a HTTP/1.1\r\nContent-Length: {length}\r\n\r\n"
        ))
        .await;
        let who = format!("a body of {length} bytes was announced, 1,000 are allowed");
        let end = wire.ends(&who).await;
        at(&who, end, 413, Duration::ZERO);
    }
    let mut wire = Wire::open(4_096);
    wire.send(&format!("PUT /a HTTP/1.1\r\nX: {}", "x".repeat(300)))
        .await;
    let end = wire.ends("a head of 300 bytes without an end").await;
    at("200 bytes of a head are allowed", end, 431, Duration::ZERO);
}

#[test]
fn an_announcement_costs_nothing() {
    const MIB: usize = 1 << 20;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    let limits = Limits {
        body_bytes: MIB,
        ..LIMITS
    };
    let ((), tally) = probes::alloc::measure(|| {
        runtime.block_on(async {
            let mut clients = Vec::new();
            for _ in 0..50 {
                let (mut client, server) = duplex(256);
                tokio::spawn(async move { connection(server, &limits, count).await });
                let head = format!("PUT /a HTTP/1.1\r\nContent-Length: {MIB}\r\n\r\nx");
                let sent = client.write_all(head.as_bytes()).await;
                sent.expect("the server reads heads");
                clients.push(client);
            }
            sleep(seconds(20)).await;
        });
    });
    assert!(
        tally.peak_bytes < MIB as u64,
        "50 clients have announced 1 MiB each and sent one byte of it; {} bytes were kept for them, so \
         5,000 would get {} MiB by sending 50 bytes each",
        tally.peak_bytes,
        (tally.peak_bytes * 100) >> 20
    );
}

#[tokio::test(start_paused = true)]
async fn who_does_not_listen_is_left() {
    let mut wire = Wire::open(64);
    wire.send("PUT /a HTTP/1.1\r\nContent-Length: 4\r\n\r\nlong")
        .await;
    let left = timeout(DAY, &mut wire.server).await;
    assert!(
        left.is_ok(),
        "100,000 bytes of an answer, and a client that reads none: the server waits for ever"
    );
    let when = wire.start.elapsed();
    assert_eq!(
        when.as_secs(),
        LIMITS.write.as_secs(),
        "an answer has {:?}",
        LIMITS.write
    );

    let mut wire = Wire::open(8);
    wire.send("PUT").await;
    let left = timeout(DAY, &mut wire.server).await;
    assert!(
        left.is_ok(),
        "half a head, and a client that does not read the 408 either: the server waits for ever"
    );
    let (when, due) = (wire.start.elapsed(), LIMITS.head + LIMITS.write);
    assert_eq!(
        when.as_secs(),
        due.as_secs(),
        "the limit for the head, then that for its refusal"
    );
}

/// Over real sockets, and without a clock.
#[tokio::test]
async fn one_connection_too_many_is_told_so() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = tokio::spawn(serve(listener, LIMITS, count));
    let ask = async |stream: &mut TcpStream| {
        let sent = stream.write_all(b"PUT /a HTTP/1.1\r\n\r\n").await;
        let mut answer = [0; 12];
        let read = stream.read_exact(&mut answer).await;
        sent.and(read)
            .map(|_| status(&String::from_utf8_lossy(&answer)))
    };

    let mut kept = Vec::new();
    for n in 1..=LIMITS.connections {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        let status = ask(&mut stream).await.expect("an answer");
        assert_eq!(status, 200, "connection {n} of {}", LIMITS.connections);
        kept.push(stream);
    }
    let mut third = TcpStream::connect(address).await.expect("a connection");
    let mut said = String::new();
    let told = timeout(seconds(5), third.read_to_string(&mut said)).await;
    assert!(
        told.is_ok(),
        "the third of {} waits for a place that it does not get",
        LIMITS.connections
    );
    assert_eq!(
        status(&said),
        503,
        "the third connection is told that there is no place: {said:?}"
    );

    // A place is free again some time after a client has gone; how soon is up to the machine.
    drop(kept.pop());
    let again = timeout(seconds(5), async {
        loop {
            let mut stream = TcpStream::connect(address).await.expect("a connection");
            if matches!(ask(&mut stream).await, Ok(200)) {
                break;
            }
        }
    });
    assert!(
        again.await.is_ok(),
        "a client has gone and its place is still taken"
    );
    server.abort();
}
