//! The way through the course that a learner has chosen: `.workbook/track.toml`.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::Desk;
use super::files::write_whole;

/// The way that a learner has chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// A track of the course.
    Track(String),
    /// Exercises of the learner's own choice, in order.
    Own(Vec<String>),
}

/// What a track of one's own is called, where a track is named.
pub const OWN: &str = "own";

/// Why the choice could not be read or written.
#[derive(Debug, Error)]
pub enum WayError {
    /// The file is not as this program writes it.
    #[error("understand `{}`; `workbook track` chooses anew", path.display())]
    Strange {
        /// The file.
        path: PathBuf,
    },
    /// The system refuses.
    #[error("remember the track in `{}`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// What a learner has chosen, and what may be chosen again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// The way that is followed; `None` for the whole course.
    pub way: Option<Way>,
    /// The exercises that the learner composed last, followed or not.
    pub own: Option<Vec<String>>,
}

impl Choice {
    /// What was chosen in a desk.
    ///
    /// # Errors
    ///
    /// If the file is there and says nothing that can be understood.
    pub fn read(desk: &Desk) -> Result<Choice, WayError> {
        let path = file(desk);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Choice::default()),
            Err(_) => return Err(WayError::Strange { path }),
        };
        let choice = toml::from_str(&text).ok().as_ref().and_then(Choice::of);
        choice.ok_or(WayError::Strange { path })
    }

    /// The same with another way. What was composed before stays there to be chosen again.
    #[must_use]
    pub fn with(self, way: Option<Way>) -> Choice {
        let own = match &way {
            Some(Way::Own(ids)) => Some(ids.clone()),
            _ => self.own,
        };
        Choice { way, own }
    }

    /// Remembers the choice.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub fn write(&self, desk: &Desk) -> Result<(), WayError> {
        let path = file(desk);
        let done = if *self == Choice::default() {
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            }
        } else {
            write_whole(&path, self.to_string().as_bytes())
        };
        done.map_err(|source| WayError::Write { path, source })
    }

    fn of(table: &toml::Table) -> Option<Choice> {
        let own = match table.get("exercises") {
            Some(ids) => {
                let ids = ids.as_array()?.iter();
                let ids: Option<Vec<String>> =
                    ids.map(|id| id.as_str().map(str::to_owned)).collect();
                Some(ids?)
            }
            None => None,
        };
        let way = match (table.get("track"), table.get("whole"), &own) {
            (Some(track), ..) => Some(Way::Track(track.as_str()?.to_owned())),
            (None, Some(toml::Value::Boolean(true)), Some(_)) => None,
            (None, None, Some(ids)) => Some(Way::Own(ids.clone())),
            _ => return None,
        };
        Some(Choice { way, own })
    }
}

impl std::fmt::Display for Choice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut table = toml::Table::new();
        match &self.way {
            Some(Way::Track(id)) => {
                table.insert("track".to_owned(), toml::Value::String(id.clone()));
            }
            Some(Way::Own(_)) => {}
            None => {
                table.insert("whole".to_owned(), toml::Value::Boolean(true));
            }
        }
        if let Some(ids) = &self.own {
            let ids = ids.iter().cloned().map(toml::Value::String).collect();
            table.insert("exercises".to_owned(), toml::Value::Array(ids));
        }
        write!(f, "{table}")
    }
}

fn file(desk: &Desk) -> PathBuf {
    desk.state().join("track.toml")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::DeskKind;

    #[test]
    fn a_choice_is_read_as_it_was_written_and_can_be_taken_back() {
        let keep = tempfile::tempdir().expect("a temporary folder");
        let desk = Desk {
            root: keep.path().to_owned(),
            kind: DeskKind::Clone,
        };
        let read = || Choice::read(&desk).expect("it can be read");
        assert_eq!(read(), Choice::default());
        let ids = vec!["a".to_owned(), "b".to_owned()];
        let track = || Some(Way::Track("short".to_owned()));
        for (way, own) in [
            (track(), None),
            (Some(Way::Own(ids.clone())), Some(&ids)),
            (track(), Some(&ids)),
            (None, Some(&ids)),
        ] {
            read()
                .with(way.clone())
                .write(&desk)
                .expect("it can be written");
            assert_eq!((read().way, read().own.as_ref()), (way, own));
        }
        Choice::default().write(&desk).expect("it can be removed");
        Choice::default()
            .write(&desk)
            .expect("nor is it an error that nothing is there");
        assert_eq!(read(), Choice::default());
    }

    #[test]
    fn what_is_no_choice_is_an_error_and_not_the_whole_course() {
        let keep = tempfile::tempdir().expect("a temporary folder");
        let desk = Desk {
            root: keep.path().to_owned(),
            kind: DeskKind::Clone,
        };
        std::fs::create_dir_all(desk.state()).expect("folders can be made");
        for text in ["", "track = 3", "exercises = [1]", "whole = true", "{"] {
            std::fs::write(file(&desk), text).expect("files can be written");
            assert!(Choice::read(&desk).is_err(), "{text}");
        }
    }
}
