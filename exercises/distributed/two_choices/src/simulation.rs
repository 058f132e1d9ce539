//! Gateways, backends and a few seconds of requests, in simulated time. All chance comes from a seed, and all
//! numbers are whole, so a run is the same on every machine.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use crate::{Balancer, Dice};

/// What a gateway asks for each request.
pub trait Balance {
    /// How many requests each backend has, at this moment.
    fn report(&mut self, loads: &[u32]);
    /// Where the next request goes.
    fn pick(&mut self) -> Option<usize>;
}

impl Balance for Balancer {
    fn report(&mut self, loads: &[u32]) {
        Balancer::report(self, loads);
    }

    fn pick(&mut self) -> Option<usize> {
        Balancer::pick(self)
    }
}

/// One after the other, to compare with. Each gateway begins somewhere else.
#[derive(Debug)]
pub struct RoundRobin {
    backends: usize,
    next: usize,
}

impl RoundRobin {
    /// For so many backends.
    pub fn new(backends: usize, seed: u64) -> Self {
        let next = Dice::new(seed).below(backends as u64) as usize;
        Self { backends, next }
    }
}

impl Balance for RoundRobin {
    fn report(&mut self, _: &[u32]) {}

    fn pick(&mut self) -> Option<usize> {
        self.next = (self.next + 1) % self.backends;
        Some(self.next)
    }
}

/// What stands behind the gateways.
#[derive(Debug, Clone)]
pub struct Fleet {
    /// How many requests each backend works on at a time; the others wait in line.
    pub capacities: Vec<u32>,
    /// A backend that needs five times as long for everything.
    pub slow: Option<usize>,
    /// A backend that answers everything at once, with an error.
    pub broken: Option<usize>,
    /// How much of what the whole fleet can do is asked for, in per cent.
    pub busy_percent: u64,
}

/// What came of it.
#[derive(Debug)]
pub struct Figures {
    /// Of the requests that were answered well, half took no longer than this, in milliseconds.
    pub median: u64,
    /// And 99 of 100 took no longer than this.
    pub p99: u64,
    /// The share of all requests that each backend got, in per cent.
    pub shares: Vec<u64>,
}

const GATEWAYS: u64 = 10;
const MS: u64 = 1_000;
const END: u64 = 2_000 * MS;
/// Backends tell their loads so often.
const REPORT: u64 = 20 * MS;
/// What a request takes on average, by the figures in `work`.
const MEAN_WORK: u64 = 8_600;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Report,
    Arrival,
    Finished { backend: usize, arrived: u64 },
}

/// Lets two seconds of requests arrive at ten gateways, each with a balancer of its own, and waits until they
/// are answered. Time is in microseconds.
pub fn run<B: Balance>(fleet: &Fleet, seed: u64, balancer: impl Fn(u64) -> B) -> Figures {
    let mut dice = Dice::new(seed);
    let mut gateways: Vec<B> = (0..GATEWAYS)
        .map(|number| balancer(seed * 1_000 + number))
        .collect();
    let n = fleet.capacities.len();
    let total: u64 = fleet
        .capacities
        .iter()
        .map(|capacity| u64::from(*capacity))
        .sum();
    let gap = MEAN_WORK * 100 / (total * fleet.busy_percent);

    let mut events = BinaryHeap::from([Reverse((0, Event::Report)), Reverse((1, Event::Arrival))]);
    let mut waiting: Vec<VecDeque<u64>> = vec![VecDeque::new(); n];
    let mut working = vec![0; n];
    let mut got = vec![0; n];
    let mut latencies = Vec::new();
    while let Some(Reverse((now, event))) = events.pop() {
        let backend = match event {
            Event::Report => {
                let loads: Vec<u32> = (0..n)
                    .map(|backend| working[backend] + waiting[backend].len() as u32)
                    .collect();
                for gateway in &mut gateways {
                    gateway.report(&loads);
                }
                if now < END {
                    events.push(Reverse((now + REPORT, event)));
                }
                continue;
            }
            Event::Arrival => {
                if now < END {
                    events.push(Reverse((now + dice.below(2 * gap + 1), event)));
                }
                let gateway = dice.below(GATEWAYS) as usize;
                let backend = gateways[gateway].pick().expect("the fleet has a backend");
                got[backend] += 1;
                if fleet.broken == Some(backend) {
                    continue;
                }
                waiting[backend].push_back(now);
                backend
            }
            Event::Finished { backend, arrived } => {
                latencies.push(now - arrived);
                working[backend] -= 1;
                backend
            }
        };
        if working[backend] < fleet.capacities[backend]
            && let Some(arrived) = waiting[backend].pop_front()
        {
            working[backend] += 1;
            let pace = if fleet.slow == Some(backend) { 5 } else { 1 };
            let end = now + work(&mut dice) * pace;
            events.push(Reverse((end, Event::Finished { backend, arrived })));
        }
    }

    latencies.sort_unstable();
    let requests: u64 = got.iter().sum();
    Figures {
        median: latencies[latencies.len() / 2] / MS,
        p99: latencies[latencies.len() * 99 / 100] / MS,
        shares: got.iter().map(|got| got * 100 / requests).collect(),
    }
}

/// Most requests take 4 to 8 ms, and one of ten 22 to 42.
fn work(dice: &mut Dice) -> u64 {
    match dice.below(10) {
        0 => 22_000 + dice.below(20_001),
        _ => 4_000 + dice.below(4_001),
    }
}
