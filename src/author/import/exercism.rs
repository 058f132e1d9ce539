//! Exercism tracks: roles of files in `.meta/config.json`, statements in `.docs/`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::docs::{hints, notes, statement};
use super::draft::{Draft, DraftExercise, DraftPart, Files, Ids, Left, summary_of};
use super::graft::{Graft, graft, text_of};
use super::manifest::{made, with_features};
use super::packages::Packages;
use super::roles::{Roles, note_meta, reference};
use super::source::Source;
use super::targets::{note_doctests, tests_below};
use super::track::{self, Entry, Track};
use super::{ImportError, draft};
use crate::course::Origin;

/// Reads the track.
pub(super) fn read(source: &Source, left: &mut Left) -> Result<Draft, ImportError> {
    let track = track::read(source, left)?;
    let mut course = Course {
        source,
        track: &track,
        packages: Packages::new(source),
        taught_by: BTreeMap::new(),
        inherits: false,
        ids: Ids::default(),
    };
    let mut parts = Vec::new();
    for kind in &track.kinds {
        let mut exercises = Vec::new();
        for entry in &kind.exercises {
            let folder = PathBuf::from(format!("exercises/{}/{}", kind.folder, entry.slug));
            if source.has_folder(&folder) {
                exercises.extend(course.exercise(entry, &folder, kind.folder, left)?);
            } else {
                left.note(
                    "exercises that `config.json` lists and nobody wrote",
                    &entry.slug,
                );
            }
        }
        if !exercises.is_empty() {
            parts.push(DraftPart {
                id: kind.folder.to_owned(),
                title: format!("{} exercises", draft::title_of(kind.folder)),
                exercises,
            });
        }
    }
    let mut objectives: Vec<_> = track
        .concepts
        .iter()
        .map(|(slug, name)| ("concepts".to_owned(), objective_name(slug), name.clone()))
        .collect();
    let plain = parts
        .iter()
        .map(|part| (part.id.clone(), "exercises".to_owned(), part.title.clone()));
    objectives.extend(plain);
    let root = source.text("Cargo.toml")?;
    if root.is_some() && !course.inherits {
        left.note(
            "`Cargo.toml` of the whole track, of which no exercise inherits",
            "the track",
        );
    }
    let root = root.filter(|_| course.inherits);
    let workspace = course.packages.workspace(root.as_deref(), left)?;
    let notes = notes(source, &track, left)?;
    let licences = source.licences()?;
    source.note_unseen(left);
    Ok(Draft {
        id: Ids::default().give(&format!("exercism_{}", track.id)),
        title: track.title.clone(),
        notes,
        parts,
        objectives,
        workspace,
        lock: None,
        licences,
        helpers: course.packages.files,
    })
}

fn objective_name(slug: &str) -> String {
    slug.replace('-', "_")
}

struct Course<'s> {
    source: &'s Source,
    track: &'s Track,
    packages: Packages<'s>,
    /// Concept → exercise that teaches it.
    taught_by: BTreeMap<String, String>,
    /// Whether an exercise inherits from the track's workspace.
    inherits: bool,
    ids: Ids,
}

impl Course<'_> {
    fn exercise(
        &mut self,
        entry: &Entry,
        folder: &Path,
        topic: &str,
        left: &mut Left,
    ) -> Result<Option<DraftExercise>, ImportError> {
        let mut all = self.source.files(folder, left)?;
        let Some(text) = text_of(&all, Path::new(".meta/config.json")) else {
            left.note("exercises without `.meta/config.json`", &entry.slug);
            return Ok(None);
        };
        let place = folder.join(".meta/config.json").display().to_string();
        let meta = track::parse(&text, self.source, &place)?;
        let id = self.ids.give(&entry.slug);
        let roles = Roles::of(&meta, self.track, &entry.slug, &all);
        note_meta(&meta, &all, &id, left);
        let statement = statement(entry, &meta, &mut all, &id, left);
        let hints = all
            .remove(Path::new(".docs/hints.md"))
            .map(|bytes| hints(&String::from_utf8_lossy(&bytes)));
        let mut reference = reference(&roles, &all, &id, left);
        let mut aside = Files::new();
        all.retain(|path, bytes| {
            let is_hidden = path
                .iter()
                .next()
                .is_some_and(|first| first.to_string_lossy().starts_with('.'));
            let is_used = path == Path::new(".meta/config.json") || roles.examples.contains(path);
            if path == Path::new(".gitignore") {
                left.note("`.gitignore` of an exercise: the course has one", &id);
            } else if is_hidden && !is_used {
                aside.insert(
                    path.iter()
                        .map(|part| part.to_string_lossy().trim_start_matches('.').to_owned())
                        .collect(),
                    bytes.clone(),
                );
            }
            !is_hidden
        });
        for path in aside.keys() {
            left.note(
                "texts that learners do not see, which lie with the solution in `aside/`",
                &format!("{id}: {}", path.display()),
            );
        }
        let mut files = all;
        self.manifests(&mut files, &mut reference, folder, &id, left)?;
        let mut tests = tests_below(&mut files, &id, left)?;
        note_doctests(&files, &id, left);
        if tests.is_empty() && files.contains_key(Path::new("src/lib.rs")) {
            let how = Graft {
                whose: &id,
                root: "src/lib.rs",
                target: "checks",
                runs: false,
            };
            tests = graft(&how, &mut files, &mut reference, left);
        }
        let mut owned: Vec<String> = roles
            .solutions
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        owned.sort_by_key(|path| (path == "Cargo.toml", path != "src/lib.rs"));
        let keeps_source = files
            .keys()
            .any(|path| path.starts_with("src") && !roles.solutions.contains(path));
        if !keeps_source {
            owned.insert(1.min(owned.len()), "src/**".to_owned());
        }
        let custom = meta.get("custom").and_then(Value::as_object);
        let is_set = |key: &str| {
            custom
                .and_then(|it| it.get(key))
                .is_some_and(|it| *it != Value::Bool(false) && !it.is_null())
        };
        let is_marked = |name: &str| aside.contains_key(&Path::new("meta").join(name));
        let needs = self.needs(entry, &id, left);
        for concept in &entry.teaches {
            self.taught_by
                .entry(concept.clone())
                .or_insert_with(|| id.clone());
        }
        let blurb = meta
            .get("blurb")
            .and_then(Value::as_str)
            .unwrap_or_default();
        Ok(Some(DraftExercise {
            title: entry.name.clone(),
            summary: summary_of(blurb, "Make the tests pass"),
            minutes: entry.difficulty.map_or(20, |level| {
                5 + 5 * u32::try_from(level.clamp(1, 10)).unwrap_or(1)
            }),
            objectives: self.objectives(entry, topic),
            needs,
            hints: hints.unwrap_or_default(),
            statement,
            owned,
            tests,
            lints: Vec::new(),
            origin: Origin {
                tool: "exercism".to_owned(),
                path: folder.display().to_string(),
                may_not_build: is_set("allowed-to-not-compile")
                    || is_marked("ALLOWED_TO_NOT_COMPILE"),
                starts_solved: false,
                no_reference: reference.is_empty(),
            },
            optimised: is_set("test-in-release-mode") || is_marked("test-in-release-mode"),
            files,
            reference,
            aside,
            id,
        }))
    }

    /// The manifest under the exercise's id, with every feature on; that of the solution likewise.
    fn manifests(
        &mut self,
        files: &mut Files,
        reference: &mut Files,
        folder: &Path,
        id: &str,
        left: &mut Left,
    ) -> Result<(), ImportError> {
        let path = Path::new("Cargo.toml");
        let place = self.source.path(folder.join(path));
        let text = text_of(files, path).unwrap_or_else(|| {
            left.note("no `Cargo.toml`: edition 2024, no dependencies", id);
            made(id, "2024", None)
        });
        let squeezed = text.replace([' ', '\t'], "");
        self.inherits |= squeezed.contains("workspace=true");
        let member = self.packages.member(&text, folder, id, left)?;
        let (member, features) = with_features(&member, &place)?;
        for feature in features {
            left.note(
                format!("the feature `{feature}`, which is always on here"),
                id,
            );
        }
        files.insert(path.to_owned(), member.into_bytes());
        if let Some(text) = text_of(reference, path) {
            let member = self.packages.member(&text, folder, id, left)?;
            let (member, _) = with_features(&member, &place)?;
            reference.insert(path.to_owned(), member.into_bytes());
        }
        Ok(())
    }

    fn objectives(&self, entry: &Entry, topic: &str) -> Vec<String> {
        let slugs = entry.teaches.iter().chain(&entry.practises);
        let known = slugs.filter(|slug| self.track.concepts.contains_key(*slug));
        let mut list: Vec<String> = known
            .map(|slug| format!("concepts.{}", objective_name(slug)))
            .collect();
        list.dedup();
        if list.is_empty() {
            list.push(format!("{topic}.exercises"));
        }
        list
    }

    /// The exercises that teach what this one presupposes.
    fn needs(&self, entry: &Entry, id: &str, left: &mut Left) -> Vec<String> {
        let mut needs = Vec::new();
        for concept in &entry.prerequisites {
            match self.taught_by.get(concept) {
                Some(by) if !needs.contains(by) => needs.push(by.clone()),
                Some(_) => {}
                None => left.note(
                    format!("the prerequisite `{concept}`, which no exercise before teaches"),
                    id,
                ),
            }
        }
        needs
    }
}
