//! Does what was asked for.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::io;
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
    match invocation.command {
        Command::Add(new) => {
            let id = store.update(|| true, |list| list.add(new))??;
            println!("added {id}");
        }
        Command::Done(id) => {
            store.update(|| true, |list| list.complete(id, now()))??;
            println!("done {id}");
        }
        Command::Reopen(id) => {
            store.update(|| true, |list| list.reopen(id))??;
            println!("reopened {id}");
        }
        Command::Remove(id) => {
            let task = store.update(|| true, |list| list.remove(id))??;
            println!("removed {id}: {}", task.title);
        }
        Command::List(filter) => {
            for task in store.load()?.view(filter, now().date()) {
                println!("{}", line(task));
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
                println!("added {id}");
            }
        }
        Command::Help => print!("{HELP}"),
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
