//! What a build has to do: jobs, and which of them has to wait for which.

/// A job in a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Job {
    index: usize,
    generation: u32,
}

/// Jobs and their dependencies.
#[derive(Debug, Default)]
pub struct Graph {
    slots: Vec<Slot>,
    free: Vec<usize>,
}

#[derive(Debug, Default)]
struct Slot {
    generation: u32,
    cost: Option<u32>,
    needs: Vec<Job>,
}

impl Graph {
    /// No jobs yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a job that takes so long, and depends on nothing yet.
    pub fn add(&mut self, cost: u32) -> Job {
        let index = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot::default());
            self.slots.len() - 1
        });
        let slot = &mut self.slots[index];
        slot.cost = Some(cost);
        Job {
            index,
            generation: slot.generation,
        }
    }

    /// Says that `job` has to wait for `on`. A dependency that is there already is there once. `false`, and no
    /// change, if one of the two is not in the graph any more.
    pub fn depend(&mut self, job: &Job, on: &Job) -> bool {
        if self.cost(job).is_none() || self.cost(on).is_none() {
            return false;
        }
        let mut needs = std::mem::take(&mut self.slots[job.index].needs);
        needs.retain(|needed| self.cost(needed).is_some());
        if !needs.contains(on) {
            needs.push(*on);
        }
        self.slots[job.index].needs = needs;
        true
    }

    /// Removes a job, with all dependencies from it and on it, and returns its cost. `None` if it is not there.
    pub fn remove(&mut self, job: &Job) -> Option<u32> {
        let cost = self.cost(job)?;
        let slot = &mut self.slots[job.index];
        slot.generation += 1;
        slot.cost = None;
        slot.needs = Vec::new();
        self.free.push(job.index);
        Some(cost)
    }

    /// How long a job takes. `None` if it is not in the graph any more.
    #[must_use]
    pub fn cost(&self, job: &Job) -> Option<u32> {
        let slot = &self.slots[job.index];
        (slot.generation == job.generation)
            .then_some(slot.cost)
            .flatten()
    }

    /// What a job depends on, in the order in which that was said. Nothing, if the job is not there.
    #[must_use]
    pub fn dependencies(&self, job: &Job) -> Vec<Job> {
        let needs = self.cost(job).map(|_| &self.slots[job.index].needs);
        let alive = |job: &&Job| self.cost(job).is_some();
        needs.into_iter().flatten().filter(alive).copied().collect()
    }

    /// How long the build takes at least, with any number of machines: the sum of the costs along the longest
    /// chain of dependencies. `None` if jobs wait for each other in a ring.
    #[must_use]
    pub fn longest(&self) -> Option<u64> {
        let mut waits = vec![0_usize; self.slots.len()];
        let mut needed_by = vec![vec![]; self.slots.len()];
        for (index, slot) in self.slots.iter().enumerate() {
            for needed in slot.needs.iter().filter(|job| self.cost(job).is_some()) {
                waits[index] += 1;
                needed_by[needed.index].push(index);
            }
        }
        let mut ready: Vec<usize> = (0..waits.len())
            .filter(|index| waits[*index] == 0)
            .collect();
        let mut begins = vec![0; waits.len()];
        let (mut longest, mut done) = (0, 0);
        while let Some(index) = ready.pop() {
            done += 1;
            let end = begins[index] + u64::from(self.slots[index].cost.unwrap_or(0));
            longest = longest.max(end);
            for &other in &needed_by[index] {
                begins[other] = end.max(begins[other]);
                waits[other] -= 1;
                if waits[other] == 0 {
                    ready.push(other);
                }
            }
        }
        (done == self.slots.len()).then_some(longest)
    }

    /// How many jobs there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Whether there are no jobs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
