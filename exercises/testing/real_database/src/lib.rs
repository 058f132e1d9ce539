//! Seats of a theatre: who has which.

mod fake;
mod sql;

pub use fake::Fake;
pub use sql::Sql;

/// Seats and who has them.
///
/// A show has an id, and seats from 1 up to a number. Names of guests are any texts, and two are the same if
/// all their bytes are.
pub trait Seats {
    /// Takes a new show in.
    ///
    /// # Errors
    ///
    /// [`Refused::Taken`] if there is a show of this id; nothing is changed then.
    fn add_show(&mut self, show: u32, seats: u32) -> Result<(), Refused>;

    /// Gives a seat to a guest. A guest may have several.
    ///
    /// # Errors
    ///
    /// [`Refused::Taken`] if somebody has it, be it this guest; [`Refused::Unknown`] if there is no such show or seat.
    fn book(&mut self, show: u32, seat: u32, guest: &str) -> Result<(), Refused>;

    /// Moves a guest from one show's seat to one of another show, or of the same.
    ///
    /// # Errors
    ///
    /// [`Refused::Unknown`] if the guest does not have the seat; else what [`Seats::book`] says of the other one. The
    /// guest keeps the seat then.
    fn rebook(&mut self, from: (u32, u32), to: (u32, u32), guest: &str) -> Result<(), Refused>;

    /// Takes back all seats that a guest has in a show, and says how many they were.
    fn cancel(&mut self, show: u32, guest: &str) -> usize;

    /// The seats of a show that somebody has, from the lowest on.
    fn taken(&self, show: u32) -> Vec<(u32, String)>;
}

/// Why nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    Taken,
    Unknown,
}
