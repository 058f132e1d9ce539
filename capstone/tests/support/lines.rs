// Connections that are none, for a pool: they count themselves, and what it is like to make one is up to the test. For
// tokio's paused clock.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::collections::BTreeSet;
use std::future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use capstone::pool::{Connect, Lent, Pool};
use capstone::ports::{Pending, StoreError};
use tokio::time;

/// What it is like to connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    /// It takes a moment.
    Fair,
    /// Nobody is there.
    Refused,
    /// Somebody is there, and does not let us in.
    Locked,
    /// No answer ever comes.
    Silent,
}

/// The other side of all connections.
#[derive(Clone)]
pub struct World(Arc<Mutex<State>>);

struct State {
    weather: Weather,
    made: usize,
    /// Those that are there, the ones that are being made included.
    alive: usize,
    most: usize,
    /// Numbers of those that the other side has closed.
    closed: BTreeSet<usize>,
}

/// A connection. The first one made is number 1.
#[derive(Debug)]
pub struct Line {
    pub number: usize,
    _alive: Alive,
}

struct Alive(World);

impl std::fmt::Debug for Alive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("alive")
    }
}

impl World {
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(State {
            weather: Weather::Fair,
            made: 0,
            alive: 0,
            most: 0,
            closed: BTreeSet::new(),
        })))
    }

    pub fn pool(&self, size: usize, patience: Duration) -> Arc<Pool<World>> {
        Arc::new(Pool::new(self.clone(), size, patience))
    }

    pub fn weather(&self, weather: Weather) {
        self.with(|state| state.weather = weather);
    }

    /// The other side closes these.
    pub fn hang_up(&self, numbers: impl IntoIterator<Item = usize>) {
        self.with(|state| state.closed.extend(numbers));
    }

    pub fn made(&self) -> usize {
        self.with(|state| state.made)
    }

    pub fn alive(&self) -> usize {
        self.with(|state| state.alive)
    }

    pub fn most(&self) -> usize {
        self.with(|state| state.most)
    }

    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.0.lock().expect("no panic under this lock"))
    }

    fn begin(&self) -> Alive {
        self.with(|state| {
            state.alive += 1;
            state.most = state.most.max(state.alive);
        });
        Alive(self.clone())
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.with(|state| state.alive -= 1);
    }
}

impl Connect for World {
    type Connection = Line;

    fn connect(&self) -> Pending<'_, Line> {
        let alive = self.begin();
        Box::pin(async move {
            time::sleep(Duration::from_millis(3)).await;
            match self.with(|state| state.weather) {
                Weather::Fair => {}
                Weather::Refused => {
                    return Err(StoreError::unavailable("connect", "nobody is there"));
                }
                Weather::Locked => return Err(StoreError::new("connect", "a wrong password")),
                Weather::Silent => future::pending().await,
            }
            let number = self.with(|state| {
                state.made += 1;
                state.made
            });
            Ok(Line {
                number,
                _alive: alive,
            })
        })
    }

    fn is_open(&self, line: &Line) -> bool {
        self.with(|state| !state.closed.contains(&line.number))
    }
}

/// What must be had.
pub async fn lent(pool: &Pool<World>, why: &str) -> Lent<World> {
    match pool.lend().await {
        Ok(lent) => lent,
        Err(error) => panic!("{why}: {}", capstone::telemetry::chain(&error)),
    }
}
