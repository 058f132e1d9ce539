//! A queue of deliveries, and who handles them. This is the pull request for 1.5.

use std::collections::VecDeque;
use std::error::Error;
use std::fmt;

/// The largest body that is taken, in bytes. New in 1.5.
pub const MAX_BODY: usize = 1024;

/// Something to be handled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// What it is about.
    pub topic: String,
    /// What it says.
    pub body: Vec<u8>,
    /// Whether it is handled before all that are not. New in 1.5.
    pub urgent: bool,
}

impl Delivery {
    /// A delivery.
    pub fn new(topic: &str, body: &[u8]) -> Self {
        Self {
            topic: topic.to_owned(),
            body: body.to_owned(),
            urgent: false,
        }
    }
}

/// Why a delivery was not taken. It comes back in here.
#[derive(Debug, PartialEq, Eq)]
pub enum SendError {
    /// The queue is full.
    Full(Delivery),
    /// The queue is closed.
    Closed(Delivery),
    /// The body is larger than [`MAX_BODY`]. New in 1.5.
    TooLarge(Delivery),
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full(_) => "the queue is full",
            Self::Closed(_) => "the queue is closed",
            Self::TooLarge(_) => "the body is too large",
        })
    }
}

impl Error for SendError {}

/// Handles deliveries.
pub trait Handler {
    /// Handles one, and tells whether that worked.
    fn handle(&mut self, delivery: Delivery) -> bool;

    /// Is told the topic of each delivery that was not handled. New in 1.5.
    fn failed(&mut self, topic: &str);
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

    /// Takes a delivery.
    ///
    /// # Errors
    ///
    /// The delivery itself, if it is not taken.
    pub fn push(&mut self, delivery: Delivery) -> Result<(), SendError> {
        if self.closed {
            return Err(SendError::Closed(delivery));
        }
        if self.urgent.len() + self.normal.len() >= self.capacity {
            return Err(SendError::Full(delivery));
        }
        if delivery.body.len() > MAX_BODY {
            return Err(SendError::TooLarge(delivery));
        }
        if delivery.urgent {
            self.urgent.push_back(delivery);
        } else {
            self.normal.push_back(delivery);
        }
        Ok(())
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
}
