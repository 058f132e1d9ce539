//! Runs one of the four programs under loom, and prints every outcome that loom finds, each with the steps of one
//! execution.
//!
//! `cargo run -p seq_or_not --example litmus -- store_buffering acqrel`

use std::env;
use std::process::ExitCode;
use std::sync::Arc;

use probes::model::sync::atomic::{AtomicU32, Ordering, fence};
use probes::model::{Explored, Failure, Model, Source, thread};

const SOURCE: Source = Source::new("examples/litmus.rs", include_str!("litmus.rs"));

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (program, how) = match words[..] {
        [program, how] => (program, how),
        _ => return usage(),
    };
    let how = match how {
        "relaxed" => How::plain(Ordering::Relaxed, Ordering::Relaxed),
        "acqrel" => How::plain(Ordering::Release, Ordering::Acquire),
        "seqcst" => How::plain(Ordering::SeqCst, Ordering::SeqCst),
        "half" => How::plain(Ordering::Release, Ordering::Relaxed),
        "fence" => How {
            fenced: true,
            ..How::plain(Ordering::Relaxed, Ordering::Relaxed)
        },
        _ => return usage(),
    };
    let explored = match program {
        "message_passing" => message_passing(how),
        "store_buffering" => store_buffering(how),
        "two_reads" => two_reads(how),
        "two_writers" => two_writers(how),
        _ => return usage(),
    };
    match explored {
        Ok(explored) => {
            for example in explored.examples() {
                println!("{}\n\n{}", example.outcome, example.steps);
            }
            ExitCode::SUCCESS
        }
        Err(failure) => {
            println!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    println!(
        "litmus PROGRAM HOW\n  PROGRAM is message_passing, store_buffering, two_reads or two_writers\n  HOW is the \
         ordering of all stores and all loads: relaxed; half: Release and Relaxed; acqrel: Release and Acquire; seqcst; \
         or fence: relaxed, with a SeqCst fence between the two steps of a thread"
    );
    ExitCode::from(2)
}

/// The orderings of all stores and of all loads.
#[derive(Debug, Clone, Copy)]
struct How {
    write: Ordering,
    read: Ordering,
    fenced: bool,
}

impl How {
    fn plain(write: Ordering, read: Ordering) -> Self {
        Self {
            write,
            read,
            fenced: false,
        }
    }

    /// Between the two steps of a thread.
    fn between(self) {
        if self.fenced {
            fence(Ordering::SeqCst);
        }
    }
}

fn explore(run: impl Fn() -> String + Send + Sync + 'static) -> Result<Explored<String>, Failure> {
    // Four threads have more orders than anybody waits for. Those with two preemptions are enough here.
    Model::new()
        .naming(&SOURCE)
        .showing_orderings()
        .preemptions_at_most(2)
        .explore(run)
}

/// Two variables, both 0.
fn two() -> Arc<(AtomicU32, AtomicU32)> {
    let x = AtomicU32::new(0);
    let y = AtomicU32::new(0);
    Arc::new((x, y))
}

/// A writes x, then y. B reads y, then x.
fn message_passing(how: How) -> Result<Explored<String>, Failure> {
    explore(move || {
        let [here, there] = {
            let both = two();
            [Arc::clone(&both), both]
        };
        let a = thread::spawn("A", move || {
            here.0.store(1, how.write);
            how.between();
            here.1.store(1, how.write);
        });
        let b = thread::spawn("B", move || {
            let y = there.1.load(how.read);
            how.between();
            (y, there.0.load(how.read))
        });
        a.join();
        let (y, x) = b.join();
        format!("B reads y = {y}, then x = {x}")
    })
}

/// A writes x and reads y. B writes y and reads x.
fn store_buffering(how: How) -> Result<Explored<String>, Failure> {
    explore(move || {
        let [here, there] = {
            let both = two();
            [Arc::clone(&both), both]
        };
        let a = thread::spawn("A", move || {
            here.0.store(1, how.write);
            how.between();
            here.1.load(how.read)
        });
        let b = thread::spawn("B", move || {
            there.1.store(1, how.write);
            how.between();
            there.0.load(how.read)
        });
        let (y, x) = (a.join(), b.join());
        format!("A reads y = {y}, B reads x = {x}")
    })
}

/// A writes 1, then 2. B reads the same variable twice.
fn two_reads(how: How) -> Result<Explored<String>, Failure> {
    explore(move || {
        let x = AtomicU32::new(0);
        let [here, there] = {
            let x = Arc::new(x);
            [Arc::clone(&x), x]
        };
        let a = thread::spawn("A", move || {
            here.store(1, how.write);
            how.between();
            here.store(2, how.write);
        });
        let b = thread::spawn("B", move || {
            let first = there.load(how.read);
            how.between();
            (first, there.load(how.read))
        });
        a.join();
        let (first, second) = b.join();
        format!("B reads {first}, then {second}")
    })
}

/// A writes x, B writes y. C reads x, then y. D reads y, then x.
fn two_writers(how: How) -> Result<Explored<String>, Failure> {
    explore(move || {
        let both = two();
        let [to_a, to_b, to_c, to_d] = [(); 4].map(|()| Arc::clone(&both));
        let a = thread::spawn("A", move || to_a.0.store(1, how.write));
        let b = thread::spawn("B", move || to_b.1.store(1, how.write));
        let c = thread::spawn("C", move || {
            let x = to_c.0.load(how.read);
            how.between();
            (x, to_c.1.load(how.read))
        });
        let d = thread::spawn("D", move || {
            let y = to_d.1.load(how.read);
            how.between();
            (y, to_d.0.load(how.read))
        });
        a.join();
        b.join();
        let ((cx, cy), (dy, dx)) = (c.join(), d.join());
        format!("C reads x = {cx}, y = {cy}; D reads y = {dy}, x = {dx}")
    })
}
