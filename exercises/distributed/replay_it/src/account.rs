//! An account, from the records of its log.

use crate::Record;

/// The form of the snapshots that this code writes and reads. It changes whenever `Account` does, or what a
/// record means.
pub const SCHEMA: u32 = 3;

/// What gold members get on top, in per cent. It was 100 until March.
const BONUS_PERCENT: u64 = 50;

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
    balance: i64,
}

/// An account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    position: usize,
    balance: i64,
    earned: u64,
    gold: bool,
}

impl Account {
    /// The account after all records of the log.
    ///
    /// # Errors
    ///
    /// The first record that it can't read.
    pub fn replay(log: &[Record]) -> Result<Self, Unreadable> {
        let mut account = Self::default();
        for record in log {
            account.apply(record)?;
        }
        Ok(account)
    }

    /// The same as `replay`, and sooner: from a snapshot on, if it can be used.
    ///
    /// # Errors
    ///
    /// The first record that had to be read and can't be.
    pub fn restore(snapshot: &Snapshot, log: &[Record]) -> Result<Self, Unreadable> {
        let mut account = Self {
            position: snapshot.position,
            balance: snapshot.balance,
            ..Self::default()
        };
        for record in &log[snapshot.position..] {
            account.apply(record)?;
        }
        Ok(account)
    }

    /// The present state, to restore it from.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            schema: SCHEMA,
            position: self.position,
            balance: self.balance,
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
        let mut records = vec![Record::new("earned", 1, &[("cents", cents)])];
        if !self.gold && self.earned + cents / 10 >= rules.gold_from {
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
        if self.balance < points as i64 {
            return Err(Refusal::TooFew);
        }
        Ok(Record::new("spent", 2, &[("points", points)]))
    }

    fn apply(&mut self, record: &Record) -> Result<(), Unreadable> {
        match record.kind() {
            "earned" => {
                let mut points = record.number("cents").unwrap_or(0) / 10;
                if self.gold {
                    points += points * BONUS_PERCENT / 100;
                }
                self.earned += points;
                self.balance += points as i64;
            }
            "spent" | "expired" => {
                let points = record.number("points").unwrap_or(0) as i64;
                if points > self.balance {
                    return Err(Unreadable {
                        position: self.position,
                        record: record.clone(),
                    });
                }
                self.balance -= points;
            }
            "promoted" => self.gold = true,
            _ => {}
        }
        self.position += 1;
        Ok(())
    }
}
