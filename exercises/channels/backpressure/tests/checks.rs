//! How far reading gets ahead of storing. The clock is tokio's, paused: it jumps to the next timer as
//! soon as everybody waits, so that times are exact and cost nothing.

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use backpressure::{AHEAD, Failed, Record, Source, Store, import};
use probes::alloc::measure;
use tokio::time::{Instant, sleep, timeout};

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

const DAY: Duration = Duration::from_secs(86_400);

/// What a supplier's line of text takes.
const LINE: usize = 1_024;

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn failed(reason: &str) -> Failed {
    Failed {
        reason: reason.to_owned(),
    }
}

/// What happened, as both sides of an import tell it.
#[derive(Debug, Clone, Default)]
struct Story {
    read: Rc<Cell<usize>>,
    /// The numbers of the records that were stored.
    stored: Rc<RefCell<Vec<usize>>>,
    /// The most records that were read and not stored at one moment.
    most_ahead: Rc<Cell<usize>>,
}

/// So many records of [`LINE`] bytes, each with its number in front. Reading one takes a while; at the
/// end the catalogue ends, breaks off, or says nothing more.
struct Catalogue {
    records: usize,
    takes: Duration,
    then: Then,
    story: Story,
}

#[derive(Clone, Copy)]
enum Then {
    Ends,
    BreaksOff,
    IsSilent,
}

impl Source for Catalogue {
    async fn next(&mut self) -> Result<Option<Record>, Failed> {
        if !self.takes.is_zero() {
            sleep(self.takes).await;
        }
        let number = self.story.read.get();
        if number == self.records {
            return match self.then {
                Then::Ends => Ok(None),
                Then::BreaksOff => Err(failed("the line broke off")),
                Then::IsSilent => pending().await,
            };
        }
        self.story.read.set(number + 1);
        let ahead = number + 1 - self.story.stored.borrow().len();
        self.story
            .most_ahead
            .set(self.story.most_ahead.get().max(ahead));
        let mut line = number.to_le_bytes().to_vec();
        line.resize(LINE, b' ');
        Ok(Some(Record { line }))
    }
}

/// Storing a record takes a while. From the n-th on it fails.
struct Table {
    takes: Duration,
    fails_at: usize,
    story: Story,
}

impl Store for Table {
    async fn put(&mut self, record: Record) -> Result<(), Failed> {
        if !self.takes.is_zero() {
            sleep(self.takes).await;
        }
        let mut stored = self.story.stored.borrow_mut();
        if stored.len() + 1 >= self.fails_at {
            return Err(failed("the table is full"));
        }
        let (number, _) = record
            .line
            .split_first_chunk()
            .expect("a line has a number");
        stored.push(usize::from_le_bytes(*number));
        Ok(())
    }
}

/// A catalogue and a table that tell one story.
fn sides(records: usize, reading: Duration, storing: Duration) -> (Catalogue, Table, Story) {
    let story = Story::default();
    let catalogue = Catalogue {
        records,
        takes: reading,
        then: Then::Ends,
        story: story.clone(),
    };
    let table = Table {
        takes: storing,
        fails_at: usize::MAX,
        story: story.clone(),
    };
    (catalogue, table, story)
}

async fn imported(catalogue: Catalogue, table: Table) -> Result<u64, Failed> {
    timeout(DAY, import(catalogue, table))
        .await
        .expect("import must return, and has not within a day")
}

fn assert_in_order(story: &Story, records: usize) {
    let stored = story.stored.borrow();
    assert!(
        stored.iter().copied().eq(0..records),
        "{records} records must be stored, each once and in order; stored were {}",
        stored.len()
    );
}

#[tokio::test(start_paused = true)]
async fn a_fast_source_waits_for_a_slow_store() {
    let (catalogue, table, story) = sides(1_000, Duration::ZERO, millis(10));
    let result = imported(catalogue, table).await;
    assert_in_order(&story, 1_000);
    assert_eq!(result, Ok(1_000), "the number of records stored");
    let most = story.most_ahead.get();
    assert!(
        most <= AHEAD + 2,
        "up to {most} records were read and not stored: {AHEAD} may wait, one was just read and one \
         is being stored, which is {} at most",
        AHEAD + 2
    );
}

#[tokio::test(start_paused = true)]
async fn reading_goes_on_while_a_record_is_stored() {
    let (catalogue, table, story) = sides(100, millis(10), millis(10));
    let start = Instant::now();
    let result = imported(catalogue, table).await;
    assert_in_order(&story, 100);
    assert_eq!(result, Ok(100), "the number of records stored");
    let took = start.elapsed();
    assert!(
        took <= millis(1_100),
        "100 records take 10 ms each to read and 10 ms each to store; side by side that is about \
         1,010 ms, and the import took {} ms",
        took.as_millis()
    );
}

#[tokio::test(start_paused = true)]
async fn reading_gets_as_far_ahead_as_it_may() {
    let (catalogue, mut table, story) = sides(1_000, millis(1), DAY);
    table.fails_at = 1;
    let result = timeout(2 * DAY, import(catalogue, table)).await;
    assert_eq!(result, Ok(Err(failed("the table is full"))));
    let read = story.read.get();
    assert!(
        (AHEAD..=AHEAD + 2).contains(&read),
        "the store was stuck with the first record for a day, and in the meantime {read} records were \
         read; a burst of {AHEAD} must find room"
    );
}

#[tokio::test(start_paused = true)]
async fn what_was_read_before_the_source_failed_is_stored() {
    let (mut catalogue, table, story) = sides(20, Duration::ZERO, millis(10));
    catalogue.then = Then::BreaksOff;
    assert_eq!(
        imported(catalogue, table).await,
        Err(failed("the line broke off")),
        "half a catalogue is an error"
    );
    assert_in_order(&story, 20);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_ends_the_import_at_once() {
    let (mut catalogue, mut table, story) = sides(10, Duration::ZERO, millis(10));
    catalogue.then = Then::IsSilent;
    table.fails_at = 4;
    let start = Instant::now();
    assert_eq!(
        imported(catalogue, table).await,
        Err(failed("the table is full"))
    );
    assert_eq!(
        start.elapsed().as_millis(),
        40,
        "the fourth record is refused after 40 ms; there is no point in waiting for the next one"
    );
    assert_in_order(&story, 3);
}

#[test]
fn ten_thousand_records_are_measured() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime starts");
    let (catalogue, table, story) = sides(10_000, Duration::ZERO, millis(1));
    // So that the test's own list does not grow while it is measured.
    story.stored.borrow_mut().reserve(10_000);
    let (result, tally) = measure(|| runtime.block_on(import(catalogue, table)));
    // Reported before the answer is judged: what it costs is known either way.
    probes::figures::report("peak_bytes", tally.peak_bytes);
    assert_in_order(&story, 10_000);
    assert_eq!(result, Ok(10_000), "the number of records stored");
}
