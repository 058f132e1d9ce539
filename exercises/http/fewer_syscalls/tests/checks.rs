//! What a subscriber gets, when, and in how many system calls.

use std::io::{self, IoSlice, Write};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use fewer_syscalls::{Event, pump};
use probes::alloc::measure;

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

/// A connection that counts. Each call of `write` or `write_vectored` is a system call.
#[derive(Debug)]
struct Wire {
    calls: usize,
    /// What the kernel has; the subscriber sees it.
    sent: Vec<u8>,
    /// How many bytes a call takes at most.
    takes: usize,
    /// How many bytes it takes until the subscriber is gone.
    breaks_at: usize,
    /// Whether every second call is interrupted.
    interrupted: bool,
    /// Told how many bytes have been sent, at each flush.
    flushed: Option<Sender<usize>>,
}

impl Wire {
    fn new(room: usize) -> Self {
        Wire {
            calls: 0,
            sent: Vec::with_capacity(room),
            takes: usize::MAX,
            breaks_at: usize::MAX,
            interrupted: false,
            flushed: None,
        }
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(bytes)])
    }

    fn write_vectored(&mut self, parts: &[IoSlice<'_>]) -> io::Result<usize> {
        self.calls += 1;
        if self.interrupted && self.calls % 2 == 1 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        if self.sent.len() >= self.breaks_at {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let before = self.sent.len();
        let mut room = self.takes.min(self.breaks_at - before);
        for part in parts {
            let taken = part.len().min(room);
            self.sent.extend_from_slice(&part[..taken]);
            room -= taken;
        }
        Ok(self.sent.len() - before)
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Some(flushed) = &self.flushed {
            let _ = flushed.send(self.sent.len());
        }
        Ok(())
    }
}

fn event(name: &str, data: impl Into<Vec<u8>>) -> Event {
    Event {
        name: name.to_owned(),
        data: data.into(),
    }
}

/// A queue in which these events wait, and whose senders are gone.
fn waiting(events: impl IntoIterator<Item = Event>) -> Receiver<Event> {
    let (sender, receiver) = mpsc::channel();
    for event in events {
        sender.send(event).expect("the receiver is there");
    }
    receiver
}

fn frame(event: &Event) -> Vec<u8> {
    let head = format!("{} {}\n", event.name, event.data.len());
    [head.as_bytes(), &event.data, b"\n"].concat()
}

/// Small and large ones, one of them with nothing to say.
fn mixed() -> Vec<Event> {
    let sizes = [
        12, 0, 70_000, 30, 30, 200_000, 65_536, 8_192, 8_000, 3, 9_000,
    ];
    let event = |(n, size): (usize, usize)| {
        let data = (0..size)
            .map(|at| b'a' + ((at + n) % 26) as u8)
            .collect::<Vec<u8>>();
        event(["order", "file", "tick"][n % 3], data)
    };
    sizes.into_iter().enumerate().map(event).collect()
}

#[test]
fn frames_arrive_whole_and_in_order() {
    let events = [
        event("order", "17 paid"),
        event("tick", ""),
        event("note", "a\nb\n"),
    ];
    let wire = pump(&waiting(events), Wire::new(100)).expect("the wire takes everything");
    assert_eq!(
        String::from_utf8_lossy(&wire.sent),
        "order 7\n17 paid\ntick 0\n\nnote 4\na\nb\n\n",
        "three frames: name, space, length, line feed, data, line feed"
    );
    let expected: Vec<u8> = mixed().iter().flat_map(frame).collect();
    let wire = pump(&waiting(mixed()), Wire::new(expected.len())).expect("it takes everything");
    assert!(
        wire.sent == expected,
        "eleven events of 0 to 200,000 bytes: of {} bytes {} are sent, and the first that differs is \
         byte {:?}",
        expected.len(),
        wire.sent.len(),
        wire.sent
            .iter()
            .zip(&expected)
            .position(|(sent, expected)| sent != expected)
    );
}

#[test]
fn what_waits_together_goes_together() {
    let events = (0..1_000).map(|n| event("order", format!("{n:05} is on its way, van {}", n % 7)));
    let wire = pump(&waiting(events), Wire::new(50_000)).expect("the wire takes everything");
    let bytes = wire.sent.len();
    assert_eq!(bytes, 1_000 * (9 + 26 + 1), "each byte once");
    assert!(
        wire.calls <= 8,
        "1,000 events were in the queue before the first was sent, {bytes} bytes together, and they \
         took {} system calls, of at most 8",
        wire.calls
    );
}

#[test]
fn nobody_waits_for_what_is_known() {
    let (sender, events) = mpsc::channel();
    let (flushed, seen) = mpsc::channel();
    let mut wire = Wire::new(100_000);
    wire.flushed = Some(flushed);
    let pumping = thread::spawn(move || pump(&events, wire));
    let mut known = 0;
    // Each event is sent when the subscriber has the ones before: all that it waits for is said.
    for (round, size) in [(0, 10), (1, 0), (2, 70_000), (3, 300), (4, 1)] {
        for event in [event("order", vec![b'x'; size]), event("tick", "")] {
            known += frame(&event).len();
            sender.send(event).expect("the pump is there");
        }
        loop {
            let patience = Duration::from_secs(3);
            let sent = seen.recv_timeout(patience).unwrap_or_else(|_| {
                panic!(
                    "round {round}: the queue is empty and the pump waits for more, but not all of \
                     the {known} bytes so far are written and flushed: the subscriber waits for an \
                     event that has happened"
                )
            });
            if sent == known {
                break;
            }
        }
    }
    drop(sender);
    let wire = pumping
        .join()
        .expect("no panic")
        .expect("the wire takes everything");
    assert_eq!(wire.sent.len(), known, "and nothing comes after the end");
}

#[test]
fn a_large_event_is_not_copied() {
    let events = waiting([event("tick", "1"), event("file", vec![b'z'; 1_000_000])]);
    let wire = Wire::new(1_100_000);
    let (wire, tally) = measure(|| pump(&events, wire).expect("the wire takes everything"));
    assert_eq!(wire.sent.len(), 9 + 1_000_014);
    assert!(
        wire.calls <= 2,
        "a small event and one of a megabyte took {} system calls: what was before may go alone, and \
         then head, data and end of the large one go in one vectored write",
        wire.calls
    );
    assert!(
        tally.peak_bytes <= 65_536,
        "{} bytes were in use to send a megabyte that lies in memory already: large data is handed \
         over and not copied",
        tally.peak_bytes
    );
}

#[test]
fn a_call_may_take_less_than_it_was_given() {
    let expected: Vec<u8> = mixed().iter().flat_map(frame).collect();
    for (takes, interrupted) in [(1_000, false), (70_007, true), (64, true)] {
        let mut wire = Wire::new(expected.len());
        wire.takes = takes;
        wire.interrupted = interrupted;
        let wire = pump(&waiting(mixed()), wire).unwrap_or_else(|error| {
            panic!("a call that is interrupted is made again, and no error: {error}")
        });
        assert!(
            wire.sent == expected,
            "a full socket takes {takes} bytes of a call and says so: the rest has to be written by \
             further calls, from where it stopped. {} bytes are sent of {}, right up to {:?}",
            wire.sent.len(),
            expected.len(),
            wire.sent
                .iter()
                .zip(&expected)
                .position(|(sent, expected)| sent != expected)
        );
    }
    let mut wire = Wire::new(0);
    wire.takes = 0;
    let error = pump(&waiting(mixed()), wire)
        .map(|_| ())
        .map_err(|error| error.kind());
    assert_eq!(
        error,
        Err(io::ErrorKind::WriteZero),
        "a connection that takes nothing is given up, and not asked for ever"
    );
}

#[test]
fn an_error_is_the_callers_to_know() {
    let whole: usize = mixed().iter().map(|event| frame(event).len()).sum();
    // Gone at the start, within a small frame, within large data, and one byte before the end.
    for breaks_at in [0, 5, 70_500, whole - 1] {
        let mut wire = Wire::new(whole);
        wire.breaks_at = breaks_at;
        let error = pump(&waiting(mixed()), wire)
            .map(|_| ())
            .map_err(|error| error.kind());
        assert_eq!(
            error,
            Err(io::ErrorKind::BrokenPipe),
            "the subscriber is gone after {breaks_at} of {whole} bytes, and whoever sends has to know \
             that not all of it has arrived"
        );
    }
}
