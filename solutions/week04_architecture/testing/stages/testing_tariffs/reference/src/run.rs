//! The nightly run: reads, decides line by line, writes.

use std::io;
use std::path::Path;

use crate::ledger::{Entry, WITH_THE_LAWYER};
use crate::letter::{Letter, Money};
use crate::tariff::{BadLine, Tariffs, To};
use crate::{Date, Disk, World};

const USAGE: &str = "usage: dunning FOLDER [--dry] [--only KIND]";

/// One run in a folder, on the date of the machine.
///
/// The result is the exit code: 0; 1 where something was left out; 2 where nothing was done.
pub fn run(folder: &Path, flags: &[&str]) -> u8 {
    dun(flags, &mut Disk::new(folder))
}

/// One run in a world.
///
/// The result is the exit code: 0; 1 where something was left out; 2 where nothing was done.
pub fn dun(flags: &[&str], world: &mut dyn World) -> u8 {
    let Some(wanted) = Wanted::read(flags) else {
        world.say(USAGE);
        return 2;
    };
    // Once: a run that goes on past midnight is still the run of this day.
    let today = world.today();
    world.say(&format!(
        "dunning {today}{}",
        if wanted.dry { " (dry)" } else { "" }
    ));
    let (tariffs, ledger) = match read(world) {
        Ok(read) => read,
        Err(why) => {
            world.say(&why);
            return 2;
        }
    };
    let mut night = Night {
        tariffs,
        wanted,
        today,
        world,
        letters: 0,
        sum: 0,
        left_out: false,
    };
    let mut after = String::new();
    let mut changed = false;
    for (at, line) in ledger.lines().enumerate() {
        let new = night.line(at + 1, line);
        changed |= new.is_some();
        after += new.as_deref().unwrap_or(line);
        after += "\n";
    }
    night.end(changed.then_some(&after))
}

/// What the flags say.
struct Wanted<'f> {
    dry: bool,
    only: Option<&'f str>,
}

impl<'f> Wanted<'f> {
    fn read(flags: &[&'f str]) -> Option<Self> {
        let mut wanted = Self {
            dry: false,
            only: None,
        };
        let mut flags = flags.iter();
        while let Some(&flag) = flags.next() {
            match flag {
                "--dry" => wanted.dry = true,
                "--only" => wanted.only = Some(*flags.next()?),
                _ => return None,
            }
        }
        Some(wanted)
    }
}

/// The rules and the ledger, or what to say. Rules first: without them no line of the ledger has a meaning.
fn read(world: &dyn World) -> Result<(Tariffs, String), String> {
    let tariffs = match world.read("tariffs.csv") {
        Ok(text) => {
            let said = |BadLine(at)| format!("tariffs.csv line {at}: not understood");
            Tariffs::built_in().replaced_by(Tariffs::read(&text).map_err(said)?)
        }
        // Not there is an answer. Anything else is none: there may be rules that nobody could read.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Tariffs::built_in(),
        Err(_) => return Err("cannot read tariffs.csv".to_owned()),
    };
    let ledger = world.read("ledger.csv");
    let ledger = ledger.map_err(|_| "cannot read ledger.csv".to_owned())?;
    Ok((tariffs, ledger))
}

/// A run under way.
struct Night<'w, 'f> {
    tariffs: Tariffs,
    wanted: Wanted<'f>,
    today: Date,
    world: &'w mut dyn World,
    letters: u32,
    sum: i64,
    left_out: bool,
}

impl Night<'_, '_> {
    /// What stands in the place of this line from now on, if it changes.
    fn line(&mut self, at: usize, line: &str) -> Option<String> {
        if line.starts_with('#') || line.trim().is_empty() {
            return None;
        }
        let entry = Entry::read(line).filter(|entry| self.tariffs.of(entry.kind).is_some());
        let Some(entry) = entry else {
            self.world.say(&format!("line {at}: not understood"));
            self.left_out = true;
            return None;
        };
        let other = self
            .wanted
            .only
            .is_some_and(|only| !only.is_empty() && only != entry.kind);
        if entry.open == 0 || other {
            return None;
        }
        if entry.mark == "hold" {
            self.world.say(&format!("{}: on hold", entry.number));
            return None;
        }
        self.step(&entry)
    }

    fn step(&mut self, entry: &Entry<'_>) -> Option<String> {
        let tariff = self.tariffs.of(entry.kind)?;
        let step = tariff.after(entry.level)?;
        if tariff.least.is_some_and(|least| entry.open < least)
            || entry.waits(step.wait, self.today)
        {
            return None;
        }
        let level = match step.to {
            To::Letter(level) => level,
            To::Lawyer => {
                self.world.say(&format!("{}: to the lawyer", entry.number));
                return Some(entry.line(WITH_THE_LAWYER, self.today, entry.fees));
            }
        };
        let letter = Letter {
            to: entry,
            level,
            fees: entry.fees + step.fee,
            interest: entry.open * step.percent * (self.today - entry.due) / 36_500,
            today: self.today,
        };
        self.post(&letter)
            .then(|| entry.line(level, self.today, letter.fees))
    }

    /// Whether the letter has gone out, or would have.
    fn post(&mut self, letter: &Letter<'_>) -> bool {
        let file = letter.file();
        if !self.wanted.dry && self.world.write(&file, &letter.to_string()).is_err() {
            self.world.say(&format!("cannot write {file}"));
            self.left_out = true;
            return false;
        }
        let (number, level, total) = (letter.to.number, letter.level, letter.total());
        let total_shown = Money(total);
        self.world
            .say(&format!("{number}: reminder {level}, {total_shown}"));
        self.letters += 1;
        self.sum += total;
        true
    }

    fn end(self, ledger: Option<&String>) -> u8 {
        self.world
            .say(&format!("{} letters, {}", self.letters, Money(self.sum)));
        if let Some(ledger) = ledger.filter(|_| !self.wanted.dry)
            && self.world.write("ledger.csv", ledger).is_err()
        {
            self.world.say("cannot write ledger.csv");
            return 2;
        }
        u8::from(self.left_out)
    }
}
