//! Settles a night's meter readings.

use tokio::task::consume_budget;

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

/// Adds up all that the feed has.
///
/// Gives way to other tasks as tokio's own channels and sockets do.
pub async fn settle(feed: &mut impl Feed) -> Statement {
    let mut statement = Statement::default();
    while let Some(reading) = feed.next().await {
        statement.add(reading);
        // Each task has a budget for a turn, 128 at the moment, which this shares with all of tokio that the feed
        // may use. When it is spent, this gives way.
        consume_budget().await;
    }
    statement
}
