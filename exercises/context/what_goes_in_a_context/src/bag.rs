//! Values by their types, as in many frameworks.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;

/// At most one value of each type.
#[derive(Default)]
pub struct Bag {
    values: HashMap<TypeId, (Box<dyn Any + Send + Sync>, String)>,
}

impl Bag {
    /// Puts a value in, in place of the one of the same type.
    #[must_use]
    pub fn with<T: fmt::Debug + Send + Sync + 'static>(mut self, value: T) -> Self {
        let text = format!("{value:?}");
        self.values
            .insert(TypeId::of::<T>(), (Box::new(value), text));
        self
    }

    /// The value of this type, if somebody has put one in.
    #[must_use]
    pub fn get<T: 'static>(&self) -> Option<&T> {
        self.values.get(&TypeId::of::<T>())?.0.downcast_ref()
    }
}

impl fmt::Debug for Bag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut texts: Vec<&str> = self
            .values
            .values()
            .map(|(_, text)| text.as_str())
            .collect();
        texts.sort_unstable();
        write!(f, "Bag {texts:?}")
    }
}
