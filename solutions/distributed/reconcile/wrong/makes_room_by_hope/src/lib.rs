//! Keeps machines at a provider as they are wanted.

use std::collections::{BTreeMap, BTreeSet};

/// What a machine is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It will run soon, or be broken.
    Starting,
    /// It serves requests.
    Running,
    /// It will never run again.
    Broken,
}

/// A machine at the provider. An account has those of several teams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// The provider's number. Later ones are larger.
    pub id: u64,
    /// Whose it is.
    pub owner: String,
    /// What it is for. Several can have the same name.
    pub name: String,
    /// The version of the software on it.
    pub version: u32,
    /// What it is doing.
    pub state: State,
}

/// The provider did not say that it has done what it was told. It may have done it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CloudError;

/// The provider.
pub trait Cloud {
    /// All machines of the account as they are now, in order of ids.
    ///
    /// # Errors
    ///
    /// There was no answer.
    fn list(&mut self) -> Result<Vec<Machine>, CloudError>;

    /// Makes a machine, which is then starting.
    ///
    /// # Errors
    ///
    /// There was no answer, or a refusal.
    fn create(&mut self, owner: &str, name: &str, version: u32) -> Result<(), CloudError>;

    /// Ends a machine.
    ///
    /// # Errors
    ///
    /// There was no answer, or a refusal.
    fn delete(&mut self, id: u64) -> Result<(), CloudError>;
}

/// What has come of a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pass {
    /// The list was as wanted: each name had one machine, running, of its version, and there was no other.
    pub converged: bool,
    /// Calls that failed.
    pub errors: usize,
}

/// Looks after the machines of an owner.
#[derive(Debug)]
pub struct Controller {
    owner: String,
}

impl Controller {
    /// A controller for the machines of this owner.
    pub fn new(owner: &str) -> Self {
        Self {
            owner: owner.to_owned(),
        }
    }

    /// One pass, which is made again and again: compares what there is with what is `desired` (the version for each name), and
    /// tells the provider what to change.
    // Nothing is remembered from one pass to the next. The list is the only truth: it also has what came of calls whose
    // answer was lost, of passes that were cut short, and of people with a console.
    pub fn reconcile(&self, desired: &BTreeMap<String, u32>, cloud: &mut impl Cloud) -> Pass {
        let Ok(mut machines) = cloud.list() else {
            // To know nothing is not to know that there is nothing.
            return Pass {
                converged: false,
                errors: 1,
            };
        };
        machines.retain(|machine| machine.owner == self.owner);
        let there = machines.iter().map(|machine| machine.name.as_str());
        let names: BTreeSet<&str> = there.chain(desired.keys().map(String::as_str)).collect();
        let mut pass = Pass {
            converged: true,
            errors: 0,
        };
        for name in names {
            let named = machines.iter().filter(|machine| machine.name == name);
            let plan = Plan::new(named.collect(), desired.get(name).copied());
            pass.converged &= plan.is_done();
            // What fails for one name is tried again in the next pass, and is no reason to neglect the others.
            pass.errors += plan.carry_out(&self.owner, name, cloud);
        }
        pass
    }
}

/// What is to be done about one name.
struct Plan {
    delete: Vec<u64>,
    create: Option<u32>,
    /// The machine that is to be is on its way.
    wait: bool,
}

impl Plan {
    fn new(machines: Vec<&Machine>, wanted: Option<u32>) -> Self {
        let first = |state: State, wanted: &dyn Fn(u32) -> bool| {
            let mut machines = machines.iter();
            let found = machines.find(|machine| machine.state == state && wanted(machine.version));
            found.map(|machine| machine.id)
        };
        let (mut keep, mut create, mut wait) = (Vec::new(), None, false);
        if let Some(version) = wanted {
            if let Some(id) = first(State::Running, &|found| found == version) {
                keep.push(id);
            } else {
                // Whatever runs goes on until there is something to take its place.
                keep.extend(first(State::Running, &|_| true));
                match first(State::Starting, &|found| found == version) {
                    Some(id) => keep.push(id),
                    None => create = Some(version),
                }
                wait = true;
            }
        }
        let ids = machines.iter().map(|machine| machine.id);
        Self {
            delete: ids.filter(|id| !keep.contains(id)).collect(),
            create,
            wait,
        }
    }

    fn is_done(&self) -> bool {
        self.delete.is_empty() && self.create.is_none() && !self.wait
    }

    /// Returns how many calls have failed.
    fn carry_out(self, owner: &str, name: &str, cloud: &mut impl Cloud) -> usize {
        let deletes = self.delete.into_iter().map(|id| cloud.delete(id));
        let errors = deletes.filter(Result::is_err).count();
        let create = self
            .create
            .map(|version| cloud.create(owner, name, version));
        errors + usize::from(create.is_some_and(|answer| answer.is_err()))
    }
}
