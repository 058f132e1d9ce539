//! What a test of seats begins with. It is yours.

use std::path::Path;

use real_database::{Seats, Sql};

/// Seats that no other test has.
pub struct Fresh {
    seats: Sql,
}

/// A theatre without shows.
pub fn fresh() -> Fresh {
    let seats = Sql::open(Path::new(":memory:"));
    Fresh {
        seats: seats.expect("a database"),
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
