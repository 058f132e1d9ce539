//! The same with threads, and with the locks that the service has.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use profiling::sync::Recorder;
use profiling::{Board, batch};

fn minute(minute: i64, tenths: i32) -> String {
    let line = |n: usize| format!("oslo/probe-{n:03} {minute} {tenths}\n");
    (0..100).map(line).collect()
}

fn send(board: &Board, text: &str) {
    board.note(&batch(text).expect("lines of this file are readings"));
}

/// A client that does something before it takes its first piece.
struct Client<F>(Option<F>, Vec<u8>);

impl<F: FnOnce()> Write for Client<F> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        if let Some(first) = self.0.take() {
            first();
        }
        self.1.write(piece)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_batch_comes_in_while_a_client_is_slow() {
    let board = Board::new(&Recorder::off());
    send(&board, &minute(0, -180));
    thread::scope(|scope| {
        let board = &board;
        let (sent, is_there) = channel();
        let mut came = None;
        let first = || {
            scope.spawn(move || {
                send(board, &minute(1, -170));
                let _ = sent.send(());
            });
            // Long, for a machine with other things to do; only a failure takes it.
            came = Some(is_there.recv_timeout(Duration::from_secs(10)));
        };
        let mut client = Client(Some(first), Vec::new());
        board.page(&mut client).expect("the client takes it all");
        assert_eq!(
            came,
            Some(Ok(())),
            "a client waited, before it took its page, for a batch of another thread; the batch waited for the client"
        );
    });
}

#[test]
fn a_page_has_each_batch_whole() {
    let board = Board::new(&Recorder::off());
    send(&board, &minute(0, 0));
    let enough = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut n = 1;
            while !enough.load(Ordering::Relaxed) {
                send(&board, &minute(i64::from(n), n));
                n += 1;
            }
        });
        for _ in 0..200 {
            let mut page = Vec::new();
            board.page(&mut page).expect("memory takes it all");
            let page = String::from_utf8_lossy(&page);
            let mut column = page.lines().map(|line| line.rsplit(' ').next());
            let first = column.next();
            let mixed = column.find(|tenths| Some(*tenths) != first);
            if mixed.is_some() {
                enough.store(true, Ordering::Relaxed);
            }
            assert_eq!(
                mixed, None,
                "a page has lines of two batches: its first line is of {first:?}"
            );
        }
        enough.store(true, Ordering::Relaxed);
    });
}
