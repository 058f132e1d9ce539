//! Mail on its way from those who write it to the one who sends it.

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::SendError;

/// A mail to be sent. There is one of each.
#[derive(Debug, PartialEq, Eq)]
pub struct Mail {
    /// To whom.
    pub to: String,
}

/// Where mail is put. A clone is the same outbox.
// A mail moves from one owner to the next, and one side has to wait for the other now and then. That is a
// channel: with a lock in its place, the waiting, the waking and the end would be ours to write.
#[derive(Debug, Clone)]
pub struct Outbox {
    mails: mpsc::Sender<Mail>,
}

/// Where mail is taken out, in order.
#[derive(Debug)]
pub struct Deliveries {
    mails: mpsc::Receiver<Mail>,
}

/// An outbox with so many places, and its other end.
///
/// # Panics
///
/// Panics if `places` is zero.
#[must_use]
pub fn outbox(places: usize) -> (Outbox, Deliveries) {
    let (sender, receiver) = mpsc::channel(places);
    (Outbox { mails: sender }, Deliveries { mails: receiver })
}

impl Outbox {
    /// Puts a mail into the outbox, and waits for a place if there is none.
    ///
    /// # Errors
    ///
    /// Gives the mail back if nobody takes any out any more.
    pub async fn put(&self, mail: Mail) -> Result<(), Mail> {
        self.mails.send(mail).await.map_err(|SendError(mail)| mail)
    }
}

impl Deliveries {
    /// The next mail, or `None` when all outboxes are gone and nothing is left.
    pub async fn next(&mut self) -> Option<Mail> {
        self.mails.recv().await
    }
}
