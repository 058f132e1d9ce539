//! The tasks and what may become of them.

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

/// Tasks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TaskList {
    tasks: Vec<Task>,
}

impl TaskList {
    /// A list without tasks.
    pub fn new() -> Self {
        Self::default()
    }

    /// A list of tasks that were kept somewhere, and the highest number that was ever given.
    pub(crate) fn restore(_last: u32, tasks: Vec<Task>) -> Self {
        Self { tasks }
    }

    /// The highest number that was ever given.
    pub(crate) fn last(&self) -> u32 {
        self.tasks.len() as u32
    }

    /// Adds an open task.
    ///
    /// # Errors
    ///
    /// It comes after a task that is not there, or there are no more numbers.
    pub fn add(&mut self, new: NewTask) -> Result<TaskId, Refusal> {
        let id = TaskId::new(self.last() + 1).ok_or(Refusal::Full)?;
        self.tasks.push(Task {
            id,
            title: new.title,
            priority: new.priority,
            due: new.due,
            after: new.after,
            state: State::Open,
        });
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
            println!("note: task {id} was done already");
        }
        task.state = State::Done { at: Some(now) };
        Ok(())
    }

    /// Says that a task is to be done after all.
    ///
    /// # Errors
    ///
    /// It is not there, is open already, or something that is done relies on it.
    pub fn reopen(&mut self, id: TaskId) -> Result<(), Refusal> {
        self.find(id)?.state = State::Open;
        Ok(())
    }

    /// Takes a task out of the list.
    ///
    /// # Errors
    ///
    /// It is not there, or another task comes after it.
    pub fn remove(&mut self, id: TaskId) -> Result<Task, Refusal> {
        let removed = self.find(id)?.clone();
        for task in &self.tasks {
            if task.after.contains(&id) {
                println!("note: task {} waited for task {id}", task.id);
            }
        }
        self.tasks.retain(|task| task.id != id);
        Ok(removed)
    }

    /// The task of this number.
    pub fn get(&self, id: TaskId) -> Option<&Task> {
        self.tasks.iter().find(|task| task.id == id)
    }

    /// All tasks, by number.
    pub fn tasks(&self) -> impl Iterator<Item = &Task> {
        self.tasks.iter()
    }

    /// What to show on a day: what is open by priority, then by due date, then by number; then what is
    /// done, by number.
    pub fn view(&self, filter: Filter, today: Date) -> Vec<&Task> {
        let mut shown: Vec<&Task> = self
            .tasks
            .iter()
            .filter(|task| match filter {
                Filter::All => true,
                Filter::Open => task.state == State::Open,
                Filter::Overdue => task.due.is_some_and(|due| due <= today),
            })
            .collect();
        shown.sort_by_key(|task| (task.state != State::Open, task.priority, task.due));
        shown
    }

    fn find(&mut self, id: TaskId) -> Result<&mut Task, Refusal> {
        self.tasks
            .iter_mut()
            .find(|task| task.id == id)
            .ok_or(Refusal::NoSuchTask { id })
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
