//! Settles a night's meter readings.

use std::future::poll_fn;
use std::task::Poll;

/// Where readings come from.
pub trait Feed: Send {
    /// The next reading, or `None` behind the last. Waits where the next one has not arrived yet, and is
    /// ready at once where it has.
    fn next(&mut self) -> impl Future<Output = Option<Reading>> + Send;
}

/// What a meter has counted in a quarter of an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The meter's number.
    pub meter: u32,
    /// Watt-hours.
    pub watt_hours: u32,
}

/// What a night comes to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Statement {
    /// How many readings there were.
    pub readings: u64,
    /// Their sum.
    pub watt_hours: u64,
    /// The largest reading; of several, the first.
    pub peak: Option<Reading>,
}

impl Statement {
    fn add(&mut self, reading: Reading) {
        self.readings += 1;
        self.watt_hours += u64::from(reading.watt_hours);
        if self
            .peak
            .is_none_or(|peak| peak.watt_hours < reading.watt_hours)
        {
            self.peak = Some(reading);
        }
    }
}

/// How many readings are settled in one go.
const TURN: u64 = 256;

/// Adds up all that the feed has.
///
/// Gives way to other tasks every 256 readings, however many are there, and can be cancelled as often.
pub async fn settle(feed: &mut impl Feed) -> Statement {
    let mut statement = Statement::default();
    while let Some(reading) = feed.next().await {
        statement.add(reading);
        if statement.readings.is_multiple_of(TURN) {
            give_way().await;
        }
    }
    statement
}

/// Is not ready once, with its task already woken.
async fn give_way() {
    let mut given = false;
    poll_fn(|context| {
        if given {
            return Poll::Ready(());
        }
        given = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
