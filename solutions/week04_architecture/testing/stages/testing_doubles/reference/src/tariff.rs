//! Who is reminded when, and what it costs: rules as data.

use std::collections::BTreeMap;

/// In the language of the file, so that there is one, and it can say all that the program ever did.
const BUILT_IN: &str = "\
private;least;500
private;0;7;1;0;0
private;1;14;2;250;5
private;2;14;3;500;5
private;3;30;lawyer;0;0
business;0;3;1;4000;9
business;1;10;2;0;9
business;2;10;3;0;9
business;3;30;lawyer;0;0
public;0;30;1;0;0
public;1;30;2;0;0
public;2;90;2;0;0
";

/// The rules of each kind of customer, by its name.
#[derive(Debug)]
pub struct Tariffs(BTreeMap<String, Tariff>);

/// The rules of one kind.
#[derive(Debug, Default)]
pub struct Tariff {
    /// Smaller amounts are left alone. In cents.
    pub least: Option<i64>,
    /// What comes after each level from 0 to 3.
    steps: [Option<Step>; 4],
}

/// One step of a customer.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// From level 0 more than so many days after the due date, else at least so many days after the last step.
    pub wait: i64,
    pub to: To,
    /// In cents, added to those before.
    pub fee: i64,
    /// A year, on what is open.
    pub percent: i64,
}

#[derive(Debug, Clone, Copy)]
pub enum To {
    Letter(u8),
    Lawyer,
}

/// The number of the line that says nothing that makes sense, from 1.
#[derive(Debug)]
pub struct BadLine(pub usize);

impl Tariffs {
    /// The rules that hold where no file says anything else.
    pub fn built_in() -> Self {
        Self::read(BUILT_IN).expect("the suite would not pass a step without these")
    }

    /// A kind that the other one has too is the other one's, whole: half of a tariff is nobody's tariff.
    pub fn replaced_by(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    pub fn read(text: &str) -> Result<Self, BadLine> {
        let mut tariffs = BTreeMap::new();
        for (at, line) in text.lines().enumerate() {
            let blank = line.trim().is_empty() || line.starts_with('#');
            if !blank && take(&mut tariffs, line).is_none() {
                return Err(BadLine(at + 1));
            }
        }
        Ok(Self(tariffs))
    }

    pub fn of(&self, kind: &str) -> Option<&Tariff> {
        self.0.get(kind)
    }
}

impl Tariff {
    pub fn after(&self, level: u8) -> Option<Step> {
        *self.steps.get(usize::from(level))?
    }
}

fn take(tariffs: &mut BTreeMap<String, Tariff>, line: &str) -> Option<()> {
    let parts: Vec<&str> = line.split(';').collect();
    let number = |text: &str| text.parse::<u32>().ok().map(i64::from);
    let kind = *parts.first().filter(|kind| !kind.is_empty())?;
    let tariff = tariffs.entry(kind.to_owned()).or_default();
    match parts[1..] {
        ["least", cents] if tariff.least.is_none() => tariff.least = Some(number(cents)?),
        [from, wait, to, fee, percent] => {
            let from = from.parse::<u8>().ok()?;
            let place = tariff.steps.get_mut(usize::from(from))?;
            let to = match to {
                "lawyer" => To::Lawyer,
                level => To::Letter(level.parse().ok()?),
            };
            let forward = !matches!(to, To::Letter(level) if level < from.max(1) || level > 3);
            if place.is_some() || !forward {
                return None;
            }
            *place = Some(Step {
                wait: number(wait)?,
                to,
                fee: number(fee)?,
                percent: number(percent)?,
            });
        }
        _ => return None,
    }
    Some(())
}
