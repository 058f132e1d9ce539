//! Spreads the requests of one gateway over the backends.

use crate::Dice;

/// One gateway's view of the backends.
#[derive(Debug)]
pub struct Balancer {
    backends: Vec<Backend>,
    dice: Dice,
}

#[derive(Debug)]
struct Backend {
    capacity: u32,
    /// The last report, and what this gateway has sent since.
    load: u32,
}

impl Balancer {
    /// Backends that are numbered from 0, and can work on so many requests at a time each. All chance comes
    /// from `seed`.
    pub fn new(capacities: &[u32], seed: u64) -> Self {
        let backends = capacities
            .iter()
            .map(|capacity| Backend {
                capacity: *capacity,
                load: 0,
            })
            .collect();
        Self {
            backends,
            dice: Dice::new(seed),
        }
    }

    /// A backend has changed. With a capacity of 0 it is on its way out, and gets nothing.
    pub fn set_capacity(&mut self, backend: usize, capacity: u32) {
        self.backends[backend].capacity = capacity;
    }

    /// How many requests each backend has at this moment, from whatever gateway.
    pub fn report(&mut self, loads: &[u32]) {
        for (backend, load) in self.backends.iter_mut().zip(loads) {
            backend.load = *load;
        }
    }

    /// The backend for the next request. `None` if no backend takes any.
    pub fn pick(&mut self) -> Option<usize> {
        let first = self.draw(None)?;
        let chosen = match self.draw(None) {
            // Strictly: where both are as good, the first stays, and which one that is was drawn.
            Some(second) if self.backends[second].is_better_than(&self.backends[first]) => second,
            _ => first,
        };
        self.backends[chosen].load += 1;
        Some(chosen)
    }

    /// A backend other than `except`, by chance, in proportion to the capacities.
    fn draw(&mut self, except: Option<usize>) -> Option<usize> {
        let numbered = self.backends.iter().enumerate();
        let able = numbered.filter(|(number, _)| Some(*number) != except);
        let total = able
            .clone()
            .map(|(_, backend)| u64::from(backend.capacity))
            .sum();
        if total == 0 {
            return None;
        }
        // A point on a line on which each backend has a stretch as long as its capacity.
        let point = self.dice.below(total);
        let mut end = 0;
        for (number, backend) in able {
            end += u64::from(backend.capacity);
            if point < end {
                return Some(number);
            }
        }
        unreachable!("the point is on the line")
    }
}

impl Backend {
    /// Whether it would be less busy with one more request. Multiplied out, so that nothing is rounded.
    fn is_better_than(&self, other: &Self) -> bool {
        let busy = |backend: &Self| u64::from(backend.load) + 1;
        busy(self) * u64::from(other.capacity) < busy(other) * u64::from(self.capacity)
    }
}
