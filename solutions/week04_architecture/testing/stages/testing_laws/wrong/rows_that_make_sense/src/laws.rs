//! What holds of every night, whatever the ledger says.

use std::collections::BTreeMap;
use std::io;

use crate::suite::Program;
use crate::{Date, World};

/// A night that nobody has thought of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The date of the world.
    pub today: Date,
    /// What the run is started with.
    pub flags: Vec<String>,
    /// The lines of `ledger.csv`.
    pub ledger: Vec<String>,
}

/// Something that holds of every case.
#[derive(Debug, Clone, Copy)]
pub struct Law {
    /// What holds, in a sentence.
    pub name: &'static str,
    /// Panics if it does not hold of a program in a case.
    pub holds: fn(Program, &Case),
}

/// All laws.
#[must_use]
pub fn laws() -> Vec<Law> {
    let law = |name, holds| Law { name, holds };
    vec![
        law("each line is treated as if it were alone", alone),
        law("the sum is that of the letters", adds_up),
        law("a second run of a night does nothing", once),
        law("a dry run says what a run does, and does nothing", dryly),
        law("a step changes level, day and fees, and raises them", steps),
        law("a letter asks for no less than is open", no_less),
    ]
}

// ---- cases ----

/// The case of this seed, the same each time.
#[must_use]
pub fn case(seed: u64) -> Case {
    let mut draw = Draw(seed);
    let today = Date::after_epoch(20_400 + draw.below(60));
    let flags: &[&str] = match draw.below(5) {
        0 => &["--dry"],
        1 => &["--only", draw.of(&["private", "business", "public"])],
        _ => &[],
    };
    let rows = draw.below(12);
    Case {
        today,
        flags: flags.iter().map(|&flag| flag.to_owned()).collect(),
        ledger: (1..=rows).map(|at| row(at, &mut draw, today)).collect(),
    }
}

/// Not any row: one that is a day on this side of an edge, or on the other.
fn row(at: i64, draw: &mut Draw, today: Date) -> String {
    if draw.below(8) == 8 {
        return draw
            .of(&["# see R-1", "", "R-1;?", "R-1;Ada;private;1;2;3;4;5;6"])
            .to_owned();
    }
    let level = draw.of(&["0", "0", "1", "2", "2", "3", "9"]);
    let since = draw.of(&[3_i64, 7, 10, 14, 30, 90]) + draw.below(3) - 1;
    let before = if level == "0" { 0 } else { draw.below(500) };
    let last = if level == "0" {
        "-".into()
    } else {
        (today + -since).to_string()
    };
    format!(
        "R-{at};Ada;{};{};{};{level};{last};{};{}",
        draw.of(&["private", "business", "public"]),
        draw.of(&[
            0_i64,
            1,
            499,
            500,
            7_000,
            73_000,
            2_000_000_000,
            4_294_967_295
        ]),
        today + -(since + before),
        draw.of(&[0, 250, 4_000]),
        draw.of(&["", "", "hold", "urgent"]),
    )
}

/// Numbers from a seed: xorshift64* (Vigna, 2016), stirred first so that neighbouring seeds differ.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: i64) -> i64 {
        let mut x = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15) | 1;
        x ^= x >> 12;
        x ^= x << 25;
        x ^= x >> 27;
        self.0 = x;
        let high = x.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        high.cast_signed() % limit
    }

    fn of<T: Copy>(&mut self, these: &[T]) -> T {
        let at = self.below(these.len().cast_signed() as i64);
        these[usize::try_from(at).unwrap_or(0)]
    }
}

// ---- shrinking ----

/// Cases that are smaller, the smallest first. Each has fewer flags, fewer lines or a smaller amount and no more of the
/// others, so that whoever follows them comes to an end.
#[must_use]
pub fn smaller(case: &Case) -> Vec<Case> {
    let mut cases = Vec::new();
    let half = case.ledger.len() / 2;
    if half > 0 {
        cases.push(with(case, |it| it.ledger.truncate(half)));
        cases.push(with(case, |it| drop(it.ledger.drain(..half))));
    }
    for at in 0..case.ledger.len() {
        cases.push(with(case, |it| drop(it.ledger.remove(at))));
    }
    if !case.flags.is_empty() {
        cases.push(with(case, |it| it.flags.clear()));
    }
    for (at, line) in case.ledger.iter().enumerate() {
        let mut fields: Vec<String> = line.split(';').map(str::to_owned).collect();
        let Some(open) = fields.get(3).and_then(|it| it.parse::<u32>().ok()) else {
            continue;
        };
        // Halfway down, then by half of that and so on: to an edge in a few dozen candidates and not in a million.
        let steps = std::iter::successors(Some(open), |step| Some(step / 2));
        for step in steps.take_while(|&step| step > 0) {
            fields[3] = (open - step).to_string();
            cases.push(with(case, |it| it.ledger[at] = fields.join(";")));
        }
    }
    cases
}

fn with(case: &Case, change: impl FnOnce(&mut Case)) -> Case {
    let mut case = case.clone();
    change(&mut case);
    case
}

// ---- laws ----

/// What a run has left behind.
struct After {
    code: u8,
    said: Vec<String>,
    files: BTreeMap<String, String>,
    today: Date,
}

impl World for After {
    fn today(&self) -> Date {
        self.today
    }

    fn read(&self, name: &str) -> io::Result<String> {
        let text = self.files.get(name);
        text.cloned().ok_or(io::ErrorKind::NotFound.into())
    }

    fn write(&mut self, name: &str, text: &str) -> io::Result<()> {
        let _ = self.files.insert(name.into(), text.into());
        Ok(())
    }

    fn say(&mut self, line: &str) {
        self.said.push(line.into());
    }
}

impl After {
    fn ledger(&self) -> Vec<&str> {
        self.files["ledger.csv"].lines().collect()
    }

    /// Without the head and the sum.
    fn report(&self) -> &[String] {
        let until = self.said.len().saturating_sub(1);
        self.said.get(1..until).unwrap_or_default()
    }

    /// The amounts of the letters, in cents.
    fn amounts(&self) -> Vec<(&str, i64)> {
        let letter = |line: &'_ str| {
            let (_, amount) = line.split_once(": reminder ")?.1.split_once(", ")?;
            cents(amount)
        };
        let said = self.said.iter().filter_map(|line| {
            let (number, _) = line.split_once(": ")?;
            Some((number, letter(line)?))
        });
        said.collect()
    }
}

fn cents(amount: &str) -> Option<i64> {
    amount.replace('.', "").parse().ok()
}

fn run(program: Program, today: Date, flags: &[String], ledger: &[String]) -> After {
    let text = ledger.iter().map(|line| format!("{line}\n")).collect();
    let mut world = After {
        code: 0,
        said: Vec::new(),
        files: BTreeMap::from([("ledger.csv".to_owned(), text)]),
        today,
    };
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    world.code = program(&flags, &mut world);
    world
}

/// Of the laws the one that says most: no line knows of another.
fn alone(program: Program, case: &Case) {
    let together = run(program, case.today, &case.flags, &case.ledger);
    let (mut report, mut ledger, mut code) = (Vec::new(), Vec::new(), 0);
    for (at, line) in case.ledger.iter().enumerate() {
        let one = run(program, case.today, &case.flags, std::slice::from_ref(line));
        let place = format!("line {}:", at + 1);
        report.extend(one.report().iter().map(|it| it.replace("line 1:", &place)));
        ledger.extend(one.ledger().iter().map(|&it| it.to_owned()));
        code = code.max(one.code);
    }
    assert_eq!(
        together.report(),
        report,
        "the report, and those of each line"
    );
    assert_eq!(
        together.ledger(),
        ledger,
        "the ledger, and those of each line"
    );
    assert_eq!(
        together.code, code,
        "the exit code, and the worst of each line"
    );
}

fn adds_up(program: Program, case: &Case) {
    let after = run(program, case.today, &case.flags, &case.ledger);
    let amounts = after.amounts();
    let sum: i64 = amounts.iter().map(|(_, amount)| amount).sum();
    let expected = format!("{} letters, {}.{:02}", amounts.len(), sum / 100, sum % 100);
    assert_eq!(after.said.last(), Some(&expected), "the last line");
}

fn once(program: Program, case: &Case) {
    let first = run(program, case.today, &[], &case.ledger);
    let ledger: Vec<String> = first.ledger().iter().map(|&it| it.to_owned()).collect();
    let second = run(program, case.today, &[], &ledger);
    assert_eq!(
        second.said.last().map(String::as_str),
        Some("0 letters, 0.00"),
        "the second run"
    );
    assert_eq!(second.ledger(), ledger, "the ledger after the second run");
}

fn dryly(program: Program, case: &Case) {
    let wet: Vec<String> = (case.flags.iter())
        .filter(|&flag| flag != "--dry")
        .cloned()
        .collect();
    let mut dry = wet.clone();
    dry.push("--dry".to_owned());
    let wet = run(program, case.today, &wet, &case.ledger);
    let dry = run(program, case.today, &dry, &case.ledger);
    assert_eq!(
        dry.said.get(1..),
        wet.said.get(1..),
        "what both say below the head"
    );
    assert_eq!(dry.ledger(), case.ledger, "the ledger after a dry run");
    assert_eq!(dry.files.len(), 1, "files after a dry run: {:?}", dry.files);
}

fn steps(program: Program, case: &Case) {
    let after = run(program, case.today, &case.flags, &case.ledger);
    let after = after.ledger();
    assert_eq!(after.len(), case.ledger.len(), "lines of the ledger");
    for (was, is) in case.ledger.iter().zip(after) {
        assert_eq!(was.split(';').count(), 9, "the fields of a line");
        if was == is {
            continue;
        }
        let (was, is): (Vec<&str>, Vec<&str>) = (was.split(';').collect(), is.split(';').collect());
        assert_eq!(
            (&was[..5], &was[8..]),
            (&is[..5], &is[8..]),
            "what no step changes"
        );
        let number = |text: &str| text.parse::<i64>().unwrap_or(-1);
        assert!(
            number(is[5]) >= number(was[5]),
            "the level, from {was:?} to {is:?}"
        );
        assert!(
            number(is[7]) >= number(was[7]),
            "the fees, from {was:?} to {is:?}"
        );
        assert_eq!(
            is[6],
            case.today.to_string(),
            "the day of a step, in {is:?}"
        );
    }
}

fn no_less(program: Program, case: &Case) {
    let after = run(program, case.today, &case.flags, &case.ledger);
    for (number, amount) in after.amounts() {
        let start = format!("{number};");
        let rows = case.ledger.iter().filter(|row| row.starts_with(&start));
        let opens = rows.filter_map(|row| row.split(';').nth(3)?.parse::<i64>().ok());
        let least = opens.min().unwrap_or(0);
        assert!(
            amount >= least,
            "{number} owes {least} cents, and is asked for {amount}"
        );
    }
}
