//! The report says what it said, and takes little memory.

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

impl Counter {
    fn last_line(&self) -> String {
        let text = String::from_utf8_lossy(&self.end);
        text.lines().last().unwrap_or_default().to_owned()
    }
}

fn text_of(ledger: &impl Ledger) -> String {
    let mut out = Vec::new();
    report(ledger, &mut out).expect("a list of bytes takes everything");
    String::from_utf8(out).expect("the report is text")
}

#[test]
fn the_report_has_headings_lines_and_a_sum() {
    let ledger = Of(&[
        ("acme", "hosting", 1_000),
        ("acme", "traffic", 250),
        ("acme", "hosting", 0),
        ("bolt", "support", 75),
        ("zinc", "hosting", 1_000),
        ("zinc", "a discount that nobody got", 0),
    ]);
    assert_eq!(
        text_of(&ledger),
        "acme: 3 lines, 1250\n  hosting 1000\n  traffic 250\n  hosting 0\n\
         bolt: 1 lines, 75\n  support 75\n\
         zinc: 2 lines, 1000\n  hosting 1000\n  a discount that nobody got 0\n\
         all: 3 customers, 6 lines, 2325\n"
    );
    assert_eq!(
        text_of(&Of(&[])),
        "all: 0 customers, 0 lines, 0\n",
        "a month without lines"
    );
}

#[test]
fn the_ledger_is_read_twice_at_most() {
    for (customers, lines) in [(0, 1), (1, 1), (300, 3), (2, 500)] {
        let ledger = Made::new(customers, lines);
        text_of(&ledger);
        assert!(
            ledger.readings.get() <= 2,
            "for {customers} customers the ledger was read {} times; each reading is a query of minutes, and \
             there may be at most two",
            ledger.readings.get()
        );
    }
}

#[test]
fn an_error_of_the_output_is_returned() {
    /// A disk that is full after so many bytes.
    struct Disk(usize);

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.0 == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            let taken = bytes.len().min(self.0);
            self.0 -= taken;
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let ledger = Made::new(100, 5);
    let whole = text_of(&ledger).len();
    for size in [0, 1, 1_000, 10_000, whole - 1] {
        let result = report(&ledger, &mut Disk(size));
        assert_eq!(
            result.map_err(|error| error.kind()),
            Err(io::ErrorKind::StorageFull),
            "the report has {whole} bytes and the disk took {size}: half a report must not pass for a whole one"
        );
    }
    assert!(
        report(&ledger, &mut Disk(whole)).is_ok(),
        "a disk that is just large enough"
    );
}

#[test]
fn two_hundred_thousand_lines_are_measured() {
    // Many customers, and one who is the whole month.
    for (customers, lines) in [(50_000, 4), (1, 200_000)] {
        let ledger = Made::new(customers, lines);
        let mut out = Counter::default();
        let (result, tally) = alloc::measure(|| report(&ledger, &mut out));
        result.expect("the counter takes everything");
        probes::figures::report("peak_bytes", tally.peak_bytes);
        println!(
            "{customers} customers with {lines} lines each: {} bytes at the peak",
            tally.peak_bytes
        );
        assert_eq!(
            out.last_line(),
            format!("all: {customers} customers, 200000 lines, 99900000"),
            "the last line of {} bytes",
            out.bytes
        );
    }
}
