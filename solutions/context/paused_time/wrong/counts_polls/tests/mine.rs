//! What `retry` promises. The clock is tokio's, paused: when everybody waits it jumps to the next timer, so
//! a minute takes no time and is exact.

use std::cell::Cell;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use paused_time::{Fault, GaveUp, retry};
use tokio::time::{Instant, advance, sleep};

/// What an attempt does: how long it takes, in milliseconds, and what comes of it.
type Script = (u64, Result<(), Fault>);

const BUSY: Result<(), Fault> = Err(Fault::Busy);

/// Longer than an attempt, and longer than everything.
const HANGS: u64 = 3_600_000;

/// Plays the script, whose last entry goes on for ever. Returns the result, when each attempt began, and when
/// the result was there, all in milliseconds from the beginning.
async fn play(script: &[Script]) -> (Result<(), GaveUp>, Vec<u128>, u128) {
    let start = Instant::now();
    let mut begun = Vec::new();
    let result = retry(async |number| {
        begun.push(start.elapsed().as_millis());
        assert_eq!(number as usize, begun.len(), "attempts are counted from 1");
        let (takes, ended) = script[begun.len().min(script.len()) - 1];
        sleep(Duration::from_millis(takes)).await;
        ended
    })
    .await;
    (result, begun, start.elapsed().as_millis())
}

#[tokio::test(start_paused = true)]
async fn a_success_is_returned_at_once() {
    assert_eq!(play(&[(0, Ok(()))]).await, (Ok(()), vec![0], 0));
    assert_eq!(play(&[(700, Ok(()))]).await, (Ok(()), vec![0], 700));
}

#[tokio::test(start_paused = true)]
async fn each_wait_is_twice_the_one_before_and_the_last_two_are_the_longest() {
    // 250, 500, 1,000, 2,000, 4,000, 8,000, 8,000; and nothing after the eighth attempt.
    let begins = vec![0, 250, 750, 1_750, 3_750, 7_750, 15_750, 23_750];
    assert_eq!(
        play(&[(0, BUSY)]).await,
        (Err(GaveUp::Busy), begins, 23_750)
    );
}

#[tokio::test(start_paused = true)]
async fn it_ends_with_the_first_success() {
    assert_eq!(
        play(&[(0, BUSY), (0, BUSY), (40, Ok(()))]).await,
        (Ok(()), vec![0, 250, 750], 790)
    );
}

#[tokio::test(start_paused = true)]
async fn a_wait_begins_when_an_attempt_has_ended() {
    assert_eq!(
        play(&[(3_000, BUSY), (0, Ok(()))]).await,
        (Ok(()), vec![0, 3_250], 3_250)
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_is_not_asked_for_again() {
    let gone = Err(Fault::Gone);
    assert_eq!(play(&[(5, gone)]).await, (Err(GaveUp::Gone), vec![0], 5));
    assert_eq!(
        play(&[(0, BUSY), (5, gone)]).await,
        (Err(GaveUp::Gone), vec![0, 250], 255)
    );
}

#[tokio::test(start_paused = true)]
async fn each_attempt_has_ten_seconds_of_its_own() {
    assert_eq!(
        play(&[(HANGS, Ok(())), (9_999, Ok(()))]).await,
        (Ok(()), vec![0, 10_250], 20_249)
    );
}

#[tokio::test(start_paused = true)]
async fn after_a_minute_the_attempt_under_way_is_cut_off() {
    let begins = vec![0, 10_250, 20_750, 31_750, 43_750, 57_750];
    assert_eq!(
        play(&[(HANGS, Ok(()))]).await,
        (Err(GaveUp::Late), begins, 60_000)
    );
}

#[tokio::test(start_paused = true)]
async fn it_gives_up_at_once_if_there_is_no_time_for_another_attempt() {
    // The sixth attempt ends at 55,750, and the next one could begin at 63,750.
    let begins = vec![0, 8_250, 16_750, 25_750, 35_750, 47_750];
    assert_eq!(
        play(&[(8_000, BUSY)]).await,
        (Err(GaveUp::Busy), begins, 55_750)
    );
}

#[tokio::test(start_paused = true)]
async fn how_the_last_attempt_ended_is_what_is_said() {
    let (result, ..) = play(&[(0, BUSY), (HANGS, Ok(()))]).await;
    assert_eq!(result, Err(GaveUp::Late), "busy first, then cut off");
    let (result, ..) = play(&[(HANGS, Ok(())), (0, BUSY)]).await;
    assert_eq!(result, Err(GaveUp::Busy), "cut off first, then busy");
}

#[tokio::test(start_paused = true)]
async fn the_first_attempt_is_in_the_first_poll() {
    let attempts = Cell::new(0);
    let mut call = pin!(retry(async |_| {
        attempts.set(attempts.get() + 1);
        BUSY
    }));
    let mut cx = Context::from_waker(Waker::noop());
    assert!(call.as_mut().poll(&mut cx).is_pending());
    assert_eq!(attempts.get(), 1);
    advance(Duration::from_millis(250)).await;
    assert!(call.as_mut().poll(&mut cx).is_pending());
    assert_eq!(attempts.get(), 2);
}
