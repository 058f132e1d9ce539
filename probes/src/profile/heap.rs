//! Every allocation of the process while it is recorded, by the stack that asked for it.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::unwind::Stack;

static IS_RECORDING: AtomicBool = AtomicBool::new(false);

/// Stack → how often, and how many bytes in all.
static SITES: Mutex<BTreeMap<Vec<usize>, (u64, u64)>> = Mutex::new(BTreeMap::new());

thread_local! {
    /// What the record itself allocates is not recorded.
    static IS_NOTING: Cell<bool> = const { Cell::new(false) };
}

/// Called by the counting allocator at each allocation.
pub(crate) fn note(size: usize) {
    // `Relaxed`: the flag is set and unset by the thread that runs the workload, before and after.
    if IS_RECORDING.load(Ordering::Relaxed) {
        add(size);
    }
}

#[cold]
fn add(size: usize) {
    // A thread's last allocations can come after its locals are gone: nothing of the workload's.
    if IS_NOTING
        .try_with(|noting| noting.replace(true))
        .unwrap_or(true)
    {
        return;
    }
    let stack = Stack::here();
    let mut sites = SITES.lock().unwrap_or_else(PoisonError::into_inner);
    let site = match sites.get_mut(stack.frames()) {
        Some(site) => site,
        None => sites.entry(stack.frames().to_vec()).or_default(),
    };
    site.0 += 1;
    site.1 += size as u64;
    drop(sites);
    IS_NOTING.set(false);
}

/// Records what is allocated while `work` runs, by all threads.
pub(super) fn while_running(work: impl FnOnce()) {
    IS_RECORDING.store(true, Ordering::Relaxed);
    work();
    IS_RECORDING.store(false, Ordering::Relaxed);
}

/// Hands each site's frames to `take`, with how often and how many bytes.
pub(super) fn each(mut take: impl FnMut(&[usize], u64, u64)) {
    let sites = SITES.lock().unwrap_or_else(PoisonError::into_inner);
    for (frames, (count, bytes)) in &*sites {
        take(frames, *count, *bytes);
    }
}
