//! Mail on its way from those who write it to the one who sends it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// A mail to be sent. There is one of each.
#[derive(Debug, PartialEq, Eq)]
pub struct Mail {
    /// To whom.
    pub to: String,
}

/// Where mail is put. A clone is the same outbox.
#[derive(Debug)]
pub struct Outbox {
    shared: Arc<Shared>,
}

/// Where mail is taken out, in order.
#[derive(Debug)]
pub struct Deliveries {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    places: usize,
    state: Mutex<State>,
    /// Mail has come, or the last outbox has gone.
    mail: Notify,
    /// A place is free, or nobody takes mail out any more.
    room: Notify,
}

#[derive(Debug)]
struct State {
    waiting: VecDeque<Mail>,
    outboxes: usize,
    taken_out: bool,
}

/// An outbox with so many places, and its other end.
///
/// # Panics
///
/// Panics if `places` is zero.
#[must_use]
pub fn outbox(places: usize) -> (Outbox, Deliveries) {
    assert!(places > 0, "an outbox has at least one place");
    let shared = Arc::new(Shared {
        places,
        state: Mutex::new(State {
            waiting: VecDeque::with_capacity(places),
            outboxes: 1,
            taken_out: true,
        }),
        mail: Notify::new(),
        room: Notify::new(),
    });
    let outbox = Outbox {
        shared: Arc::clone(&shared),
    };
    (outbox, Deliveries { shared })
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the mail and says `true`, or leaves it and says `false` if there is no room.
    fn try_put(&self, mail: &mut Option<Mail>) -> Result<bool, Mail> {
        let mut state = self.state();
        if !state.taken_out {
            return mail.take().map_or(Ok(true), Err);
        }
        if state.waiting.len() == self.places {
            return Ok(false);
        }
        state.waiting.extend(mail.take());
        self.mail.notify_one();
        Ok(true)
    }
}

impl Outbox {
    /// Puts a mail into the outbox, and waits for a place if there is none.
    ///
    /// # Errors
    ///
    /// Gives the mail back if nobody takes any out any more.
    pub async fn put(&self, mail: Mail) -> Result<(), Mail> {
        let mut mail = Some(mail);
        loop {
            // Asked for before the look, so that a place which comes free in between is not missed.
            let room = self.shared.room.notified();
            if self.shared.try_put(&mut mail)? {
                return Ok(());
            }
            room.await;
        }
    }
}

impl Clone for Outbox {
    fn clone(&self) -> Self {
        self.shared.state().outboxes += 1;
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        self.shared.state().outboxes -= 1;
        self.shared.mail.notify_one();
    }
}

impl Deliveries {
    /// The next mail, or `None` when all outboxes are gone and nothing is left.
    pub async fn next(&mut self) -> Option<Mail> {
        loop {
            {
                let mut state = self.shared.state();
                if let Some(mail) = state.waiting.pop_front() {
                    // All who wait for room look: one that has been dropped meanwhile must not swallow it.
                    self.shared.room.notify_waiters();
                    return Some(mail);
                }
                if state.outboxes == 0 {
                    return None;
                }
            }
            self.shared.mail.notified().await;
        }
    }
}

impl Drop for Deliveries {
    fn drop(&mut self) {
        self.shared.state().taken_out = false;
        self.shared.room.notify_waiters();
    }
}
