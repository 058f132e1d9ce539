//! What a test of seats begins with. It is yours.

use real_database::{Fake, Seats};

/// Seats that no other test has.
pub struct Fresh {
    seats: Fake,
}

/// A theatre without shows.
pub fn fresh() -> Fresh {
    Fresh {
        seats: Fake::default(),
    }
}

impl Fresh {
    /// The seats.
    pub fn seats(&mut self) -> &mut dyn Seats {
        &mut self.seats
    }

    /// The same seats, as they are after the process was started again.
    pub fn restarted(self) -> Fresh {
        self
    }
}
