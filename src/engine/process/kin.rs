//! Whose child is whose: the processes that we started, and those that were left to us.
//!
//! On Linux this program adopts orphans. What has to be told apart then: children that we started, which
//! are looked after where they were started; children that were here before us, as when a shell with jobs
//! turns into us; what a build left running, such as the server of a compiler cache; and what tests left
//! behind. Most of the last carry the mark of their test. One that has emptied its environment does not;
//! it is ended as soon as nothing of ours runs that it could belong to.

use std::collections::HashMap;
use std::io;
use std::process::{Child, Command};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError, RwLock};

/// A process that we started. If this is dropped before it has ended, it is ended with its group: a panic
/// of ours must leave nothing behind.
pub struct Own {
    pub child: Child,
    is_tool: bool,
}

/// Starts a test, or what else must leave nothing behind.
pub fn spawn(command: &mut Command) -> io::Result<Own> {
    start(command, false)
}

/// Starts a tool, such as cargo. What it leaves running is its own business.
pub fn spawn_tool(command: &mut Command) -> io::Result<Own> {
    start(command, true)
}

fn start(command: &mut Command, is_tool: bool) -> io::Result<Own> {
    // Nobody looks for orphans between its start and its entry.
    let _order = ORDER.read().unwrap_or_else(PoisonError::into_inner);
    let child = command.spawn()?;
    *kin().own.entry(child.id()).or_default() += 1;
    Ok(Own { child, is_tool })
}

impl Drop for Own {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            super::kill_group(&mut self.child);
            let _ = self.child.wait();
        }
        let id = self.child.id();
        let mut kin = kin();
        #[cfg(target_os = "linux")]
        if self.is_tool
            && let Some(spared) = &mut kin.spared
        {
            spared.extend(super::sweep::children_now());
        }
        // Counted, because the system may have given the number to another one meanwhile.
        if let Some(count) = kin.own.get_mut(&id) {
            *count -= 1;
            if *count == 0 {
                kin.own.remove(&id);
            }
        }
    }
}

/// Notes which children are here before any orphan is adopted. They are none of our business.
#[cfg(target_os = "linux")]
pub fn spare_those_before() {
    kin().spared.get_or_insert_with(super::sweep::children_now);
}

/// From now on somebody else's processes may be left to us, such as the daemon of an editor that we open.
/// Orphans without a mark are left alone then.
pub fn share() {
    kin().is_shared = true;
}

/// Runs `sweep` with a test for orphans that belong to nobody, if nothing of ours runs and all orphans
/// there are come from what we ran. Nothing is started meanwhile.
#[cfg(target_os = "linux")]
pub fn when_alone(sweep: impl FnOnce(&dyn Fn(u32) -> bool)) {
    let _order = ORDER.write().unwrap_or_else(PoisonError::into_inner);
    let spared = {
        let kin = kin();
        match &kin.spared {
            Some(spared) if kin.own.is_empty() && !kin.is_shared => spared.clone(),
            _ => return,
        }
    };
    sweep(&|id| !spared.contains(&id));
}

/// Children are a matter of the whole process, and so is what is known of them.
static KIN: LazyLock<Mutex<Kin>> = LazyLock::new(Mutex::default);

/// Held for reading while a process is started, for writing while orphans are looked for.
static ORDER: RwLock<()> = RwLock::new(());

#[derive(Default)]
struct Kin {
    /// How often each number is one of ours.
    own: HashMap<u32, usize>,
    /// Children that are none of our business; `None` as long as no orphans are adopted.
    #[cfg(target_os = "linux")]
    spared: Option<std::collections::HashSet<u32>>,
    is_shared: bool,
}

/// What is known. A panic while it is held leaves it usable: each change is one step.
fn kin() -> MutexGuard<'static, Kin> {
    KIN.lock().unwrap_or_else(PoisonError::into_inner)
}
