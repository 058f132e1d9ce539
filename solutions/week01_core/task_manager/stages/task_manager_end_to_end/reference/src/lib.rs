//! A task manager for the command line: one file of tasks, and a program for each change of it.
//!
//! `values` and `list` are the rules and know nothing of files, clocks or terminals. `command` understands
//! what was typed. `store` keeps a list in a file, `format` says what is in it, and `files` is the disk.
//! `world` is what a run is given. `app` puts them together, and `error` says what went wrong and what to do.

mod app;
mod command;
mod error;
mod files;
mod format;
mod list;
mod store;
mod values;
mod world;

pub use app::run;
pub use command::{Command, Invocation, Problem, UsageError};
pub use error::{BadLine, Error};
pub use files::{Disk, Files, Lock};
pub use list::{Filter, NewTask, Refusal, State, Task, TaskList};
pub use store::{Store, StoreError};
pub use values::{Date, Invalid, Priority, TaskId, Timestamp, Title};
pub use world::{Cancel, Clock, SystemClock, World};
