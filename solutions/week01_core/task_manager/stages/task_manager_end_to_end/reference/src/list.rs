//! The tasks and what may become of them.
//!
//! Reads no clock and no file and prints nothing: the day and the time are arguments, and what is refused is
//! a value that its caller puts into words.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;

use crate::values::{Date, Priority, TaskId, Timestamp, Title};

/// A task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its number, for ever.
    pub id: TaskId,
    /// What is to be done.
    pub title: Title,
    /// What comes first.
    pub priority: Priority,
    /// The last day on which it is in time.
    pub due: Option<Date>,
    /// The tasks that have to be done before it.
    pub after: Vec<TaskId>,
    /// Whether it is done.
    pub state: State,
}

/// How far a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Still to do.
    Open,
    /// Done.
    Done {
        /// When, where that is known.
        at: Option<Timestamp>,
    },
}

/// What a task is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTask {
    /// What is to be done.
    pub title: Title,
    /// What comes first.
    pub priority: Priority,
    /// The last day on which it is in time.
    pub due: Option<Date>,
    /// The tasks that have to be done before it.
    pub after: Vec<TaskId>,
}

/// Which tasks to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Filter {
    /// Those that are to be done.
    #[default]
    Open,
    /// Those that are to be done and late.
    Overdue,
    /// Those that are done as well.
    All,
}

/// Why a list does not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no task of this number.
    NoSuchTask {
        /// The number.
        id: TaskId,
    },
    /// What is done can't be done again.
    AlreadyDone {
        /// The task.
        id: TaskId,
    },
    /// What is open can't be reopened.
    NotDone {
        /// The task.
        id: TaskId,
    },
    /// The task waits for others.
    WaitsFor {
        /// The task.
        id: TaskId,
        /// The open ones among those that it comes after.
        open: Vec<TaskId>,
    },
    /// Other tasks rely on this one.
    NeededBy {
        /// The task.
        id: TaskId,
        /// The others.
        by: Vec<TaskId>,
    },
    /// There are no more numbers.
    Full,
}

/// Tasks, of which each other task may be a predecessor.
///
/// What holds between any two calls:
/// - no number is given twice, whatever was removed;
/// - a task comes after tasks that are in the list and have lower numbers, so there are no circles;
/// - what is done comes after tasks that are done.
///
/// A call that refuses changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TaskList {
    /// The highest number that was ever given. The highest that is there would not do: it may be removed.
    last: u32,
    // A map, for the order of numbers as much as for the lookup.
    tasks: BTreeMap<TaskId, Task>,
}

impl TaskList {
    /// A list without tasks.
    pub fn new() -> Self {
        Self::default()
    }

    /// A list of tasks that were kept somewhere, and the highest number that was ever given.
    ///
    /// # Errors
    ///
    /// What contradicts the rules, in words: nothing that went through the other functions does.
    pub(crate) fn restore(last: u32, tasks: Vec<Task>) -> Result<Self, String> {
        let mut list = Self {
            last,
            tasks: BTreeMap::new(),
        };
        for task in tasks {
            let id = task.id;
            if let Some(twice) = list.tasks.insert(id, task) {
                return Err(format!("there are two tasks {}", twice.id));
            }
        }
        for task in list.tasks() {
            let id = task.id;
            if id.get() > last {
                return Err(format!("task {id} is above the last number, {last}"));
            }
            if !task.after.is_sorted_by(|one, next| one < next) {
                return Err(format!("task {id} has predecessors out of order"));
            }
            for &before in &task.after {
                let open = match list.get(before) {
                    Some(task) if before < id => task.state == State::Open,
                    _ => return Err(format!("task {id} can't come after {before}")),
                };
                if open && task.state != State::Open {
                    return Err(format!("task {id} is done, and {before} before it is not"));
                }
            }
        }
        Ok(list)
    }

    /// The highest number that was ever given.
    pub(crate) fn last(&self) -> u32 {
        self.last
    }

    /// Adds an open task.
    ///
    /// # Errors
    ///
    /// It comes after a task that is not there, or there are no more numbers.
    pub fn add(&mut self, new: NewTask) -> Result<TaskId, Refusal> {
        if let Some(&id) = new.after.iter().find(|id| !self.tasks.contains_key(id)) {
            return Err(Refusal::NoSuchTask { id });
        }
        let last = self.last.checked_add(1).ok_or(Refusal::Full)?;
        let id = TaskId::new(last).ok_or(Refusal::Full)?;
        let mut after = new.after;
        after.sort_unstable();
        after.dedup();
        self.last = last;
        self.tasks.insert(
            id,
            Task {
                id,
                title: new.title,
                priority: new.priority,
                due: new.due,
                after,
                state: State::Open,
            },
        );
        Ok(id)
    }

    /// Says that a task is done.
    ///
    /// # Errors
    ///
    /// It is not there, is done already, or waits for others.
    pub fn complete(&mut self, id: TaskId, now: Timestamp) -> Result<(), Refusal> {
        let task = self.find(id)?;
        if task.state != State::Open {
            return Err(Refusal::AlreadyDone { id });
        }
        let open: Vec<TaskId> = task
            .after
            .iter()
            .copied()
            .filter(|id| self.get(*id).is_some_and(|task| task.state == State::Open))
            .collect();
        if !open.is_empty() {
            return Err(Refusal::WaitsFor { id, open });
        }
        self.set(id, State::Done { at: Some(now) });
        Ok(())
    }

    /// Says that a task is to be done after all.
    ///
    /// # Errors
    ///
    /// It is not there, is open already, or something that is done relies on it.
    pub fn reopen(&mut self, id: TaskId) -> Result<(), Refusal> {
        if self.find(id)?.state == State::Open {
            return Err(Refusal::NotDone { id });
        }
        self.needed_by(id, |task| task.state != State::Open)?;
        self.set(id, State::Open);
        Ok(())
    }

    /// Takes a task out of the list.
    ///
    /// # Errors
    ///
    /// It is not there, or another task comes after it, done or not.
    pub fn remove(&mut self, id: TaskId) -> Result<Task, Refusal> {
        self.needed_by(id, |_| true)?;
        self.tasks.remove(&id).ok_or(Refusal::NoSuchTask { id })
    }

    /// The task of this number.
    pub fn get(&self, id: TaskId) -> Option<&Task> {
        self.tasks.get(&id)
    }

    /// All tasks, by number.
    pub fn tasks(&self) -> impl Iterator<Item = &Task> {
        self.tasks.values()
    }

    /// What to show on a day: what is open by priority, then by due date, then by number; then what is
    /// done, by number.
    pub fn view(&self, filter: Filter, today: Date) -> Vec<&Task> {
        let mut shown: Vec<&Task> = self
            .tasks()
            .filter(|task| match filter {
                Filter::All => true,
                Filter::Open => task.state == State::Open,
                // The due date is the last day on which a task is in time.
                Filter::Overdue => {
                    task.state == State::Open && task.due.is_some_and(|due| due < today)
                }
            })
            .collect();
        // The sort is stable and the tasks come by number, so the number needs no place in the keys.
        // `None < Some(_)`, so "no date" is said first, or it would come before every date.
        shown.sort_by_key(|task| match task.state {
            State::Open => (false, Reverse(task.priority), task.due.is_none(), task.due),
            State::Done { .. } => (true, Reverse(Priority::default()), true, None),
        });
        shown
    }

    fn find(&self, id: TaskId) -> Result<&Task, Refusal> {
        self.get(id).ok_or(Refusal::NoSuchTask { id })
    }

    /// Refuses if some of those that come after this task are in the way.
    fn needed_by(&self, id: TaskId, in_the_way: impl Fn(&Task) -> bool) -> Result<(), Refusal> {
        let by: Vec<TaskId> = self
            .tasks()
            .filter(|task| task.after.contains(&id) && in_the_way(task))
            .map(|task| task.id)
            .collect();
        if by.is_empty() {
            Ok(())
        } else {
            Err(Refusal::NeededBy { id, by })
        }
    }

    fn set(&mut self, id: TaskId, state: State) {
        if let Some(task) = self.tasks.get_mut(&id) {
            task.state = state;
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchTask { id } => write!(f, "there is no task {id}"),
            Self::AlreadyDone { id } => write!(f, "task {id} is done already"),
            Self::NotDone { id } => write!(f, "task {id} is open already"),
            Self::WaitsFor { id, open } => write!(f, "task {id} waits for {}", listed(open)),
            Self::NeededBy { id, by } => write!(f, "task {id} is needed by {}", listed(by)),
            Self::Full => f.write_str("there are no more numbers for tasks"),
        }
    }
}

impl std::error::Error for Refusal {}

fn listed(ids: &[TaskId]) -> String {
    let ids: Vec<String> = ids.iter().map(TaskId::to_string).collect();
    ids.join(", ")
}
