//! Keeps machines at a provider as they are wanted.

use std::collections::BTreeMap;

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
    pub fn reconcile(&self, desired: &BTreeMap<String, u32>, cloud: &mut impl Cloud) -> Pass {
        match self.pass(desired, cloud) {
            Ok(changes) => Pass {
                converged: changes == 0,
                errors: 0,
            },
            Err(CloudError) => Pass {
                converged: false,
                errors: 1,
            },
        }
    }

    fn pass(
        &self,
        desired: &BTreeMap<String, u32>,
        cloud: &mut impl Cloud,
    ) -> Result<usize, CloudError> {
        let machines = cloud.list().unwrap_or_default();
        let mut changes = 0;
        for machine in &machines {
            let wanted = desired.get(&machine.name) == Some(&machine.version);
            if !wanted || machine.state == State::Broken {
                cloud.delete(machine.id)?;
                changes += 1;
            }
        }
        for (name, version) in desired {
            let is_there = machines.iter().any(|machine| {
                machine.name == *name
                    && machine.version == *version
                    && machine.state == State::Running
            });
            if !is_there {
                cloud.create(&self.owner, name, *version)?;
                changes += 1;
            }
        }
        Ok(changes)
    }
}
