//! A session answers each frame, and costs little while it waits.

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

/// What a session may hold on the heap while it waits: its name, and some room.
const ON_THE_HEAP: u64 = 1_024;

/// A device with a hello that is as long as a hello may be. Another one has been served on this thread
/// before, so that what sessions share is there already.
fn greeted() -> Bench {
    let before = Bench::new(b"before");
    before.script().frames.push_back(vec![0; MAX_FRAME]);
    (before.script().takes, before.script().hung_up) = (true, true);
    assert!(drive(&mut pin!(session(&mut before.clone()))).is_some());

    let mut hello = b"pump 7\n".to_vec();
    hello.resize(MAX_HELLO, b'.');
    Bench::new(&hello)
}

#[test]
fn each_frame_is_answered_by_its_digest() {
    let bench = Bench::new(b"pump 7\nfirmware 3.1\n");
    let mut device = bench.clone();
    let mut session = pin!(session(&mut device));
    bench.script().takes = true;
    assert!(drive(&mut session).is_none(), "the device has not hung up");
    let mut expected = Vec::new();
    for length in [0, 1, 200, 1_500] {
        let frame: Vec<u8> = (0..length).map(|n| n as u8).collect();
        expected.push(fnv(&frame));
        bench.script().frames.push_back(frame);
        assert!(drive(&mut session).is_none(), "the device has not hung up");
        assert_eq!(
            bench.script().answers,
            expected,
            "after a frame of {length} bytes"
        );
    }
    bench.script().hung_up = true;
    let summary = drive(&mut session).expect("the device has hung up");
    assert_eq!((summary.name.as_str(), summary.frames), ("pump 7", 4));
}

#[test]
fn a_long_hello_and_the_longest_frame_fit() {
    let bench = greeted();
    let mut device = bench.clone();
    let mut session = pin!(session(&mut device));
    let frames: Vec<Vec<u8>> = (1..=3).map(|n| vec![n; MAX_FRAME]).collect();
    {
        let mut script = bench.script();
        script.frames.extend(frames.iter().cloned());
        (script.takes, script.hung_up) = (true, true);
    }
    let summary = drive(&mut session).expect("three frames, and the device has hung up");
    assert_eq!((summary.name.as_str(), summary.frames), ("pump 7", 3));
    let expected: Vec<u64> = frames.iter().map(|frame| fnv(frame)).collect();
    assert_eq!(
        bench.script().answers,
        expected,
        "answers to frames of 16 KiB"
    );
}

#[test]
fn waiting_for_a_frame_a_session_holds_little() {
    let bench = greeted();
    let mut device = bench.clone();
    let mut session = pin!(session(&mut device));
    let left = left_on_the_heap(|| {
        assert!(drive(&mut session).is_none());
    });
    assert!(bench.script().waits > 0, "it waits for a frame");
    assert!(
        left <= ON_THE_HEAP,
        "a session has heard the hello and waits for its first frame, with {left} bytes on the heap that it \
         did not have before (allowed: {ON_THE_HEAP}). A buffer that is moved out of the future and kept all \
         the same costs each idle session as much as before"
    );

    bench.script().takes = true;
    bench.script().frames.push_back(vec![1; MAX_FRAME]);
    let left = left_on_the_heap(|| {
        assert!(drive(&mut session).is_none());
    });
    assert_eq!(bench.script().answers.len(), 1);
    assert!(
        left <= ON_THE_HEAP,
        "a session has answered a frame and waits for the next, with {left} more bytes on the heap than \
         before the frame"
    );
}

#[test]
fn waiting_for_its_device_a_session_holds_little() {
    let bench = greeted();
    let mut device = bench.clone();
    let mut session = pin!(session(&mut device));
    bench.script().frames.push_back(vec![1; MAX_FRAME]);
    // The test's own room for what the device has sent.
    bench.script().current = Vec::with_capacity(MAX_FRAME);
    let left = left_on_the_heap(|| {
        assert!(drive(&mut session).is_none());
    });
    assert!(
        bench.script().waits > 0,
        "it waits for the device to take the answer"
    );
    assert!(
        left <= ON_THE_HEAP,
        "a session waits for a slow device to take an answer of 8 bytes, with {left} bytes on the heap that \
         it did not have before (allowed: {ON_THE_HEAP}). The frame is not needed any more"
    );
}

#[test]
fn the_future_is_measured() {
    fn is_send<T: Send>(_: &T) {}
    let mut device = greeted();
    let session = session(&mut device);
    // It has to be something that can be given to `tokio::spawn`.
    is_send(&session);
    probes::figures::report("future_bytes", size_of_val(&session));
    let mut session = pin!(session);
    assert!(
        drive(&mut session).is_none(),
        "a session that was measured works"
    );
}
