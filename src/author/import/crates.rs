//! Workspaces with a crate per exercise, as in *100 Exercises To Learn Rust* and many workshops.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::code;
use super::draft::{Draft, DraftExercise, DraftPart, Files, Ids, Left, summary_of, title_of};
use super::graft::{Graft, graft, tests_below, text_of};
use super::manifest::{Packages, parse, table_of};
use super::members::{branch_of, exercises_of, members};
use super::source::Source;
use super::{ImportError, Solutions};
use crate::course::Origin;

/// Reads the workspace.
pub(super) fn read(
    source: &Source,
    solutions: Solutions<'_>,
    left: &mut Left,
) -> Result<Draft, ImportError> {
    let root = source.needed("Cargo.toml")?;
    let (_keep, solved) = match solutions {
        Solutions::None => (None, None),
        Solutions::Folder(folder) => (None, Some(Source::open(folder)?)),
        Solutions::Branch(branch) => {
            let keep = branch_of(source, branch)?;
            let solved = Source::open(keep.path())?;
            (Some(keep), Some(solved))
        }
    };
    let mut workshop = Workshop {
        source,
        solved: solved.as_ref(),
        packages: Packages::new(source),
        ids: Ids::default(),
    };
    let mut members = members(source, &root)?;
    let exercises = exercises_of(source, &members)?;
    members.retain(|member| !exercises.contains(member));
    let mut topics = Ids::default();
    let mut parts: Vec<(PathBuf, DraftPart)> = Vec::new();
    for folder in exercises {
        let parent = folder.parent().unwrap_or(Path::new("")).to_owned();
        if parts.last().is_none_or(|(known, _)| *known != parent) {
            let name = parent.file_name().unwrap_or("exercises".as_ref());
            let title = title_of(&name.to_string_lossy());
            let part = DraftPart {
                id: topics.give(&title),
                title,
                exercises: Vec::new(),
            };
            parts.push((parent, part));
        }
        if let Some((_, part)) = parts.last_mut() {
            let exercise = workshop.exercise(&folder, &part.id, left)?;
            part.exercises.push(exercise);
        }
    }
    let workspace = workshop.packages.workspace(Some(&root), left)?;
    if source.text("rust-toolchain.toml")?.is_some() || source.text("rust-toolchain")?.is_some() {
        left.note(
            "the toolchain file: put one beside `curriculum.toml` if it is needed",
            "the workspace",
        );
    }
    for member in &members {
        if !workshop
            .packages
            .helpers
            .iter()
            .any(|(_, folder)| folder == member)
        {
            left.note(
                "members that no exercise depends on",
                &member.display().to_string(),
            );
        }
    }
    note_pages(source, &parts, left)?;
    let mut all = parts.iter().flat_map(|(_, part)| &part.exercises);
    let helpers = &workshop.packages.helpers;
    let is_both = |exercise: &&DraftExercise| helpers.iter().any(|(name, _)| *name == exercise.id);
    if let Some(both) = all.find(is_both) {
        return Err(ImportError::Unfit {
            path: source.path(&both.origin.path),
            what:
                "other packages depend on this exercise; make a crate of its own of what they need"
                    .to_owned(),
        });
    }
    let objective = |(_, part): &(PathBuf, DraftPart)| {
        (part.id.clone(), "exercises".to_owned(), part.title.clone())
    };
    let about = source.text("README.md")?;
    Ok(Draft {
        id: Ids::default().give(&source.name()),
        title: title_of(&source.name()),
        notes: about.unwrap_or_else(|| format!("# {}\n", title_of(&source.name()))),
        objectives: parts.iter().map(objective).collect(),
        parts: parts.into_iter().map(|(_, part)| part).collect(),
        workspace,
        lock: source.text("Cargo.lock")?.map(String::into_bytes),
        helpers: workshop.packages.files,
    })
}

struct Workshop<'s> {
    source: &'s Source,
    solved: Option<&'s Source>,
    packages: Packages<'s>,
    ids: Ids,
}

impl Workshop<'_> {
    fn exercise(
        &mut self,
        folder: &Path,
        topic: &str,
        left: &mut Left,
    ) -> Result<DraftExercise, ImportError> {
        let manifest = Path::new("Cargo.toml");
        let mut files = self.source.files(folder, left)?;
        let text = text_of(&files, manifest).unwrap_or_default();
        let mut parsed = parse(&text, &self.source.path(folder.join(manifest)))?;
        let package = table_of(&mut parsed, "package");
        let name = package
            .get("name")
            .and_then(toml_edit::Item::as_str)
            .unwrap_or_default();
        let id = self.ids.give(name);
        let before = self.packages.member(&text, folder, &id, left)?;
        let mut reference = self.reference(folder, &files, &id, left)?;
        let mut owned = vec!["src/**".to_owned()];
        if let Some(solved) = text_of(&reference, manifest) {
            let after = self
                .packages
                .member(&solved, folder, &id, &mut Left::default())?;
            if after == before {
                reference.remove(manifest);
            } else {
                // To name a dependency is the exercise.
                reference.insert(manifest.to_owned(), after.into_bytes());
                owned.push("Cargo.toml".to_owned());
            }
        }
        files.insert(manifest.to_owned(), before.into_bytes());
        let statement = self.statement(folder, &mut files, &id)?;
        let root = ["src/lib.rs", "src/main.rs"]
            .into_iter()
            .find(|root| files.contains_key(Path::new(root)));
        let root = root.unwrap_or("src/lib.rs");
        owned.insert(0, root.to_owned());
        let mut tests = tests_below(&mut files, &id, left);
        note_doctests(&files, &id, left);
        let is_inline = files.iter().any(|(path, bytes)| {
            let text = String::from_utf8_lossy(bytes);
            // `#[tokio::test]` and `#[tokio::test(start_paused = true)]` are tests, too.
            let mut marks = ["#[test]", "::test]", "::test("].into_iter();
            path.starts_with("src") && marks.any(|mark| text.contains(mark))
        });
        if is_inline || tests.is_empty() {
            let taken = files.contains_key(Path::new("tests/checks.rs"));
            let how = Graft {
                whose: &id,
                root,
                target: if taken { "inline" } else { "checks" },
                runs: tests.is_empty() && !is_inline && root == "src/main.rs",
            };
            tests.extend(graft(&how, &mut files, &mut reference, left));
        }
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let no_reference = reference.is_empty();
        if no_reference {
            left.note("no solution: only that the start fails can be shown", &id);
        }
        Ok(DraftExercise {
            title: title_of(&name),
            summary: summary_of(&statement, "Make the tests pass"),
            minutes: 15,
            objectives: vec![format!("{topic}.exercises")],
            needs: Vec::new(),
            hints: Vec::new(),
            statement,
            owned,
            tests,
            lints: Vec::new(),
            origin: Origin {
                tool: "crates".to_owned(),
                path: folder.display().to_string(),
                may_not_build: true,
                starts_solved: false,
                no_reference,
            },
            optimised: false,
            files,
            reference,
            aside: Files::new(),
            id,
        })
    }

    /// The sources of the solution, and its manifest. Files that are not the learner's are compared only.
    fn reference(
        &self,
        folder: &Path,
        starter: &Files,
        id: &str,
        left: &mut Left,
    ) -> Result<Files, ImportError> {
        let Some(solved) = self.solved.filter(|solved| solved.has_folder(folder)) else {
            return Ok(Files::new());
        };
        let mut files = solved.files(folder, left)?;
        for (path, bytes) in &files {
            let is_learners = path.starts_with("src") || path == Path::new("Cargo.toml");
            if !is_learners && starter.get(path) != Some(bytes) {
                left.note(
                    "files that the solution changes and learners may not",
                    &format!("{id}: {}", path.display()),
                );
            }
        }
        files.retain(|path, _| path.starts_with("src") || path == Path::new("Cargo.toml"));
        let is_start = files
            .iter()
            .all(|(path, bytes)| starter.get(path) == Some(bytes));
        if is_start && !files.is_empty() {
            left.note("a solution that is the start, and counts as none", id);
            files.clear();
        }
        Ok(files)
    }

    /// The chapter of the book, the README, or what the code begins with.
    fn statement(&self, folder: &Path, files: &mut Files, id: &str) -> Result<String, ImportError> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let chapter = folder.strip_prefix("exercises").unwrap_or(folder);
        let own = files.remove(Path::new("README.md"));
        // Not `with_extension`: a folder may be called `01.2_next`.
        let page = format!("book/src/{}.md", chapter.display());
        let mut text = match self.source.text(page)? {
            Some(book) => book,
            None => format!("# {}\n", title_of(&name)),
        };
        if let Some(own) = own {
            let own = String::from_utf8_lossy(&own).into_owned();
            if text.lines().count() > 1 {
                let _ = write!(text, "\n{own}");
            } else {
                text = own;
            }
        }
        let root = ["src/lib.rs", "src/main.rs"]
            .into_iter()
            .find_map(|root| text_of(files, Path::new(root)));
        let comment = root
            .map(|root| code::opening_comment(&root))
            .unwrap_or_default();
        if text.lines().count() <= 1 {
            let comment = if comment.is_empty() {
                format!("See the code of `{id}`.")
            } else {
                comment
            };
            let _ = write!(text, "\n{comment}\n");
        }
        Ok(text)
    }
}

/// Notes what is in the book and became no statement.
fn note_pages(
    source: &Source,
    parts: &[(PathBuf, DraftPart)],
    left: &mut Left,
) -> Result<(), ImportError> {
    if !source.has_folder("book/src") {
        return Ok(());
    }
    let exercises = || parts.iter().flat_map(|(_, part)| &part.exercises);
    for file in source.files("book/src", left)?.keys() {
        let is_statement = exercises().any(|exercise| {
            let folder = Path::new(&exercise.origin.path);
            let chapter = folder.strip_prefix("exercises").unwrap_or(folder);
            *file == *Path::new(&format!("{}.md", chapter.display()))
        });
        if !is_statement {
            left.note(
                "files of the book that belong to no exercise",
                &file.display().to_string(),
            );
        }
    }
    Ok(())
}

fn note_doctests(files: &Files, id: &str, left: &mut Left) {
    let has_example = |(path, bytes): (&PathBuf, &Vec<u8>)| {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = text.lines().map(str::trim_start);
        path.starts_with("src")
            && lines.any(|line| line.starts_with("/// ```") || line.starts_with("//! ```"))
    };
    if files.iter().any(has_example) {
        left.note("examples in comments, which `cargo test` would run", id);
    }
}
