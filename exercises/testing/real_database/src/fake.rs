//! Seats in memory, for tests of what needs seats.

use std::collections::BTreeMap;

use crate::{Refused, Seats};

#[derive(Debug, Default)]
pub struct Fake {
    shows: BTreeMap<u32, u32>,
    guests: BTreeMap<(u32, u32), String>,
}

impl Seats for Fake {
    fn add_show(&mut self, show: u32, seats: u32) -> Result<(), Refused> {
        if self.shows.contains_key(&show) {
            return Err(Refused::Taken);
        }
        self.shows.insert(show, seats);
        Ok(())
    }

    fn book(&mut self, show: u32, seat: u32, guest: &str) -> Result<(), Refused> {
        let seats = *self.shows.get(&show).ok_or(Refused::Unknown)?;
        if !(1..=seats).contains(&seat) {
            return Err(Refused::Unknown);
        }
        if self.guests.contains_key(&(show, seat)) {
            return Err(Refused::Taken);
        }
        self.guests.insert((show, seat), guest.to_owned());
        Ok(())
    }

    fn rebook(&mut self, from: (u32, u32), to: (u32, u32), guest: &str) -> Result<(), Refused> {
        if self.guests.get(&from).is_none_or(|has| has != guest) {
            return Err(Refused::Unknown);
        }
        self.book(to.0, to.1, guest)?;
        self.guests.remove(&from);
        Ok(())
    }

    fn cancel(&mut self, show: u32, guest: &str) -> usize {
        let before = self.guests.len();
        self.guests
            .retain(|(of, _), has| *of != show || has != guest);
        before - self.guests.len()
    }

    fn taken(&self, show: u32) -> Vec<(u32, String)> {
        let seats = self.guests.range((show, 0)..=(show, u32::MAX));
        seats
            .map(|((_, seat), guest)| (*seat, guest.clone()))
            .collect()
    }
}
