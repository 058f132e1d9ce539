//! TODO: what this is for.

/// How full a tank is.
pub struct Level {
    percent: u32,
    alarm: bool,
}

impl Level {
    /// A level of at most 100 per cent.
    pub fn new(percent: u8, alarm: bool) -> Self {
        let percent = u32::from(percent);
        Level { percent, alarm }
    }

    /// Per cent.
    pub fn percent(&self) -> u8 {
        u8::try_from(self.percent).unwrap_or(u8::MAX)
    }

    /// Somebody has to look at it.
    pub fn alarm(&self) -> bool {
        self.alarm
    }
}
