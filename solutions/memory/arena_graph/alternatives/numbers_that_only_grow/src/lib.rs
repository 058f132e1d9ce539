//! What a build has to do: jobs, and which of them has to wait for which.

use std::collections::HashMap;

/// A job in a graph, by a number that no other job gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Job(u64);

/// Jobs and their dependencies, in two maps whose keys are numbers that only grow.
#[derive(Debug, Default)]
pub struct Graph {
    next: u64,
    jobs: HashMap<Job, Node>,
    edges: HashMap<u64, Edge>,
}

#[derive(Debug)]
struct Node {
    cost: u32,
    first: Option<u64>,
}

#[derive(Debug, Clone, Copy)]
struct Edge {
    to: Job,
    next: Option<u64>,
}

impl Graph {
    /// No jobs yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a job that takes so long, and depends on nothing yet.
    pub fn add(&mut self, cost: u32) -> Job {
        self.next += 1;
        let job = Job(self.next);
        self.jobs.insert(job, Node { cost, first: None });
        job
    }

    /// Says that `job` has to wait for `on`. A dependency that is there already is there once. `false`, and no
    /// change, if one of the two is not in the graph any more.
    pub fn depend(&mut self, job: &Job, on: &Job) -> bool {
        if !self.jobs.contains_key(job) || !self.jobs.contains_key(on) {
            return false;
        }
        // Walks the job's list to find a double, and takes out what is gone.
        let (mut last, mut at) = (None, self.jobs[job].first);
        while let Some((number, Edge { to, next })) = at.map(|edge| (edge, self.edges[&edge])) {
            if to == *on {
                return true;
            }
            if self.jobs.contains_key(&to) {
                last = at;
            } else {
                self.edges.remove(&number);
                self.link(job, last, next);
            }
            at = next;
        }
        self.next += 1;
        let new = self.next;
        let edge = Edge {
            to: *on,
            next: None,
        };
        self.edges.insert(new, edge);
        self.link(job, last, Some(new));
        true
    }

    fn link(&mut self, job: &Job, edge: Option<u64>, next: Option<u64>) {
        let edge = edge.and_then(|edge| self.edges.get_mut(&edge));
        if let Some(edge) = edge {
            edge.next = next;
        } else if let Some(node) = self.jobs.get_mut(job) {
            node.first = next;
        }
    }

    /// Removes a job, with all dependencies from it and on it, and returns its cost. `None` if it is not there.
    pub fn remove(&mut self, job: &Job) -> Option<u32> {
        let node = self.jobs.remove(job)?;
        let mut at = node.first;
        while let Some(edge) = at.and_then(|edge| self.edges.remove(&edge)) {
            at = edge.next;
        }
        Some(node.cost)
    }

    /// How long a job takes. `None` if it is not in the graph any more.
    #[must_use]
    pub fn cost(&self, job: &Job) -> Option<u32> {
        self.jobs.get(job).map(|node| node.cost)
    }

    /// What a job depends on, in the order in which that was said. Nothing, if the job is not there.
    #[must_use]
    pub fn dependencies(&self, job: &Job) -> Vec<Job> {
        let mut found = Vec::new();
        let mut at = self.jobs.get(job).and_then(|node| node.first);
        while let Some(Edge { to, next }) = at.map(|edge| self.edges[&edge]) {
            found.extend(self.jobs.contains_key(&to).then_some(to));
            at = next;
        }
        found
    }

    /// How long the build takes at least, with any number of machines: the sum of the costs along the longest
    /// chain of dependencies. `None` if jobs wait for each other in a ring.
    #[must_use]
    pub fn longest(&self) -> Option<u64> {
        // Those first that wait for nothing, then those that waited for them alone, and so on.
        let mut waits: HashMap<Job, usize> = HashMap::new();
        let mut needed_by: HashMap<Job, Vec<Job>> = HashMap::new();
        for job in self.jobs.keys() {
            let needs = self.dependencies(job);
            waits.insert(*job, needs.len());
            for needed in needs {
                needed_by.entry(needed).or_default().push(*job);
            }
        }
        let mut ready: Vec<Job> = waits
            .iter()
            .filter(|(_, n)| **n == 0)
            .map(|(job, _)| *job)
            .collect();
        let mut begins: HashMap<Job, u64> = HashMap::new();
        let (mut longest, mut done) = (0, 0);
        while let Some(job) = ready.pop() {
            done += 1;
            let end = begins.get(&job).copied().unwrap_or(0) + u64::from(self.jobs[&job].cost);
            longest = longest.max(end);
            for other in needed_by.get(&job).into_iter().flatten() {
                let begin = begins.entry(*other).or_default();
                *begin = end.max(*begin);
                if let Some(left) = waits.get_mut(other) {
                    *left -= 1;
                    if *left == 0 {
                        ready.push(*other);
                    }
                }
            }
        }
        (done == self.jobs.len()).then_some(longest)
    }

    /// How many jobs there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.jobs.len()
    }

    /// Whether there are no jobs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }
}
