//! Where parcels are, and who wants to know.

use std::cell::RefCell;
use std::rc::Rc;

/// Somebody who wants to know where parcels are.
pub trait Observer {
    fn arrived(&mut self, parcel: u64, depot: &str);
}

/// Tells all observers.
#[derive(Default)]
pub struct Tracker {
    observers: Vec<Rc<RefCell<dyn Observer>>>,
}

impl Tracker {
    pub fn observe(&mut self, observer: Rc<RefCell<dyn Observer>>) {
        self.observers.push(observer);
    }

    pub fn scan(&mut self, parcel: u64, depot: &str) {
        for observer in &self.observers {
            observer.borrow_mut().arrived(parcel, depot);
        }
    }
}

/// Writes down all that arrives.
#[derive(Default)]
pub struct Journal {
    pub lines: Vec<String>,
}

impl Observer for Journal {
    fn arrived(&mut self, parcel: u64, depot: &str) {
        self.lines.push(format!("{parcel} {depot}"));
    }
}

/// Makes numbers for parcels.
pub trait NumberFactory {
    fn make(&self, depot: u16, count: u32) -> u64;
}

/// The factory of this country: depot and count, with a check digit.
pub struct DomesticNumberFactory;

impl NumberFactory for DomesticNumberFactory {
    fn make(&self, depot: u16, count: u32) -> u64 {
        let number = u64::from(depot) * 10_000_000_000 + u64::from(count);
        number * 10 + number % 7
    }
}
