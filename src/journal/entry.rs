//! One line of the journal: what can stand in it, how it is written and how it is read.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::error::Category;
use thiserror::Error;

/// The version of the format. A line with another one is set aside, so raise it only if an older
/// workbook would misunderstand the line; new keys and new events need no new version.
pub(super) const VERSION: u64 = 1;

/// Something that happened, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The time on the clock of whoever recorded it, in whole milliseconds. A clock can be set back:
    /// which entry came first is told by their order in the journal only.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
}

/// What can happen. Exercises are named by the id that they had at the time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The checks said something of exactly these bytes.
    Verdict {
        /// The exercise's id.
        exercise: String,
        /// Every byte that could change the verdict, as a digest.
        fingerprint: String,
        /// What the checks said.
        outcome: Outcome,
        /// The version of the course that the checks came from.
        course_version: String,
    },
    /// A hint was shown.
    Hint {
        /// The exercise's id.
        exercise: String,
        /// Which one: 1 to 3.
        number: u8,
    },
    /// The solution was shown.
    Solution {
        /// The exercise's id.
        exercise: String,
        /// The exercise had not been passed.
        before_pass: bool,
    },
    /// The owned files were set back to the starter.
    Reset {
        /// The exercise's id.
        exercise: String,
        /// Where the files went that had been there.
        backup: String,
    },
    /// The latest reset that was not undone yet was undone.
    Undo {
        /// The exercise's id.
        exercise: String,
    },
    /// The exercise was left for later.
    Skip {
        /// The exercise's id.
        exercise: String,
    },
    /// Work on the exercise began.
    Started {
        /// The exercise's id.
        exercise: String,
        /// What its first files were taken from, if not from the starter.
        from: Option<String>,
    },
}

/// A verdict that is worth remembering. That something was not run, or could not be judged, is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Every check passed.
    Passed,
    /// At least one did not.
    Failed,
}

impl Event {
    /// The id of the exercise that it happened to.
    #[must_use]
    pub fn exercise(&self) -> &str {
        match self {
            Self::Verdict { exercise, .. }
            | Self::Hint { exercise, .. }
            | Self::Solution { exercise, .. }
            | Self::Reset { exercise, .. }
            | Self::Undo { exercise }
            | Self::Skip { exercise }
            | Self::Started { exercise, .. } => exercise,
        }
    }

    /// The event as a noun, for "record the …".
    pub(super) fn noun(&self) -> &'static str {
        match self {
            Self::Verdict { .. } => "verdict",
            Self::Hint { .. } => "hint",
            Self::Solution { .. } => "look at the solution",
            Self::Reset { .. } => "reset",
            Self::Undo { .. } => "undoing",
            Self::Skip { .. } => "skip",
            Self::Started { .. } => "start",
        }
    }
}

/// Why a line can't be used. Reads after "line 7 is".
#[derive(Debug, Error)]
pub(super) enum LineError {
    #[error("not text")]
    NotText,
    #[error("cut short")]
    CutShort,
    #[error("not a JSON object")]
    NotJson,
    #[error("without a version `v`")]
    NoVersion,
    #[error(
        "of version {found} and this workbook reads version {VERSION}; install the current workbook"
    )]
    OtherVersion { found: u64 },
    #[error("without a time `at`")]
    NoTime,
    #[error("not an event that this workbook knows: {0}")]
    UnknownEvent(serde_json::Error),
}

/// What every version has. Lines of other versions may have anything else, so the event is read apart,
/// from the same text; that is also a fifth to a half faster than taking both out of a [`Value`].
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    v: Value,
    #[serde(default)]
    at: Value,
}

impl Entry {
    /// The line, newline included. Lines are told apart by their text, so `id` has to differ between
    /// two entries that are otherwise the same.
    ///
    /// # Panics
    ///
    /// Never: an event is made of strings, numbers and flags.
    pub(super) fn to_line(&self, id: u64) -> String {
        let Self { at, event } = self;
        let event = serde_json::to_string(event).expect("plain data has a JSON form");
        let fields = event
            .strip_prefix('{')
            .expect("a tagged enum is a JSON object");
        // Joined as text, because serde's `flatten` spoils error messages and a JSON map would put `v`,
        // which readers look for first, last.
        format!("{{\"v\":{VERSION},\"at\":\"{at:.3}\",\"id\":\"{id:016x}\",{fields}\n")
    }

    /// Reads a line. Keys that are not known are ignored, `id` among them.
    pub(super) fn from_line(line: &[u8]) -> Result<Self, LineError> {
        let text = str::from_utf8(line).map_err(|_| LineError::NotText)?;
        if !text.trim_start().starts_with('{') {
            return Err(LineError::NotJson);
        }
        let head: Head = serde_json::from_str(text).map_err(|error| match error.classify() {
            Category::Eof => LineError::CutShort,
            _ => LineError::NotJson,
        })?;
        match head.v.as_u64() {
            Some(VERSION) => {}
            Some(found) => return Err(LineError::OtherVersion { found }),
            None => return Err(LineError::NoVersion),
        }
        let at = head
            .at
            .as_str()
            .and_then(|at| at.parse().ok())
            .ok_or(LineError::NoTime)?;
        let event = serde_json::from_str(text).map_err(|error| {
            // Read again for the message: from text it would end in "at line 1", whichever line it is.
            let again =
                serde_json::from_str(text).and_then(|value: Value| Event::deserialize(value));
            LineError::UnknownEvent(again.err().unwrap_or(error))
        })?;
        Ok(Entry { at, event })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(event: Event) -> Entry {
        Entry {
            at: "2026-11-21T06:16:00.123Z".parse().unwrap(),
            event,
        }
    }

    #[test]
    fn each_event_is_written_as_one_object_and_read_back() {
        let lost_update = || "lost_update".to_owned();
        let check = |event: Event, expected: &str| {
            let entry = entry(event);
            let line = entry.to_line(0xf);
            let head = r#"{"v":1,"at":"2026-11-21T06:16:00.123Z","id":"000000000000000f","#;
            assert_eq!(line, format!("{head}{expected}\n"));
            assert_eq!(Entry::from_line(line.as_bytes()).unwrap(), entry);
            assert_eq!(entry.event.exercise(), "lost_update");
        };
        check(
            Event::Verdict {
                exercise: lost_update(),
                fingerprint: "ab12".to_owned(),
                outcome: Outcome::Failed,
                course_version: "0.1.0".to_owned(),
            },
            r#""event":"verdict","exercise":"lost_update","fingerprint":"ab12","outcome":"failed","course_version":"0.1.0"}"#,
        );
        check(
            Event::Hint {
                exercise: lost_update(),
                number: 2,
            },
            r#""event":"hint","exercise":"lost_update","number":2}"#,
        );
        check(
            Event::Solution {
                exercise: lost_update(),
                before_pass: true,
            },
            r#""event":"solution","exercise":"lost_update","before_pass":true}"#,
        );
        check(
            Event::Reset {
                exercise: lost_update(),
                backup: "a \"b\"\nc".to_owned(),
            },
            r#""event":"reset","exercise":"lost_update","backup":"a \"b\"\nc"}"#,
        );
        check(
            Event::Undo {
                exercise: lost_update(),
            },
            r#""event":"undo","exercise":"lost_update"}"#,
        );
        check(
            Event::Skip {
                exercise: lost_update(),
            },
            r#""event":"skip","exercise":"lost_update"}"#,
        );
        check(
            Event::Started {
                exercise: lost_update(),
                from: None,
            },
            r#""event":"started","exercise":"lost_update","from":null}"#,
        );
    }

    #[test]
    fn a_line_that_can_not_be_used_says_why() {
        let check = |line: &[u8], expected: &str| {
            let why = Entry::from_line(line).unwrap_err().to_string();
            assert!(
                why.contains(expected),
                "{:?}: {why}",
                line.escape_ascii().to_string()
            );
        };
        check(br#"{"v":1,"at":"2026-11-"#, "cut short");
        check(b"{\"v\":1,\xff}", "not text");
        check(b"\0\0\0\0", "not a JSON object");
        check(b"<<<<<<< HEAD", "not a JSON object");
        check(b"[1]", "not a JSON object");
        check(br#"{"event":"skip","exercise":"a"}"#, "without a version");
        check(br#"{"v":2,"when":"noon"}"#, "of version 2");
        check(
            br#"{"v":1,"event":"skip","exercise":"a"}"#,
            "without a time",
        );
        check(
            br#"{"v":1,"at":"noon","event":"skip","exercise":"a"}"#,
            "without a time",
        );
        let at = r#"{"v":1,"at":"2026-11-21T06:16:00Z","#;
        check(
            format!(r#"{at}"event":"applause"}}"#).as_bytes(),
            "`applause`",
        );
        check(format!(r#"{at}"event":"skip"}}"#).as_bytes(), "`exercise`");
        let outcome = r#""event":"verdict","exercise":"a","fingerprint":"b","outcome":"meh"}"#;
        check(format!("{at}{outcome}").as_bytes(), "`meh`");
    }

    #[test]
    fn keys_of_a_later_workbook_do_not_make_a_line_foreign() {
        let line = br#"{"exercise":"a","event":"skip","mood":"low","at":"2026-11-21T06:16:00.123Z","v":1}"#;
        let expected = entry(Event::Skip {
            exercise: "a".to_owned(),
        });
        assert_eq!(Entry::from_line(line).unwrap(), expected);
    }
}
