//! The same promises at other values.

use std::io::{self, IoSlice, Write};
use std::sync::mpsc;

use fewer_syscalls::{Event, pump};

/// Counts calls, and takes of each as many bytes as it is told, in turn.
struct Wire {
    calls: usize,
    sent: Vec<u8>,
    takes: &'static [usize],
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(bytes)])
    }

    fn write_vectored(&mut self, parts: &[IoSlice<'_>]) -> io::Result<usize> {
        let mut room = self.takes[self.calls % self.takes.len()];
        self.calls += 1;
        let before = self.sent.len();
        for part in parts {
            let taken = part.len().min(room);
            self.sent.extend_from_slice(&part[..taken]);
            room -= taken;
        }
        Ok(self.sent.len() - before)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn sent(sizes: impl IntoIterator<Item = usize>, takes: &'static [usize]) -> Wire {
    let (sender, events) = mpsc::channel();
    let mut expected = Vec::new();
    for (n, size) in sizes.into_iter().enumerate() {
        let data: Vec<u8> = (0..size).map(|at| (at * 31 + n) as u8).collect();
        expected.extend(format!("e {size}\n").into_bytes());
        expected.extend(&data);
        expected.push(b'\n');
        let name = "e".to_owned();
        sender
            .send(Event { name, data })
            .expect("the receiver is there");
    }
    drop(sender);
    let wire = Wire {
        calls: 0,
        sent: Vec::new(),
        takes,
    };
    let wire = pump(&events, wire).unwrap_or_else(|error| panic!("it takes everything: {error}"));
    assert!(
        wire.sent == expected,
        "{} of {} bytes are sent, or others",
        wire.sent.len(),
        expected.len()
    );
    wire
}

#[test]
fn every_split_is_put_together() {
    for takes in [
        &[1_usize, 7, 4_096][..],
        &[3],
        &[65_540, 2],
        &[8_191, 8_193, 1],
    ] {
        sent([66_000, 1, 0, 130_000, 65_535, 65_536, 65_537, 20], takes);
    }
}

#[test]
fn a_long_queue_takes_few_calls() {
    let calls = sent((0..5_000).map(|n| n % 90), &[usize::MAX]).calls;
    assert!(
        calls <= 40,
        "{calls} calls for 5,000 events of 255,000 bytes in all"
    );
    let calls = sent([100_000; 20], &[usize::MAX]).calls;
    assert!(calls <= 21, "{calls} calls for 20 large events");
    let calls = sent([65_536], &[usize::MAX]).calls;
    assert!(calls <= 1, "{calls} calls for one event of exactly 64 KiB");
    assert_eq!(
        sent([], &[usize::MAX]).calls,
        0,
        "calls for no event at all"
    );
}
