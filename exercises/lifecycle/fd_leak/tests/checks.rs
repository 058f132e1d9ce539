//! A connection that has ended is closed, whichever way it ended.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use fd_leak::Relay;
use probes::fds;

/// How long to wait for what must happen. Nothing depends on the figure but how soon a failure is told.
const PATIENCE: Duration = Duration::from_secs(5);

/// Descriptors are counted for the whole process, so the tests of this file take turns.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Both ends of a connection: the scanner's and the relay's.
fn connection() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let scanner = TcpStream::connect(address).expect("somebody listens");
    scanner
        .set_read_timeout(Some(PATIENCE))
        .expect("not a zero timeout");
    let (relay, _) = listener.accept().expect("somebody connects");
    // So that a relay that reads on after the end fails here, and does not hang.
    relay
        .set_read_timeout(Some(2 * PATIENCE))
        .expect("not a zero timeout");
    (scanner, relay)
}

/// A connection on which the scanner has sent this and goes on to listen.
fn having_sent(bytes: &[u8]) -> (TcpStream, TcpStream) {
    let (mut scanner, relay) = connection();
    scanner.write_all(bytes).expect("it fits in the buffers");
    (scanner, relay)
}

/// Whether the relay's end is closed, as the scanner sees it.
fn is_closed(scanner: &mut TcpStream) -> bool {
    match scanner.read(&mut [0; 64]) {
        Ok(read) => read == 0,
        // What the relay had not read when it closed is answered by a reset.
        Err(error) => error.kind() == ErrorKind::ConnectionReset,
    }
}

#[test]
fn scans_arrive_and_announcements_reach_everybody() {
    let _turn = alone();
    let relay = Relay::new();
    thread::scope(|scope| {
        let mut scanners = Vec::new();
        for name in ["dock 1", "dock 2"] {
            let (mut scanner, end) = connection();
            let (scanned, scans) = mpsc::channel();
            let relay = &relay;
            let serving = scope.spawn(move || {
                relay.serve(end, |scan| {
                    let _ = scanned.send(scan.to_owned());
                })
            });
            write!(scanner, "HELLO {name}\n4006381333931\n").expect("it is open");
            let scan = scans.recv_timeout(PATIENCE);
            assert_eq!(scan.as_deref(), Ok("4006381333931"), "scan of {name}");
            scanners.push((scanner, serving));
        }
        assert_eq!(relay.names(), ["dock 1", "dock 2"]);
        relay.announce("gate 3 is closed");
        for (scanner, serving) in scanners {
            let mut lines = BufReader::new(scanner);
            let mut line = String::new();
            lines.read_line(&mut line).expect("an announcement arrives");
            assert_eq!(line, "gate 3 is closed\n");
            let mut scanner = lines.into_inner();
            scanner.shutdown(Shutdown::Write).expect("it is open");
            let served = serving.join().expect("serve does not panic");
            assert!(served.is_ok(), "the scanner has closed: {served:?}");
            assert!(
                is_closed(&mut scanner),
                "a scanner that closes between two lines is let go"
            );
        }
    });
    assert_eq!(relay.names(), [""; 0], "both scanners have gone");
}

#[test]
fn an_error_closes_the_connection() {
    let _turn = alone();
    let too_long = [b"HELLO dock 1\n".as_slice(), &[b'7'; 300]].concat();
    for (sent, kind, why) in [
        (
            b"GET / HTTP/1.1\r\n".as_slice(),
            ErrorKind::InvalidData,
            "that is no HELLO",
        ),
        (
            b"HELLO dock 1\n40063\xff\n",
            ErrorKind::InvalidData,
            "a line is not UTF-8",
        ),
        (&too_long, ErrorKind::InvalidData, "a line has no end"),
    ] {
        let relay = Relay::new();
        let (mut scanner, end) = having_sent(sent);
        let served = relay.serve(end, |_| {}).map_err(|error| error.kind());
        assert_eq!(served, Err(kind), "{why}");
        assert!(
            is_closed(&mut scanner),
            "{why}, so serve has failed; the relay still has the connection open {PATIENCE:?} later, and \
             the scanner waits"
        );
        assert_eq!(
            relay.names(),
            [""; 0],
            "{why}, so serve has failed: the scanner is not connected any more"
        );
    }
}

#[test]
fn a_scanner_that_failed_can_come_back() {
    let _turn = alone();
    let relay = Relay::new();
    for attempt in 1..=3 {
        let (scanner, end) = having_sent(b"HELLO dock 1\n40063");
        drop(scanner);
        let served = relay.serve(end, |_| {}).map_err(|error| error.kind());
        assert_eq!(
            served,
            Err(ErrorKind::UnexpectedEof),
            "attempt {attempt} of the same scanner: it said hello and was cut off in the middle of a line; \
             `AlreadyExists` would mean that the relay still has the one before"
        );
    }
}

#[test]
fn a_panic_closes_the_connection() {
    let _turn = alone();
    let relay = Relay::new();
    let (mut scanner, end) = having_sent(b"HELLO dock 1\n4006381333931\n");
    let served = catch_unwind(AssertUnwindSafe(|| {
        relay.serve(end, |scan| panic!("no article {scan}"))
    }));
    assert!(served.is_err(), "the panic of on_scan goes on");
    assert!(
        is_closed(&mut scanner),
        "on_scan panicked, and the relay still has the connection open {PATIENCE:?} later"
    );
    assert_eq!(
        relay.names(),
        [""; 0],
        "on_scan panicked: nobody is connected"
    );
}

#[test]
fn a_namesake_is_refused_and_changes_nothing() {
    let _turn = alone();
    let relay = Relay::new();
    let (scanner, end) = having_sent(b"HELLO dock 1\n1\n");
    let (mut namesake, other_end) = having_sent(b"HELLO dock 1\n2\n");
    let mut other_end = Some(other_end);
    let mut refused = None;
    for scanner in [&scanner, &namesake] {
        scanner.shutdown(Shutdown::Write).expect("it is open");
    }
    // The second one comes while the first one is served.
    let served = relay.serve(end, |_| {
        let end = other_end.take().expect("one scan, one namesake");
        refused = Some(relay.serve(end, |_| {}).map_err(|error| error.kind()));
        assert_eq!(
            relay.names(),
            ["dock 1"],
            "a second `dock 1` was refused, and the first one is still connected"
        );
        relay.announce("to dock 1");
    });
    assert!(
        served.is_ok(),
        "the first one is served to its end: {served:?}"
    );
    assert_eq!(refused, Some(Err(ErrorKind::AlreadyExists)));
    assert!(is_closed(&mut namesake), "whoever is refused is closed");
    let mut heard = String::new();
    BufReader::new(scanner)
        .read_line(&mut heard)
        .expect("an announcement arrives");
    assert_eq!(heard, "to dock 1\n", "announcements reach the first one");
}

#[test]
fn fifty_failures_leave_no_descriptor() {
    const FAILURES: usize = 50;
    let _turn = alone();
    let relay = Relay::new();
    let Ok(before) = fds::count() else {
        println!("this system does not list descriptors: not checked");
        return;
    };
    for number in 0..FAILURES {
        let hello = format!("HELLO scanner {number}\n40063\u{fffd}");
        let (scanner, end) = having_sent(&hello.as_bytes()[..hello.len() - 1]);
        scanner.shutdown(Shutdown::Write).expect("it is open");
        assert!(relay.serve(end, |_| {}).is_err(), "the line has no end");
    }
    let left = fds::settle(before).expect("they were listed before") - before;
    assert_eq!(
        left, 0,
        "{FAILURES} scanners were cut off in the middle of a line and are gone; the relay still has {left} \
         descriptors open for them, and at some number `accept` fails for everybody"
    );
}
