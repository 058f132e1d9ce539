//! Mail on its way from those who write it to the one who sends it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::sleep;

/// A mail to be sent. There is one of each.
#[derive(Debug, PartialEq, Eq)]
pub struct Mail {
    /// To whom.
    pub to: String,
}

/// Where mail is put. A clone is the same outbox.
#[derive(Debug, Clone)]
pub struct Outbox {
    waiting: Arc<Mutex<VecDeque<Mail>>>,
}

/// Where mail is taken out, in order.
#[derive(Debug)]
pub struct Deliveries {
    waiting: Arc<Mutex<VecDeque<Mail>>>,
}

/// An outbox with so many places, and its other end.
///
/// # Panics
///
/// Panics if `places` is zero.
#[must_use]
pub fn outbox(places: usize) -> (Outbox, Deliveries) {
    assert!(places > 0, "an outbox has at least one place");
    let waiting = Arc::new(Mutex::new(VecDeque::with_capacity(places)));
    let outbox = Outbox {
        waiting: Arc::clone(&waiting),
    };
    (outbox, Deliveries { waiting })
}

impl Outbox {
    /// Puts a mail into the outbox, and waits for a place if there is none.
    ///
    /// # Errors
    ///
    /// Gives the mail back if nobody takes any out any more.
    pub async fn put(&self, mail: Mail) -> Result<(), Mail> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push_back(mail);
        Ok(())
    }
}

impl Deliveries {
    /// The next mail, or `None` when all outboxes are gone and nothing is left.
    pub async fn next(&mut self) -> Option<Mail> {
        loop {
            {
                let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(mail) = waiting.pop_front() {
                    return Some(mail);
                }
            }
            // Nobody else has the queue: no mail can come.
            if Arc::strong_count(&self.waiting) == 1 {
                return None;
            }
            sleep(Duration::from_millis(10)).await;
        }
    }
}
