//! Linux: finds what a test left behind among the processes that this program has adopted.
//!
//! Only adopted children are looked at: those that carry the test's mark in their environment, and, once
//! nothing of ours runs any more, those that left our process group without one. So no other program and
//! no other test is ever touched.

use std::collections::HashSet;
use std::fs;
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitOptions, getpgid, getpgrp, kill_process, waitpid};

use super::{MARK, kin};

/// Ends every adopted process with this mark, and what becomes adopted by that, until none is left.
/// Returns how many there were.
pub(super) fn sweep(mark: &str) -> usize {
    let wanted = format!("{MARK}={mark}");
    end_all(|pid| is_marked(pid, &wanted))
}

/// Ends every adopted process that emptied its environment, if nothing runs that it could belong to. In
/// our own group are only processes that we started as they are, such as `git`.
pub(super) fn sweep_unmarked() {
    kin::when_alone(|is_new| {
        let ours = getpgrp();
        let is_stranger =
            |pid: Pid| is_new(to_id(pid)) && getpgid(Some(pid)).is_ok_and(|group| group != ours);
        end_all(is_stranger);
    });
}

/// The children that there are.
pub(super) fn children_now() -> HashSet<u32> {
    children().into_iter().map(to_id).collect()
}

fn to_id(pid: Pid) -> u32 {
    // Process ids are positive.
    pid.as_raw_nonzero().get().unsigned_abs()
}

/// Ends the children that are wanted, and those that become ours by that, until there is none.
fn end_all(is_wanted: impl Fn(Pid) -> bool) -> usize {
    let mut ended = 0;
    loop {
        let found: Vec<Pid> = children()
            .into_iter()
            .filter(|&pid| is_wanted(pid))
            .collect();
        if found.is_empty() {
            return ended;
        }
        for pid in found {
            // If it has ended by itself meanwhile, it still has to be collected.
            let _ = kill_process(pid, Signal::KILL);
            let _ = waitpid(Some(pid), WaitOptions::empty());
            ended += 1;
        }
    }
}

/// How often is looked for children while those that are seen change.
const LOOKS: usize = 5;

/// Every child of this program, whichever of its threads it hangs on. The lists are not read in one moment: while another
/// child ends, or the thread that one hangs on, some may be left out (`proc_tid_children(5)`). So it is looked until twice the same
/// ones were seen, and taken is whatever was seen at all.
fn children() -> HashSet<Pid> {
    let mut all = children_at_a_look();
    let mut last = all.clone();
    for _ in 1..LOOKS {
        let now = children_at_a_look();
        let is_settled = now == last;
        all.extend(&now);
        if is_settled {
            break;
        }
        last = now;
    }
    all
}

fn children_at_a_look() -> HashSet<Pid> {
    let Ok(tasks) = fs::read_dir("/proc/self/task") else {
        return HashSet::new();
    };
    let lists = tasks
        .flatten()
        .filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    lists
        .flat_map(|list| {
            let pids = list.split_whitespace().filter_map(|pid| pid.parse().ok());
            pids.filter_map(Pid::from_raw).collect::<Vec<_>>()
        })
        .collect()
}

/// So many times is asked for the environment of a process that has none.
const MOMENTS: u32 = 50;

fn is_marked(pid: Pid, wanted: &str) -> bool {
    let folder = format!("/proc/{}", pid.as_raw_nonzero());
    let read = |name: &str| fs::read(format!("{folder}/{name}")).unwrap_or_default();
    let mut has_arguments = false;
    for _ in 0..MOMENTS {
        let environment = read("environ");
        // A process that is just becoming another program has its new name for a moment, then arguments, and
        // its environment last. If it has none after it had arguments, it has none.
        if !environment.is_empty() || has_arguments || has_ended(&read("stat")) {
            let mut variables = environment.split(|&byte| byte == 0);
            return variables.any(|variable| variable == wanted.as_bytes());
        }
        has_arguments = !read("cmdline").is_empty();
        thread::sleep(Duration::from_millis(1));
    }
    false
}

/// Whether there is only its exit code left of a process, or nothing.
fn has_ended(stat: &[u8]) -> bool {
    // `12 (name) S …`, where the name may have anything in it.
    let after = stat.iter().rposition(|&byte| byte == b')');
    let state = after.and_then(|at| stat.get(at + 2));
    state.is_none_or(|state| matches!(state, b'Z' | b'X'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_ended_is_told_from_what_runs() {
        assert!(!has_ended(b"12 (a) Z) S 1 12"), "a name is no state");
        assert!(has_ended(b"12 (sleep) Z 1 12"));
        assert!(has_ended(b""), "there is no such process");
    }

    #[test]
    fn a_process_has_the_mark_that_it_was_started_with_from_its_first_moment() {
        // Under load, what a process becomes is there before its environment is.
        for round in 0..200 {
            let mut command = std::process::Command::new("sleep");
            let mut child = command
                .arg("1000")
                .env(MARK, "a-mark")
                .spawn()
                .expect("it starts");
            let pid = Pid::from_child(&child);
            let found = is_marked(pid, &format!("{MARK}=a-mark"));
            child.kill().expect("it runs");
            child.wait().expect("it ends");
            assert!(found, "round {round}");
        }
    }
}
