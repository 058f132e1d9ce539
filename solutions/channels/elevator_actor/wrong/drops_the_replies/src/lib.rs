//! The goods lift of a warehouse, driven by a task that owns it.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::future::pending;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

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
/// This loop is all that is asynchronous. It waits for the two things that can happen and tells the machine,
/// which never waits: so there is no state in which a question is not answered.
async fn drive(settings: Settings, mut orders: mpsc::Receiver<Order>) {
    let mut machine = Machine::new(settings);
    loop {
        let due = machine.due();
        tokio::select! {
            // What is due has happened, whoever asks at the same moment.
            biased;
            now = until(due) => machine.time_has_come(now),
            order = orders.recv() => match order {
                Some(order) => machine.obey(order, Instant::now()),
                None => return,
            },
        }
    }
}

/// Waits for this moment and returns it, or waits for ever. A moment and not a duration: the loop comes by
/// here with each order, and a sleep that starts anew would let questions delay the lift.
async fn until(due: Option<Instant>) -> Instant {
    match due {
        Some(due) => {
            sleep_until(due).await;
            due
        }
        None => pending().await,
    }
}

/// The lift as a machine without a clock: what happens comes in with its time, and what it waits for is
/// [`due`](Machine::due).
#[derive(Debug)]
struct Machine {
    settings: Settings,
    floor: u8,
    stage: Stage,
    /// Where it moves, or has moved last.
    heading: Heading,
    /// Who waits, by floor.
    waiting: BTreeMap<u8, Vec<Reply<()>>>,
}

/// Each stage has what only that stage needs. Open doors and a moving lift can't be said at once.
#[derive(Debug, Clone, Copy)]
enum Stage {
    Idle,
    Moving { arrives: Instant },
    Open { closes: Instant },
    Halted,
}

#[derive(Debug, Clone, Copy)]
enum Heading {
    Up,
    Down,
}

impl Machine {
    fn new(settings: Settings) -> Self {
        Self {
            settings,
            floor: 0,
            stage: Stage::Idle,
            heading: Heading::Up,
            waiting: BTreeMap::new(),
        }
    }

    /// When the next thing happens by itself.
    fn due(&self) -> Option<Instant> {
        match self.stage {
            Stage::Idle | Stage::Halted => None,
            Stage::Moving { arrives: due } | Stage::Open { closes: due } => Some(due),
        }
    }

    fn time_has_come(&mut self, now: Instant) {
        match self.stage {
            Stage::Idle | Stage::Halted => {}
            Stage::Moving { .. } => {
                match self.heading {
                    Heading::Up => self.floor += 1,
                    Heading::Down => self.floor -= 1,
                }
                if self.waiting.contains_key(&self.floor) {
                    self.open(now);
                } else {
                    self.depart(now);
                }
            }
            Stage::Open { .. } => self.depart(now),
        }
    }

    fn obey(&mut self, order: Order, now: Instant) {
        // An answer can't be delivered if the asker has gone, and then nobody misses it.
        match order {
            Order::Call { floor, reply } => self.call(floor, reply, now),
            Order::Status { reply } => drop(reply.send(Ok(self.status()))),
            Order::Halt { reply } => drop(reply.send(self.halt())),
            Order::Resume { reply } => drop(reply.send(self.resume())),
        }
    }

    fn call(&mut self, floor: u8, reply: Reply<()>, now: Instant) {
        let top = self.settings.top;
        if floor > top {
            let _ = reply.send(Err(Refused::NoSuchFloor { floor, top }));
            return;
        }
        match self.stage {
            Stage::Halted => drop(reply.send(Err(Refused::Halted))),
            Stage::Open { .. } if floor == self.floor => drop(reply.send(Ok(()))),
            Stage::Moving { .. } | Stage::Open { .. } => {
                self.waiting.entry(floor).or_default().push(reply);
            }
            Stage::Idle => {
                self.waiting.entry(floor).or_default().push(reply);
                if floor == self.floor {
                    self.open(now);
                } else {
                    self.depart(now);
                }
            }
        }
    }

    fn halt(&mut self) -> Result<(), Refused> {
        if matches!(self.stage, Stage::Halted) {
            return Err(Refused::Halted);
        }
        self.stage = Stage::Halted;
        self.waiting.clear();
        Ok(())
    }

    fn resume(&mut self) -> Result<(), Refused> {
        let Stage::Halted = self.stage else {
            return Err(Refused::NotHalted);
        };
        // Nobody waits: those who did were refused, and so was everybody who came later.
        self.stage = Stage::Idle;
        Ok(())
    }

    fn status(&self) -> Status {
        let state = match (self.stage, self.heading) {
            (Stage::Idle, _) => State::Idle,
            (Stage::Moving { .. }, Heading::Up) => State::Up,
            (Stage::Moving { .. }, Heading::Down) => State::Down,
            (Stage::Open { .. }, _) => State::Open,
            (Stage::Halted, _) => State::Halted,
        };
        Status {
            floor: self.floor,
            state,
        }
    }

    /// Opens the doors, and answers all who wait at this floor.
    fn open(&mut self, now: Instant) {
        self.stage = Stage::Open {
            closes: now + self.settings.doors,
        };
        for reply in self.waiting.remove(&self.floor).into_iter().flatten() {
            let _ = reply.send(Ok(()));
        }
    }

    /// Goes on to the next floor with closed doors, or stays if nobody waits. It turns only if nobody waits
    /// ahead; otherwise somebody at the end of the shaft might wait for ever.
    fn depart(&mut self, now: Instant) {
        let above = self.waiting.range(self.floor + 1..).next().is_some();
        let below = self.waiting.range(..self.floor).next().is_some();
        self.heading = match (self.heading, above, below) {
            (_, false, false) => {
                self.stage = Stage::Idle;
                return;
            }
            (Heading::Up, true, _) | (Heading::Down, true, false) => Heading::Up,
            (Heading::Down, _, true) | (Heading::Up, false, true) => Heading::Down,
        };
        self.stage = Stage::Moving {
            arrives: now + self.settings.per_floor,
        };
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
