//! A long random walk beside a model that is too slow and too simple to be wrong.

use std::collections::{BTreeMap, BTreeSet};

use task_manager::{Filter, NewTask, Priority, Refusal, State, TaskId, TaskList, Timestamp};

/// Knuth's multiplier for 64 bits; the upper bits are the good ones.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        ((self.0 >> 33) % u64::from(bound)) as u32
    }
}

/// What is known of a task: when it was done, and what it comes after.
type Model = BTreeMap<u32, (Option<u64>, BTreeSet<u32>)>;

fn id(number: u32) -> TaskId {
    TaskId::new(number).expect("the walk uses numbers from 1")
}

fn ids(numbers: impl IntoIterator<Item = u32>) -> Vec<TaskId> {
    numbers.into_iter().map(id).collect()
}

fn needing(model: &Model, number: u32, done_only: bool) -> Vec<TaskId> {
    ids(model
        .iter()
        .filter(|(_, (done, after))| after.contains(&number) && (done.is_some() || !done_only))
        .map(|(&number, _)| number))
}

fn complete(model: &mut Model, number: u32, now: u64) -> Result<(), Refusal> {
    let id = id(number);
    let (done, after) = model
        .get(&number)
        .cloned()
        .ok_or(Refusal::NoSuchTask { id })?;
    if done.is_some() {
        return Err(Refusal::AlreadyDone { id });
    }
    let open = ids(after.into_iter().filter(|before| model[before].0.is_none()));
    if !open.is_empty() {
        return Err(Refusal::WaitsFor { id, open });
    }
    model.get_mut(&number).expect("seen above").0 = Some(now);
    Ok(())
}

fn reopen(model: &mut Model, number: u32) -> Result<(), Refusal> {
    let id = id(number);
    if model
        .get(&number)
        .ok_or(Refusal::NoSuchTask { id })?
        .0
        .is_none()
    {
        return Err(Refusal::NotDone { id });
    }
    let by = needing(model, number, true);
    if !by.is_empty() {
        return Err(Refusal::NeededBy { id, by });
    }
    model.get_mut(&number).expect("seen above").0 = None;
    Ok(())
}

fn remove(model: &mut Model, number: u32) -> Result<(), Refusal> {
    let id = id(number);
    if !model.contains_key(&number) {
        return Err(Refusal::NoSuchTask { id });
    }
    let by = needing(model, number, false);
    if !by.is_empty() {
        return Err(Refusal::NeededBy { id, by });
    }
    model.remove(&number);
    Ok(())
}

#[test]
fn a_walk_of_three_thousand_steps_agrees_with_a_model() {
    let mut dice = Dice(8);
    let mut list = TaskList::new();
    let mut model = Model::new();
    let mut last: u32 = 0;
    for step in 0..3_000_u64 {
        // Mostly of the newest twenty, where things happen.
        let number = last.saturating_sub(dice.below(20)).max(1);
        let (said, expected, what) = match dice.below(5) {
            0 => {
                let after: Vec<u32> = (0..dice.below(3))
                    .map(|_| last.saturating_sub(dice.below(12)).max(1))
                    .collect();
                let new = NewTask {
                    title: format!("step {step}").parse().expect("a title"),
                    priority: Priority::Normal,
                    due: None,
                    after: ids(after.iter().copied()),
                };
                let missing = after
                    .iter()
                    .copied()
                    .find(|before| !model.contains_key(before));
                let expected = match missing {
                    Some(before) => Err(Refusal::NoSuchTask { id: id(before) }),
                    None => {
                        last += 1;
                        model.insert(last, (None, after.iter().copied().collect()));
                        Ok(())
                    }
                };
                (
                    list.add(new).map(|_| ()),
                    expected,
                    format!("add after {after:?}"),
                )
            }
            1 | 2 => (
                list.complete(id(number), Timestamp::from_secs(step)),
                complete(&mut model, number, step),
                format!("complete {number}"),
            ),
            3 => (
                list.reopen(id(number)),
                reopen(&mut model, number),
                format!("reopen {number}"),
            ),
            _ => (
                list.remove(id(number)).map(|_| ()),
                remove(&mut model, number),
                format!("remove {number}"),
            ),
        };
        assert_eq!(said, expected, "step {step} of the walk: {what}");
        // Looking at all of it is what takes time, and a wrong step is not forgotten in eleven.
        if step % 11 != 0 && step != 2_999 {
            continue;
        }
        let kept: Model = list
            .tasks()
            .map(|task| {
                let done = match task.state {
                    State::Open => None,
                    State::Done { at } => at.map(Timestamp::as_secs),
                };
                let after = task.after.iter().map(|id| id.get()).collect();
                (task.id.get(), (done, after))
            })
            .collect();
        assert_eq!(kept, model, "what is in the list after step {step}: {what}");
    }
    assert!(
        last > 100,
        "the walk came to something: {last} tasks were added"
    );
}

#[test]
fn among_equals_the_number_decides() {
    let mut list = TaskList::new();
    for number in 1..=40 {
        let new = NewTask {
            title: format!("task {number}").parse().expect("a title"),
            priority: Priority::High,
            due: Some("2026-03-01".parse().expect("a date")),
            after: Vec::new(),
        };
        list.add(new).expect("it comes after nothing");
    }
    for done in [30, 10, 20] {
        list.complete(id(done), Timestamp::from_secs(u64::from(done)))
            .expect("it is open");
    }
    let shown: Vec<u32> = list
        .view(Filter::All, "2026-03-01".parse().expect("a date"))
        .iter()
        .map(|task| task.id.get())
        .collect();
    let open = (1..=40).filter(|number| number % 10 != 0 || *number == 40);
    let expected: Vec<u32> = open.chain([10, 20, 30]).collect();
    assert_eq!(
        shown, expected,
        "37 open tasks by number, then three done ones by number"
    );
}
