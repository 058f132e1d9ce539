//! Who comes when. Not yours to change.

use std::cell::RefCell;
use std::collections::BTreeMap;

/// One appointment for each hour at most.
#[derive(Debug, Default)]
pub struct Calendar {
    by_hour: RefCell<BTreeMap<u64, String>>,
}

impl Calendar {
    /// Whether the hour was free. It is the patient's then.
    pub fn take(&self, hour: u64, patient: &str) -> bool {
        let mut by_hour = self.by_hour.borrow_mut();
        let free = !by_hour.contains_key(&hour);
        if free {
            by_hour.insert(hour, patient.to_owned());
        }
        free
    }

    /// Whose the hour was. It is free then.
    pub fn free(&self, hour: u64) -> Option<String> {
        self.by_hour.borrow_mut().remove(&hour)
    }

    /// The appointments of these hours, both ends included.
    pub fn between(&self, first: u64, last: u64) -> Vec<(u64, String)> {
        let by_hour = self.by_hour.borrow();
        let found = by_hour.range(first..=last);
        found
            .map(|(hour, patient)| (*hour, patient.clone()))
            .collect()
    }
}
