//! A task manager for the command line: one file of tasks, and a program for each change of it.
//!
//! `values` and `list` are the rules and know nothing of files, clocks or terminals. `command` understands
//! what was typed, `store` keeps a list in a file, `files` is the disk, and `app` puts them together.

mod app;
mod command;
mod files;
mod list;
mod store;
mod values;

pub use app::run;
pub use command::{Command, Invocation, Problem, UsageError};
pub use files::{Disk, Files, Lock};
pub use list::{Filter, NewTask, Refusal, State, Task, TaskList};
pub use store::{Store, StoreError};
pub use values::{Date, Invalid, Priority, TaskId, Timestamp, Title};
