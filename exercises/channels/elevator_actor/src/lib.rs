//! The goods lift of a warehouse, driven by a task that owns it.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::sleep;

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

/// What the lift does at the moment.
#[derive(Debug, Default)]
struct Cabin {
    floor: u8,
    up: bool,
    down: bool,
    open: bool,
    halted: bool,
}

/// Drives a lift until nobody can ask it anything any more.
async fn drive(settings: Settings, mut orders: mpsc::Receiver<Order>) {
    let mut cabin = Cabin::default();
    while let Some(order) = orders.recv().await {
        // An answer can't be delivered if the asker has gone, and then nobody misses it.
        match order {
            Order::Call { floor, reply } => {
                if cabin.halted {
                    continue;
                }
                while cabin.floor != floor {
                    cabin.up = floor > cabin.floor;
                    cabin.down = floor < cabin.floor;
                    sleep(settings.per_floor).await;
                    if cabin.up {
                        cabin.floor += 1;
                    } else {
                        cabin.floor -= 1;
                    }
                }
                cabin.up = false;
                cabin.down = false;
                cabin.open = true;
                let _ = reply.send(Ok(()));
                sleep(settings.doors).await;
                cabin.open = false;
            }
            Order::Status { reply } => {
                let state = match cabin {
                    Cabin { halted: true, .. } => State::Halted,
                    Cabin { up: true, .. } => State::Up,
                    Cabin { down: true, .. } => State::Down,
                    Cabin { open: true, .. } => State::Open,
                    Cabin { .. } => State::Idle,
                };
                let floor = cabin.floor;
                let _ = reply.send(Ok(Status { floor, state }));
            }
            Order::Halt { reply } => {
                cabin.halted = true;
                let _ = reply.send(Ok(()));
            }
            Order::Resume { reply } => {
                cabin.halted = false;
                let _ = reply.send(Ok(()));
            }
        }
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
