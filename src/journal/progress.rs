//! Progress: a fold over the journal.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::entry::{Entry, Event, Outcome};

/// What the journal says of every exercise that it names, those that the course no longer has included.
///
/// "First" and "latest" are by the order of the journal, never by the clock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    exercises: HashMap<String, ExerciseState>,
}

/// What happened to one exercise so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExerciseState {
    /// The latest pass.
    pub passed: Option<Pass>,
    /// The latest verdict.
    pub last: Option<LastVerdict>,
    /// When it passed for the first time.
    pub first_passed_at: Option<Timestamp>,
    /// The highest number of a hint that was shown; 0 if none was.
    pub hints: u8,
    /// Failed verdicts before the first pass.
    pub attempts: u32,
    /// The solution was shown before a pass.
    pub solution_before_pass: bool,
    /// It was left for later, and neither started nor passed since.
    pub skipped: bool,
    /// It passed, was reset after that, and not every such reset was undone: it is to be done again.
    pub reset_since_pass: bool,
    /// Resets since the latest pass, less those that were undone.
    resets: u32,
    /// Fingerprints of which the latest verdict is a pass.
    passing: HashSet<String>,
}

/// A pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pass {
    /// When.
    pub at: Timestamp,
    /// Of which bytes.
    pub fingerprint: String,
}

/// A verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastVerdict {
    /// What the checks said.
    pub outcome: Outcome,
    /// Of which bytes.
    pub fingerprint: String,
    /// When.
    pub at: Timestamp,
}

impl Progress {
    /// Folds the journal. `resolve` maps an id to the one that the exercise has now; an id that it does
    /// not know it must return as it is.
    #[must_use]
    pub fn from_entries(entries: &[Entry], resolve: impl Fn(&str) -> String) -> Self {
        let mut progress = Progress::default();
        for entry in entries {
            let id = resolve(entry.event.exercise());
            progress.exercises.entry(id).or_default().apply(entry);
        }
        progress
    }

    /// What happened to an exercise, by its present id; `None` if nothing did.
    #[must_use]
    pub fn state(&self, id: &str) -> Option<&ExerciseState> {
        self.exercises.get(id)
    }

    /// The exercise was passed once. That does not end with a later failure or a reset: see
    /// [`Progress::broken`] and [`ExerciseState::reset_since_pass`].
    #[must_use]
    pub fn is_passed(&self, id: &str) -> bool {
        self.state(id).is_some_and(|state| state.passed.is_some())
    }

    /// The exercise was passed, and the latest verdict says that it does not pass any more.
    #[must_use]
    pub fn broken(&self, id: &str) -> bool {
        let failed = |last: &LastVerdict| last.outcome == Outcome::Failed;
        self.is_passed(id)
            && self
                .state(id)
                .and_then(|state| state.last.as_ref())
                .is_some_and(failed)
    }

    /// The latest verdict on exactly these bytes is a pass, so they need not be checked again.
    #[must_use]
    pub fn passed_with(&self, id: &str, fingerprint: &str) -> bool {
        self.state(id)
            .is_some_and(|state| state.passing.contains(fingerprint))
    }

    /// How many exercises passed for the first time on each day, as days are in `zone`. Days without
    /// any are left out.
    #[must_use]
    pub fn passes_by_day(&self, zone: &TimeZone) -> BTreeMap<Date, u32> {
        let mut days = BTreeMap::new();
        for at in self
            .exercises
            .values()
            .filter_map(|state| state.first_passed_at)
        {
            *days.entry(zone.to_datetime(at).date()).or_default() += 1;
        }
        days
    }
}

impl ExerciseState {
    fn apply(&mut self, Entry { at, event }: &Entry) {
        match event {
            Event::Verdict {
                fingerprint,
                outcome,
                ..
            } => {
                self.judge(*at, fingerprint, *outcome);
            }
            Event::Hint { number, .. } => self.hints = self.hints.max(*number),
            Event::Solution { before_pass, .. } => self.solution_before_pass |= before_pass,
            Event::Reset { .. } => self.resets += 1,
            Event::Undo { .. } => self.resets = self.resets.saturating_sub(1),
            Event::Skip { .. } => self.skipped = true,
            Event::Started { .. } => self.skipped = false,
        }
        self.reset_since_pass = self.passed.is_some() && self.resets > 0;
    }

    fn judge(&mut self, at: Timestamp, fingerprint: &str, outcome: Outcome) {
        let fingerprint = fingerprint.to_owned();
        self.last = Some(LastVerdict {
            outcome,
            fingerprint: fingerprint.clone(),
            at,
        });
        match outcome {
            Outcome::Passed => {
                self.passing.insert(fingerprint.clone());
                self.passed = Some(Pass { at, fingerprint });
                self.first_passed_at.get_or_insert(at);
                self.skipped = false;
                self.resets = 0;
            }
            Outcome::Failed => {
                self.passing.remove(&fingerprint);
                if self.passed.is_none() {
                    self.attempts += 1;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Entries at noon of the days given, from `day exercise what`.
    fn journal(text: &str) -> Vec<Entry> {
        let entry = |line: &str| {
            let [day, exercise, what] = line.split_whitespace().collect::<Vec<_>>()[..] else {
                panic!("not `day exercise what`: {line}");
            };
            let at = format!("2026-11-{day}T12:00:00Z").parse().unwrap();
            Entry {
                at,
                event: event(exercise.to_owned(), what),
            }
        };
        text.lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(entry)
            .collect()
    }

    fn event(exercise: String, what: &str) -> Event {
        match what.split_once(':').unwrap_or((what, "")) {
            ("pass", bytes) => verdict(exercise, bytes, Outcome::Passed),
            ("fail", bytes) => verdict(exercise, bytes, Outcome::Failed),
            ("hint", number) => Event::Hint {
                exercise,
                number: number.parse().unwrap(),
            },
            ("solution", when) => Event::Solution {
                exercise,
                before_pass: when == "before",
            },
            ("reset", _) => Event::Reset {
                exercise,
                backup: "backup/1".to_owned(),
            },
            ("undo", _) => Event::Undo { exercise },
            ("skip", _) => Event::Skip { exercise },
            ("started", _) => Event::Started {
                exercise,
                from: None,
            },
            _ => panic!("unknown event: {what}"),
        }
    }

    fn verdict(exercise: String, bytes: &str, outcome: Outcome) -> Event {
        let (fingerprint, course_version) = (bytes.to_owned(), "0.1.0".to_owned());
        Event::Verdict {
            exercise,
            fingerprint,
            outcome,
            course_version,
        }
    }

    fn progress(text: &str) -> Progress {
        Progress::from_entries(&journal(text), str::to_owned)
    }

    /// What holds of exercise `x`, as words.
    fn words(progress: &Progress) -> String {
        let state = progress.state("x").cloned().unwrap_or_default();
        let flags = [
            ("passed", progress.is_passed("x")),
            ("broken", progress.broken("x")),
            ("reset", state.reset_since_pass),
            ("skipped", state.skipped),
            ("peeked", state.solution_before_pass),
            ("one", progress.passed_with("x", "1")),
            ("two", progress.passed_with("x", "2")),
        ];
        let mut words: Vec<String> = flags
            .iter()
            .filter(|(_, on)| *on)
            .map(|(word, _)| (*word).to_owned())
            .collect();
        if state.attempts > 0 {
            words.push(format!("attempts={}", state.attempts));
        }
        if state.hints > 0 {
            words.push(format!("hints={}", state.hints));
        }
        words.join(" ")
    }

    #[test]
    fn what_happened_adds_up() {
        let check = |events: &str, expected: &str| {
            let happened = |what| Entry {
                at: Timestamp::UNIX_EPOCH,
                event: event("x".to_owned(), what),
            };
            let entries: Vec<Entry> = events.split_whitespace().map(happened).collect();
            let progress = Progress::from_entries(&entries, str::to_owned);
            assert_eq!(words(&progress), expected, "after {events}");
        };
        check("", "");
        check("started", "");
        check("fail:1", "attempts=1");
        check("fail:1 fail:1 fail:2", "attempts=3");
        check("fail:1 pass:2", "passed two attempts=1");
        // Once passed, always passed; what came of it since is told apart.
        check("pass:1 fail:2", "passed broken one");
        check("pass:1 fail:1", "passed broken");
        check("pass:1 fail:2 pass:2", "passed one two");
        check("fail:1 pass:1", "passed one attempts=1");
        check("hint:1 hint:3 hint:2", "hints=3");
        check("solution:before pass:1", "passed peeked one");
        check("solution:before pass:1 solution:after", "passed peeked one");
        check("pass:1 solution:after", "passed one");
        check("skip", "skipped");
        check("skip fail:1", "skipped attempts=1");
        check("skip pass:1", "passed one");
        check("skip started", "");
        check("reset", "");
        check("reset pass:1", "passed one");
        check("pass:1 reset", "passed reset one");
        check("pass:1 reset fail:2", "passed broken reset one");
        check("pass:1 reset pass:2", "passed one two");
        check("pass:1 reset undo", "passed one");
        check("pass:1 reset reset undo", "passed reset one");
        check("pass:1 reset reset undo undo", "passed one");
        check("undo pass:1 undo reset", "passed reset one");
    }

    #[test]
    fn the_latest_pass_and_the_first_are_both_kept() {
        let progress = progress("20 x pass:1\n 21 x pass:2\n 22 x fail:3");
        let state = progress.state("x").unwrap();
        let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).day();
        assert_eq!(state.first_passed_at.map(day), Some(20));
        let passed = state.passed.as_ref().unwrap();
        assert_eq!((day(passed.at), passed.fingerprint.as_str()), (21, "2"));
        let last = state.last.as_ref().unwrap();
        assert_eq!((day(last.at), last.fingerprint.as_str()), (22, "3"));
        assert_eq!(last.outcome, Outcome::Failed);
    }

    #[test]
    fn order_in_the_journal_counts_and_not_the_clock() {
        let progress = progress("21 x pass:1\n 20 x fail:1\n 19 x pass:2");
        assert_eq!(words(&progress), "passed two");
        let first = progress.state("x").unwrap().first_passed_at;
        assert_eq!(first, Some("2026-11-21T12:00:00Z".parse().unwrap()));
    }

    #[test]
    fn an_exercise_is_one_under_all_its_names_and_unknown_ones_are_kept() {
        let entries = journal("20 old fail:1\n 21 old pass:1\n 22 x fail:2\n 22 gone pass:9");
        let renamed = |id: &str| if id == "old" { "x" } else { id }.to_owned();
        let progress = Progress::from_entries(&entries, renamed);
        assert_eq!(words(&progress), "passed broken one attempts=1");
        assert_eq!(progress.state("old"), None);
        assert!(progress.passed_with("gone", "9"));
    }

    #[test]
    fn first_passes_are_counted_by_the_days_of_the_zone() {
        let entries =
            journal("20 a pass:1\n 21 a pass:2\n 21 b pass:1\n 21 c pass:1\n 22 d fail:1");
        let progress = Progress::from_entries(&entries, str::to_owned);
        let check = |offset: i8, expected: &[(&str, u32)]| {
            let zone = TimeZone::fixed(jiff::tz::offset(offset));
            let days = progress.passes_by_day(&zone);
            let found: Vec<_> = days.iter().map(|(day, n)| (day.to_string(), *n)).collect();
            let expected: Vec<_> = expected
                .iter()
                .map(|(day, n)| ((*day).to_owned(), *n))
                .collect();
            assert_eq!(found, expected);
        };
        check(0, &[("2026-11-20", 1), ("2026-11-21", 2)]);
        check(13, &[("2026-11-21", 1), ("2026-11-22", 2)]);
    }
}
