//! Longer stories, with other names.

use std::collections::BTreeMap;

use reconcile::{Cloud, CloudError, Controller, Machine, State};

/// What the provider was told.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Call {
    Create(String, u32),
    Delete(u64),
}

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Answered,
    /// Nothing is done.
    Refused,
    /// It is done, and the answer gets lost.
    Lost,
}

/// A provider in memory.
struct Fake {
    machines: Vec<Machine>,
    last_id: u64,
    calls: Vec<Call>,
    list_fails: bool,
    fate: Box<dyn FnMut(&Call) -> Fate>,
}

impl Fake {
    fn new(machines: Vec<Machine>) -> Self {
        Self {
            last_id: machines.iter().map(|machine| machine.id).max().unwrap_or(0),
            machines,
            calls: Vec::new(),
            list_fails: false,
            fate: Box::new(|_| Fate::Answered),
        }
    }

    fn call(&mut self, call: Call) -> Result<bool, CloudError> {
        let fate = (self.fate)(&call);
        self.calls.push(call);
        match fate {
            Fate::Answered => Ok(true),
            Fate::Refused => Err(CloudError),
            Fate::Lost => Ok(false),
        }
    }

    fn taken(&mut self) -> Vec<Call> {
        std::mem::take(&mut self.calls)
    }

    /// Every machine that is starting has started.
    fn start_all(&mut self) {
        for machine in &mut self.machines {
            if machine.state == State::Starting {
                machine.state = State::Running;
            }
        }
    }
}

impl Cloud for Fake {
    fn list(&mut self) -> Result<Vec<Machine>, CloudError> {
        if self.list_fails {
            Err(CloudError)
        } else {
            Ok(self.machines.clone())
        }
    }

    fn create(&mut self, owner: &str, name: &str, version: u32) -> Result<(), CloudError> {
        let answered = self.call(Call::Create(name.to_owned(), version))?;
        self.last_id += 1;
        let (id, state) = (self.last_id, State::Starting);
        let (owner, name) = (owner.to_owned(), name.to_owned());
        self.machines.push(Machine {
            id,
            owner,
            name,
            version,
            state,
        });
        if answered { Ok(()) } else { Err(CloudError) }
    }

    fn delete(&mut self, id: u64) -> Result<(), CloudError> {
        let answered = self.call(Call::Delete(id))?;
        let before = self.machines.len();
        self.machines.retain(|machine| machine.id != id);
        if answered && self.machines.len() < before {
            Ok(())
        } else {
            Err(CloudError)
        }
    }
}

fn machine(id: u64, owner: &str, name: &str, version: u32, state: State) -> Machine {
    let (owner, name) = (owner.to_owned(), name.to_owned());
    Machine {
        id,
        owner,
        name,
        version,
        state,
    }
}

/// The same numbers for the same seed.
#[derive(Clone)]
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// A story with failures, changed wishes, and machines that break, and then some quiet. Panics with the seed if a rule is broken.
fn story(seed: u64, names: &[&str], steps: u32) {
    let mut random = Random(seed);
    let mut fates = random.clone();
    let controller = Controller::new("shop");
    let mut cloud = Fake::new(vec![
        machine(1, "bank", names[0], 1, State::Running),
        machine(2, "bank", "ledger", 7, State::Broken),
        machine(3, "shop", names[0], 1, State::Running),
        machine(4, "shop", names[0], 1, State::Starting),
    ]);
    let theirs = cloud.machines[..2].to_vec();
    cloud.fate = Box::new(move |_| match fates.below(10) {
        0..2 => Fate::Refused,
        2..4 => Fate::Lost,
        _ => Fate::Answered,
    });
    let mut desired: BTreeMap<String, u32> = BTreeMap::new();
    for step in 0..steps {
        let name = names[random.below(names.len() as u64) as usize];
        match random.below(8) {
            0 => drop(desired.remove(name)),
            1 | 2 => drop(desired.insert(name.to_owned(), random.below(4) as u32)),
            _ => {}
        }
        for machine in cloud
            .machines
            .iter_mut()
            .filter(|machine| machine.owner == "shop")
        {
            machine.state = match (machine.state, random.below(12)) {
                (_, 0) => State::Broken,
                (State::Starting, 1..6) => State::Running,
                (state, _) => state,
            };
        }
        cloud.list_fails = random.below(6) == 0;
        let serves = |cloud: &Fake, name: &str| {
            let mut machines = cloud.machines.iter();
            machines.any(|m| m.owner == "shop" && m.name == name && m.state == State::Running)
        };
        let served: Vec<&String> = desired.keys().filter(|name| serves(&cloud, name)).collect();
        controller.reconcile(&desired, &mut cloud);
        for name in served {
            assert!(
                serves(&cloud, name),
                "seed {seed}, step {step}: `{name}` was served and is wanted, and this pass left it without a running machine: {:?}",
                cloud.calls
            );
        }
        for name in names {
            let count = cloud
                .machines
                .iter()
                .filter(|m| m.owner == "shop" && m.name == *name)
                .count();
            assert!(
                count <= 2,
                "seed {seed}, step {step}: `{name}` has {count} machines; one that serves and one to take its place are enough"
            );
        }
        assert_eq!(
            cloud.machines[..2],
            theirs,
            "seed {seed}, step {step}: the bank's machines are the bank's"
        );
        cloud.taken();
    }
    cloud.fate = Box::new(|_| Fate::Answered);
    cloud.list_fails = false;
    let passes = (0..6).map(|_| {
        cloud.start_all();
        controller.reconcile(&desired, &mut cloud).converged
    });
    let passes: Vec<bool> = passes.collect();
    let ours = cloud
        .machines
        .iter()
        .filter(|machine| machine.owner == "shop");
    let found: Vec<(&str, u32, State)> = ours
        .map(|m| (m.name.as_str(), m.version, m.state))
        .collect();
    let mut sorted = found.clone();
    sorted.sort_by_key(|(name, ..)| *name);
    let wanted: Vec<(&str, u32, State)> = desired
        .iter()
        .map(|(name, version)| (name.as_str(), *version, State::Running))
        .collect();
    assert_eq!(
        (sorted, passes.last()),
        (wanted, Some(&true)),
        "seed {seed}: after six passes without failures there must be one running machine of the right version for each name, and \
         the pass must say so (left: what there is; what the last pass said)"
    );
}

#[test]
fn longer_stories_converge_too() {
    for seed in 1_000..1_020 {
        story(seed, &["one"], 120);
        story(seed, &["a", "b", "c", "d", "e", "f", "g"], 120);
    }
}
