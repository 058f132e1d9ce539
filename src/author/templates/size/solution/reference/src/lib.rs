//! TODO: what this is for.

/// How full a tank is.
pub struct Level {
    percent: u8,
    alarm: bool,
}

impl Level {
    /// A level of at most 100 per cent.
    pub fn new(percent: u8, alarm: bool) -> Self {
        Level { percent, alarm }
    }

    /// Per cent.
    pub fn percent(&self) -> u8 {
        self.percent
    }

    /// Somebody has to look at it.
    pub fn alarm(&self) -> bool {
        self.alarm
    }
}
