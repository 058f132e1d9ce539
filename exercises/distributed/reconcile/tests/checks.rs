//! What a pass tells the provider, and what is left in the end.

use std::collections::BTreeMap;

use reconcile::{Cloud, CloudError, Controller, Machine, Pass, State};

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

fn desired(wanted: &[(&str, u32)]) -> BTreeMap<String, u32> {
    wanted
        .iter()
        .map(|&(name, version)| (name.to_owned(), version))
        .collect()
}

fn create(name: &str, version: u32) -> Call {
    Call::Create(name.to_owned(), version)
}

fn reconcile(cloud: &mut Fake, wanted: &[(&str, u32)]) -> (Pass, Vec<Call>) {
    let pass = Controller::new("shop").reconcile(&desired(wanted), cloud);
    (pass, cloud.taken())
}

const DONE: Pass = Pass {
    converged: true,
    errors: 0,
};
const ON_THE_WAY: Pass = Pass {
    converged: false,
    errors: 0,
};

#[test]
fn what_is_missing_is_made_and_waited_for() {
    let mut cloud = Fake::new(vec![]);
    assert_eq!(
        reconcile(&mut cloud, &[("api", 1)]),
        (ON_THE_WAY, vec![create("api", 1)]),
        "`api` is wanted, and there is no machine"
    );
    assert_eq!(
        reconcile(&mut cloud, &[("api", 1)]),
        (ON_THE_WAY, vec![]),
        "the machine for `api` is starting. Another one would not be there sooner, and one more each pass until it runs is how accounts fill up"
    );
    cloud.start_all();
    assert_eq!(
        reconcile(&mut cloud, &[("api", 1)]),
        (DONE, vec![]),
        "all is as wanted: a pass looks, and does nothing"
    );
}

#[test]
fn machines_of_others_are_left_alone() {
    let mut cloud = Fake::new(vec![
        machine(1, "bank", "ledger", 3, State::Running),
        machine(2, "bank", "api", 9, State::Broken),
        machine(3, "shop", "api", 1, State::Running),
        machine(4, "shop", "old", 1, State::Running),
    ]);
    assert_eq!(
        reconcile(&mut cloud, &[("api", 1)]),
        (ON_THE_WAY, vec![Call::Delete(4)]),
        "`old` is ours and not wanted any more. The others that are not wanted are not ours, and one of them has a name like ours"
    );
    assert_eq!(
        reconcile(&mut cloud, &[("api", 1)]),
        (DONE, vec![]),
        "one machine of ours, and it is the right one"
    );
}

#[test]
fn an_update_starts_the_new_before_it_ends_the_old() {
    let mut cloud = Fake::new(vec![machine(1, "shop", "api", 1, State::Running)]);
    assert_eq!(
        reconcile(&mut cloud, &[("api", 2)]),
        (ON_THE_WAY, vec![create("api", 2)]),
        "version 2 is wanted: until it runs, version 1 serves"
    );
    assert_eq!(
        reconcile(&mut cloud, &[("api", 2)]),
        (ON_THE_WAY, vec![]),
        "version 2 is starting, version 1 serves"
    );
    assert_eq!(
        reconcile(&mut cloud, &[("api", 3)]),
        (ON_THE_WAY, vec![Call::Delete(2), create("api", 3)]),
        "now version 3 is wanted: version 2 serves nobody and never will"
    );
    cloud.machines[1].state = State::Broken;
    assert_eq!(
        reconcile(&mut cloud, &[("api", 3)]),
        (ON_THE_WAY, vec![Call::Delete(3), create("api", 3)]),
        "version 3 broke at the start: another one is made, and version 1 serves all the while"
    );
    cloud.start_all();
    assert_eq!(
        reconcile(&mut cloud, &[("api", 3)]),
        (ON_THE_WAY, vec![Call::Delete(1)]),
        "version 3 runs, and takes over"
    );
    assert_eq!(
        reconcile(&mut cloud, &[("api", 3)]),
        (DONE, vec![]),
        "version 3 runs alone"
    );
}

#[test]
fn a_lost_answer_makes_no_second_machine() {
    let mut cloud = Fake::new(vec![]);
    cloud.fate = Box::new(|_| Fate::Lost);
    let (pass, calls) = reconcile(&mut cloud, &[("api", 1)]);
    assert_eq!(
        (pass, calls),
        (
            Pass {
                converged: false,
                errors: 1
            },
            vec![create("api", 1)]
        ),
        "the provider made the machine, and its answer was lost. Whether it did, only the next list can tell: so one call in this pass"
    );
    cloud.fate = Box::new(|_| Fate::Answered);
    assert_eq!(
        reconcile(&mut cloud, &[("api", 1)]),
        (ON_THE_WAY, vec![]),
        "the machine is there, as the list says"
    );
    let mut cloud = Fake::new(vec![machine(1, "shop", "api", 1, State::Broken)]);
    cloud.fate = Box::new(|_| Fate::Refused);
    assert_eq!(
        reconcile(&mut cloud, &[("api", 1)]),
        (
            Pass {
                converged: false,
                errors: 1
            },
            vec![Call::Delete(1)]
        ),
        "the broken machine is still there, as far as is known. It has to go before another is made, or a provider that \
         refuses is filled with broken ones"
    );
}

#[test]
fn a_name_that_fails_does_not_stop_the_others() {
    let mut cloud = Fake::new(vec![
        machine(1, "shop", "aged", 1, State::Running),
        machine(2, "shop", "worn", 1, State::Running),
    ]);
    cloud.fate = Box::new(|call| match call {
        Call::Create(name, _) if name == "api" => Fate::Refused,
        Call::Delete(1) => Fate::Refused,
        _ => Fate::Answered,
    });
    let (pass, mut calls) = reconcile(&mut cloud, &[("api", 1), ("web", 1)]);
    calls.sort_by_key(|call| format!("{call:?}"));
    assert_eq!(
        (pass, calls),
        (
            Pass {
                converged: false,
                errors: 2
            },
            vec![
                create("api", 1),
                create("web", 1),
                Call::Delete(1),
                Call::Delete(2)
            ]
        ),
        "`aged` can't be ended and `api` not be made, each for a reason of its own. `worn` and `web` have nothing to do with it"
    );
}

#[test]
fn without_a_list_nothing_is_done() {
    let mut cloud = Fake::new(vec![machine(1, "shop", "api", 1, State::Running)]);
    cloud.list_fails = true;
    assert_eq!(
        reconcile(&mut cloud, &[("api", 1), ("web", 1)]),
        (
            Pass {
                converged: false,
                errors: 1
            },
            vec![]
        ),
        "the provider did not say what there is. That is not the same as an empty list, by which all would be made once more"
    );
}

#[test]
fn two_of_a_kind_become_one() {
    let running = |id| machine(id, "shop", "api", 1, State::Running);
    let mut cloud = Fake::new(vec![
        machine(1, "shop", "api", 1, State::Starting),
        running(2),
        running(3),
    ]);
    let (pass, mut calls) = reconcile(&mut cloud, &[("api", 1)]);
    calls.sort_by_key(|call| format!("{call:?}"));
    assert_eq!(
        (pass, calls),
        (ON_THE_WAY, vec![Call::Delete(1), Call::Delete(3)]),
        "somebody made two more by hand: one that runs is kept, and of two the older one"
    );
}

#[test]
fn whatever_happens_it_converges() {
    for seed in 1..=120 {
        story(seed, &["api", "web", "mail"], 60);
    }
}
