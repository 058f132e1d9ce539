//! What must hold between the files of a course: ids unique and permanent, folders there, `needs`
//! acyclic and in order, objectives and names known.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::load::{Located, subfolders};
use super::manifest::Manifest;
use super::model::{Exercise, Part, PartKind, Track, Week};
use super::objectives::Objectives;
use super::problem::{ProblemKind, nearest};
use super::reader::{At, Document};
use super::spine::Spine;

/// Puts weeks and exercises in order, and notes ids that are used twice or retired.
pub(super) fn lay_out(spine: &Spine, document: &Document<'_>) -> (Vec<Week>, Vec<Located>) {
    let mut weeks = Vec::new();
    let mut located = Vec::new();
    let mut first_use: HashMap<String, String> = HashMap::new();
    let retired: HashSet<&str> = spine.retired.iter().map(|id| id.value.as_str()).collect();
    let mut names = Names::default();

    for (week_at, week) in spine.weeks.iter().enumerate() {
        names.unique(&week.id, "week", document);
        let mut parts = Vec::new();
        let topics = week
            .topics
            .iter()
            .map(|topic| (&topic.id, &topic.title, None, &topic.exercises));
        let projects = week.projects.iter().map(|project| {
            let folder = PathBuf::from(&project.folder.value);
            (&project.id, &project.title, Some(folder), &project.stages)
        });
        for (id, title, project, exercises) in topics.chain(projects) {
            names.unique(id, "topic or project", document);
            for exercise in exercises {
                if let Some(first) = first_use.get(&exercise.value) {
                    let duplicate = ProblemKind::DuplicateId {
                        id: exercise.value.clone(),
                        first: first.clone(),
                    };
                    document.note(exercise.span.clone(), duplicate);
                    continue;
                }
                if retired.contains(exercise.value.as_str()) {
                    let retired = ProblemKind::RetiredId {
                        id: exercise.value.clone(),
                    };
                    document.note(exercise.span.clone(), retired);
                }
                first_use.insert(exercise.value.clone(), document.place(&exercise.span));
                located.push(locate(
                    exercise,
                    (week_at, parts.len()),
                    &id.value,
                    project.as_deref(),
                ));
            }
            parts.push(Part {
                id: id.value.clone(),
                title: title.clone(),
                kind: project.map_or(PartKind::Topic, PartKind::Project),
                exercises: exercises.iter().map(|e| e.value.clone()).collect(),
            });
        }
        weeks.push(Week {
            id: week.id.value.clone(),
            title: week.title.clone(),
            folder: PathBuf::from(&week.folder.value),
            parts,
        });
    }
    (weeks, located)
}

/// Where an exercise's files are, by the course's layout.
fn locate(
    id: &At<String>,
    (week, part): (usize, usize),
    part_id: &str,
    project: Option<&Path>,
) -> Located {
    let (folder, crate_folder, package) = match project {
        None => {
            let folder = Path::new("exercises").join(part_id).join(&id.value);
            (folder.clone(), folder, id.value.clone())
        }
        Some(project) => {
            let stage = project.join("stages").join(&id.value);
            // The package is named after the project's folder, as cargo would name it.
            let package = project.file_name().unwrap_or_default().to_string_lossy();
            (stage, project.to_owned(), package.into_owned())
        }
    };
    Located {
        id: id.clone(),
        week,
        part,
        folder,
        crate_folder,
        package,
    }
}

#[derive(Default)]
struct Names(HashMap<String, String>);

impl Names {
    fn unique(&mut self, id: &At<String>, what: &str, document: &Document<'_>) {
        let here = document.place(&id.span);
        if let Some(first) = self.0.insert(format!("{what} {}", id.value), here) {
            let kind = ProblemKind::DuplicateId {
                id: id.value.clone(),
                first,
            };
            document.note(id.span.clone(), kind);
        }
    }
}

/// Notes weeks without their folder or notes, and projects without their crate.
pub(super) fn check_weeks(root: &Path, spine: &Spine, document: &Document<'_>) {
    for week in &spine.weeks {
        let folder = Path::new(&week.folder.value);
        // The capstone's week has a README in place of notes.
        let notes = ["notes.md", "README.md"].map(|name| folder.join(name));
        if !notes.iter().any(|file| root.join(file).is_file()) {
            let [path, _] = notes;
            let remedy = "write the week's notes, or correct the folder";
            document.note(
                week.folder.span.clone(),
                ProblemKind::MissingFile { path, remedy },
            );
        }
        for project in &week.projects {
            let path = Path::new(&project.folder.value).join("Cargo.toml");
            if !root.join(&path).is_file() {
                let remedy = "make the project's crate, or correct the folder";
                document.note(
                    project.folder.span.clone(),
                    ProblemKind::MissingFile { path, remedy },
                );
            }
        }
    }
}

/// Notes exercises that are on disk but in no topic or project: nobody would ever see them.
pub(super) fn check_unlisted(
    root: &Path,
    spine: &Spine,
    located: &[Located],
    document: &Document<'_>,
) {
    let listed: HashSet<&Path> = located.iter().map(|found| found.folder.as_path()).collect();
    let look = |parent: PathBuf, span: Range<usize>, list: &'static str| {
        for name in subfolders(&root.join(&parent)) {
            let path = parent.join(name);
            if !listed.contains(path.as_path()) && root.join(&path).join("exercise.toml").is_file()
            {
                document.note(span.clone(), ProblemKind::Unlisted { path, list });
            }
        }
    };
    let mut topics: HashSet<&str> = HashSet::new();
    for week in &spine.weeks {
        for topic in &week.topics {
            topics.insert(&topic.id.value);
            look(
                Path::new("exercises").join(&topic.id.value),
                topic.id.span.clone(),
                "the topic's `exercises`",
            );
        }
        for project in &week.projects {
            look(
                Path::new(&project.folder.value).join("stages"),
                project.id.span.clone(),
                "the project's `stages`",
            );
        }
    }
    for name in subfolders(&root.join("exercises")) {
        if !topics.contains(name.as_str()) {
            let nowhere = document.first_line();
            look(
                Path::new("exercises").join(name),
                nowhere,
                "a topic named after its folder",
            );
        }
    }
}

/// Notes objectives that the course does not have.
pub(super) fn check_objectives(manifest: &Manifest, known: &Objectives, document: &Document<'_>) {
    for objective in &manifest.objectives {
        if known.find(&objective.value).is_none() {
            let kind = ProblemKind::Unknown {
                what: "objective",
                name: objective.value.clone(),
                nearest: known.nearest(&objective.value).map(str::to_owned),
            };
            document.note(objective.span.clone(), kind);
        }
    }
}

/// The ids that other places may name.
pub(super) struct Known {
    /// Those of exercises that are listed, though perhaps not readable: these have their own problem.
    ids: HashSet<String>,
    aliases: HashMap<String, String>,
    /// Part of the list may be lost, so that nothing can be said of an id that is not in it.
    is_whole: bool,
}

impl Known {
    pub fn of(spine: &Spine, is_whole: bool) -> Self {
        let aliases = spine.aliases.iter();
        Known {
            ids: all_ids(spine).map(|id| id.value.clone()).collect(),
            aliases: aliases
                .map(|(old, new)| (old.value.clone(), new.value.clone()))
                .collect(),
            is_whole,
        }
    }

    fn check(&self, id: &At<String>, document: &Document<'_>) {
        if self.ids.contains(&id.value) || !self.is_whole {
            return;
        }
        let renamed = self.aliases.get(&id.value).map(String::as_str);
        let near = || nearest(&id.value, self.ids.iter().map(String::as_str));
        let kind = ProblemKind::Unknown {
            what: "exercise",
            name: id.value.clone(),
            nearest: renamed.or_else(near).map(str::to_owned),
        };
        document.note(id.span.clone(), kind);
    }
}

type Places<'p> = HashMap<String, (Document<'p>, Vec<At<String>>)>;

/// Notes `needs` that are unknown, that lead in a circle, or that come later in the course.
pub(super) fn check_needs(
    exercises: &[Exercise],
    positions: &HashMap<String, usize>,
    places: &Places<'_>,
    known: &Known,
) {
    let mut in_circles: HashSet<&str> = HashSet::new();
    for (at, exercise) in exercises.iter().enumerate() {
        let (document, needs) = &places[&exercise.id];
        for need in needs {
            let Some(&needed) = positions.get(&need.value) else {
                known.check(need, document);
                continue;
            };
            if let Some(path) = circle(exercises, positions, needed, at) {
                // One report per circle, not one per member.
                if !in_circles.contains(exercise.id.as_str()) {
                    let names = path.iter().map(|&i| exercises[i].id.clone()).collect();
                    document.note(need.span.clone(), ProblemKind::Cycle { path: names });
                    in_circles.extend(path.iter().map(|&i| exercises[i].id.as_str()));
                }
            } else if needed > at {
                document.note(
                    need.span.clone(),
                    ProblemKind::NeedsLater {
                        id: need.value.clone(),
                    },
                );
            }
        }
    }
}

/// The way from `from` along `needs` back to `goal`, starting and ending with `goal`.
fn circle(
    exercises: &[Exercise],
    positions: &HashMap<String, usize>,
    from: usize,
    goal: usize,
) -> Option<Vec<usize>> {
    let mut came_from: HashMap<usize, usize> = HashMap::from([(from, goal)]);
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        if at == goal {
            let mut path = vec![goal];
            let mut step = came_from[&goal];
            while step != goal {
                path.push(step);
                step = came_from[&step];
            }
            path.push(goal);
            path.reverse();
            return Some(path);
        }
        for need in &exercises[at].needs {
            if let Some(&next) = positions.get(need)
                && !came_from.contains_key(&next)
            {
                came_from.insert(next, at);
                open.push(next);
            }
        }
    }
    None
}

/// The parts of the spine that only had to be looked through.
pub(super) struct Named {
    pub course_id: String,
    pub course_title: String,
    pub course_version: String,
    pub tracks: Vec<Track>,
}

/// Notes tracks and aliases that name no exercise, tracks that are there twice or name an exercise
/// twice, and aliases that hide an exercise or bring back a retired id.
pub(super) fn check_names(spine: &Spine, known: &Known, document: &Document<'_>) {
    let mut names = Names::default();
    for track in &spine.tracks {
        names.unique(&track.id, "track", document);
        let mut members = Names::default();
        for id in &track.exercises {
            members.unique(id, "exercise", document);
            known.check(id, document);
        }
    }
    for (old, present) in &spine.aliases {
        known.check(present, document);
        if let Some(exercise) = all_ids(spine).find(|id| id.value == old.value) {
            let kind = ProblemKind::DuplicateId {
                id: old.value.clone(),
                first: document.place(&exercise.span),
            };
            document.note(old.span.clone(), kind);
        }
        if spine.retired.iter().any(|id| id.value == old.value) {
            let id = old.value.clone();
            document.note(old.span.clone(), ProblemKind::RetiredId { id });
        }
    }
}

/// What of the spine needs no more than its names.
pub(super) fn named(spine: Spine) -> (Named, BTreeMap<String, String>) {
    let tracks = spine.tracks.into_iter().map(|track| Track {
        id: track.id.value,
        title: track.title,
        about: track.about,
        exercises: track.exercises.into_iter().map(|id| id.value).collect(),
    });
    let named = Named {
        course_id: spine.id,
        course_title: spine.title,
        course_version: spine.version,
        tracks: tracks.collect(),
    };
    let aliases = spine
        .aliases
        .into_iter()
        .map(|(old, new)| (old.value, new.value));
    (named, aliases.collect())
}

fn all_ids(spine: &Spine) -> impl Iterator<Item = &At<String>> {
    spine.weeks.iter().flat_map(|week| {
        let topics = week.topics.iter().flat_map(|topic| &topic.exercises);
        topics.chain(week.projects.iter().flat_map(|project| &project.stages))
    })
}
