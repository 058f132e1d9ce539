//! What is known about one atomic beside its value.

use std::fmt;
use std::panic::Location;
use std::sync::atomic::Ordering;

use crate::model::clock::{Clock, acquires, releases};
use crate::model::record::{self, Record};
use crate::model::steps::Step;

type Place = &'static Location<'static>;

/// The life of one atomic in one execution. Each method is told after the step was taken, and writes it
/// down.
pub(super) struct Known<T> {
    name: Option<&'static str>,
    writes: Vec<Write<T>>,
    /// The last value that each thread read or wrote.
    seen: Vec<(usize, T)>,
}

/// One write to an atomic.
#[derive(Clone, Copy)]
struct Write<T> {
    value: T,
    /// Who wrote, and when. `None`: it was there from the start.
    by: Option<(usize, u32)>,
    order: Ordering,
    /// What it hands on to those who read it.
    offered: Clock,
}

impl<T: Copy + PartialEq + fmt::Display> Known<T> {
    #[track_caller]
    pub(super) fn new(value: T) -> Self {
        let made = Location::caller();
        Self {
            name: record::with(|record, _| record.name_at(made)),
            writes: vec![Write {
                value,
                by: None,
                order: Ordering::Relaxed,
                offered: Clock::default(),
            }],
            seen: Vec::new(),
        }
    }

    /// The last value written.
    pub(super) fn latest(&self) -> T {
        self.writes[self.writes.len() - 1].value
    }

    pub(super) fn loaded(&mut self, value: T, order: Ordering, place: Place) {
        record::with(|record, me| {
            let (_, brings) = self.read(record, me, value, order);
            self.sees(me, value);
            let (from, order) = (self.named("from"), ordered(record, order));
            let step = Step::new(format!("reads {value}{from}{order}")).at(place);
            let latest = self.latest();
            let step = if value == latest {
                step.noting(brings)
            } else {
                step.noting_old_value(format!("an old value: {latest} is there already"))
            };
            record.add(me, step);
        });
    }

    pub(super) fn stored(&mut self, value: T, order: Ordering, place: Place) {
        record::with(|record, me| {
            let over = self.overwritten(me);
            self.write(record, me, value, order, Clock::default());
            let (to, order) = (self.named("to"), ordered(record, order));
            let mut step = Step::new(format!("writes {value}{to}{order}")).at(place);
            if let Some(unread) = over {
                step = step.noting(format!("over {unread}, which it never read"));
            }
            record.add(me, step);
        });
    }

    /// A read and a write that nobody can come between.
    pub(super) fn updated(
        &mut self,
        how: &str,
        (before, after): (T, T),
        order: Ordering,
        place: Place,
    ) {
        record::with(|record, me| {
            let (offered, brings) = self.read(record, me, before, order);
            self.write(record, me, after, order, offered);
            let (on, order) = (self.named("on"), ordered(record, order));
            let step = Step::new(format!("{how}{on}: {before} to {after}{order}"));
            record.add(me, step.at(place).noting(brings));
        });
    }

    /// An exchange that expected another value.
    pub(super) fn refused(&mut self, expected: T, found: T, order: Ordering, place: Place) {
        record::with(|record, me| {
            self.read(record, me, found, order);
            self.sees(me, found);
            let (on, order) = (self.named("on"), ordered(record, order));
            let step = Step::new(format!("compare_exchange{on} fails{order}"));
            let note = format!("expects {expected}, finds {found}");
            record.add(me, step.at(place).noting(note));
        });
    }

    /// A thread has read this value: takes over what comes along with it. Returns what the write handed
    /// on, and a note on that where it is news and where only one write can have been read.
    fn read(&self, record: &mut Record, me: usize, value: T, order: Ordering) -> (Clock, String) {
        let mut candidates = self.writes.iter().filter(|write| write.value == value);
        let Some(write) = candidates.next_back() else {
            return (Clock::default(), String::new());
        };
        let certain = candidates.next().is_none();
        let offered = write.offered;
        let knowledge = &mut record.threads[me].knowledge;
        let Some((by, time)) = write.by else {
            knowledge.read(order, &offered);
            return (offered, String::new());
        };
        let before = knowledge.now.knows(by, time);
        knowledge.read(order, &offered);
        let after = knowledge.now.knows(by, time);
        if before || !certain || !record.style.orderings {
            return (offered, String::new());
        }
        let who = record.name_of(by);
        let note = if after {
            format!("{who}'s, with all that {who} did before")
        } else {
            // Whether by the orderings themselves or by a fence that is missing: the two were not a pair.
            let lacking = match (releases(write.order), acquires(order)) {
                (true, _) => "this read is not Acquire".to_owned(),
                (false, true) => format!("{who}'s write is not Release"),
                (false, false) => format!("{who}'s write is not Release, this read not Acquire"),
            };
            format!("{who}'s, and only that: {lacking}")
        };
        (offered, note)
    }

    /// A thread writes this value, and hands on `also` beside what its ordering says.
    fn write(&mut self, record: &mut Record, me: usize, value: T, order: Ordering, also: Clock) {
        let knowledge = &mut record.threads[me].knowledge;
        let time = knowledge.now.tick(me);
        let mut offered = knowledge.offer(order);
        offered.join(&also);
        self.writes.push(Write {
            value,
            by: Some((me, time)),
            order,
            offered,
        });
        self.sees(me, value);
    }

    /// What another thread has written and this one is about to write over, unread.
    fn overwritten(&self, me: usize) -> Option<T> {
        let last = self.writes.last()?;
        let (by, _) = last.by?;
        (by != me && !self.seen.contains(&(me, last.value))).then_some(last.value)
    }

    fn sees(&mut self, me: usize, value: T) {
        self.seen.retain(|(thread, _)| *thread != me);
        self.seen.push((me, value));
    }

    /// ` from name`, or nothing if names are not shown.
    fn named(&self, how: &str) -> String {
        self.name
            .map_or_else(String::new, |name| format!(" {how} {name}"))
    }
}

/// `, Relaxed`, or nothing if orderings are not shown.
fn ordered(record: &Record, order: Ordering) -> String {
    if record.style.orderings {
        format!(", {order:?}")
    } else {
        String::new()
    }
}
