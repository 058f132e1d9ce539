//! Does what was asked for.

use std::env;
use std::ffi::OsString;
use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, SystemTime};

use crate::command::{Command, Invocation};
use crate::error::{BadLine, Error};
use crate::files::Disk;
use crate::list::{NewTask, State, Task};
use crate::store::Store;
use crate::values::{Priority, Timestamp, Title};

const HELP: &str = "\
Usage: tasks [--file PATH] [--no-wait] COMMAND

  add TITLE [--due DATE] [--priority PRIORITY] [--after ID]...
  done ID
  reopen ID
  remove ID
  list [--all | --overdue]
  import    a task for each line of standard input
  help

Exit codes: 0 done, 1 refused, 2 not understood, 3 the file can't be used,
4 another process is changing it, 5 standard input or output failed
";

/// Does what the arguments say.
///
/// # Errors
///
/// Whatever went wrong. What is refused or fails has changed nothing, but for [`Error::Output`]: then what was
/// asked for is done and could not be told.
pub fn run(args: impl IntoIterator<Item = OsString>) -> Result<(), Error> {
    let invocation = Invocation::parse(args)?;
    let path = invocation
        .file
        .or_else(|| env::var_os("TASKS_FILE").map(PathBuf::from))
        .unwrap_or_else(|| PathBuf::from("tasks.json"));
    let store = Store::new(path, Disk);
    let again = || {
        if !invocation.no_wait {
            // A change takes milliseconds. To be told when it is over would take a thread that can't be stopped.
            thread::sleep(Duration::from_millis(10));
        }
        !invocation.no_wait
    };
    let answer = match invocation.command {
        Command::Add(new) => {
            let id = store.update(again, |list| list.add(new))??;
            format!("added {id}\n")
        }
        Command::Done(id) => {
            store.update(again, |list| list.complete(id, now()))??;
            format!("done {id}\n")
        }
        Command::Reopen(id) => {
            store.update(again, |list| list.reopen(id))??;
            format!("reopened {id}\n")
        }
        Command::Remove(id) => {
            let task = store.update(again, |list| list.remove(id))??;
            format!("removed {id}: {}\n", task.title)
        }
        Command::List(filter) => {
            let list = store.load()?;
            list.view(filter, now().date())
                .into_iter()
                .map(line)
                .collect()
        }
        Command::Import => {
            let titles = read_titles(io::stdin().lock())?;
            // One change for all of them, so that half an import is never in the list.
            let ids = store.update(again, |list| {
                titles
                    .into_iter()
                    .map(|title| list.add(plain(title)))
                    .collect::<Result<Vec<_>, _>>()
            })??;
            ids.iter().map(|id| format!("added {id}\n")).collect()
        }
        Command::Help => HELP.to_owned(),
    };
    tell(&mut io::stdout().lock(), &answer)
}

/// Reads to the end before anything is changed. Blank lines are no tasks.
fn read_titles(input: impl BufRead) -> Result<Vec<Title>, Error> {
    let mut titles = Vec::new();
    let mut bad = Vec::new();
    for (at, line) in input.lines().enumerate() {
        let text = line.map_err(Error::Input)?;
        if text.trim().is_empty() {
            continue;
        }
        match text.parse() {
            Ok(title) => titles.push(title),
            Err(reason) => bad.push(BadLine {
                number: at + 1,
                text,
                reason,
            }),
        }
    }
    if bad.is_empty() {
        Ok(titles)
    } else {
        Err(Error::Lines(bad))
    }
}

fn plain(title: Title) -> NewTask {
    NewTask {
        title,
        priority: Priority::default(),
        due: None,
        after: Vec::new(),
    }
}

fn tell(out: &mut impl Write, answer: &str) -> Result<(), Error> {
    // With the flush: what is still in a buffer when it is dropped fails without a word.
    match out.write_all(answer.as_bytes()).and_then(|()| out.flush()) {
        // `tasks list | head -3` has seen enough, which is no failure of ours.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        told => told.map_err(Error::Output),
    }
}

fn line(task: &Task) -> String {
    let mark = if task.state == State::Open { " " } else { "x" };
    let due = task
        .due
        .map_or_else(|| "-".to_owned(), |due| due.to_string());
    format!(
        "[{mark}] {:>4}  {:<6}  {due:<10}  {}\n",
        task.id, task.priority, task.title
    )
}

fn now() -> Timestamp {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Timestamp::from_secs(since_1970.map_or(0, |since| since.as_secs()))
}
