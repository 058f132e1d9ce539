//! Replicas, a network without order, and clients that die. A seed decides all chance, so a story that
//! failed can be told again.

use crate::{Config, Operation, Step};

/// Which of two values is the later one: the greater version. `writer` decides between two with one
/// counter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// Zero for the value that was there from the beginning.
    pub counter: u64,
    /// The number of the write. No other write has it.
    pub writer: u64,
}

/// What a replica is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// What do you have?
    Get,
    /// Keep this, unless you have something later.
    Put {
        /// The value's version.
        version: Version,
        /// The value.
        value: u64,
    },
}

/// What a replica answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// To a `Get`.
    Has {
        /// The value's version.
        version: Version,
        /// The value.
        value: u64,
    },
    /// To a `Put`: this or something later is kept.
    Kept,
}

/// One copy of the value, 0 in the beginning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Replica {
    version: Version,
    value: u64,
}

impl Replica {
    /// Does as it is asked.
    pub fn handle(&mut self, request: Request) -> Answer {
        match request {
            Request::Get => Answer::Has {
                version: self.version,
                value: self.value,
            },
            Request::Put { version, value } => {
                if version > self.version {
                    *self = Self { version, value };
                }
                Answer::Kept
            }
        }
    }
}

/// A read or a write, as its caller sees it. Times are steps of the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// What is written, if this is a write.
    pub writes: Option<u64>,
    /// When it was begun.
    pub begun: u32,
    /// When it ended, and with which value. `None` if its client died, or its messages were lost.
    pub ended: Option<(u32, u64)>,
}

/// What has happened.
#[derive(Debug)]
pub struct Story {
    /// In the order in which they were begun.
    pub calls: Vec<Call>,
    /// The same in words.
    pub told: String,
}

struct Choices(u64);

impl Choices {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % n as u64) as usize
    }
}

enum Message {
    ToReplica(usize, Request),
    ToCall(usize, Answer),
}

/// So many calls, of which one or another is a read, over a network that loses one message of 30 and doubles
/// one of ten.
pub fn story(config: Config, seed: u64, calls: usize) -> Story {
    let mut choices = Choices(seed);
    let mut replicas = vec![Replica::default(); config.replicas()];
    // Call, replica, and what is under way between the two.
    let mut under_way: Vec<(usize, usize, Message)> = Vec::new();
    let mut running: Vec<Option<Operation>> = Vec::new();
    let mut story = Story {
        calls: Vec::new(),
        told: String::new(),
    };
    for now in 0.. {
        let begin = story.calls.len() < calls && (under_way.is_empty() || choices.below(12) == 0);
        if begin {
            let number = story.calls.len();
            let writes = (number == 0 || choices.below(2) == 0).then_some(number as u64 + 1);
            let (operation, request) = match writes {
                Some(value) => Operation::write(config, value, value),
                None => Operation::read(config),
            };
            story.told += &match writes {
                Some(value) => format!("; write {value} begins"),
                None => format!("; read #{number} begins"),
            };
            story.calls.push(Call {
                writes,
                begun: now,
                ended: None,
            });
            running.push(Some(operation));
            for replica in 0..replicas.len() {
                under_way.push((number, replica, Message::ToReplica(replica, request)));
            }
            continue;
        }
        if under_way.is_empty() {
            break;
        }
        let at = choices.below(under_way.len());
        let fate = choices.below(30);
        if (1..4).contains(&fate) {
            let (call, replica, message) = &under_way[at];
            let copy = match message {
                Message::ToReplica(to, request) => Message::ToReplica(*to, *request),
                Message::ToCall(to, answer) => Message::ToCall(*to, *answer),
            };
            under_way.push((*call, *replica, copy));
        }
        let (number, replica, message) = under_way.swap_remove(at);
        match message {
            _ if fate == 0 => {}
            Message::ToReplica(to, request) => {
                let before = replicas[to];
                let answer = replicas[to].handle(request);
                if replicas[to] != before {
                    story.told += &format!("; replica {to} has {}", replicas[to].value);
                }
                under_way.push((number, replica, Message::ToCall(number, answer)));
            }
            Message::ToCall(to, answer) => {
                let Some(operation) = &mut running[to] else {
                    continue;
                };
                let what = match story.calls[to].writes {
                    Some(value) => format!("write {value}"),
                    None => format!("read #{to}"),
                };
                match operation.answer(replica, answer) {
                    Step::Wait => {}
                    Step::Send(_) if choices.below(8) == 0 => {
                        // Some of its messages may have left.
                        story.told += &format!("; the client of {what} dies");
                        running[to] = None;
                    }
                    Step::Send(request) => {
                        for replica in 0..replicas.len() {
                            let message = Message::ToReplica(replica, request);
                            under_way.push((to, replica, message));
                        }
                        if choices.below(6) == 0 {
                            story.told += &format!("; the client of {what} dies");
                            running[to] = None;
                        }
                    }
                    Step::Done(value) => {
                        story.told += &format!("; {what} ends with {value}");
                        story.calls[to].ended = Some((now, value));
                        running[to] = None;
                    }
                }
            }
        }
    }
    story.told = story.told.trim_start_matches("; ").to_owned();
    story
}

/// Whether there is an order of all calls in which each read has the value of the last write before it, and no
/// call comes before one that had ended when it began. A call that has not ended may be left out.
pub fn is_as_one_copy(calls: &[Call]) -> bool {
    fn rest(calls: &[Call], placed: u32, value: u64) -> bool {
        let open = |number: usize| placed & (1 << number) == 0;
        let ended = |call: &Call| call.ended.map_or(u32::MAX, |(at, _)| at);
        let Some(first_end) = calls
            .iter()
            .enumerate()
            .filter(|(number, call)| open(*number) && call.ended.is_some())
            .map(|(_, call)| ended(call))
            .min()
        else {
            return true;
        };
        calls.iter().enumerate().any(|(number, call)| {
            let next = match (call.writes, call.ended) {
                (Some(written), _) => Some(written),
                (None, Some((_, read))) => (read == value).then_some(value),
                (None, None) => None,
            };
            open(number)
                && call.begun < first_end
                && next.is_some_and(|next| rest(calls, placed | 1 << number, next))
        })
    }
    rest(calls, 0, 0)
}
