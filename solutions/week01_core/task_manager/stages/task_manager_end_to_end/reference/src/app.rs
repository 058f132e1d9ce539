//! Does what was asked for, with what it was given: no clock, stream, signal or environment variable is looked up here.

use std::ffi::OsString;
use std::io::{self, BufRead, Write};
use std::time::Duration;

use crate::command::{Command, Invocation};
use crate::error::{BadLine, Error};
use crate::files::Files;
use crate::list::{NewTask, Refusal, State, Task, TaskList};
use crate::store::{Store, StoreError};
use crate::values::{Priority, Title};
use crate::world::{Cancel, Clock, World};

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
4 another process is changing it, 5 standard input or output failed, 130 cancelled
";

/// How long to wait for another process, which changes the file in milliseconds. Longer, and it hangs.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long to wait between two tries.
const PAUSE: Duration = Duration::from_millis(10);

/// Does what the arguments say.
///
/// # Errors
///
/// Whatever went wrong. What is refused, fails or is cancelled has changed nothing, but for [`Error::Output`]: then
/// what was asked for is done and could not be told.
pub fn run(args: impl IntoIterator<Item = OsString>, world: World<'_>) -> Result<(), Error> {
    let invocation = Invocation::parse(args)?;
    let app = App {
        store: Store::new(invocation.file.unwrap_or(world.file), world.files),
        patience: if invocation.no_wait {
            Duration::ZERO
        } else {
            PATIENCE
        },
        clock: world.clock,
        cancel: world.cancel,
    };
    let answer = app.answer(invocation.command, world.input)?;
    tell(world.output, &answer)
}

/// The program, with all that it depends on. Made in one place, above, and passed on to nobody.
struct App<'w> {
    store: Store<&'w dyn Files>,
    clock: &'w dyn Clock,
    cancel: &'w Cancel,
    patience: Duration,
}

impl App<'_> {
    fn answer(&self, command: Command, input: &mut dyn BufRead) -> Result<String, Error> {
        Ok(match command {
            Command::Add(new) => {
                let id = self.change(|list| list.add(new))?;
                format!("added {id}\n")
            }
            Command::Done(id) => {
                self.change(|list| list.complete(id, self.clock.now()))?;
                format!("done {id}\n")
            }
            Command::Reopen(id) => {
                self.change(|list| list.reopen(id))?;
                format!("reopened {id}\n")
            }
            Command::Remove(id) => {
                let task = self.change(|list| list.remove(id))?;
                format!("removed {id}: {}\n", task.title)
            }
            Command::List(filter) => {
                let today = self.clock.now().date();
                let list = self.store.load()?;
                list.view(filter, today).into_iter().map(line).collect()
            }
            Command::Import => {
                let titles = self.read_titles(input)?;
                // One change for all of them, so that half an import is never in the list.
                let ids = self.change(|list| {
                    titles
                        .into_iter()
                        .map(|title| list.add(plain(title)))
                        .collect::<Result<Vec<_>, _>>()
                })?;
                ids.iter().map(|id| format!("added {id}\n")).collect()
            }
            Command::Help => HELP.to_owned(),
        })
    }

    fn change<T>(
        &self,
        change: impl FnOnce(&mut TaskList) -> Result<T, Refusal>,
    ) -> Result<T, Error> {
        // By the clock that can't be set: a deadline in calendar time may be an hour off, or never come.
        let deadline = self.clock.elapsed() + self.patience;
        let again = || {
            if self.cancel.is_cancelled() || self.clock.elapsed() >= deadline {
                return false;
            }
            self.clock.sleep(PAUSE);
            true
        };
        let changed = self.store.update(again, |list| {
            // The last moment at which nothing has been written. From here on the change is made and reported: to
            // say "cancelled" of what is in the file would be wrong.
            self.go_on()?;
            change(list).map_err(Error::Refused)
        });
        match changed {
            Err(StoreError::Busy { .. }) if self.cancel.is_cancelled() => Err(Error::Cancelled),
            changed => changed?,
        }
    }

    /// Reads to the end before anything is changed. Blank lines are no tasks.
    fn read_titles(&self, input: &mut dyn BufRead) -> Result<Vec<Title>, Error> {
        let mut titles = Vec::new();
        let mut bad = Vec::new();
        for (at, line) in input.lines().enumerate() {
            // After each line, because it may have taken as long as somebody takes to type it.
            self.go_on()?;
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

    fn go_on(&self) -> Result<(), Error> {
        if self.cancel.is_cancelled() {
            Err(Error::Cancelled)
        } else {
            Ok(())
        }
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

fn tell(out: &mut dyn Write, answer: &str) -> Result<(), Error> {
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
