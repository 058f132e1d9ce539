//! TODO: what this is for.

/// How full a tank is.
pub struct Level {
    percent: u8,
}

impl Level {
    /// A level of at most 100 per cent.
    pub fn new(percent: u8, alarm: bool) -> Self {
        let _ = alarm;
        Level { percent }
    }

    /// Per cent.
    pub fn percent(&self) -> u8 {
        self.percent
    }

    /// Somebody has to look at it.
    pub fn alarm(&self) -> bool {
        self.percent == 100
    }
}
