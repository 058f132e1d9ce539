//! Spreads the requests of one gateway over the backends.

/// One gateway's view of the backends.
#[derive(Debug)]
pub struct Balancer {
    backends: Vec<Backend>,
}

#[derive(Debug)]
struct Backend {
    capacity: u32,
    load: u32,
}

impl Balancer {
    /// Backends that are numbered from 0, and can work on so many requests at a time each. All chance comes
    /// from `seed`.
    pub fn new(capacities: &[u32], _seed: u64) -> Self {
        let backends = capacities
            .iter()
            .map(|capacity| Backend {
                capacity: *capacity,
                load: 0,
            })
            .collect();
        Self { backends }
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
        let able = self
            .backends
            .iter()
            .enumerate()
            .filter(|(_, backend)| backend.capacity > 0);
        let (best, _) = able.min_by_key(|(_, backend)| backend.load)?;
        self.backends[best].load += 1;
        Some(best)
    }
}
