//! Where a desk's course came from: `.workbook/desk.toml`.

use std::path::PathBuf;

use super::{CourseSource, Desk, DeskKind};
use crate::course::Course;

/// Where it is written, relative to the desk.
pub const FILE: &str = ".workbook/desk.toml";

/// What the desk was made from. `solution` and `update` look here.
pub fn record(course: &Course, source: &CourseSource) -> String {
    let mut record = toml::Table::new();
    record.insert("course".to_owned(), toml::Value::String(course.id.clone()));
    record.insert(
        "version".to_owned(),
        toml::Value::String(course.version.clone()),
    );
    if let CourseSource::Folder(path) = source {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        record.insert(
            "from".to_owned(),
            toml::Value::String(path.display().to_string()),
        );
    }
    record.to_string()
}

impl Desk {
    /// Where the course was taken from when the desk was made or last updated. Without a record of it, from
    /// this program.
    pub fn origin(&self) -> CourseSource {
        match self.recorded("from") {
            Some(from) => CourseSource::Folder(PathBuf::from(from)),
            None => CourseSource::Packed,
        }
    }

    /// Where the course's solutions are to be had, if anywhere.
    pub fn solutions(&self, course: &Course) -> Option<CourseSource> {
        let folder = match (self.kind, self.origin()) {
            (DeskKind::Clone, _) => self.root.clone(),
            (DeskKind::Made, CourseSource::Folder(folder)) => folder,
            // The packed course is this one only if nobody has built a newer program since.
            (DeskKind::Made, CourseSource::Packed) => {
                return (self.recorded("version").as_ref() == Some(&course.version))
                    .then_some(CourseSource::Packed);
            }
        };
        let has_solutions = folder.join("solutions").is_dir();
        has_solutions.then_some(CourseSource::Folder(folder))
    }

    fn recorded(&self, key: &str) -> Option<String> {
        let text = std::fs::read_to_string(self.root.join(FILE)).ok()?;
        let record: toml::Table = toml::from_str(&text).ok()?;
        Some(record.get(key)?.as_str()?.to_owned())
    }
}
