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

impl Way {
    /// What was chosen in a desk; `None` for the whole course.
    ///
    /// # Errors
    ///
    /// If the file is there and says nothing that can be understood.
    pub fn read(desk: &Desk) -> Result<Option<Way>, WayError> {
        let path = file(desk);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(_) => return Err(WayError::Strange { path }),
        };
        let way = toml::from_str(&text).ok().as_ref().and_then(Way::of);
        way.map(Some).ok_or(WayError::Strange { path })
    }

    /// Remembers a choice, or forgets it.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub fn choose(desk: &Desk, way: Option<&Way>) -> Result<(), WayError> {
        let path = file(desk);
        let done = match way {
            Some(way) => write_whole(&path, way.to_string().as_bytes()),
            None => match std::fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            },
        };
        done.map_err(|source| WayError::Write { path, source })
    }

    fn of(table: &toml::Table) -> Option<Way> {
        if let Some(track) = table.get("track").and_then(toml::Value::as_str) {
            return Some(Way::Track(track.to_owned()));
        }
        let ids = table.get("exercises")?.as_array()?;
        let ids: Option<Vec<String>> = ids
            .iter()
            .map(|id| id.as_str().map(str::to_owned))
            .collect();
        ids.map(Way::Own)
    }
}

impl std::fmt::Display for Way {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut table = toml::Table::new();
        match self {
            Way::Track(id) => table.insert("track".to_owned(), toml::Value::String(id.clone())),
            Way::Own(ids) => {
                let ids = ids.iter().cloned().map(toml::Value::String).collect();
                table.insert("exercises".to_owned(), toml::Value::Array(ids))
            }
        };
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
        assert_eq!(Way::read(&desk).expect("nothing is chosen"), None);
        for way in [
            Way::Track("short".to_owned()),
            Way::Own(vec!["a".to_owned(), "b".to_owned()]),
        ] {
            Way::choose(&desk, Some(&way)).expect("it can be written");
            assert_eq!(Way::read(&desk).expect("it can be read"), Some(way));
        }
        Way::choose(&desk, None).expect("it can be removed");
        Way::choose(&desk, None).expect("nor is it an error that nothing is there");
        assert_eq!(Way::read(&desk).expect("nothing is chosen"), None);
    }

    #[test]
    fn what_is_no_choice_is_an_error_and_not_the_whole_course() {
        let keep = tempfile::tempdir().expect("a temporary folder");
        let desk = Desk {
            root: keep.path().to_owned(),
            kind: DeskKind::Clone,
        };
        std::fs::create_dir_all(desk.state()).expect("folders can be made");
        for text in ["", "track = 3", "exercises = [1]", "{"] {
            std::fs::write(file(&desk), text).expect("files can be written");
            assert!(Way::read(&desk).is_err(), "{text}");
        }
    }
}
