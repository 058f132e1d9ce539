//! Courses for rustlings: `info.toml`, one file per exercise, solutions beside them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml_edit::DocumentMut;

use super::ImportError;
use super::code;
use super::companions::companions;
use super::dev::{Dev, WORKSPACES, denied, dev_of};
use super::draft::{
    Draft, DraftExercise, DraftPart, Files, Ids, Left, lowered, summary_of, title_of,
};
use super::graft::{Graft, graft, text_of};
use super::manifest::{self, table_of};
use super::packages::Packages;
use super::source::{Source, tidy};
use crate::course::Origin;

#[derive(Deserialize)]
struct Info {
    format_version: u32,
    welcome_message: Option<String>,
    final_message: Option<String>,
    #[serde(default)]
    exercises: Vec<Listed>,
}

/// One `[[exercises]]`. Keys that are not known are looked for in the text itself.
#[derive(Deserialize)]
struct Listed {
    name: String,
    dir: Option<String>,
    #[serde(default = "yes")]
    test: bool,
    #[serde(default)]
    strict_clippy: bool,
    #[serde(default)]
    skip_check_unsolved: bool,
    #[serde(default)]
    hint: String,
}

fn yes() -> bool {
    true
}

const KNOWN: [&str; 6] = [
    "name",
    "dir",
    "test",
    "strict_clippy",
    "skip_check_unsolved",
    "hint",
];

const KNOWN_OF_ALL: [&str; 4] = [
    "format_version",
    "welcome_message",
    "final_message",
    "exercises",
];

/// Where the course is that rustlings comes with, in its repository.
const ITS_OWN: &str = "rustlings-macros/info.toml";

/// The one format there is.
const VERSION: u32 = 1;

/// Reads the course.
pub(super) fn read(source: &Source, left: &mut Left) -> Result<Draft, ImportError> {
    let place = if source.text("info.toml")?.is_none() && source.text(ITS_OWN)?.is_some() {
        ITS_OWN
    } else {
        "info.toml"
    };
    let text = source.needed(place)?;
    let path = source.path(place);
    let bad = |error: toml::de::Error| ImportError::BadToml {
        path: path.clone(),
        source: Box::new(error),
    };
    let info: Info = toml::from_str(&text).map_err(bad)?;
    if info.format_version != VERSION {
        let what = format!("format_version {} is not known", info.format_version);
        return Err(ImportError::Unfit { path, what });
    }
    note_unknown(&text, left);
    let names: Vec<&str> = info.exercises.iter().map(|it| it.name.as_str()).collect();
    let dev = dev_of(source, place == ITS_OWN, &names, left)?;
    let mut course = Course::new(source, dev, left)?;
    let mut ids = (Ids::default(), Ids::default());
    let mut parts: Vec<(Option<String>, DraftPart)> = Vec::new();
    for listed in &info.exercises {
        if parts.last().is_none_or(|(dir, _)| *dir != listed.dir) {
            let name = listed.dir.as_deref().unwrap_or("exercises");
            let title = title_of(name);
            let part = DraftPart {
                id: ids.0.give(&title),
                title,
                exercises: Vec::new(),
            };
            parts.push((listed.dir.clone(), part));
        }
        let id = ids.1.give(&listed.name);
        if let Some((_, part)) = parts.last_mut() {
            let exercise = course.exercise(listed, id, &part.id, left)?;
            part.exercises.push(exercise);
        }
    }
    let mut notes = format!("# {}\n", title_of(&source.name()));
    for message in [&info.welcome_message, &info.final_message]
        .into_iter()
        .flatten()
    {
        let _ = write!(notes, "\n{}\n", message.trim());
    }
    if let Some(about) = source.text("exercises/README.md")? {
        let _ = write!(notes, "\n{}", lowered(&about, 1));
    }
    for folder in ["exercises", "solutions"] {
        if source.has_folder(folder) {
            for file in source.files(folder, left)?.keys() {
                if !course.named.contains(&Path::new(folder).join(file)) {
                    note_stray(folder, file, &info.exercises, left);
                }
            }
        }
    }
    let licences = source.licences()?;
    source.note_unseen(left);
    let objective =
        |(_, part): &(_, DraftPart)| (part.id.clone(), "exercises".to_owned(), part.title.clone());
    Ok(Draft {
        id: Ids::default().give(&source.name()),
        title: title_of(&source.name()),
        notes,
        objectives: parts.iter().map(objective).collect(),
        parts: parts.into_iter().map(|(_, part)| part).collect(),
        workspace: course.workspace(left)?,
        lock: None,
        licences,
        helpers: course.packages.files,
    })
}

fn note_unknown(text: &str, left: &mut Left) {
    let info: toml::Table = toml::from_str(text).unwrap_or_default();
    for key in info
        .keys()
        .filter(|key| !KNOWN_OF_ALL.contains(&key.as_str()))
    {
        left.note(
            "keys of `info.toml` that are not known",
            &format!("`{key}`"),
        );
    }
    let list = info.get("exercises").and_then(toml::Value::as_array);
    for table in list.into_iter().flatten().filter_map(toml::Value::as_table) {
        let name = table
            .get("name")
            .and_then(toml::Value::as_str)
            .unwrap_or("?");
        for key in table.keys().filter(|key| !KNOWN.contains(&key.as_str())) {
            left.note(
                format!("`{key}` of `[[exercises]]`, which is not known"),
                name,
            );
        }
    }
}

/// What all exercises have in common.
struct Course<'s> {
    source: &'s Source,
    dev: Option<Dev>,
    /// What is below `exercises/` and `solutions/`, by whole paths.
    all: Files,
    /// What of it sources name.
    named: BTreeSet<PathBuf>,
    manifest: Option<DocumentMut>,
    edition: String,
    lints: Vec<String>,
    packages: Packages<'s>,
}

impl<'s> Course<'s> {
    fn new(source: &'s Source, dev: Option<Dev>, left: &mut Left) -> Result<Self, ImportError> {
        let mut packages = Packages::new(source);
        let mut lints = Vec::new();
        let mut edition = "2024".to_owned();
        let manifest = match &dev {
            None => None,
            Some(dev) => {
                // Under any name: only its tables are of use. Profiles and patches are the workspace's.
                let mut table = manifest::parse(&dev.text, &source.path("Cargo.toml"))?;
                for key in WORKSPACES.into_iter().chain(["bin"]) {
                    table.remove(key);
                }
                let text = packages.member(&table.to_string(), &dev.folder, "exercises", left)?;
                let mut manifest = manifest::parse(&text, &source.path("Cargo.toml"))?;
                let package = table_of(&mut manifest, "package");
                if let Some(named) = package.get("edition").and_then(toml_edit::Item::as_str) {
                    named.clone_into(&mut edition);
                }
                lints = denied(&mut manifest);
                Some(manifest)
            }
        };
        if dev.is_none() {
            left.note(
                "no `Cargo.toml` of the exercises: edition 2024, no dependencies",
                "the course",
            );
        }
        let mut all = Files::new();
        for folder in ["exercises", "solutions"] {
            if source.has_folder(folder) {
                let below = source.files(folder, left)?.into_iter();
                all.extend(below.map(|(path, bytes)| (Path::new(folder).join(path), bytes)));
            }
        }
        Ok(Course {
            source,
            dev,
            all,
            named: BTreeSet::new(),
            manifest,
            edition,
            lints,
            packages,
        })
    }

    fn workspace(&mut self, left: &mut Left) -> Result<toml::Table, ImportError> {
        let profiles: Option<String> = self.dev.as_ref().map(|dev| {
            let mut all: toml::Table = toml::from_str(&dev.text).unwrap_or_default();
            all.retain(|key, _| WORKSPACES.contains(&key));
            all.to_string()
        });
        self.packages.workspace(profiles.as_deref(), left)
    }

    fn exercise(
        &mut self,
        listed: &Listed,
        id: String,
        topic: &str,
        left: &mut Left,
    ) -> Result<DraftExercise, ImportError> {
        let file = file_of(listed);
        let text = self.source.needed(&format!("exercises/{file}"))?;
        let solution = self.source.text(format!("solutions/{file}"))?;
        let mut files = Files::from([(PathBuf::from("src/lib.rs"), text.clone().into_bytes())]);
        let mut reference = Files::new();
        match &solution {
            Some(solution) => {
                reference.insert("src/lib.rs".into(), solution.clone().into_bytes());
            }
            None => left.note("no solution: only that the start fails can be shown", &id),
        }
        self.bring_companions(&file, &id, &mut files, left);
        let how = Graft {
            whose: &id,
            root: "src/lib.rs",
            target: if listed.test { "checks" } else { "runs" },
            runs: !listed.test || !code::main_is_empty(&text),
        };
        let tests = graft(&how, &mut files, &mut reference, left);
        let manifest = manifest::made(&id, &self.edition, self.manifest.as_ref());
        files.insert("Cargo.toml".into(), manifest.into_bytes());
        let mut lints = self.lints.clone();
        if listed.strict_clippy {
            lints.push("warnings".to_owned());
        }
        let comment = code::opening_comment(&text);
        let otherwise = if listed.test {
            "Make the tests pass"
        } else {
            "Make it compile and run"
        };
        let todo = text
            .lines()
            .find_map(|line| line.trim().strip_prefix("// TODO: "));
        let hint = listed.hint.trim();
        Ok(DraftExercise {
            title: listed.name.clone(),
            summary: summary_of(todo.unwrap_or(&comment), otherwise),
            minutes: 10,
            objectives: vec![format!("{topic}.exercises")],
            needs: Vec::new(),
            hints: Some(hint.to_owned())
                .filter(|it| !it.is_empty())
                .into_iter()
                .collect(),
            statement: self.statement(listed, &comment, otherwise)?,
            owned: vec!["src/lib.rs".to_owned()],
            tests,
            lints,
            origin: Origin {
                tool: "rustlings".to_owned(),
                path: format!("exercises/{file}"),
                may_not_build: true,
                starts_solved: listed.skip_check_unsolved,
                no_reference: solution.is_none(),
            },
            optimised: false,
            files,
            reference,
            aside: Files::new(),
            id,
        })
    }

    /// What the exercise's sources name comes along, to the same place as seen from them.
    fn bring_companions(&mut self, file: &str, id: &str, files: &mut Files, left: &mut Left) {
        for folder in ["exercises", "solutions"] {
            let path = Path::new(folder).join(file);
            let Some(text) = text_of(&self.all, &path) else {
                continue;
            };
            let beside = path.parent().unwrap_or(Path::new(folder));
            for named in companions(&path, &text, &self.all) {
                // As seen from the source: `..` for each folder that it lies above.
                let mut base = beside;
                let mut place = PathBuf::from("src");
                while !named.starts_with(base) {
                    base = base.parent().unwrap_or(Path::new(""));
                    place.push("..");
                }
                let inside = named.strip_prefix(base).unwrap_or(&named);
                let whose = format!("{id}: {}", named.display());
                match tidy(&place.join(inside)) {
                    Some(place) if place != Path::new("src/lib.rs") => match files.get(&place) {
                        Some(known) if *known != self.all[&named] => left.note(
                            "files beside the solution that differ from those beside the exercise, and are left",
                            &whose,
                        ),
                        Some(_) => {}
                        None => {
                            files.insert(place, self.all[&named].clone());
                        }
                    },
                    _ => left.note("files that a source names, and that lie too far from it", &whose),
                }
                self.named.insert(named);
            }
        }
    }

    fn statement(
        &self,
        listed: &Listed,
        comment: &str,
        otherwise: &str,
    ) -> Result<String, ImportError> {
        let comment = if comment.is_empty() {
            format!("{otherwise}.")
        } else {
            comment.to_owned()
        };
        let mut statement = format!("# {}\n\n{comment}\n\nChange `src/lib.rs`.\n", listed.name);
        let Some(dir) = &listed.dir else {
            return Ok(statement);
        };
        if let Some(about) = self.source.text(format!("exercises/{dir}/README.md"))? {
            let _ = write!(statement, "\n{}", lowered(&about, 1));
        }
        Ok(statement)
    }
}

/// Notes a file that nothing is made of.
fn note_stray(folder: &str, file: &Path, listed: &[Listed], left: &mut Left) {
    let name = file.to_string_lossy().replace('\\', "/");
    let is_text = |one: &Listed| {
        let dir = one.dir.as_deref().unwrap_or_default();
        name == format!("{dir}/README.md")
    };
    let is_known = |one: &Listed| file_of(one) == name || (folder == "exercises" && is_text(one));
    let is_reading = folder == "exercises" && name == "README.md";
    if !is_reading && !listed.iter().any(is_known) {
        left.note(
            "files that belong to no exercise",
            &format!("{folder}/{name}"),
        );
    }
}

fn file_of(listed: &Listed) -> String {
    match &listed.dir {
        Some(dir) => format!("{dir}/{}.rs", listed.name),
        None => format!("{}.rs", listed.name),
    }
}
