//! What the gateway's flight recorder keeps of each request.

use std::time::Duration;

/// Where a request was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Region {
    /// Ireland.
    EuWest,
    /// Sweden.
    EuNorth,
    /// Virginia.
    UsEast,
    /// Oregon.
    UsWest,
    /// Singapore.
    ApSoutheast,
}

impl Region {
    /// All regions.
    pub const ALL: [Region; 5] = [
        Region::EuWest,
        Region::EuNorth,
        Region::UsEast,
        Region::UsWest,
        Region::ApSoutheast,
    ];

    /// The name that pages and logs show.
    pub fn name(self) -> &'static str {
        match self {
            Region::EuWest => "eu-west",
            Region::EuNorth => "eu-north",
            Region::UsEast => "us-east",
            Region::UsWest => "us-west",
            Region::ApSoutheast => "ap-southeast",
        }
    }
}

/// An HTTP status: 100 to 599.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status(u16);

impl Status {
    /// `None` unless the code is from 100 to 599.
    pub fn new(code: u16) -> Option<Status> {
        (100..600).contains(&code).then_some(Status(code))
    }

    /// The code, such as 404.
    pub fn code(self) -> u16 {
        self.0
    }
}

/// What the gateway knows of a request when it is over. Exists for a moment, while it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// Any number; the clients choose it.
    pub id: u64,
    /// When the request came, since 1970.
    pub at: Duration,
    /// How long the answer took. `None` if there was none.
    pub took: Option<Duration>,
    /// What was answered. `None` if the client was gone before.
    pub status: Option<Status>,
    /// How often a backend was asked. 0 if the answer came from the cache.
    pub attempts: u32,
    /// Where it was answered.
    pub region: Region,
}

/// A request, as the flight recorder keeps it: by the million.
///
/// Equal if all that the accessors answer is equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    kept: Box<Kept>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Kept {
    id: u64,
    at: Duration,
    took: Option<Duration>,
    status: Option<Status>,
    attempts: usize,
    region: &'static str,
}

impl Event {
    /// The latest `at` that is kept: the last millisecond of the year 9999.
    pub const LATEST: Duration = Duration::from_millis(253_402_300_799_999);
    /// The longest `took` that is kept: one hour.
    pub const LONGEST: Duration = Duration::from_secs(3_600);
    /// The most `attempts` that are kept.
    pub const MOST_ATTEMPTS: u32 = 200;

    /// Keeps `at` in whole milliseconds and `took` in whole microseconds, rounded down. What is above
    /// its limit is kept as the limit.
    pub fn new(details: &Details) -> Event {
        let at = details.at.min(Event::LATEST);
        let took = details.took.map(|took| took.min(Event::LONGEST));
        let attempts = details.attempts.min(Event::MOST_ATTEMPTS);
        let kept = Box::new(Kept {
            id: details.id,
            at: Duration::from_millis(at.as_millis() as u64),
            took: took.map(|took| Duration::from_micros(took.as_micros() as u64)),
            status: details.status,
            attempts: attempts as usize,
            region: details.region.name(),
        });
        Event { kept }
    }

    /// The id, as the client chose it.
    pub fn id(&self) -> u64 {
        self.kept.id
    }

    /// When the request came, since 1970, in whole milliseconds.
    pub fn at(&self) -> Duration {
        self.kept.at
    }

    /// How long the answer took, in whole microseconds. `None` if there was none.
    pub fn took(&self) -> Option<Duration> {
        self.kept.took
    }

    /// What was answered. `None` if the client was gone before.
    pub fn status(&self) -> Option<Status> {
        self.kept.status
    }

    /// How often a backend was asked.
    pub fn attempts(&self) -> u32 {
        self.kept.attempts as u32
    }

    /// The name of the region where it was answered.
    pub fn region(&self) -> &'static str {
        self.kept.region
    }
}
