//! Updates in memory, behind the lock of the tasks that they are about.

use std::collections::{HashMap, VecDeque};

use crate::adapters::SystemClock;
use crate::domain::{Notice, UserId};
use crate::ports::{Clock, Since, UPDATES_KEPT, Update};

#[derive(Debug)]
pub(super) struct Updates {
    /// Where each owner's count begins. It is the time, so that no number of an earlier process is one of this: a client
    /// that outlasts us is told to read anew, and is not told that it has missed nothing.
    begun: u64,
    of: HashMap<UserId, VecDeque<Update>>,
}

impl Default for Updates {
    fn default() -> Self {
        Self {
            begun: SystemClock.now().millis(),
            of: HashMap::new(),
        }
    }
}

impl Updates {
    pub(super) fn push(&mut self, notice: Notice) {
        let number = self.last(notice.owner) + 1;
        let kept = self.of.entry(notice.owner).or_default();
        kept.push_back(Update { number, notice });
        if kept.len() as u64 > UPDATES_KEPT {
            kept.pop_front();
        }
    }

    pub(super) fn last(&self, owner: UserId) -> u64 {
        let last = self.of.get(&owner).and_then(VecDeque::back);
        last.map_or(self.begun, |update| update.number)
    }

    pub(super) fn since(&self, owner: UserId, after: u64, limit: usize) -> Since {
        let last = self.last(owner);
        let kept = self.of.get(&owner);
        let first = kept
            .and_then(VecDeque::front)
            .map_or(last + 1, |it| it.number);
        if after > last || after + 1 < first {
            return Since::Unknown;
        }
        let missed = kept.into_iter().flatten().filter(|it| it.number > after);
        Since::Updates(missed.take(limit).cloned().collect())
    }
}
