//! The same promises at other values.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use backpressure::{AHEAD, Failed, Record, Source, Store, import};
use tokio::time::{Instant, sleep, timeout};

const DAY: Duration = Duration::from_secs(86_400);

#[derive(Default)]
struct Count {
    read: Cell<usize>,
    stored: Cell<usize>,
    most: Cell<usize>,
}

struct In {
    left: usize,
    takes: Duration,
    count: Rc<Count>,
}

impl Source for In {
    async fn next(&mut self) -> Result<Option<Record>, Failed> {
        sleep(self.takes).await;
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let count = &self.count;
        count.read.set(count.read.get() + 1);
        count
            .most
            .set(count.most.get().max(count.read.get() - count.stored.get()));
        Ok(Some(Record { line: vec![1; 8] }))
    }
}

struct Out {
    takes: Duration,
    fails: bool,
    count: Rc<Count>,
}

impl Store for Out {
    async fn put(&mut self, _: Record) -> Result<(), Failed> {
        if self.fails {
            return Err(Failed {
                reason: "full".to_owned(),
            });
        }
        sleep(self.takes).await;
        self.count.stored.set(self.count.stored.get() + 1);
        Ok(())
    }
}

fn sides(left: usize, reading: u64, storing: u64) -> (In, Out, Rc<Count>) {
    let count = Rc::new(Count::default());
    let source = In {
        left,
        takes: Duration::from_millis(reading),
        count: Rc::clone(&count),
    };
    let store = Out {
        takes: Duration::from_millis(storing),
        fails: false,
        count: Rc::clone(&count),
    };
    (source, store, count)
}

#[tokio::test(start_paused = true)]
async fn the_bound_holds_at_other_speeds() {
    assert_eq!(AHEAD, 32, "the bound is a part of the task");
    for (reading, storing) in [(1, 7), (7, 1), (5, 5), (1, 100)] {
        let (source, store, count) = sides(200, reading, storing);
        let start = Instant::now();
        let stored = timeout(DAY, import(source, store))
            .await
            .expect("it returns within a day");
        assert_eq!(stored, Ok(200));
        let took = start.elapsed().as_millis() as u64;
        let slower = 200 * reading.max(storing);
        assert!(
            took <= slower + 2 * (reading + storing),
            "reading takes {reading} ms and storing {storing} ms: {took} ms in all"
        );
        assert!(
            count.most.get() <= AHEAD + 2,
            "reading takes {reading} ms and storing {storing} ms: {} records waited",
            count.most.get()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_at_once_stops_the_source() {
    let (source, mut store, count) = sides(1_000, 1, 1);
    store.fails = true;
    let stored = timeout(DAY, import(source, store))
        .await
        .expect("it returns within a day");
    assert!(stored.is_err(), "the store refuses everything");
    assert!(
        count.read.get() <= 2,
        "the store refused the first record, and {} were read",
        count.read.get()
    );
}

#[tokio::test(start_paused = true)]
async fn an_import_that_is_dropped_holds_nothing() {
    let (source, store, count) = sides(1_000, 1, 50);
    let gave_up = timeout(Duration::from_millis(500), import(source, store)).await;
    assert!(gave_up.is_err(), "1,000 records of 50 ms each take longer");
    let (read, stored) = (count.read.get(), count.stored.get());
    sleep(Duration::from_secs(10)).await;
    assert_eq!(
        (
            count.read.get(),
            count.stored.get(),
            Rc::strong_count(&count)
        ),
        (read, stored, 1),
        "after the drop nothing is read or stored any more, and both sides are gone"
    );
}
