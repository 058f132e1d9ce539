//! What `retry` promises. The clock is paused.

use std::future::pending;

use paused_time::{Fault, GaveUp, retry};

#[tokio::test(start_paused = true)]
async fn what_succeeds_is_returned() {
    assert_eq!(retry(async |number| Ok::<_, Fault>(number)).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn it_is_tried_eight_times() {
    let mut numbers = Vec::new();
    let result = retry(async |number| {
        numbers.push(number);
        Err::<(), _>(Fault::Busy)
    })
    .await;
    assert_eq!(result, Err(GaveUp::Busy));
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8]);
}

#[tokio::test(start_paused = true)]
async fn it_succeeds_in_the_end() {
    let result = retry(async |number| {
        if number < 5 {
            Err(Fault::Busy)
        } else {
            Ok(number)
        }
    })
    .await;
    assert_eq!(result, Ok(5));
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_is_not_asked_for_again() {
    let mut asked = 0;
    let result = retry(async |_| {
        asked += 1;
        Err::<(), _>(Fault::Gone)
    })
    .await;
    assert_eq!((result, asked), (Err(GaveUp::Gone), 1));
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_hangs_is_cut_off() {
    let result = retry(async |number| {
        if number < 3 {
            pending().await
        } else {
            Ok(number)
        }
    })
    .await;
    assert_eq!(result, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn it_ends_even_if_all_hang() {
    let result = retry(async |number| {
        if number == 1 {
            return Err::<(), _>(Fault::Busy);
        }
        pending().await
    })
    .await;
    assert_eq!(result, Err(GaveUp::Late));
}
