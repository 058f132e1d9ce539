//! The same promises at other values.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use cancel_safe::{ACK, Link};
use probes::cancel;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

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

#[tokio::test]
async fn two_calls_dropped_one_after_the_other() {
    assert_eq!(ACK, 0x06, "what terminals understand");
    let payloads: [&[u8]; 3] = [b"ab", b"", b"cdefg"];
    for first in 0..16 {
        cancel::everywhere(async |cut| {
            let (line, acks) = Line::new(payloads.map(frame).concat(), 1);
            let mut link = Link::new(line);
            let mut returned = Vec::new();
            for next in [
                cancel::after(first, link.next()).await,
                cut.future(link.next()).await,
            ] {
                returned.extend(next.map(|next| next.expect("no error").expect("a frame")));
            }
            while returned.len() < 3 {
                returned.push(link.next().await.expect("no error").expect("a frame"));
            }
            assert_eq!(
                returned, payloads,
                "one call was dropped after {first} Pendings, and of the one after it: {cut}"
            );
            assert_eq!(*acks.lock().expect("no panic"), [ACK; 3], "{cut}");
            assert_eq!(link.next().await.expect("no error"), None);
        })
        .await;
    }
}

#[tokio::test]
async fn large_frames_survive_every_cut() {
    let payloads = [0, 1, 255, 256, 65_535_usize].map(|length| {
        (0..length)
            .map(|n| u8::try_from(n % 251).expect("below 251"))
            .collect::<Vec<_>>()
    });
    let sent: Vec<u8> = payloads.iter().flat_map(|p| frame(p)).collect();
    for pendings in 1..40 {
        let (line, acks) = Line::new(sent.clone(), 97);
        let mut link = Link::new(line);
        let mut returned = Vec::new();
        while returned.len() < payloads.len() {
            // Twice `pendings` steps of a call that is then dropped, as often as it takes.
            if let Some(next) = cancel::after(pendings, link.next()).await {
                returned.push(next.expect("no error").expect("a frame"));
            }
        }
        assert!(
            returned == payloads,
            "five frames, and each call is dropped after {pendings} Pendings"
        );
        assert_eq!(acks.lock().expect("no panic").len(), 5);
    }
}
