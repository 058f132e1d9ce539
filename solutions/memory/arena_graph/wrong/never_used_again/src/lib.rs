//! What a build has to do: jobs, and which of them has to wait for which.

/// A job in a graph: where it is, and which of the jobs that have been there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Job {
    index: u32,
    /// A place is used again after a removal, so the place alone would take the next job for this one.
    generation: u32,
}

/// Jobs and their dependencies.
///
/// All of it is in two lists, and what points to a job is its index. So a ring is nothing special, dropping a
/// graph frees two blocks, and adding to it allocates when a list has to grow.
#[derive(Debug, Default)]
pub struct Graph {
    slots: Vec<Slot>,
    edges: Vec<Edge>,
    /// The first of the edges that are free, which are linked by `next`.
    free_edge: Option<u32>,
    len: usize,
}

#[derive(Debug)]
struct Slot {
    generation: u32,
    /// `None` in a place that is free.
    cost: Option<u32>,
    /// The first dependency, or `END`.
    first: u32,
}

/// A dependency, and the next one of the same job: a list of lists would be an allocation for each job.
#[derive(Debug, Clone, Copy)]
struct Edge {
    /// May be gone: removing a job does not look for those that depend on it. The generation tells.
    to: Job,
    next: u32,
}

/// No edge has this index.
const END: u32 = u32::MAX;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Unseen,
    InWork,
    Done(u64),
}

impl Graph {
    /// No jobs yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a job that takes so long, and depends on nothing yet.
    ///
    /// # Panics
    ///
    /// Panics at 4 billion jobs.
    pub fn add(&mut self, cost: u32) -> Job {
        self.len += 1;
        let index = u32::try_from(self.slots.len()).expect("fewer than 2^32 jobs");
        self.slots.push(Slot {
            generation: 0,
            cost: Some(cost),
            first: END,
        });
        Job {
            index,
            generation: 0,
        }
    }

    /// Says that `job` has to wait for `on`. A dependency that is there already is there once. `false`, and no
    /// change, if one of the two is not in the graph any more.
    ///
    /// # Panics
    ///
    /// Panics at 4 billion dependencies.
    pub fn depend(&mut self, job: &Job, on: &Job) -> bool {
        if self.slot(job).is_none() || self.slot(on).is_none() {
            return false;
        }
        // Walks the job's list anyway, to find a double, and takes out what has gone on the way: so a
        // list has no more dead edges than were live at one time.
        let (mut last, mut at) = (END, self.slots[job.index as usize].first);
        while let Some(&Edge { to, next }) = self.edges.get(at as usize) {
            if to == *on {
                return true;
            }
            if self.slot(&to).is_none() {
                self.link(job, last, next);
                self.free(at);
            } else {
                last = at;
            }
            at = next;
        }
        let edge = Edge { to: *on, next: END };
        let index = if let Some(free) = self.free_edge {
            let place = &mut self.edges[free as usize];
            let next = std::mem::replace(place, edge).next;
            self.free_edge = (next != END).then_some(next);
            free
        } else {
            self.edges.push(edge);
            u32::try_from(self.edges.len() - 1).expect("fewer than 2^32 dependencies")
        };
        self.link(job, last, index);
        true
    }

    /// Removes a job, with all dependencies from it and on it, and returns its cost. `None` if it is not there.
    ///
    /// The dependencies on it stay in their lists, and are dead: no job has this generation any more.
    pub fn remove(&mut self, job: &Job) -> Option<u32> {
        let cost = self.slot(job)?.cost;
        let slot = &mut self.slots[job.index as usize];
        slot.cost = None;
        slot.generation = slot.generation.wrapping_add(1);
        let mut at = std::mem::replace(&mut slot.first, END);
        while let Some(&Edge { next, .. }) = self.edges.get(at as usize) {
            self.free(at);
            at = next;
        }
        self.len -= 1;
        cost
    }

    /// How long a job takes. `None` if it is not in the graph any more.
    #[must_use]
    pub fn cost(&self, job: &Job) -> Option<u32> {
        self.slot(job)?.cost
    }

    /// What a job depends on, in the order in which that was said. Nothing, if the job is not there.
    #[must_use]
    pub fn dependencies(&self, job: &Job) -> Vec<Job> {
        let mut found = Vec::new();
        let mut at = self.slot(job).map_or(END, |slot| slot.first);
        while let Some(&Edge { to, next }) = self.edges.get(at as usize) {
            found.extend(self.slot(&to).map(|_| to));
            at = next;
        }
        found
    }

    /// How long the build takes at least, with any number of machines: the sum of the costs along the longest
    /// chain of dependencies. `None` if jobs wait for each other in a ring.
    #[must_use]
    pub fn longest(&self) -> Option<u64> {
        // One state per slot, by its index: an arena makes "a map from jobs to something" a list.
        let mut states = vec![State::Unseen; self.slots.len()];
        // A stack of our own: a chain may be longer than the thread's is deep. Of each job that is being
        // worked on, the next dependency to look at and the longest chain before it.
        let mut path: Vec<(usize, u32, u64)> = Vec::new();
        let mut longest = 0;
        for (start, slot) in self.slots.iter().enumerate() {
            if slot.cost.is_none() || states[start] != State::Unseen {
                continue;
            }
            states[start] = State::InWork;
            path.push((start, slot.first, 0));
            while let Some((at, edge, before)) = path.last_mut() {
                if let Some(Edge { to, next }) = self.edges.get(*edge as usize) {
                    let needed = to.index as usize;
                    if self.slot(to).is_none() {
                        *edge = *next;
                        continue;
                    }
                    match states[needed] {
                        State::InWork => return None,
                        State::Done(sum) => {
                            *before = sum.max(*before);
                            *edge = *next;
                        }
                        State::Unseen => {
                            states[needed] = State::InWork;
                            path.push((needed, self.slots[needed].first, 0));
                        }
                    }
                } else {
                    let sum = *before + u64::from(self.slots[*at].cost.unwrap_or(0));
                    states[*at] = State::Done(sum);
                    longest = longest.max(sum);
                    path.pop();
                }
            }
        }
        Some(longest)
    }

    /// How many jobs there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no jobs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The place of a job, if it is still that job's.
    fn slot(&self, job: &Job) -> Option<&Slot> {
        let slot = self.slots.get(job.index as usize)?;
        (slot.generation == job.generation && slot.cost.is_some()).then_some(slot)
    }

    /// Makes `next` follow `edge` in the job's list, or the list begin with it.
    fn link(&mut self, job: &Job, edge: u32, next: u32) {
        match self.edges.get_mut(edge as usize) {
            Some(edge) => edge.next = next,
            None => self.slots[job.index as usize].first = next,
        }
    }

    fn free(&mut self, edge: u32) {
        self.edges[edge as usize].next = self.free_edge.unwrap_or(END);
        self.free_edge = Some(edge);
    }
}
