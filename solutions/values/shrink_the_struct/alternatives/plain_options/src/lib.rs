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
///
/// The accessors speak in `Duration` and names; the fields hold what the limits leave to be known. The
/// order of the fields is for readers, because the compiler chooses its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    id: u64,
    // 48 bits would do and save nothing: with a `u64` beside them, 22 bytes are padded to 24.
    at_millis: u64,
    // Zero is an answer too, so `None` needs a byte of its own, and alignment makes it four.
    took_micros: Option<u32>,
    status: Option<Status>,
    attempts: u8,
    // The name is in the program already; what an event knows is which of five.
    region: Region,
}

// Whoever adds a field decides here that each of the million events may grow.
const _: () = assert!(size_of::<Event>() == 32);

// A limit that the casts below would cut does not compile.
const _: () = assert!(Event::LATEST.as_millis() <= u64::MAX as u128);
const _: () = assert!(Event::LONGEST.as_micros() < u32::MAX as u128);
const _: () = assert!(Event::MOST_ATTEMPTS <= u8::MAX as u32);

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
        Event {
            id: details.id,
            at_millis: at.as_millis() as u64,
            took_micros: took.map(|took| took.as_micros() as u32),
            status: details.status,
            attempts: details.attempts.min(Event::MOST_ATTEMPTS) as u8,
            region: details.region,
        }
    }

    /// The id, as the client chose it.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// When the request came, since 1970, in whole milliseconds.
    pub fn at(&self) -> Duration {
        Duration::from_millis(self.at_millis)
    }

    /// How long the answer took, in whole microseconds. `None` if there was none.
    pub fn took(&self) -> Option<Duration> {
        self.took_micros
            .map(|micros| Duration::from_micros(micros.into()))
    }

    /// What was answered. `None` if the client was gone before.
    pub fn status(&self) -> Option<Status> {
        self.status
    }

    /// How often a backend was asked.
    pub fn attempts(&self) -> u32 {
        u32::from(self.attempts)
    }

    /// The name of the region where it was answered.
    pub fn region(&self) -> &'static str {
        self.region.name()
    }
}
