//! Does what was asked for.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::SystemTime;

use crate::command::{Command, Invocation};
use crate::files::Disk;
use crate::list::{NewTask, State, Task};
use crate::store::Store;
use crate::values::{Priority, Timestamp};

const HELP: &str = "\
Usage: tasks [--file PATH] COMMAND

  add TITLE [--due DATE] [--priority PRIORITY] [--after ID]...
  done ID
  reopen ID
  remove ID
  list [--all | --overdue]
  import    a task for each line of standard input
  help
";

/// Does what the arguments say.
///
/// # Errors
///
/// Whatever went wrong.
pub fn run(args: impl IntoIterator<Item = OsString>) -> Result<(), Box<dyn Error>> {
    let invocation = Invocation::parse(args)?;
    let path = invocation
        .file
        .or_else(|| env::var_os("TASKS_FILE").map(PathBuf::from))
        .unwrap_or_else(|| PathBuf::from("tasks.json"));
    let store = Store::new(path, Disk);
    let mut out = io::stdout().lock();
    match invocation.command {
        Command::Add(new) => {
            let id = store.update(|| true, |list| list.add(new))??;
            writeln!(out, "added {id}")?;
        }
        Command::Done(id) => {
            store.update(|| true, |list| list.complete(id, now()))??;
            writeln!(out, "done {id}")?;
        }
        Command::Reopen(id) => {
            store.update(|| true, |list| list.reopen(id))??;
            writeln!(out, "reopened {id}")?;
        }
        Command::Remove(id) => {
            let task = store.update(|| true, |list| list.remove(id))??;
            writeln!(out, "removed {id}: {}", task.title)?;
        }
        Command::List(filter) => {
            for task in store.load()?.view(filter, now().date()) {
                writeln!(out, "{}", line(task))?;
            }
        }
        Command::Import => {
            for title in io::stdin().lines() {
                let new = NewTask {
                    title: title?.parse()?,
                    priority: Priority::default(),
                    due: None,
                    after: Vec::new(),
                };
                let id = store.update(|| true, |list| list.add(new))??;
                writeln!(out, "added {id}")?;
            }
        }
        Command::Help => write!(out, "{HELP}")?,
    }
    Ok(())
}

fn line(task: &Task) -> String {
    let mark = if task.state == State::Open { " " } else { "x" };
    let due = task
        .due
        .map_or_else(|| "-".to_owned(), |due| due.to_string());
    format!(
        "[{mark}] {:>4}  {:<6}  {due:<10}  {}",
        task.id, task.priority, task.title
    )
}

fn now() -> Timestamp {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Timestamp::from_secs(since_1970.map_or(0, |since| since.as_secs()))
}
