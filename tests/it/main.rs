//! End-to-end tests of the built program, on a small course made for them in `tests/fixture`.

#[cfg(unix)]
mod adversity;
mod author;
mod batch;
mod boxed_kinds;
mod commands;
mod course;
#[cfg(target_os = "linux")]
mod fast;
mod import;
mod journal;
mod kinds;
mod manifests;
mod output;
mod profile;
#[cfg(target_os = "linux")]
mod pty;
#[cfg(target_os = "linux")]
mod reach;
#[cfg(target_os = "linux")]
mod redteam;
#[cfg(unix)]
mod running;
#[cfg(target_os = "linux")]
mod screen;
#[cfg(target_os = "linux")]
mod sealed;
mod spoiled;
mod stages;
mod support;
#[cfg(target_os = "linux")]
mod terminal;
mod tidy;
mod together;
mod tutorial;
mod verdicts;
#[cfg(unix)]
mod watch;
