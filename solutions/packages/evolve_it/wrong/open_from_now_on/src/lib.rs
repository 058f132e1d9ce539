//! A queue of deliveries, and who handles them.

use std::collections::VecDeque;
use std::error::Error;
use std::fmt;

/// The largest body that [`Queue::send`] takes, in bytes.
pub const MAX_BODY: usize = 1024;

/// Something to be handled.
// Closed for good: 1.0 published it with all its fields public, so users write it out and take it apart. What else there
// is to say about a delivery goes into `SendOptions`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// What it is about.
    pub topic: String,
    /// What it says.
    pub body: Vec<u8>,
}

impl Delivery {
    /// A delivery.
    pub fn new(topic: &str, body: &[u8]) -> Self {
        Self {
            topic: topic.to_owned(),
            body: body.to_owned(),
        }
    }
}

/// How a delivery is sent. More may be added: start from the default, and set what you need.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SendOptions {
    /// Whether it is handled before all that are not. By default it is not.
    pub urgent: bool,
}

/// Why [`Queue::push`] did not take a delivery. It comes back in here.
// Closed as `Delivery` is: users match on both variants, without a third arm.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendError {
    /// The queue is full.
    Full(Delivery),
    /// The queue is closed.
    Closed(Delivery),
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full(_) => "the queue is full",
            Self::Closed(_) => "the queue is closed",
        })
    }
}

impl Error for SendError {}

/// Why [`Queue::send`] did not take a delivery. It comes back in here. More reasons may be added.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendFailure {
    /// The queue is full.
    Full(Delivery),
    /// The queue is closed.
    Closed(Delivery),
    /// The body is larger than [`MAX_BODY`].
    TooLarge(Delivery),
}

impl fmt::Display for SendFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full(_) => "the queue is full",
            Self::Closed(_) => "the queue is closed",
            Self::TooLarge(_) => "the body is too large",
        })
    }
}

impl Error for SendFailure {}

impl From<SendError> for SendFailure {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Full(delivery) => Self::Full(delivery),
            SendError::Closed(delivery) => Self::Closed(delivery),
        }
    }
}

/// Handles deliveries.
pub trait Handler {
    /// Handles one, and tells whether that worked.
    fn handle(&mut self, delivery: Delivery) -> bool;

    /// Is told the topic of each delivery that was not handled. By default, does nothing.
    // A body, and the one that does what 1.4 did: the handlers that exist have no opinion on this.
    fn failed(&mut self, topic: &str) {
        let _ = topic;
    }
}

/// Deliveries that wait.
#[derive(Debug)]
pub struct Queue {
    urgent: VecDeque<Delivery>,
    normal: VecDeque<Delivery>,
    capacity: usize,
    closed: bool,
}

impl Queue {
    /// A queue for so many deliveries.
    pub fn new(capacity: usize) -> Self {
        Self {
            urgent: VecDeque::new(),
            normal: VecDeque::new(),
            capacity,
            closed: false,
        }
    }

    /// Takes a delivery that is not urgent, of any size.
    ///
    /// # Errors
    ///
    /// The delivery itself, if it is not taken.
    #[deprecated(since = "1.5.0", note = "`send` limits the size of bodies")]
    pub fn push(&mut self, delivery: Delivery) -> Result<(), SendError> {
        self.admit(delivery, false)
    }

    /// Takes a delivery.
    ///
    /// # Errors
    ///
    /// The delivery itself, if it is not taken.
    pub fn send(&mut self, delivery: Delivery, options: SendOptions) -> Result<(), SendFailure> {
        if delivery.body.len() > MAX_BODY {
            return Err(SendFailure::TooLarge(delivery));
        }
        Ok(self.admit(delivery, options.urgent)?)
    }

    /// Takes no more.
    pub fn close(&mut self) {
        self.closed = true;
    }

    /// Hands all that wait to a handler, and tells how many it handled.
    pub fn run(&mut self, handler: &mut dyn Handler) -> usize {
        let mut handled = 0;
        while let Some(delivery) = self.urgent.pop_front().or_else(|| self.normal.pop_front()) {
            let topic = delivery.topic.clone();
            if handler.handle(delivery) {
                handled += 1;
            } else {
                handler.failed(&topic);
            }
        }
        handled
    }

    fn admit(&mut self, delivery: Delivery, urgent: bool) -> Result<(), SendError> {
        if self.closed {
            return Err(SendError::Closed(delivery));
        }
        if self.urgent.len() + self.normal.len() >= self.capacity {
            return Err(SendError::Full(delivery));
        }
        let line = if urgent {
            &mut self.urgent
        } else {
            &mut self.normal
        };
        line.push_back(delivery);
        Ok(())
    }
}
