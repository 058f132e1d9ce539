//! Three threads of a morning: a gateway that sends a batch of 100 readings every few milliseconds, a phone that asks for single probes,
//! and a clerk whose browser takes the board over a slow line. Prints who waited for the board's lock, and who held it. From the
//! course's folder: `cargo run -p profiling --example locks`

use std::io::{self, Write};
use std::thread;
use std::time::Duration;

use profiling::sync::Recorder;
use profiling::{Board, batch};

/// Takes 4 KiB in a millisecond.
#[derive(Default)]
struct SlowLine(usize);

impl Write for SlowLine {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.0 += piece.len();
        while self.0 >= 4_096 {
            self.0 -= 4_096;
            thread::sleep(Duration::from_millis(1));
        }
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn lines(batch: usize) -> String {
    let line = |n: usize| {
        let probe = (batch * 100 + n) % 3_000;
        let (site, hall, room) = (probe % 3, probe / 3 % 5, probe / 15 % 50);
        format!("lager-nord-{site}/hall-{hall}/freezer-{room:02}/probe-{probe:04} {batch} -190\n")
    };
    (0..100).map(line).collect()
}

fn main() -> io::Result<()> {
    let recorder = Recorder::on();
    let board = Board::new(&recorder);
    let send = |n: usize| board.note(&batch(&lines(n)).expect("these are readings"));
    // Until every probe is known, nobody is there to wait.
    (0..30).for_each(send);
    recorder.clear();
    thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..200 {
                send(n);
                thread::sleep(Duration::from_millis(5));
            }
        });
        scope.spawn(|| {
            for _ in 0..400 {
                board.latest("lager-nord-0/hall-0/freezer-00/probe-0000");
                thread::sleep(Duration::from_micros(2_500));
            }
        });
        let clerk = scope.spawn(|| {
            for _ in 0..10 {
                board.page(&mut SlowLine::default())?;
                thread::sleep(Duration::from_millis(60));
            }
            io::Result::Ok(())
        });
        clerk.join().expect("the clerk's thread does not panic")
    })?;
    print!("{recorder}");
    Ok(())
}
