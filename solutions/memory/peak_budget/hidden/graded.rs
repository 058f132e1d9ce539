//! The same promises at other sizes.

use std::cell::Cell;
use std::io::{self, Write};

use peak_budget::{Ledger, Line, report};
use probes::alloc;

#[global_allocator]
static ALLOCATOR: alloc::Counting = alloc::Counting;

/// A ledger of these lines.
struct Of(&'static [(&'static str, &'static str, u64)]);

impl Ledger for Of {
    fn read(&self) -> impl Iterator<Item = Line> {
        self.0.iter().map(|&(customer, item, cents)| Line {
            customer: customer.to_owned(),
            item: item.to_owned(),
            cents,
        })
    }
}

/// A ledger of so many customers with so many lines each, which makes its lines when it is read.
struct Made {
    customers: usize,
    lines: usize,
    readings: Cell<usize>,
}

impl Made {
    fn new(customers: usize, lines: usize) -> Self {
        Self {
            customers,
            lines,
            readings: Cell::new(0),
        }
    }
}

impl Ledger for Made {
    fn read(&self) -> impl Iterator<Item = Line> {
        self.readings.set(self.readings.get() + 1);
        let mut customer = String::new();
        (0..self.customers * self.lines).map(move |n| {
            if n % self.lines == 0 {
                customer = format!("customer {:06}", n / self.lines);
            }
            Line {
                customer: customer.clone(),
                item: ["traffic, per gigabyte, eu  ", "storage, per month, archive"][n % 2]
                    .to_owned(),
                cents: (n % 1_000) as u64,
            }
        })
    }
}

/// Takes everything and keeps the number of bytes and the end.
#[derive(Default)]
struct Counter {
    bytes: usize,
    end: Vec<u8>,
}

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes += bytes.len();
        self.end
            .extend_from_slice(&bytes[bytes.len().saturating_sub(200)..]);
        self.end.drain(..self.end.len().saturating_sub(200));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The report as the documentation says it, from all lines at once.
fn expected(ledger: &impl Ledger) -> String {
    let lines: Vec<Line> = ledger.read().collect();
    let mut text = String::new();
    let mut customers = 0;
    for group in lines.chunk_by(|a, b| a.customer == b.customer) {
        let sum: u64 = group.iter().map(|line| line.cents).sum();
        text += &format!("{}: {} lines, {sum}\n", group[0].customer, group.len());
        for line in group {
            text += &format!("  {} {}\n", line.item, line.cents);
        }
        customers += 1;
    }
    let sum: u64 = lines.iter().map(|line| line.cents).sum();
    text + &format!("all: {customers} customers, {} lines, {sum}\n", lines.len())
}

#[test]
fn reports_of_all_shapes_are_exact() {
    for (customers, lines) in [(1, 1), (1, 2), (2, 1), (7, 13), (200, 1), (3, 400)] {
        let ledger = Made::new(customers, lines);
        let mut out = Vec::new();
        report(&ledger, &mut out).expect("a list takes everything");
        assert_eq!(String::from_utf8(out).expect("text"), expected(&ledger));
    }
    let uneven = Of(&[
        ("a", "x", 1),
        ("b", "x", 2),
        ("b", "y", 3),
        ("c", "", 4),
        ("c", "z", 5),
        ("c", "z", 6),
    ]);
    let mut out = Vec::new();
    report(&uneven, &mut out).expect("a list takes everything");
    assert_eq!(String::from_utf8(out).expect("text"), expected(&uneven));
}

#[test]
fn the_peak_does_not_follow_the_largest_customer() {
    let peaks: Vec<u64> = [1_000, 100_000]
        .into_iter()
        .map(|lines| {
            let ledger = Made::new(2, lines);
            let mut out = Counter::default();
            let (result, tally) = alloc::measure(|| report(&ledger, &mut out));
            result.expect("the counter takes everything");
            tally.peak_bytes
        })
        .collect();
    assert!(
        peaks[1] <= peaks[0] + 4 * 1024,
        "2 customers of 1,000 and of 100,000 lines: {peaks:?} bytes at the peak"
    );
}
