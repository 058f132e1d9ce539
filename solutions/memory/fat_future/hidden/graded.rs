//! The same promises over a whole conversation.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::hint::black_box;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

use fat_future::{Device, MAX_FRAME, MAX_HELLO, session};
use probes::alloc;

#[global_allocator]
static ALLOCATOR: alloc::Counting = alloc::Counting;

/// What happens on the device's side, step by step.
#[derive(Default)]
struct Script {
    hello: Vec<u8>,
    /// The frames that have arrived and were not asked for yet.
    frames: VecDeque<Vec<u8>>,
    /// The one that was announced.
    current: Vec<u8>,
    hung_up: bool,
    /// Whether the device takes answers.
    takes: bool,
    answers: Vec<u64>,
    /// How often something was waited for. A poll while nothing is there counts.
    waits: u32,
}

/// Both ends have it: the test writes the script, the session acts by it.
#[derive(Clone, Default)]
struct Bench(Arc<Mutex<Script>>);

impl Bench {
    fn new(hello: &[u8]) -> Self {
        let bench = Self::default();
        bench.script().hello = hello.to_vec();
        bench
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.0.lock().expect("no panic under the lock")
    }
}

impl Device for Bench {
    fn hello(&mut self, into: &mut [u8]) -> impl Future<Output = usize> + Send {
        assert_eq!(into.len(), MAX_HELLO, "bytes for a hello of up to 4 KiB");
        let mut pieces = 0;
        poll_fn(move |_| {
            let script = self.0.lock().expect("no panic under the lock");
            if pieces < 2 {
                // The first piece of three, and so on.
                pieces += 1;
                return Poll::Pending;
            }
            into[..script.hello.len()].copy_from_slice(&script.hello);
            Poll::Ready(script.hello.len())
        })
    }

    fn frame(&mut self) -> impl Future<Output = Option<usize>> + Send {
        poll_fn(|_| {
            let mut script = self.0.lock().expect("no panic under the lock");
            match script.frames.pop_front() {
                Some(frame) => {
                    script.current = frame;
                    Poll::Ready(Some(script.current.len()))
                }
                None if script.hung_up => Poll::Ready(None),
                None => {
                    script.waits += 1;
                    Poll::Pending
                }
            }
        })
    }

    fn copy(&mut self, into: &mut [u8]) {
        let script = self.script();
        assert_eq!(
            into.len(),
            script.current.len(),
            "bytes for a frame of that length"
        );
        into.copy_from_slice(&script.current);
    }

    fn answer(&mut self, digest: u64) -> impl Future<Output = ()> + Send {
        poll_fn(move |_| {
            let mut script = self.0.lock().expect("no panic under the lock");
            if script.takes {
                script.answers.push(digest);
                Poll::Ready(())
            } else {
                script.waits += 1;
                Poll::Pending
            }
        })
    }
}

/// FNV-1a, as the devices reckon it.
fn fnv(frame: &[u8]) -> u64 {
    let mut digest = 0xcbf2_9ce4_8422_2325_u64;
    for byte in frame {
        digest = (digest ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    digest
}

/// Polls until the future is ready or has been waiting for a while.
fn drive<T>(future: &mut Pin<&mut impl Future<Output = T>>) -> Option<T> {
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..5 {
        if let Poll::Ready(value) = future.as_mut().poll(&mut cx) {
            return Some(value);
        }
    }
    None
}

/// How many bytes are on the heap after `work` that were not there before. What came and went does not
/// count: a block larger than all of it shows how much was left.
fn left_on_the_heap(work: impl FnOnce()) -> u64 {
    const LARGE: usize = 16 * 1024 * 1024;
    let ((), tally) = alloc::measure(|| {
        work();
        drop(black_box(Vec::<u8>::with_capacity(LARGE)));
    });
    tally.peak_bytes.saturating_sub(LARGE as u64)
}

#[test]
fn many_sessions_at_rest_hold_little_together() {
    const SESSIONS: usize = 200;
    let benches: Vec<Bench> = (0..SESSIONS)
        .map(|n| Bench::new(format!("device {n}\n").as_bytes()))
        .collect();
    let mut devices = benches.clone();
    let mut sessions = Vec::with_capacity(SESSIONS);
    let left = left_on_the_heap(|| {
        for device in &mut devices {
            sessions.push(Box::pin(session(device)));
        }
        for session in &mut sessions {
            assert!(drive(&mut session.as_mut()).is_none());
        }
    });
    assert!(
        left <= SESSIONS as u64 * 1_024,
        "{SESSIONS} idle sessions, boxed as a runtime does it, take {left} bytes"
    );
    for (n, bench) in benches.iter().enumerate() {
        bench.script().frames.push_back(vec![7; n]);
        (bench.script().takes, bench.script().hung_up) = (true, true);
    }
    for (n, session) in sessions.iter_mut().enumerate() {
        let summary = drive(&mut session.as_mut()).expect("hung up");
        assert_eq!((summary.name, summary.frames), (format!("device {n}"), 1));
        assert_eq!(benches[n].script().answers, [fnv(&vec![7; n])]);
    }
}

#[test]
fn a_hello_of_every_kind_gives_its_first_line() {
    for (hello, name) in [
        (&b""[..], ""),
        (b"\nrest", ""),
        (b"no end of line", "no end of line"),
        (b"two\nlines", "two"),
        (b"\xff\n", "\u{fffd}"),
    ] {
        let bench = Bench::new(hello);
        bench.script().hung_up = true;
        let mut device = bench.clone();
        let mut session = pin!(session(&mut device));
        let summary = drive(&mut session).expect("hung up");
        assert_eq!((summary.name.as_str(), summary.frames), (name, 0));
    }
    assert_eq!((MAX_FRAME, MAX_HELLO), (16_384, 4_096));
}
