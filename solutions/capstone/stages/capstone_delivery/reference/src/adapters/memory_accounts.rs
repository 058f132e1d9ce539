//! Accounts in memory, for tests and for a service that forgets.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::memory::at_once;
use crate::Secret;
use crate::domain::{Name, Timestamp, UserId};
use crate::ports::{Account, AccountRepository, Digest, Pending, Rotated, Session};

/// Accounts in memory, under one lock as the tasks are.
#[derive(Debug)]
pub struct MemoryAccounts(Mutex<Store>);

#[derive(Debug)]
struct Store {
    accounts: HashMap<Name, Account>,
    last_id: u64,
    sessions: HashMap<Digest, Session>,
}

impl Default for MemoryAccounts {
    fn default() -> Self {
        Self(Mutex::new(Store {
            accounts: HashMap::new(),
            last_id: 1,
            sessions: HashMap::new(),
        }))
    }
}

impl MemoryAccounts {
    fn store(&self) -> MutexGuard<'_, Store> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AccountRepository for MemoryAccounts {
    fn register(&self, name: Name, password: Secret, _: Timestamp) -> Pending<'_, Option<UserId>> {
        let mut store = self.store();
        if store.accounts.contains_key(&name) {
            return at_once(None);
        }
        store.last_id += 1;
        let id = UserId::new(store.last_id);
        let account = Account {
            id,
            name: name.clone(),
            password,
        };
        store.accounts.insert(name, account);
        at_once(Some(id))
    }

    fn account(&self, name: Name) -> Pending<'_, Option<Account>> {
        at_once(self.store().accounts.get(&name).cloned())
    }

    fn begin(&self, session: Session) -> Pending<'_, ()> {
        let mut store = self.store();
        store.sessions.retain(|_, it| it.expires > session.began);
        store.sessions.insert(session.id, session);
        at_once(())
    }

    fn rotate(
        &self,
        session: Digest,
        used: Digest,
        next: Digest,
        now: Timestamp,
    ) -> Pending<'_, Rotated> {
        let mut store = self.store();
        let Some(stored) = store.sessions.get_mut(&session) else {
            return at_once(Rotated::Over);
        };
        let owner = stored.owner;
        if stored.expires <= now {
            store.sessions.remove(&session);
            return at_once(Rotated::Over);
        }
        if stored.token != used {
            store.sessions.remove(&session);
            return at_once(Rotated::Reused(owner));
        }
        stored.token = next;
        at_once(Rotated::Done(owner))
    }

    fn end(&self, session: Digest) -> Pending<'_, ()> {
        self.store().sessions.remove(&session);
        at_once(())
    }

    fn end_all(&self, owner: UserId) -> Pending<'_, ()> {
        self.store().sessions.retain(|_, it| it.owner != owner);
        at_once(())
    }
}
