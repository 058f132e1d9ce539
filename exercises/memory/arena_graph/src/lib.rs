//! What a build has to do: jobs, and which of them has to wait for which.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::rc::{Rc, Weak};

/// A job in a graph.
#[derive(Clone)]
pub struct Job(Rc<RefCell<Node>>);

struct Node {
    cost: u32,
    removed: bool,
    needs: Vec<Rc<RefCell<Node>>>,
    needed_by: Vec<Weak<RefCell<Node>>>,
}

impl PartialEq for Job {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Job {}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Job({:p})", Rc::as_ptr(&self.0))
    }
}

/// Jobs and their dependencies.
#[derive(Default)]
pub struct Graph {
    jobs: Vec<Rc<RefCell<Node>>>,
}

impl Graph {
    /// No jobs yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a job that takes so long, and depends on nothing yet.
    pub fn add(&mut self, cost: u32) -> Job {
        let node = Rc::new(RefCell::new(Node {
            cost,
            removed: false,
            needs: vec![],
            needed_by: vec![],
        }));
        self.jobs.push(Rc::clone(&node));
        Job(node)
    }

    /// Says that `job` has to wait for `on`. A dependency that is there already is there once. `false`, and no
    /// change, if one of the two is not in the graph any more.
    pub fn depend(&mut self, job: &Job, on: &Job) -> bool {
        let mut from = job.0.borrow_mut();
        let mut to = on.0.borrow_mut();
        if from.removed || to.removed {
            return false;
        }
        if !from.needs.iter().any(|node| Rc::ptr_eq(node, &on.0)) {
            from.needs.push(Rc::clone(&on.0));
            to.needed_by.push(Rc::downgrade(&job.0));
        }
        true
    }

    /// Removes a job, with all dependencies from it and on it, and returns its cost. `None` if it is not there.
    pub fn remove(&mut self, job: &Job) -> Option<u32> {
        let mut node = job.0.borrow_mut();
        if node.removed {
            return None;
        }
        node.removed = true;
        for other in node.needed_by.drain(..).filter_map(|other| other.upgrade()) {
            other
                .borrow_mut()
                .needs
                .retain(|needed| !Rc::ptr_eq(needed, &job.0));
        }
        node.needs.clear();
        self.jobs.retain(|other| !Rc::ptr_eq(other, &job.0));
        Some(node.cost)
    }

    /// How long a job takes. `None` if it is not in the graph any more.
    #[must_use]
    pub fn cost(&self, job: &Job) -> Option<u32> {
        let node = job.0.borrow();
        (!node.removed).then_some(node.cost)
    }

    /// What a job depends on, in the order in which that was said. Nothing, if the job is not there.
    #[must_use]
    pub fn dependencies(&self, job: &Job) -> Vec<Job> {
        let node = job.0.borrow();
        node.needs.iter().map(|node| Job(Rc::clone(node))).collect()
    }

    /// How long the build takes at least, with any number of machines: the sum of the costs along the longest
    /// chain of dependencies. `None` if jobs wait for each other in a ring.
    #[must_use]
    pub fn longest(&self) -> Option<u64> {
        let mut known = HashMap::new();
        let mut longest = 0;
        for job in &self.jobs {
            longest = longest.max(longest_to(job, &mut known)?);
        }
        Some(longest)
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

/// The longest chain that ends with this job. `known` has `None` for a job that is being worked on.
fn longest_to(
    job: &Rc<RefCell<Node>>,
    known: &mut HashMap<*const RefCell<Node>, Option<u64>>,
) -> Option<u64> {
    if let Some(found) = known.get(&Rc::as_ptr(job)) {
        return *found;
    }
    known.insert(Rc::as_ptr(job), None);
    let node = job.borrow();
    let mut before = 0;
    for needed in &node.needs {
        before = before.max(longest_to(needed, known)?);
    }
    let sum = before + u64::from(node.cost);
    known.insert(Rc::as_ptr(job), Some(sum));
    Some(sum)
}
