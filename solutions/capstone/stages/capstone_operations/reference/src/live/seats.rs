//! Who listens, and how far each listener's log has come.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::domain::UserId;

/// The seats of all users. Clones are the same.
#[derive(Clone, Default)]
pub(super) struct Seats(Arc<Mutex<HashMap<UserId, Row>>>);

/// The seats of one user. There is a row for as long as somebody sits in it.
struct Row {
    taken: usize,
    /// The number of the user's last update, as far as it is known.
    head: watch::Sender<u64>,
}

/// One socket's seat, until it is dropped.
pub(super) struct Seat {
    seats: Seats,
    user: UserId,
    head: watch::Receiver<u64>,
}

impl Seats {
    /// A seat for the user, unless they have `most`.
    pub(super) fn take(&self, user: UserId, most: usize) -> Option<Seat> {
        let mut rows = self.rows();
        let row = rows.entry(user).or_insert_with(|| Row {
            taken: 0,
            head: watch::Sender::new(0),
        });
        if row.taken >= most {
            // With `most` 0 the row is new, and nobody would ever leave it.
            if row.taken == 0 {
                rows.remove(&user);
            }
            return None;
        }
        row.taken += 1;
        Some(Seat {
            head: row.head.subscribe(),
            seats: self.clone(),
            user,
        })
    }

    /// Who listens.
    pub(super) fn owners(&self) -> Vec<UserId> {
        self.rows().keys().copied().collect()
    }

    /// Lets the owner's sockets know how far the log has come.
    pub(super) fn tell(&self, owner: UserId, number: u64) {
        if let Some(row) = self.rows().get(&owner) {
            row.head.send_if_modified(|head| {
                let news = number > *head;
                *head = number.max(*head);
                news
            });
        }
    }

    fn rows(&self) -> MutexGuard<'_, HashMap<UserId, Row>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    pub(super) fn user(&self) -> UserId {
        self.user
    }

    /// How far the log is known to have come.
    pub(super) fn head(&self) -> u64 {
        *self.head.borrow()
    }

    /// Completes when it has come further than `number`, also if that was long ago.
    pub(super) async fn beyond(&mut self, number: u64) {
        // The sender is in the row, which is there as long as this seat is.
        let _ = self.head.wait_for(|head| *head > number).await;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut rows = self.seats.rows();
        if let Some(row) = rows.get_mut(&self.user) {
            row.taken -= 1;
            if row.taken == 0 {
                rows.remove(&self.user);
            }
        }
    }
}
