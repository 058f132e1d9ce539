//! The course as it was read last, for as long as nothing that it was read from has changed.
//!
//! Architecture invariant: a remembered course is what [`load`] would return. Each file that it reads or asks
//! for is witnessed, and so is each folder that it looks through; what can't be witnessed is not remembered, and
//! neither is a course with problems.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::load::{self, CourseError, load, subfolders};
use super::manifest;
use super::model::{Course, PartKind};
use super::owned::OwnedSet;
use super::{objectives, quiz, review, spine};

/// Loads the course in this folder, from the file `memory` if it can be.
///
/// # Errors
///
/// As [`load`].
pub fn load_again(root: &Path, memory: &Path) -> Result<Course, CourseError> {
    let runner = Runner::this();
    let known = fs::read(memory).ok();
    if let Some(runner) = &runner
        && let Some(course) = known.and_then(|bytes| recall(&bytes, runner, root))
    {
        return Ok(course);
    }
    let start = SystemTime::now();
    let course = load(root)?;
    if let Some(runner) = runner {
        // Without it the course is read again, which is no error.
        let _ = remember(&course, runner, root, start).map(|bytes| write_memory(memory, &bytes));
    }
    Ok(course)
}

/// Replaces a file that can be made again, as a whole: another runner may be reading it.
///
/// # Errors
///
/// If it can't be written; then what was there stays.
pub(crate) fn write_memory(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    let mut draft = tempfile::NamedTempFile::new_in(folder)?;
    draft.write_all(bytes)?;
    draft.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// The program that remembers: another one may read a course another way.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Runner {
    version: String,
    state: State,
}

impl Runner {
    fn this() -> Option<Self> {
        Some(Runner {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            state: State::of(&std::env::current_exe().ok()?)?,
        })
    }
}

/// What stands in front of a remembered course.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    runner: Runner,
    root: PathBuf,
    witnesses: Vec<(PathBuf, State)>,
}

/// What there is at a path. Whoever changes a file can set its times back, but not that of its last change.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
enum State {
    Nothing,
    Something {
        length: u64,
        modified: (i64, i64),
        changed: (i64, i64),
        inode: u64,
    },
}

impl State {
    /// `None` where the system does not tell enough.
    #[cfg(unix)]
    fn of(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        match fs::metadata(path) {
            Ok(data) => Some(State::Something {
                length: data.len(),
                modified: (data.mtime(), data.mtime_nsec()),
                changed: (data.ctime(), data.ctime_nsec()),
                inode: data.ino(),
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Some(State::Nothing),
            Err(_) => None,
        }
    }

    #[cfg(not(unix))]
    fn of(_path: &Path) -> Option<Self> {
        None
    }

    /// Whether it could change once more without a trace: times are as coarse as the clock of the file system.
    fn is_settled(&self, start: SystemTime) -> bool {
        let State::Something { changed, .. } = self else {
            return true;
        };
        let start = start.duration_since(SystemTime::UNIX_EPOCH);
        start.is_ok_and(|start| i64::try_from(start.as_secs()).is_ok_and(|at| changed.0 + 2 <= at))
    }
}

fn remember(course: &Course, runner: Runner, root: &Path, start: SystemTime) -> Option<Vec<u8>> {
    let mut witnesses = Vec::new();
    for path in read_for(course, root) {
        let state = State::of(&root.join(&path))?;
        if !state.is_settled(start) {
            return None;
        }
        witnesses.push((path, state));
    }
    let head = Head {
        runner,
        root: root.to_owned(),
        witnesses,
    };
    let bytes = postcard::to_allocvec(&head).ok()?;
    postcard::to_extend(course, bytes).ok()
}

fn recall(bytes: &[u8], runner: &Runner, root: &Path) -> Option<Course> {
    let (head, rest): (Head, &[u8]) = postcard::take_from_bytes(bytes).ok()?;
    if head.runner != *runner || head.root != root {
        return None;
    }
    if head.witnesses.len() <= FEW {
        return all_stand(&head.witnesses, root).then(|| decode(rest))?;
    }
    thread::scope(|scope| {
        let look = || all_stand(&head.witnesses, root);
        let looking = thread::Builder::new()
            .name("witnesses".to_owned())
            .spawn_scoped(scope, look)
            .ok()?;
        let course = decode(rest);
        looking.join().is_ok_and(|stand| stand).then_some(course)?
    })
}

/// So few files are looked at sooner than a thread is started.
const FEW: usize = 500;

fn all_stand(witnesses: &[(PathBuf, State)], root: &Path) -> bool {
    let stands =
        |(path, state): &(PathBuf, State)| State::of(&root.join(path)).as_ref() == Some(state);
    witnesses.iter().all(stands)
}

fn decode(bytes: &[u8]) -> Option<Course> {
    let mut course: Course = postcard::from_bytes(bytes).ok()?;
    for exercise in &mut course.exercises {
        exercise.owned_set = OwnedSet::new(exercise.owned.clone());
    }
    load::link(&mut course);
    Some(course)
}

/// What [`load`] asks the disk for, relative to the course, given what it found. The state of a folder tells of
/// whatever comes or goes in it.
fn read_for(course: &Course, root: &Path) -> BTreeSet<PathBuf> {
    let mut paths: BTreeSet<PathBuf> = [spine::FILE, objectives::FILE].map(PathBuf::from).into();
    for week in &course.weeks {
        paths.extend(["notes.md", "README.md"].map(|name| week.folder.join(name)));
        for part in &week.parts {
            if let PartKind::Project(folder) = &part.kind {
                paths.insert(folder.join("Cargo.toml"));
            }
        }
    }
    for exercise in &course.exercises {
        let folder = &exercise.folder;
        paths.extend([folder.clone(), folder.join(manifest::FILE)]);
        paths.extend(exercise.quiz.as_ref().map(|_| folder.join(quiz::FILE)));
        paths.extend(exercise.review.as_ref().map(|_| folder.join(review::FILE)));
        if exercise.crate_folder != *folder {
            paths.insert(exercise.crate_folder.join("Cargo.toml"));
        }
        if let Some(workload) = &exercise.workload {
            let file = format!("tests/{}.rs", workload.target);
            paths.insert(exercise.crate_folder.join(file));
        }
    }
    // Where exercises are looked for that are not listed: none yet in a folder that is not one.
    let stages = course
        .weeks
        .iter()
        .flat_map(|week| &week.parts)
        .filter_map(|part| {
            let PartKind::Project(folder) = &part.kind else {
                return None;
            };
            Some(folder.join("stages"))
        });
    let topics = subfolders(&root.join("exercises"));
    let topics = topics
        .iter()
        .map(|topic| Path::new("exercises").join(topic));
    for parent in stages.chain(topics) {
        let inside = subfolders(&root.join(&parent));
        paths.extend(inside.iter().map(|name| parent.join(name)));
        paths.insert(parent);
    }
    paths.insert("exercises".into());
    paths
}

#[cfg(all(test, unix))]
mod tests {
    use std::time::Duration;

    use super::*;

    struct Place {
        folder: tempfile::TempDir,
        bytes: Vec<u8>,
    }

    impl Place {
        /// A copy of the fixture, remembered as if its files were old enough.
        fn new() -> Self {
            let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixture");
            let folder = tempfile::tempdir().expect("a temporary folder");
            for entry in walkdir::WalkDir::new(&fixture).into_iter().flatten() {
                let inside = entry.path().strip_prefix(&fixture).expect("it lies below");
                let target = folder.path().join(inside);
                if entry.file_type().is_dir() {
                    fs::create_dir_all(&target).expect("folders can be made");
                } else {
                    fs::copy(entry.path(), &target).expect("files can be copied");
                }
            }
            let mut place = Place {
                folder,
                bytes: Vec::new(),
            };
            place.bytes = place
                .remembered(SystemTime::now() + Duration::from_mins(1))
                .expect("it can be remembered");
            place
        }

        fn remembered(&self, start: SystemTime) -> Option<Vec<u8>> {
            let course = load(self.folder.path()).expect("the fixture is right");
            let runner = Runner::this().expect("this program is a file");
            remember(&course, runner, self.folder.path(), start)
        }

        fn recalled(&self) -> Option<Course> {
            let runner = Runner::this().expect("this program is a file");
            recall(&self.bytes, &runner, self.folder.path())
        }

        fn write(&self, path: &str, text: &str) {
            let path = self.folder.path().join(path);
            fs::create_dir_all(path.parent().expect("it is inside")).expect("folders can be made");
            fs::write(path, text).expect("files can be written");
        }

        fn read(&self, path: &str) -> String {
            fs::read_to_string(self.folder.path().join(path)).expect("it is there")
        }
    }

    #[test]
    fn what_is_remembered_is_what_is_read() {
        let place = Place::new();
        let recalled = place.recalled().expect("nothing has changed");
        let read = load(place.folder.path()).expect("the fixture is right");
        let said = |course: &Course| {
            let names = (&course.id, &course.title, &course.version);
            let rest = (&course.tracks, &course.aliases, &course.retired);
            format!(
                "{names:#?} {:#?} {:#?} {rest:#?}",
                course.weeks, course.exercises
            )
        };
        assert_eq!(said(&recalled), said(&read));
        let objectives =
            |course: &Course| -> Vec<_> { course.objectives.iter().cloned().collect() };
        assert_eq!(objectives(&recalled), objectives(&read));
        for (at, exercise) in read.exercises.iter().enumerate() {
            assert_eq!(recalled.position(&exercise.id), Some(at));
            assert!(
                recalled.exercises[at].owns(
                    exercise
                        .main_file()
                        .strip_prefix(&exercise.crate_folder)
                        .expect("it is inside")
                ),
                "{}",
                exercise.id
            );
        }
    }

    #[test]
    fn whatever_changes_it_is_read_again() {
        type Change = dyn Fn(&Place);
        let changes: [(&str, &Change); 7] = [
            ("an edit of the same length", &|place| {
                let path = "exercises/basics/add_up/exercise.toml";
                let text = place.read(path);
                let time =
                    fs::metadata(place.folder.path().join(path)).and_then(|data| data.modified());
                place.write(path, &text.replace("title = \"A", "title = \"B"));
                let file = fs::File::options()
                    .write(true)
                    .open(place.folder.path().join(path));
                let _ = file.map(|file| file.set_modified(time.expect("there are times")));
            }),
            ("the order", &|place| {
                let spine = place.read("curriculum.toml");
                place.write("curriculum.toml", &format!("# more\n{spine}"));
            }),
            ("a quiz that was not there", &|place| {
                place.write("exercises/basics/add_up/quiz.toml", "");
            }),
            ("an exercise that nobody lists", &|place| {
                place.write("exercises/basics/stray/exercise.toml", "");
            }),
            ("a topic that nobody lists", &|place| {
                place.write("exercises/strays/stray/exercise.toml", "");
            }),
            ("a manifest that is gone", &|place| {
                fs::remove_file(
                    place
                        .folder
                        .path()
                        .join("exercises/basics/add_up/Cargo.toml"),
                )
                .expect("it was there");
            }),
            ("an objective", &|place| {
                let text = place.read(objectives::FILE);
                place.write(objectives::FILE, &format!("# more\n{text}"));
            }),
        ];
        for (what, change) in changes {
            let place = Place::new();
            assert!(place.recalled().is_some(), "before: {what}");
            change(&place);
            assert!(place.recalled().is_none(), "{what}");
        }
    }

    #[test]
    fn what_has_only_just_changed_is_not_remembered() {
        let place = Place::new();
        assert_eq!(place.remembered(SystemTime::now()), None);
        // Nor by a clock that was set back.
        assert_eq!(place.remembered(SystemTime::UNIX_EPOCH), None);
    }

    #[test]
    fn another_place_another_program_and_half_a_file_are_read_again() {
        let mut place = Place::new();
        let runner = Runner::this().expect("this program is a file");
        let elsewhere = tempfile::tempdir().expect("a temporary folder");
        assert!(recall(&place.bytes, &runner, elsewhere.path()).is_none());
        let other = Runner {
            version: "0.0.1".to_owned(),
            state: State::Nothing,
        };
        assert!(recall(&place.bytes, &other, place.folder.path()).is_none());
        for length in [0, 1, place.bytes.len() / 2, place.bytes.len() - 1] {
            assert!(
                recall(&place.bytes[..length], &runner, place.folder.path()).is_none(),
                "{length}"
            );
        }
        place.bytes.clear();
        assert!(place.recalled().is_none());
    }
}
