//! Answers in order, the first error at once, and nothing left of the rest. The clock is tokio's, paused:
//! it jumps to the next timer as soon as every task waits.

use std::sync::Arc;
use std::time::Duration;

use fan_out_in::gather;
use probes::live::{Counted, Tracker};
use probes::tasks;
use tokio::sync::Barrier;
use tokio::time::{Instant, sleep, timeout};

/// Longer than anything here may take.
const DAY: Duration = Duration::from_secs(24 * 3600);

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// What becomes of a line of an order.
#[derive(Debug, Clone, Copy)]
enum Line {
    /// It is reserved.
    Reserved,
    /// There is not enough stock.
    SoldOut,
    /// The client panics.
    Broken,
}

#[derive(Debug, PartialEq, Eq)]
struct SoldOut(usize);

/// What is held for a line: while it is reserved by the call, and then by its answer.
#[derive(Debug)]
struct Reservation {
    line: usize,
    _held: Counted,
}

/// Reserves a line, in so many milliseconds.
async fn reserve(
    stock: Tracker,
    line: usize,
    takes: u64,
    outcome: Line,
) -> Result<Reservation, SoldOut> {
    let held = stock.token();
    sleep(ms(takes)).await;
    match outcome {
        Line::Reserved => Ok(Reservation { line, _held: held }),
        Line::SoldOut => Err(SoldOut(line)),
        Line::Broken => panic!("line {line} is broken, as the test wants it to be"),
    }
}

/// The calls for an order, numbered from 0.
fn order(
    stock: &Tracker,
    lines: &[(u64, Line)],
) -> Vec<impl Future<Output = Result<Reservation, SoldOut>> + Send + 'static> {
    lines
        .iter()
        .enumerate()
        .map(|(line, &(takes, outcome))| reserve(stock.clone(), line, takes, outcome))
        .collect()
}

/// The result, and after how many milliseconds it was there.
async fn timed<T>(gathered: impl Future<Output = T>) -> (T, u128) {
    let start = Instant::now();
    let result = timeout(2 * DAY, gathered)
        .await
        .unwrap_or_else(|_| panic!("gather has not returned after two days"));
    (result, start.elapsed().as_millis())
}

#[tokio::test(start_paused = true)]
async fn answers_have_the_order_of_the_calls() {
    let stock = Tracker::new();
    let lines = [30, 10, 40, 20].map(|takes| (takes, Line::Reserved));
    let (reserved, took) = timed(gather(order(&stock, &lines))).await;
    let reserved: Vec<usize> = reserved
        .expect("every line is in stock")
        .iter()
        .map(|reservation| reservation.line)
        .collect();
    assert_eq!(
        reserved,
        [0, 1, 2, 3],
        "answers must be in the order of the calls, whichever came first"
    );
    assert_eq!(
        took, 40,
        "calls made at the same time take as long as the slowest, here 40 ms"
    );

    // Each of these waits until all of them are under way.
    const CALLS: usize = 100;
    let all = Arc::new(Barrier::new(CALLS));
    let calls = (0..CALLS).map(|call| {
        let all = Arc::clone(&all);
        async move {
            all.wait().await;
            Ok::<_, SoldOut>(call)
        }
    });
    let (met, _) = timed(gather(calls)).await;
    assert_eq!(
        met,
        Ok((0..CALLS).collect()),
        "calls that wait for each other"
    );
}

#[tokio::test(start_paused = true)]
async fn the_first_error_is_returned_at_once() {
    const DAY: u64 = 24 * 3600 * 1000;
    let stock = Tracker::new();
    let lines = [
        (DAY, Line::Reserved),
        (50, Line::SoldOut),
        (10, Line::Reserved),
        (20, Line::SoldOut),
        (DAY, Line::Reserved),
    ];
    let (result, took) = timed(gather(order(&stock, &lines))).await;
    assert_eq!(
        (result.map(drop), took),
        (Err(SoldOut(3)), 20),
        "line 3 is sold out after 20 ms; it must not wait for the calls before it, nor for line 1, \
         which is sold out after 50 ms"
    );
}

#[tokio::test(start_paused = true)]
async fn an_error_leaves_nothing() {
    let stock = Tracker::new();
    let mut lines = vec![(60_000, Line::Reserved); 50];
    lines[0].0 = 5;
    lines[1] = (20, Line::SoldOut);
    let result = gather(order(&stock, &lines)).await;
    // Without an await in between: the next line may ask another warehouse.
    let held = stock.alive();
    assert_eq!(
        (stock.made(), result.map(drop)),
        (50, Err(SoldOut(1))),
        "50 lines are asked for at the same time, and one of them is sold out"
    );
    assert_eq!(
        held, 0,
        "line 1 of 50 is sold out, and what {held} of the other lines hold is not dropped: calls are \
         still there in the moment in which gather returns"
    );
    let tasks = tasks::settle(0).await;
    assert_eq!(tasks, 0, "tasks are alive after gather has returned");
}

#[tokio::test(start_paused = true)]
async fn a_panic_reaches_the_caller_and_leaves_nothing() {
    let stock = Tracker::new();
    let mut lines = vec![(60_000, Line::Reserved); 50];
    lines[30] = (20, Line::Broken);
    let calls = order(&stock, &lines);
    let caller = tokio::spawn(async move { gather(calls).await.map(drop) });
    let (ended, took) = timed(caller).await;
    let held = stock.alive();
    let panic = ended
        .expect_err("the panic of line 30 must reach whoever called gather")
        .into_panic();
    let panic = panic
        .downcast_ref::<String>()
        .map_or("another", String::as_str);
    assert_eq!(
        (panic, took),
        ("line 30 is broken, as the test wants it to be", 20),
        "a panic must reach the caller as it is, and at once"
    );
    assert_eq!(
        held, 0,
        "line 30 of 50 has panicked, and what {held} of the other lines hold is not dropped: calls are \
         still there in the moment in which gather returns"
    );
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_goes_away_takes_the_calls_with_it() {
    let stock = Tracker::new();
    let lines = vec![(60_000, Line::Reserved); 50];
    let gathered = timeout(ms(10), gather(order(&stock, &lines))).await;
    assert!(gathered.is_err(), "nothing is reserved after 10 ms");
    let start = Instant::now();
    let tasks = tasks::settle(0).await;
    let held = stock.alive();
    assert_eq!(start.elapsed(), Duration::ZERO, "the clock is paused");
    assert!(
        (tasks, held) == (0, 0),
        "the future of gather was dropped, and then there are\n  \
         tasks:                      {tasks}\n  \
         lines that hold something:  {held}\n  \
         both must be 0 as soon as the other tasks have run: nobody waits for the answers"
    );
}
