//! The same promises for other endings, in other orders.

use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use fd_leak::{LONGEST_LINE, Relay};
use probes::fds;

fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A connection on which the scanner has sent this and nothing else will come.
fn all_sent(bytes: &[u8]) -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let mut scanner = TcpStream::connect(address).expect("somebody listens");
    let (relay, _) = listener.accept().expect("somebody connects");
    scanner.write_all(bytes).expect("it fits in the buffers");
    scanner.shutdown(Shutdown::Write).expect("it is open");
    (scanner, relay)
}

#[test]
fn every_way_out_is_closed_in_turn() {
    let _turn = alone();
    let relay = Relay::new();
    let before = fds::count().unwrap_or(0);
    for number in 0..200 {
        let name = format!("HELLO cart {}\n", number % 3);
        let rest: &[u8] = match number % 5 {
            0 => b"17\n18\n",
            1 => b"17\n1",
            2 => b"\xf0\x9f\n",
            3 => b"panic\n",
            _ => &[b'9'; 400],
        };
        let (scanner, end) = all_sent(&[name.as_bytes(), rest].concat());
        let served = catch_unwind(AssertUnwindSafe(|| {
            relay.serve(end, |scan| assert_ne!(scan, "panic"))
        }));
        match (number % 5, served) {
            (0, Ok(Ok(()))) | (3, Err(_)) => {}
            (1, Ok(Err(error))) => assert_eq!(error.kind(), ErrorKind::UnexpectedEof),
            (2 | 4, Ok(Err(error))) => assert_eq!(error.kind(), ErrorKind::InvalidData),
            (_, served) => panic!("connection {number}: {served:?}"),
        }
        assert_eq!(relay.names(), [""; 0], "connection {number} has ended");
        drop(scanner);
    }
    let left = fds::settle(before).map_or(0, |now| now.saturating_sub(before));
    assert_eq!(left, 0, "descriptors are left of 200 connections");
}

#[test]
fn a_failure_leaves_the_others_connected() {
    let _turn = alone();
    let relay = Relay::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let mut steady = TcpStream::connect(address).expect("somebody listens");
    let (end, _) = listener.accept().expect("somebody connects");
    let (scanned, scans) = mpsc::channel();
    thread::scope(|scope| {
        let relay = &relay;
        let serving = scope.spawn(move || {
            relay.serve(end, |scan| {
                let _ = scanned.send(scan.to_owned());
            })
        });
        let patience = Duration::from_secs(1);
        writeln!(steady, "HELLO steady\nready").expect("it is open");
        assert_eq!(scans.recv_timeout(patience).as_deref(), Ok("ready"));
        for _ in 0..5 {
            let (_scanner, end) = all_sent(b"HELLO shaky\n\xff\n");
            assert!(relay.serve(end, |_| {}).is_err());
            assert_eq!(relay.names(), ["steady"]);
            relay.announce("still here");
        }
        steady.shutdown(Shutdown::Write).expect("it is open");
        assert!(serving.join().expect("serve does not panic").is_ok());
    });
    let heard: Vec<String> = BufReader::new(steady)
        .lines()
        .map_while(Result::ok)
        .collect();
    assert_eq!(heard, ["still here"; 5]);
}

#[test]
fn a_scanner_that_goes_before_its_hello_is_closed() {
    let _turn = alone();
    let relay = Relay::new();
    let before = fds::count().unwrap_or(0);
    for sent in [b"".as_slice(), b"HEL", b"HELLO dock 9"] {
        let (scanner, end) = all_sent(sent);
        let served = relay.serve(end, |_| {}).map_err(|error| error.kind());
        assert_eq!(served, Err(ErrorKind::UnexpectedEof), "{sent:?}");
        drop(scanner);
    }
    assert_eq!(relay.names(), [""; 0]);
    let left = fds::settle(before).map_or(0, |now| now.saturating_sub(before));
    assert_eq!(left, 0);
}

#[test]
fn the_longest_line_is_served() {
    let _turn = alone();
    assert_eq!(LONGEST_LINE, 256);
    for (length, expected) in [(256, Ok(256)), (257, Err(ErrorKind::InvalidData))] {
        let relay = Relay::new();
        let sent = format!("HELLO dock 1\n{}\n", "7".repeat(length));
        let (_scanner, end) = all_sent(sent.as_bytes());
        let mut scanned = 0;
        let served = relay.serve(end, |scan| scanned = scan.len());
        let served = served.map(|()| scanned).map_err(|error| error.kind());
        assert_eq!(served, expected, "a line of {length} bytes");
    }
}
