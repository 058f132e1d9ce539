//! Descriptors are counted while they are open, and named.

#![cfg(target_os = "linux")]

use std::fs::File;
use std::net::TcpListener;
use std::sync::{Mutex, PoisonError};

use probes::fds;

/// The harness runs tests beside each other in one process, where descriptors are shared.
static ALONE: Mutex<()> = Mutex::new(());

#[test]
fn an_open_descriptor_is_counted_until_it_is_closed() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let before = fds::count().expect("descriptors are listed");
    let socket = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let file = File::open("/proc/self/stat").expect("it is there on Linux");
    assert_eq!(fds::count().expect("descriptors are listed"), before + 2);
    drop((socket, file));
    assert_eq!(
        fds::settle(before).expect("descriptors are listed"),
        before,
        "closed descriptors are gone"
    );
}

#[test]
fn open_descriptors_are_named_and_the_list_itself_is_left_out() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let before = fds::open().expect("descriptors are listed");
    assert_eq!(before.len(), fds::count().expect("descriptors are listed"));
    let null = File::open("/dev/null").expect("it is there on Linux");
    let socket = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let new = fds::open().expect("descriptors are listed");
    assert_eq!(new.len(), before.len() + 2, "{new:?}");
    let sockets = |list: &[String]| list.iter().filter(|t| t.starts_with("socket:")).count();
    assert_eq!(sockets(&new), sockets(&before) + 1, "{new:?}");
    assert!(new.iter().any(|target| target == "/dev/null"), "{new:?}");
    drop((null, socket));
}

#[test]
fn settle_reports_what_stays_open() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let before = fds::count().expect("descriptors are listed");
    let kept = File::open("/dev/null").expect("it is there on Linux");
    assert_eq!(
        fds::settle(before + 1).expect("descriptors are listed"),
        before + 1
    );
    drop(kept);
}
