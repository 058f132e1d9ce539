//! Sells a million seats in each of the three ways of `races_three_ways`, on one thread and on two, and prints how many
//! nanoseconds a sale took, by the clock on the wall. The least of seven runs: whatever else the machine did made the others slower.
//!
//! `cargo run --release -p races --example measure`

use std::thread;
use std::time::Instant;

use races::locked;
use races::packed;
use races::shares::Share;

const SEATS: u32 = 1_000_000;

fn main() {
    println!("nanoseconds for a sale: all threads together sell {SEATS} seats");
    println!("{:<8} {:>10} {:>12}", "", "1 thread", "2 threads");
    for (name, run) in [
        ("locked", locked_by as fn(u32)),
        ("packed", packed_by),
        ("shares", shares_by),
    ] {
        let [one, two] = [1, 2].map(|threads| least(|| run(threads)));
        println!("{name:<8} {one:>10.1} {two:>12.1}");
    }
}

fn least(run: impl Fn()) -> f64 {
    let times = (0..7).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64()
    });
    times.fold(f64::INFINITY, f64::min) * 1e9 / f64::from(SEATS)
}

fn locked_by(threads: u32) {
    let stock = locked::Stock::new(SEATS, 0);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| (0..SEATS / threads).for_each(|_| assert!(stock.sell(1))));
        }
    });
}

fn packed_by(threads: u32) {
    let stock = packed::Stock::new(SEATS, 0);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| (0..SEATS / threads).for_each(|_| assert!(stock.sell(1))));
        }
    });
}

fn shares_by(threads: u32) {
    let shares = Share::new(SEATS, 0).split(threads as usize);
    thread::scope(|scope| {
        for mut share in shares {
            scope.spawn(move || {
                for _ in 0..SEATS / threads {
                    // So that the compiler does not sell all of them at once.
                    assert!(std::hint::black_box(&mut share).sell(1));
                }
            });
        }
    });
}
