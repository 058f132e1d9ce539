//! Workspaces with a crate per exercise, as in *100 Exercises To Learn Rust* and many workshops.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::code;
use super::draft::{Draft, DraftExercise, DraftPart, Files, Ids, Left, summary_of, title_of};
use super::graft::{Graft, graft, text_of};
use super::manifest::{parse, table_of};
use super::members::{branch_of, exercises_of, members, note_root, note_solved};
use super::packages::Packages;
use super::source::Source;
use super::targets::{note_doctests, root_of, tests_below};
use super::{ImportError, Solutions};
use crate::course::Origin;

/// Reads the workspace.
pub(super) fn read(
    source: &Source,
    solutions: Solutions<'_>,
    left: &mut Left,
) -> Result<Draft, ImportError> {
    let root = source.text("Cargo.toml")?;
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
    let mut members = members(source, root.as_deref())?;
    // Solutions may lie beside the exercises.
    if let Some(inside) = workshop.solved.and_then(|solved| source.inside(solved)) {
        members.retain(|member| !member.starts_with(&inside));
        source.see(inside);
    }
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
            part.exercises
                .extend(workshop.exercise(&folder, &part.id, left)?);
        }
    }
    let workspace = workshop.packages.workspace(root.as_deref(), left)?;
    if source.text("rust-toolchain.toml")?.is_some() || source.text("rust-toolchain")?.is_some() {
        left.note(
            "the toolchain file: put one beside `curriculum.toml` if it is needed",
            "the workspace",
        );
    }
    let helpers = &workshop.packages.helpers;
    for member in &members {
        if !helpers.iter().any(|it| it.folder == *member) {
            source.see(member);
            left.note(
                "members that no exercise depends on",
                &member.display().to_string(),
            );
        }
    }
    note_root(root.as_deref(), left);
    if let Some(solved) = workshop.solved {
        note_solved(solved, root.as_deref(), left)?;
    }
    note_pages(source, &parts, left)?;
    let mut all = parts.iter().flat_map(|(_, part)| &part.exercises);
    let is_both = |exercise: &&DraftExercise| {
        let folder = Path::new(&exercise.origin.path);
        (helpers.iter()).any(|it| it.folder == folder || it.name == exercise.id)
    };
    if let Some(both) = all.find(is_both) {
        return Err(ImportError::Unfit {
            path: source.path(&both.origin.path),
            what: format!(
                "other packages depend on this exercise, or on a crate that is called `{}`, too; make a crate of its own \
                 of what they need, with another name",
                both.id
            ),
        });
    }
    let objective = |(_, part): &(PathBuf, DraftPart)| {
        (part.id.clone(), "exercises".to_owned(), part.title.clone())
    };
    let about = source.text("README.md")?;
    let lock = source.text("Cargo.lock")?.map(String::into_bytes);
    let licences = source.licences()?;
    source.note_unseen(left);
    Ok(Draft {
        id: Ids::default().give(&source.name()),
        title: title_of(&source.name()),
        notes: about.unwrap_or_else(|| format!("# {}\n", title_of(&source.name()))),
        objectives: parts.iter().map(objective).collect(),
        parts: parts.into_iter().map(|(_, part)| part).collect(),
        workspace,
        lock,
        licences,
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
    ) -> Result<Option<DraftExercise>, ImportError> {
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
        let library = parsed.get("lib").and_then(|it| it.get("path"));
        let library = library.and_then(toml_edit::Item::as_str).map(PathBuf::from);
        let mut reference = self.reference(folder, &files, library.as_deref(), &id, left)?;
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
        let mut tests = tests_below(&mut files, &id, left)?;
        note_doctests(&files, &id, left);
        let root = root_of(&files, library.as_deref(), tests.is_empty())
            .or_else(|| root_of(&reference, library.as_deref(), tests.is_empty()));
        let Some(root) = root else {
            left.note(
                "exercises without a library and a program, which are left",
                &folder.display().to_string(),
            );
            return Ok(None);
        };
        owned.insert(0, root.clone());
        let is_inline = has_tests(&files);
        if is_inline || tests.is_empty() {
            let taken = files.contains_key(Path::new("tests/checks.rs"));
            let how = Graft {
                whose: &id,
                root: &root,
                target: if taken { "inline" } else { "checks" },
                runs: tests.is_empty() && !is_inline && root == "src/main.rs",
            };
            let is_shown = how.runs && is_only_shown(&root, &files, &reference);
            tests.extend(graft(&how, &mut files, &mut reference, left));
            if is_shown {
                // To write what the program uses is the exercise; the program itself says whether that works.
                reference.remove(Path::new(&root));
                owned.retain(|it| it == "Cargo.toml");
                let others = reference.keys().filter(|path| path.starts_with("src"));
                owned.splice(0..0, others.clone().map(|path| slashed(path)));
                for path in others {
                    if !files.contains_key(path) {
                        let whose = format!("{id}: {}", path.display());
                        left.note(
                            "files that only the solution has: here they begin empty",
                            &whose,
                        );
                        files.insert(path.clone(), Vec::new());
                    }
                }
            }
            note_other_programs(&files, &root, &id, left);
        }
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let no_reference = reference.is_empty();
        if no_reference {
            left.note("no solution: only that the start fails can be shown", &id);
        }
        Ok(Some(DraftExercise {
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
        }))
    }

    /// The sources of the solution, and its manifest. Files that are not the learner's are compared only.
    fn reference(
        &self,
        folder: &Path,
        starter: &Files,
        library: Option<&Path>,
        id: &str,
        left: &mut Left,
    ) -> Result<Files, ImportError> {
        // A folder of solutions may have the layout of `exercises/` alone.
        let below = folder.strip_prefix("exercises").unwrap_or(folder);
        let found = self.solved.and_then(|solved| {
            let place = [folder, below]
                .into_iter()
                .find(|it| solved.has_folder(it))?;
            Some((solved, place))
        });
        let Some((solved, place)) = found else {
            return Ok(Files::new());
        };
        let is_learners = |path: &Path| {
            path.starts_with("src") || path == Path::new("Cargo.toml") || Some(path) == library
        };
        let mut files = solved.files(place, left)?;
        for (path, bytes) in &files {
            if !is_learners(path) && starter.get(path) != Some(bytes) {
                left.note(
                    "files that the solution changes and learners may not",
                    &format!("{id}: {}", path.display()),
                );
            }
        }
        files.retain(|path, _| is_learners(path));
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

/// Whether the learner's files have tests in them.
fn has_tests(files: &Files) -> bool {
    files.iter().any(|(path, bytes)| {
        let text = String::from_utf8_lossy(bytes);
        // `#[tokio::test]` and `#[tokio::test(start_paused = true)]` are tests, too.
        let mut marks = ["#[test]", "::test]", "::test("].into_iter();
        path.starts_with("src") && marks.any(|mark| text.contains(mark))
    })
}

/// Whether the solution leaves the program as it was and changes other files.
fn is_only_shown(root: &str, files: &Files, reference: &Files) -> bool {
    let root = Path::new(root);
    let texts = (text_of(files, root), text_of(reference, root));
    let (Some(before), Some(after)) = texts else {
        return false;
    };
    let mut others = reference.keys().filter(|path| path.starts_with("src"));
    code::is_same_code(&before, &after) && others.any(|path| path != root)
}

fn slashed(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}

/// Notes tests in programs beside the file that the course's tests take in.
fn note_other_programs(files: &Files, root: &str, id: &str, left: &mut Left) {
    let is_root = |path: &Path| path == Path::new("src/main.rs") || path.starts_with("src/bin");
    for (path, bytes) in files {
        let one = Files::from([(path.clone(), bytes.clone())]);
        if is_root(path) && path != Path::new(root) && has_tests(&one) {
            let whose = format!("{id}: {}", path.display());
            left.note(
                "tests in a program beside the library, which are not listed",
                &whose,
            );
        }
    }
}
