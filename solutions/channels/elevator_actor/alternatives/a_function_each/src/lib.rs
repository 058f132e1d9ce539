//! The goods lift of a warehouse, driven by a task that owns it.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::mem;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

/// A lift, as it is built.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Its floors are 0 to this one.
    pub top: u8,
    /// How long it moves from one floor to the next.
    pub per_floor: Duration,
    /// How long its doors stay open.
    pub doors: Duration,
}

/// Where a lift is, and what it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// The floor that it is at, or that it has reached last.
    pub floor: u8,
    /// What it does.
    pub state: State,
}

/// What a lift does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It stands with closed doors, and nobody has called it.
    Idle,
    /// It moves to the next floor above.
    Up,
    /// It moves to the next floor below.
    Down,
    /// It stands with open doors.
    Open,
    /// Somebody has halted it.
    Halted,
}

/// Why a lift does not do what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It does not reach that far.
    NoSuchFloor {
        /// The floor that was asked for.
        floor: u8,
        /// The highest one there is.
        top: u8,
    },
    /// It is halted, or was halted while the caller waited.
    Halted,
    /// It is not halted, so it can't be resumed.
    NotHalted,
    /// The task that drives it has ended.
    Stopped,
}

/// A way to talk to a lift. A clone talks to the same one.
#[derive(Debug, Clone)]
pub struct Lift {
    orders: mpsc::Sender<Order>,
}

type Reply<T> = oneshot::Sender<Result<T, Refused>>;

/// What a lift can be asked, each with the place for the answer.
#[derive(Debug)]
enum Order {
    Call { floor: u8, reply: Reply<()> },
    Status { reply: Reply<Status> },
    Halt { reply: Reply<()> },
    Resume { reply: Reply<()> },
}

impl Lift {
    /// Starts the task that drives a lift, which stands idle at floor 0.
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime.
    #[must_use]
    pub fn start(settings: Settings) -> (Self, JoinHandle<()>) {
        let (sender, orders) = mpsc::channel(16);
        let driving = tokio::spawn(drive(settings, orders));
        (Self { orders: sender }, driving)
    }

    /// Calls the lift, and waits until its doors open at this floor.
    ///
    /// # Errors
    ///
    /// Refuses a floor that there is not, and each call that waits or comes while the lift is halted.
    pub async fn call(&self, floor: u8) -> Result<(), Refused> {
        self.ask(|reply| Order::Call { floor, reply }).await
    }

    /// Where the lift is at this moment.
    ///
    /// # Errors
    ///
    /// Fails if the task has ended.
    pub async fn status(&self) -> Result<Status, Refused> {
        self.ask(|reply| Order::Status { reply }).await
    }

    /// Halts the lift at once. All calls that wait are refused.
    ///
    /// # Errors
    ///
    /// Refuses if the lift is halted already.
    pub async fn halt(&self) -> Result<(), Refused> {
        self.ask(|reply| Order::Halt { reply }).await
    }

    /// Lets a halted lift go on.
    ///
    /// # Errors
    ///
    /// Refuses if the lift is not halted.
    pub async fn resume(&self) -> Result<(), Refused> {
        self.ask(|reply| Order::Resume { reply }).await
    }

    async fn ask<T>(&self, order: impl FnOnce(Reply<T>) -> Order) -> Result<T, Refused> {
        let (reply, answer) = oneshot::channel();
        self.orders
            .send(order(reply))
            .await
            .map_err(|_| Refused::Stopped)?;
        answer.await.unwrap_or(Err(Refused::Stopped))
    }
}

/// Drives a lift until nobody can ask it anything any more.
///
/// A function for each stage: it waits there, obeys what may be obeyed there, and returns what comes next.
async fn drive(settings: Settings, orders: mpsc::Receiver<Order>) {
    let mut lift = Driven {
        settings,
        orders,
        floor: 0,
        heading: Heading::Up,
        waiting: BTreeMap::new(),
    };
    let mut stage = Stage::Idle;
    loop {
        stage = match stage {
            Stage::Idle => lift.idle().await,
            Stage::Moving => lift.moving().await,
            Stage::Open => lift.open().await,
            Stage::Halted => lift.halted().await,
            Stage::Ended => return,
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    Idle,
    Moving,
    Open,
    Halted,
    Ended,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heading {
    Up,
    Down,
}

#[derive(Debug)]
struct Driven {
    settings: Settings,
    orders: mpsc::Receiver<Order>,
    floor: u8,
    heading: Heading,
    waiting: BTreeMap<u8, Vec<Reply<()>>>,
}

impl Driven {
    async fn idle(&mut self) -> Stage {
        loop {
            match self.orders.recv().await {
                None => return Stage::Ended,
                Some(Order::Call { floor, reply }) => {
                    if !self.add(floor, reply) {
                        continue;
                    }
                    return if floor == self.floor {
                        Stage::Open
                    } else {
                        self.depart()
                    };
                }
                Some(Order::Halt { reply }) => return self.halt(reply),
                Some(other) => self.tell(State::Idle, other),
            }
        }
    }

    async fn moving(&mut self) -> Stage {
        let arrives = Instant::now() + self.settings.per_floor;
        let state = match self.heading {
            Heading::Up => State::Up,
            Heading::Down => State::Down,
        };
        // The deadline is a moment: however often the loop goes round, it does not move.
        while let Ok(order) = timeout_at(arrives, self.orders.recv()).await {
            match order {
                None => return Stage::Ended,
                Some(Order::Call { floor, reply }) => {
                    self.add(floor, reply);
                }
                Some(Order::Halt { reply }) => return self.halt(reply),
                Some(other) => self.tell(state, other),
            }
        }
        match self.heading {
            Heading::Up => self.floor += 1,
            Heading::Down => self.floor -= 1,
        }
        if self.waiting.contains_key(&self.floor) {
            Stage::Open
        } else {
            self.depart()
        }
    }

    async fn open(&mut self) -> Stage {
        for reply in self.waiting.remove(&self.floor).into_iter().flatten() {
            let _ = reply.send(Ok(()));
        }
        let closes = Instant::now() + self.settings.doors;
        while let Ok(order) = timeout_at(closes, self.orders.recv()).await {
            match order {
                None => return Stage::Ended,
                Some(Order::Call { floor, reply }) if floor == self.floor => {
                    let _ = reply.send(Ok(()));
                }
                Some(Order::Call { floor, reply }) => {
                    self.add(floor, reply);
                }
                Some(Order::Halt { reply }) => return self.halt(reply),
                Some(other) => self.tell(State::Open, other),
            }
        }
        self.depart()
    }

    async fn halted(&mut self) -> Stage {
        loop {
            match self.orders.recv().await {
                None => return Stage::Ended,
                Some(Order::Resume { reply }) => {
                    let _ = reply.send(Ok(()));
                    return Stage::Idle;
                }
                Some(Order::Call { floor, reply }) => {
                    let refused = self.known(floor).err().unwrap_or(Refused::Halted);
                    let _ = reply.send(Err(refused));
                }
                Some(Order::Halt { reply }) => drop(reply.send(Err(Refused::Halted))),
                Some(other) => self.tell(State::Halted, other),
            }
        }
    }

    /// Answers what does not depend on the stage, and changes nothing.
    fn tell(&self, state: State, order: Order) {
        let floor = self.floor;
        match order {
            Order::Status { reply } => drop(reply.send(Ok(Status { floor, state }))),
            Order::Resume { reply } => drop(reply.send(Err(Refused::NotHalted))),
            Order::Call { reply, .. } | Order::Halt { reply } => {
                unreachable!("{reply:?} is for the stage to answer")
            }
        }
    }

    fn known(&self, floor: u8) -> Result<(), Refused> {
        let top = self.settings.top;
        if floor > top {
            return Err(Refused::NoSuchFloor { floor, top });
        }
        Ok(())
    }

    fn add(&mut self, floor: u8, reply: Reply<()>) -> bool {
        if let Err(refused) = self.known(floor) {
            let _ = reply.send(Err(refused));
            return false;
        }
        self.waiting.entry(floor).or_default().push(reply);
        true
    }

    fn halt(&mut self, reply: Reply<()>) -> Stage {
        for waits in mem::take(&mut self.waiting).into_values().flatten() {
            let _ = waits.send(Err(Refused::Halted));
        }
        let _ = reply.send(Ok(()));
        Stage::Halted
    }

    fn depart(&mut self) -> Stage {
        let above = self.waiting.range(self.floor + 1..).next().is_some();
        let below = self.waiting.range(..self.floor).next().is_some();
        self.heading = match (above, below) {
            (false, false) => return Stage::Idle,
            (true, true) => self.heading,
            (true, false) => Heading::Up,
            (false, true) => Heading::Down,
        };
        Stage::Moving
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::NoSuchFloor { floor, top } => {
                write!(f, "there is no floor {floor}, the highest is {top}")
            }
            Refused::Halted => f.write_str("the lift is halted"),
            Refused::NotHalted => f.write_str("the lift is not halted"),
            Refused::Stopped => f.write_str("nobody drives the lift any more"),
        }
    }
}

impl Error for Refused {}
