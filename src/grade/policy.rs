//! What points are given for, as data: a change of policy needs no new run.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// `grading.toml`. Every part may be left out.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Points of each exercise; 10 where it is not named.
    pub points: BTreeMap<String, f64>,
    /// What each check weighs within its exercise, as `exercise/check`; else by its kind.
    pub weights: BTreeMap<String, f64>,
    /// By kind.
    pub kinds: Kinds,
    /// Whether parts count.
    pub partial: Partial,
    /// What lateness costs.
    pub late: Late,
    /// Who sees what.
    pub show: Show,
}

/// What a check weighs that is not named.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Kinds {
    /// One that learners have.
    pub visible: f64,
    /// One that only grading has.
    pub hidden: f64,
}

impl Default for Kinds {
    fn default() -> Self {
        Kinds {
            visible: 1.0,
            hidden: 1.0,
        }
    }
}

/// Credit for an exercise of which not everything passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Partial {
    /// Each check counts by its weight.
    #[default]
    ByCheck,
    /// Everything passes, or there are no points.
    AllOrNothing,
}

/// What lateness costs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Late {
    /// When it has to be in; without it nothing is late.
    pub due: Option<Timestamp>,
    /// Minutes after that cost nothing.
    pub grace_minutes: u32,
    /// The part of the points that each day begun costs, 0 to 1.
    pub per_day: f64,
    /// The part that always stays.
    pub floor: f64,
}

impl Default for Late {
    fn default() -> Self {
        Late {
            due: None,
            grace_minutes: 0,
            per_day: 0.1,
            floor: 0.0,
        }
    }
}

impl Late {
    /// The part of the points that is left for what came in at this time.
    pub fn factor(&self, submitted: Option<Timestamp>) -> f64 {
        let (Some(due), Some(submitted)) = (self.due, submitted) else {
            return 1.0;
        };
        let seconds = submitted.as_second() - due.as_second() - i64::from(self.grace_minutes) * 60;
        if seconds <= 0 {
            return 1.0;
        }
        let days = (seconds - 1) / 86_400 + 1;
        // A thousand days late is as late as it gets.
        let days = f64::from(i32::try_from(days.min(1_000)).unwrap_or(1_000));
        (1.0 - self.per_day * days).clamp(self.floor.clamp(0.0, 1.0), 1.0)
    }
}

/// Who sees what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Show {
    /// Checks that learners have.
    pub visible: Visibility,
    /// Checks that only grading has.
    pub hidden: Visibility,
}

impl Default for Show {
    fn default() -> Self {
        Show {
            visible: Visibility::Always,
            hidden: Visibility::NameOnly,
        }
    }
}

/// How much of a check a learner sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Visibility {
    /// Everything.
    Always,
    /// Its name and how it went, and nothing that it printed.
    NameOnly,
    /// Everything, from the due date on; nothing before.
    AfterDue,
    /// Nothing; it counts all the same.
    Never,
}

impl Policy {
    /// Reads `grading.toml`.
    ///
    /// # Errors
    ///
    /// What is wrong, and where.
    pub fn read(text: &str) -> Result<Self, Box<toml::de::Error>> {
        Ok(toml::from_str(text)?)
    }
}
