//! What `retry` promises, by how long all of it takes.

use std::future::pending;
use std::time::Duration;

use paused_time::{Fault, GaveUp, retry};
use tokio::time::Instant;

#[tokio::test(start_paused = true)]
async fn a_success_takes_no_time() {
    let start = Instant::now();
    assert_eq!(retry(async |number| Ok::<_, Fault>(number)).await, Ok(1));
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn giving_up_takes_the_sum_of_the_waits() {
    let start = Instant::now();
    let result = retry(async |_| Err::<(), _>(Fault::Busy)).await;
    assert_eq!(result, Err(GaveUp::Busy));
    assert_eq!(start.elapsed(), Duration::from_millis(23_750));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_hangs_takes_a_minute() {
    let start = Instant::now();
    let result = retry(async |_| pending::<Result<(), Fault>>().await).await;
    assert_eq!(result, Err(GaveUp::Late));
    assert_eq!(start.elapsed(), Duration::from_secs(60));
}

#[tokio::test(start_paused = true)]
async fn gone_takes_no_time() {
    let start = Instant::now();
    let result = retry(async |_| Err::<(), _>(Fault::Gone)).await;
    assert_eq!(result, Err(GaveUp::Gone));
    assert_eq!(start.elapsed(), Duration::ZERO);
}
