//! What is left of a frame when the future that reads it is dropped.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use cancel_safe::{ACK, Link};
use probes::cancel;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::time::{interval, sleep, timeout};

const DAY: Duration = Duration::from_secs(86_400);

/// A line to a terminal that has sent all its bytes and hung up. It is not ready before each piece that is
/// read, nor before each byte that is written, so a future can be dropped at each of them.
struct Line {
    sent: VecDeque<u8>,
    piece: usize,
    waited: bool,
    acks: Arc<Mutex<Vec<u8>>>,
}

impl Line {
    fn new(sent: Vec<u8>, piece: usize) -> (Self, Arc<Mutex<Vec<u8>>>) {
        let acks = Arc::default();
        let line = Self {
            sent: sent.into(),
            piece,
            waited: false,
            acks: Arc::clone(&acks),
        };
        (line, acks)
    }

    /// Not ready every other time. The waker is called at once: nobody has to wait for anything.
    fn ready(&mut self, context: &Context<'_>) -> bool {
        self.waited = !self.waited;
        if self.waited {
            context.waker().wake_by_ref();
        }
        !self.waited
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.ready(context) {
            return Poll::Pending;
        }
        for _ in 0..self.piece.min(buffer.remaining()) {
            if let Some(byte) = self.sent.pop_front() {
                buffer.put_slice(&[byte]);
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if !self.ready(context) {
            return Poll::Pending;
        }
        let Some(byte) = bytes.first() else {
            return Poll::Ready(Ok(0));
        };
        self.acks
            .lock()
            .expect("no panic under the lock")
            .push(*byte);
        Poll::Ready(Ok(1))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// A frame with this payload, as it is on the line.
fn frame(payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len()).expect("a payload has 65,535 bytes at most");
    [&length.to_be_bytes(), payload].concat()
}

const PAYLOADS: [&str; 4] = ["sale 1200 EUR", "", "refund 45 EUR", "end of day"];

fn frames() -> Vec<u8> {
    PAYLOADS.map(|payload| frame(payload.as_bytes())).concat()
}

/// A frame as text, or what came in its place.
fn text(next: io::Result<Option<Vec<u8>>>) -> String {
    match next {
        Ok(Some(payload)) => String::from_utf8_lossy(&payload).into_owned(),
        Ok(None) => "(hung up)".to_owned(),
        Err(error) => format!("({})", error.kind()),
    }
}

#[tokio::test]
async fn frames_are_returned_and_acknowledged() {
    for piece in [1, 3, 7, 1_000] {
        let (line, acks) = Line::new(frames(), piece);
        let mut link = Link::new(line);
        for (number, payload) in (1..).zip(PAYLOADS) {
            assert_eq!(
                text(link.next().await),
                payload,
                "frame {number} of four that arrive in pieces of {piece} bytes"
            );
            assert_eq!(
                *acks.lock().expect("no panic under the lock"),
                vec![ACK; number],
                "what the terminal has got when frame {number} is returned"
            );
        }
        assert_eq!(text(link.next().await), "(hung up)");
    }
}

#[tokio::test]
async fn a_terminal_that_hangs_up_within_a_frame_is_an_error() {
    let whole = frame(b"sale 1200 EUR");
    for cut_off in 1..whole.len() {
        let (line, acks) = Line::new(whole[..cut_off].to_vec(), 4);
        let mut link = Link::new(line);
        assert_eq!(
            text(link.next().await),
            "(unexpected end of file)",
            "{cut_off} of {} bytes have arrived",
            whole.len()
        );
        assert!(
            acks.lock().expect("no panic under the lock").is_empty(),
            "half a frame is not acknowledged"
        );
    }
}

#[tokio::test]
async fn dropped_at_any_place_next_loses_nothing() {
    for piece in [1, 5] {
        // `next` is dropped while it reads this frame, and called again.
        for number in 1..=PAYLOADS.len() {
            let places = cancel::everywhere(async |cut| {
                let (line, acks) = Line::new(frames(), piece);
                let mut link = Link::new(line);
                let mut returned = Vec::new();
                for _ in 1..number {
                    returned.push(text(link.next().await));
                }
                returned.extend(cut.future(link.next()).await.map(text));
                while returned.len() < PAYLOADS.len() {
                    returned.push(text(link.next().await));
                }
                assert_eq!(
                    returned, PAYLOADS,
                    "the frames that `next` returned; they arrive in pieces of {piece} bytes, and of \
                     the `next` that was reading frame {number}: {cut}"
                );
                let acks = acks.lock().expect("no panic under the lock");
                assert_eq!(
                    acks.len(),
                    PAYLOADS.len(),
                    "the acknowledgements for {} frames; of the `next` that was reading frame \
                     {number}: {cut}",
                    PAYLOADS.len()
                );
            })
            .await;
            // A `next` with a buffer finds frame 2 there when it has read frame 1.
            assert!(
                places > 1,
                "reading frame {number} waits somewhere, and was dropped at {places} places"
            );
        }
    }
}

#[tokio::test]
async fn a_thousand_cancellations_lose_nothing() {
    let payloads: Vec<String> = (0..60)
        .map(|n| format!("sale {n} of a day with sixty"))
        .collect();
    let sent: Vec<u8> = payloads.iter().flat_map(|p| frame(p.as_bytes())).collect();
    let bytes = sent.len();
    let (line, acks) = Line::new(sent, 1);
    let mut link = Link::new(line);
    let mut cancelled = 0;
    let mut returned = Vec::new();
    // Each call is dropped when it is pending for the first time: it gets one byte further, or none.
    while returned.len() < payloads.len() {
        match cancel::after(1, link.next()).await {
            None => cancelled += 1,
            Some(next) => returned.push(text(next)),
        }
        assert!(
            cancelled <= 10 * bytes,
            "{bytes} bytes have arrived one by one, `next` was called {cancelled} times, and returned \
             {} of {} frames: what a dropped call has read is gone",
            returned.len(),
            payloads.len()
        );
    }
    assert_eq!(returned, payloads, "after {cancelled} cancellations");
    assert!(cancelled >= 1_000, "{cancelled} cancellations");
    assert_eq!(
        acks.lock().expect("no panic under the lock").len(),
        payloads.len(),
        "acknowledgements, after {cancelled} cancellations"
    );
}

#[tokio::test(start_paused = true)]
async fn beside_a_ticker_frames_arrive_whole() {
    // A mobile network: ten bytes of each frame at once, the rest 700 ms later. The terminal sends its next
    // frame when the last one is acknowledged.
    let (near, mut far) = tokio::io::duplex(64);
    tokio::spawn(async move {
        for payload in PAYLOADS.iter().filter(|payload| !payload.is_empty()) {
            let frame = frame(payload.as_bytes());
            let (first, rest) = frame.split_at(10);
            for part in [first, rest] {
                far.write_all(part).await.expect("the gateway is there");
                sleep(Duration::from_millis(700)).await;
            }
            let ack = far.read_u8().await.expect("the gateway is there");
            assert_eq!(ack, ACK);
        }
    });
    let mut link = Link::new(near);
    let mut ticks = interval(Duration::from_millis(100));
    let mut returned = Vec::new();
    let session = async {
        while returned.len() < 3 {
            tokio::select! {
                next = link.next() => returned.push(text(next)),
                // The gateway looks every 100 ms whether it is to stop.
                _ = ticks.tick() => {}
            }
        }
    };
    let ended = timeout(DAY, session).await;
    assert!(
        ended.is_ok(),
        "within a day `next` has returned {returned:?}; a tick dropped it in the middle of a frame, \
         and the call after it did not go on there"
    );
    assert_eq!(returned, ["sale 1200 EUR", "refund 45 EUR", "end of day"]);
}
