//! What grading costs: the layers of the box, one spawn each; and three classes, and one submission alone, against the two
//! ways people grade with cargo, in turn in one run. `cargo bench --bench grading`.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::TempDir;
use walkdir::WalkDir;

const CLASS: usize = 24;
/// A fresh clone with dependencies takes a minute.
const FRESH: usize = 2;
/// Plain, on tokio, on axum and on `SQLite`.
const DRILLS: [&str; 4] = [
    "useful_default",
    "single_flight",
    "status_codes",
    "index_matters",
];
/// Without dependencies.
const PLAIN: [&str; 4] = [
    "sentinel_or_type",
    "on_the_wire",
    "retryable",
    "token_bucket",
];
const SPAWNS: usize = 40;
/// How often a class is graded in each way.
const ROUNDS: usize = 3;

fn main() {
    layers();
    small_course();
    real_course(&PLAIN, "without dependencies", CLASS);
    real_course(&DRILLS, "with tokio, axum and SQLite", FRESH);
}

fn layers() {
    let folder = TempDir::with_prefix("workbook-bench-").expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    for name in ["work", "anchor"] {
        std::fs::create_dir(path(name)).expect("folders can be made");
    }
    let direct = best(|| Command::new("/bin/true"));
    println!("spawning `true` directly: {direct:.2?}");
    let steps: [(&str, [bool; 4]); 6] = [
        ("limits, empty environment, no privileges", [false; 4]),
        ("+ Landlock", [false, true, false, false]),
        ("+ system calls", [false, false, true, false]),
        ("+ another user", [false, false, false, true]),
        ("+ namespaces and a root", [true, false, false, false]),
        ("everything", [true; 4]),
    ];
    for (name, [namespaces, landlock, syscalls, user]) in steps {
        let cell = json!({
            "walls": { "namespaces": namespaces, "landlock": landlock, "syscalls": syscalls, "user": user },
            "purpose": "Run", "read": ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/bin/true", "/bin"],
            "work": path("work"), "fleeting": true, "pipes": [], "anchor": path("anchor"),
            "program": "/usr/bin/true", "arguments": [], "environment": [],
            "allowance": { "memory": 1_u64 << 31, "cpu_seconds": 10, "file_bytes": 1 << 20, "files": 64, "processes": 64 },
        });
        let cell = cell.to_string();
        let took = best(|| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_workbook"));
            command.args(["__cell", &cell]);
            command
        });
        println!("{name}: {took:.2?}");
    }
}

/// The shortest of many; the others waited for something else.
fn best(command: impl Fn() -> Command) -> Duration {
    let once = || {
        let mut command = command();
        let start = Instant::now();
        let output = command
            .stdin(Stdio::null())
            .output()
            .expect("it can be started");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        start.elapsed()
    };
    (0..SPAWNS).map(|_| once()).min().unwrap_or_default()
}

/// A class that hands in one exercise of a course without dependencies, so that what is measured is the grading itself.
fn small_course() {
    let room = TempDir::with_prefix("workbook-bench-").expect("a temporary folder");
    copy(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/redteam/course"),
        &room.path().join("course"),
    );
    println!("\n{CLASS} learners, the one exercise of a course without dependencies:");
    class(room.path(), &["till"], CLASS);
}

/// A class that hands in drills of this course.
fn real_course(drills: &[&str], with: &str, fresh: usize) {
    let room = TempDir::with_prefix("workbook-bench-").expect("a temporary folder");
    let cloned = Command::new("git")
        .args(["clone", "-q", env!("CARGO_MANIFEST_DIR")])
        .arg(room.path().join("course"))
        .status();
    assert!(cloned.is_ok_and(|status| status.success()), "git clones");
    println!(
        "\n{CLASS} learners, {} drills of this course {with}:",
        drills.len()
    );
    class(room.path(), drills, fresh);
}

/// Grades a class in the ways that there are: one whose answers differ from the course's own in nothing that tests are
/// compiled from, and one whose answers all do. The fresh clone is tried by the first `fresh` learners only.
fn class(room: &Path, exercises: &[&str], fresh: usize) {
    let fresh = of_class(room, exercises, Fresh::Tried(fresh), |_| String::new());
    let own = |learner| {
        format!("pub trait HandedInBy{learner} {{}}\nimpl<T> HandedInBy{learner} for T {{}}\n")
    };
    println!("the same, and each answer has something of its own that tests come upon:");
    of_class(room, exercises, Fresh::Known(fresh), own);
}

/// How long a fresh clone takes.
#[derive(Clone, Copy)]
enum Fresh {
    /// To be tried by so many.
    Tried(usize),
    Known(Duration),
}

fn of_class(
    room: &Path,
    exercises: &[&str],
    fresh: Fresh,
    more: impl Fn(usize) -> String,
) -> Duration {
    let course = room.join("course");
    let places: Vec<(PathBuf, PathBuf)> = exercises.iter().map(|id| places(&course, id)).collect();
    for learner in 0..CLASS {
        for (exercise, solution) in &places {
            let id = exercise.file_name().expect("a folder has a name");
            let handed_in = room.join(format!("submissions/learner-{learner}")).join(id);
            // In turn what the solution has of good answers: learners' differ in more than a line. Wrong attempts are
            // left out, because some of them hang, and then what is measured is a limit.
            let answers = answers(solution);
            copy(&answers[learner % answers.len()], &handed_in);
            let root = handed_in.join("src/lib.rs");
            let text = std::fs::read_to_string(&root).expect("there is a reference");
            let text = format!("{text}\n// Handed in by {learner}.\n{}", more(learner));
            std::fs::write(root, text).expect("files can be written");
        }
    }
    let by_cargo = |place: &dyn Fn(usize) -> String, count: usize| {
        let start = Instant::now();
        for learner in 0..count {
            let clone = room.join(place(learner));
            if !clone.exists() {
                copy(&course, &clone);
            }
            let mut cargo = Command::new("cargo");
            cargo.args(["test", "--quiet"]);
            for (exercise, solution) in &places {
                let id = exercise.file_name().expect("a folder has a name");
                let below = exercise.strip_prefix(&course).expect("it is below");
                copy(&solution.join("hidden"), &clone.join(below).join("tests"));
                let handed_in = room.join(format!("submissions/learner-{learner}")).join(id);
                copy(&handed_in, &clone.join(below));
                cargo.arg("-p").arg(id);
            }
            cargo.current_dir(&clone).env_remove("CARGO_TARGET_DIR");
            succeed(cargo);
        }
        start.elapsed() / u32::try_from(count * exercises.len()).expect("few")
    };
    let grade = |out: &str, who: Who, more: &[&str]| {
        let mut grade = Command::new(env!("CARGO_BIN_EXE_workbook"));
        let (whose, learners) = match who {
            Who::All => (["--submissions", "../submissions"], CLASS),
            Who::One => (["--submission", "../submissions/learner-0"], 1),
        };
        grade.args(["grade", "run"]).args(whose);
        grade.args(["--out", out]).args(more).current_dir(&course);
        for id in exercises {
            grade.args(["--exercise", id]);
        }
        let start = Instant::now();
        succeed(grade);
        start.elapsed() / u32::try_from(learners * exercises.len()).expect("few")
    };
    // Once, so that cargo has built what all share, as on a worker that has graded before.
    let kind = matches!(fresh, Fresh::Known(_));
    grade(&format!("warm-{kind}"), Who::All, &[]);
    grade(
        &format!("warm-together-{kind}"),
        Who::All,
        &["--in-process"],
    );
    by_cargo(&|_| "shared".to_owned(), 1);
    let fresh = match fresh {
        Fresh::Tried(count) => by_cargo(&|learner| format!("fresh-{learner}"), count),
        Fresh::Known(took) => took,
    };
    // In turn, because a machine that others use too is not as fast in one minute as in the next.
    let rounds: Vec<[f64; 5]> = (0..ROUNDS)
        .map(|round| {
            let shared = by_cargo(&|_| "shared".to_owned(), CLASS);
            let sealed = grade(&format!("sealed-{kind}-{round}"), Who::All, &[]);
            let together = grade(
                &format!("together-{kind}-{round}"),
                Who::All,
                &["--in-process"],
            );
            // Cargo has built somebody else's before, as it has for the first of a class.
            let one_by_cargo = by_cargo(&|_| "shared".to_owned(), 1);
            let one = grade(&format!("one-{kind}-{round}"), Who::One, &[]);
            [shared, sealed, together, one_by_cargo, one].map(|took| took.as_secs_f64() * 1000.0)
        })
        .collect();
    let middle = |of: &dyn Fn(&[f64; 5]) -> f64| {
        let mut all: Vec<f64> = rounds.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        (all[0], all[all.len() / 2], all[all.len() - 1])
    };
    let fresh_ms = fresh.as_secs_f64() * 1000.0;
    let shared = middle(&|round| round[0]).1;
    for (way, name) in [(1, "sealed where that can be"), (2, "all in-process")] {
        let took = middle(&|round| round[way]).1;
        let (least, times, most) = middle(&|round| round[0] / round[way]);
        println!(
            "{name}: {took:.0} ms for a submission of one exercise; a fresh clone and `cargo test` {fresh_ms:.0} ms = {:.1}×; \
             a shared target and `cargo test` {shared:.0} ms = {times:.2}× ({least:.2} to {most:.2} in {ROUNDS} rounds)",
            fresh_ms / took,
        );
    }
    let (one, by_cargo) = (middle(&|round| round[4]).1, middle(&|round| round[3]).1);
    let (least, times, most) = middle(&|round| round[3] / round[4]);
    println!(
        "one learner alone: {one:.0} ms an exercise; a shared target and `cargo test` {by_cargo:.0} ms = {times:.2}× ({least:.2} to {most:.2})"
    );
    fresh
}

/// Whose submissions are graded.
enum Who {
    All,
    One,
}

/// The folders of a solution's reference and of its alternatives.
fn answers(solution: &Path) -> Vec<PathBuf> {
    let mut all = vec![solution.join("reference")];
    let others = std::fs::read_dir(solution.join("alternatives"));
    all.extend(
        others
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path()),
    );
    all.sort_unstable();
    all
}

/// The folders of an exercise and of its solution.
fn places(course: &Path, id: &str) -> (PathBuf, PathBuf) {
    let find = |below: &str| {
        let mut entries = WalkDir::new(course.join(below)).into_iter().flatten();
        let found = entries.find(|entry| entry.file_type().is_dir() && entry.file_name() == id);
        found.expect("the course has it").into_path()
    };
    (find("exercises"), find("solutions"))
}

fn succeed(mut command: Command) {
    let output = command.output().expect("it can be started");
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn copy(from: &Path, to: &Path) {
    for entry in WalkDir::new(from) {
        let entry = entry.expect("it can be read");
        let target = to.join(entry.path().strip_prefix(from).expect("it is below"));
        if entry
            .path()
            .components()
            .any(|part| part.as_os_str() == "target")
        {
            continue;
        }
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(&target).expect("folders can be made");
        } else {
            std::fs::copy(entry.path(), &target).expect("files can be copied");
        }
    }
}
