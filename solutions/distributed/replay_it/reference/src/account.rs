//! An account, from the records of its log.

use crate::Record;

/// The form of the snapshots that this code writes and reads. It changes whenever `Account` does, or what a
/// record means. It was 3 when a snapshot was a balance.
pub const SCHEMA: u32 = 4;

/// What gold members got on top while records of purchases had no points in them, in per cent. It is part of
/// what those records say, and never changes again.
const BONUS_PERCENT_OF_EARNED_1: u64 = 100;

/// The rules of the day. They decide what happens, and say nothing about what has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// What gold members get on top, in per cent.
    pub bonus_percent: u64,
    /// Who has earned so many points in all, bonus included, becomes a gold member.
    pub gold_from: u64,
}

/// Why a command is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There are not so many points.
    TooFew,
}

/// A record that this code can't read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// How many records come before it.
    pub position: usize,
    /// The record.
    pub record: Record,
}

/// The state of an account, without the records that led there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The `SCHEMA` of the code that wrote it.
    pub schema: u32,
    /// How many records it has in it.
    pub position: usize,
    // All of it: whatever a later record may ask about has to be here.
    account: Account,
}

/// An account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    position: usize,
    balance: i64,
    earned: u64,
    gold: bool,
}

/// What has happened, in the form of today. Whatever was written before is turned into this when it is read,
/// so the rest of the code knows one form only.
enum Event {
    Earned { points: u64 },
    Spent { points: u64 },
    Expired { points: u64 },
    Promoted,
}

impl Account {
    /// The account after all records of the log.
    ///
    /// # Errors
    ///
    /// The first record that it can't read.
    pub fn replay(log: &[Record]) -> Result<Self, Unreadable> {
        Self::default().then(log)
    }

    /// The same as `replay`, and sooner: from a snapshot on, if it can be used.
    ///
    /// # Errors
    ///
    /// The first record that had to be read and can't be.
    pub fn restore(snapshot: &Snapshot, log: &[Record]) -> Result<Self, Unreadable> {
        // A snapshot is a cache. One that can't be used costs time, and never an account.
        match log.get(snapshot.position..) {
            Some(rest) if snapshot.schema == SCHEMA => snapshot.account.clone().then(rest),
            _ => Self::replay(log),
        }
    }

    /// The present state, to restore it from.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            schema: SCHEMA,
            position: self.position,
            account: self.clone(),
        }
    }

    /// The points that can be spent.
    pub fn balance(&self) -> i64 {
        self.balance
    }

    /// The points that were ever earned, bonus included.
    pub fn earned(&self) -> u64 {
        self.earned
    }

    /// Whether this is a gold member.
    pub fn is_gold(&self) -> bool {
        self.gold
    }

    /// The member buys something: a point for each full 10 cents, and a gold member's bonus, rounded down.
    /// What is to be appended.
    pub fn buy(&self, cents: u64, rules: Rules) -> Vec<Record> {
        let points = self.points_for(cents, rules.bonus_percent);
        // What was decided, and not what it was decided from: nobody will know the rules of today.
        let mut records = vec![Record::new("earned", 2, &[("points", points)])];
        if !self.gold && self.earned + points >= rules.gold_from {
            records.push(Record::new("promoted", 1, &[]));
        }
        records
    }

    /// The member spends points. What is to be appended.
    ///
    /// # Errors
    ///
    /// `TooFew`.
    pub fn spend(&self, points: u64) -> Result<Record, Refusal> {
        if i128::from(self.balance) < i128::from(points) {
            return Err(Refusal::TooFew);
        }
        Ok(Record::new("spent", 2, &[("points", points)]))
    }

    fn then(mut self, records: &[Record]) -> Result<Self, Unreadable> {
        for record in records {
            let event = self.read(record).ok_or_else(|| Unreadable {
                position: self.position,
                record: record.clone(),
            })?;
            self.apply(&event);
            self.position += 1;
        }
        Ok(self)
    }

    /// What a record says, at this place of the log. `None` if this code is older than the record.
    fn read(&self, record: &Record) -> Option<Event> {
        Some(match (record.kind(), record.version()) {
            ("earned", 1) => Event::Earned {
                points: self.points_for(record.number("cents")?, BONUS_PERCENT_OF_EARNED_1),
            },
            ("earned", 2) => Event::Earned {
                points: record.number("points")?,
            },
            ("spent", 1) => Event::Spent {
                points: record.number("euros")? * 100,
            },
            ("spent", 2) => Event::Spent {
                points: record.number("points")?,
            },
            ("expired", 1) => Event::Expired {
                points: record.number("points")?,
            },
            ("promoted", 1) => Event::Promoted,
            _ => return None,
        })
    }

    /// Can't fail, and refuses nothing: it has happened.
    fn apply(&mut self, event: &Event) {
        match event {
            Event::Earned { points } => {
                self.earned += points;
                self.balance += points.cast_signed();
            }
            Event::Spent { points } | Event::Expired { points } => {
                self.balance -= points.cast_signed();
            }
            Event::Promoted => self.gold = true,
        }
    }

    fn points_for(&self, cents: u64, bonus_percent: u64) -> u64 {
        let points = cents / 10;
        let bonus = if self.gold { bonus_percent } else { 0 };
        points + points * bonus / 100
    }
}
