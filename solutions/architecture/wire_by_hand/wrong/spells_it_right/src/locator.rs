//! Where every part finds every other.

use std::any::Any;
use std::cell::RefCell;
use std::collections::HashMap;

/// Services by name.
#[derive(Default)]
pub struct Locator {
    services: RefCell<HashMap<&'static str, Box<dyn Any>>>,
}

impl Locator {
    /// Puts a service there, in place of one that has its name.
    pub fn register<T: Clone + 'static>(&self, name: &'static str, service: T) {
        self.services.borrow_mut().insert(name, Box::new(service));
    }

    /// A service.
    ///
    /// # Panics
    ///
    /// If there is none of this name and type.
    pub fn get<T: Clone + 'static>(&self, name: &'static str) -> T {
        self.find(name)
            .unwrap_or_else(|| panic!("there is no service `{name}`"))
    }

    fn find<T: Clone + 'static>(&self, name: &'static str) -> Option<T> {
        let services = self.services.borrow();
        services.get(name)?.downcast_ref().cloned()
    }
}
