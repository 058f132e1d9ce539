//! Linux: finds what a test left behind among the processes that this program has adopted.
//!
//! Only adopted children are looked at: those that carry the test's mark in their environment, and, once
//! nothing of ours runs any more, those that left our process group without one. So no other program and
//! no other test is ever touched.

use std::collections::HashSet;
use std::fs;

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
/// child ends, or the thread that one hangs on, some may be left out (proc_tid_children(5)). So it is looked until twice the same
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

fn is_marked(pid: Pid, wanted: &str) -> bool {
    let path = format!("/proc/{}/environ", pid.as_raw_nonzero());
    let Ok(environment) = fs::read(path) else {
        return false;
    };
    environment
        .split(|&byte| byte == 0)
        .any(|variable| variable == wanted.as_bytes())
}
