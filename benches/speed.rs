//! How long a learner waits beside the tools that the runner is built on, in turn in one run: after an edit of one
//! drill (of a plain, a tokio, an axum, an SQL and a loom one), after an edit of every drill, and with nothing edited.
//!
//! ```text
//! cargo bench --bench speed                     all of it: some 40 to 60 minutes on two cores
//! cargo bench --bench speed -- --drills         one drill at a time
//! cargo bench --bench speed -- --whole          the whole course, and those of its exercises that tests alone judge
//! cargo bench --bench speed -- --rounds N       of the whole course; 2 if nothing is said
//! cargo bench --bench speed -- --html FILE      also as a page of plots
//! cargo bench --bench speed -- --svg FOLDER     also a plot each
//! ```
//!
//! Both sides work on a copy of the committed course with all references laid over it, each with a target folder of
//! its own, and get the same edits: a function in what the learner owns gets another body, or something that tests come upon
//! another name.
//! Prints times and ratios; nothing here fails on a slow machine.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use walkdir::WalkDir;
use workbook::course::{self, Course, Exercise};
use workbook::engine::Comparison;
use workbook::report::plot;

/// A drill of each sort.
const DRILLS: [(&str, &str); 5] = [
    ("plain", "useful_default"),
    ("tokio", "single_flight"),
    ("axum", "status_codes"),
    ("SQL", "index_matters"),
    ("loom", "lost_update"),
];

const ROUNDS: usize = 11;

/// Everything is compiled in each of these.
const WHOLE_ROUNDS: usize = 2;

/// Rounds of the whole course before those.
const NOT_COUNTED: usize = 2;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    let (drills, whole) = (has("--drills"), has("--whole"));
    let after = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)
    };
    let bench = Bench::new();
    println!("{}", machine());
    let mut all = Vec::new();
    if drills || !whole {
        for (kind, id) in DRILLS {
            if bench.course.exercises.iter().any(|it| it.id == id) {
                all.push(bench.drill(kind, id, "one body edited", edit));
                all.push(bench.drill(kind, id, "one signature edited", rename));
                all.push(bench.first_error(kind, id));
            }
        }
        bench.memory();
        // Last: a course is remembered only once its files have been there for two seconds.
        all.push(bench.start());
    }
    if whole || !drills {
        let rounds = after("--rounds").and_then(|it| it.parse().ok());
        all.extend(bench.whole(rounds.unwrap_or(WHOLE_ROUNDS)));
    }
    if let Some(folder) = after("--svg") {
        fs::create_dir_all(folder).expect("folders can be made");
        for comparison in &all {
            let words = comparison
                .name
                .split(|it: char| !it.is_ascii_alphanumeric());
            let name: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
            let path = Path::new(folder).join(name.join("_") + ".svg");
            fs::write(path, plot::picture(comparison)).expect("plots are written");
        }
    }
    if let Some(path) = after("--html") {
        // Cargo starts benchmarks in the package's folder.
        fs::write(path, plot::page("How long a learner waits", &all)).expect("the page is written");
        println!("plotted in {path}");
    }
}

/// The course twice: the runner's and cargo's.
struct Bench {
    _folder: TempDir,
    ours: PathBuf,
    theirs: PathBuf,
    course: Course,
}

impl Bench {
    fn new() -> Self {
        let folder = TempDir::with_prefix("workbook-bench-").expect("a temporary folder");
        let (ours, theirs) = (folder.path().join("ours"), folder.path().join("theirs"));
        let source = Path::new(env!("CARGO_MANIFEST_DIR"));
        let course = course::load(source).expect("the course is right");
        for place in [&ours, &theirs] {
            let cloned = Command::new("git")
                .args(["clone", "-q", "--no-hardlinks"])
                .args([source, place])
                .status();
            assert!(cloned.is_ok_and(|it| it.success()), "git clones the course");
            for exercise in &course.exercises {
                let reference = place.join(exercise.solution_folder()).join("reference");
                let folder = place.join(&exercise.crate_folder);
                if exercise.crate_folder != exercise.folder {
                    // The reference of a stage is all that there is by then: what it moved does not come back.
                    let _ = fs::remove_dir_all(folder.join("src"));
                }
                lay_over(&reference, &folder);
            }
        }
        Bench {
            _folder: folder,
            ours,
            theirs,
            course,
        }
    }

    fn runner(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_workbook"));
        command.args(arguments).current_dir(&self.ours);
        forget_cargo(&mut command);
        command
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("cargo");
        command.args(arguments).current_dir(&self.theirs);
        forget_cargo(&mut command);
        command
    }

    /// What nobody can undercut: an empty test compiled, linked and run, without cargo.
    fn floor(&self, round: usize) -> Duration {
        let folder = self.theirs.join("target/floor");
        fs::create_dir_all(&folder).expect("folders can be made");
        let source = format!("#[test]\nfn empty() {{ let _ = {round}; }}\n");
        fs::write(folder.join("empty.rs"), source).expect("files can be written");
        let mut rustc = Command::new("rustc");
        rustc.args(["--edition", "2024", "--test", "empty.rs"]);
        let compiled = timed(rustc.current_dir(&folder));
        let ran = timed(Command::new(folder.join("empty")).current_dir(&folder));
        compiled + ran
    }

    /// How long the program takes where there is nothing to judge.
    fn start(&self) -> Comparison {
        let rows = (0..ROUNDS).map(|_| {
            let commands = [["list"], ["progress"], ["--version"]];
            commands
                .map(|command| nanos(timed(&mut self.runner(&command))))
                .to_vec()
        });
        shown(Comparison {
            name: format!("`workbook list`, {} exercises", self.course.exercises.len()),
            contenders: vec!["list".into(), "progress".into(), "--version".into()],
            rows: rows.collect(),
        })
    }

    /// One drill, after an edit of this sort.
    fn drill(&self, kind: &str, id: &str, sort: &str, edit: fn(&Path, usize)) -> Comparison {
        let exercise = self.course.exercises.iter().find(|it| it.id == id);
        let exercise = exercise.expect("the caller has looked");
        let mut rows = Vec::new();
        // The first rounds build the dependencies, and show the runner how cargo calls rustc.
        for round in 0..ROUNDS + 3 {
            for place in [&self.ours, &self.theirs] {
                edit(&place.join(self.owned_file(&exercise.crate_folder)), round);
            }
            let ours = timed(&mut self.runner(&["run", id]));
            let package = ["test", "-q", "-p", &exercise.package];
            let theirs = timed(&mut self.cargo(&package));
            rows.push(vec![nanos(ours), nanos(theirs), nanos(self.floor(round))]);
        }
        shown(Comparison {
            name: format!("{kind} drill ({id}), {sort}"),
            contenders: vec![
                "workbook run".into(),
                format!("cargo test -p {}", exercise.package),
                "rustc, link and run of an empty test".into(),
            ],
            rows: rows.split_off(3),
        })
    }

    /// How soon a mistake is shown, beside what a sound edit takes.
    fn first_error(&self, kind: &str, id: &str) -> Comparison {
        let exercise = self.course.exercises.iter().find(|it| it.id == id);
        let exercise = exercise.expect("the caller has looked");
        let package = ["test", "-q", "-p", &exercise.package];
        let owned = self.owned_file(&exercise.crate_folder);
        let files = [&self.ours, &self.theirs].map(|place| place.join(&owned));
        let mut rows = Vec::new();
        for round in 0..=ROUNDS {
            for file in &files {
                edit(file, 1000 + round);
            }
            timed(&mut self.runner(&["run", id]));
            let sound = timed(&mut self.cargo(&package));
            for file in &files {
                end_with(file, &format!("fn edited() -> usize {{ \"{round}\" }}\n"));
            }
            let ours = timed_until(false, &mut self.runner(&["run", id]));
            let theirs = timed_until(false, &mut self.cargo(&package));
            rows.push(vec![nanos(ours), nanos(theirs), nanos(sound)]);
        }
        for file in &files {
            edit(file, 2000);
        }
        shown(Comparison {
            name: format!("{kind} drill ({id}), a mistake in one body"),
            contenders: vec![
                "workbook run".into(),
                format!("cargo test -p {}", exercise.package),
                "cargo test of a sound edit".into(),
            ],
            rows: rows.split_off(1),
        })
    }

    /// What an edit is made in: the library of a crate, or the first Rust file that is the learner's where the library is
    /// the course's, as where the learner writes the tests.
    fn owned_file(&self, crate_folder: &Path) -> PathBuf {
        let of_crate = self.course.exercises.iter();
        let owns = |file: &Path| {
            let mut exercises = of_crate
                .clone()
                .filter(|it| it.crate_folder == crate_folder);
            exercises.any(|it| it.owns(file))
        };
        let library = PathBuf::from("src/lib.rs");
        let root = self.ours.join(crate_folder);
        let entries = WalkDir::new(&root)
            .sort_by_file_name()
            .into_iter()
            .flatten();
        let mut files = entries
            .filter_map(|entry| Some(entry.path().strip_prefix(&root).ok()?.to_owned()))
            .filter(|file| file.extension().is_some_and(|end| end == "rs"));
        let found = if owns(&library) {
            None
        } else {
            files.find(|file| owns(file))
        };
        crate_folder.join(found.unwrap_or(library))
    }

    /// The exercises that are judged by tests and by nothing else, as cargo judges them. All stages of a project, or none.
    fn of_tests_alone(&self) -> Vec<&Exercise> {
        let is_more = |it: &Exercise| {
            let has_programs = !it.compile.is_empty() || it.quiz.is_some();
            has_programs
                || !it.clippy.is_empty()
                || it.suite.is_some()
                || !it.mutants.is_empty()
                || !it.ratios.is_empty()
        };
        let all = &self.course.exercises;
        let of_more = |it: &&Exercise| {
            let mut stages = all.iter().filter(|other| other.package == it.package);
            stages.any(is_more)
        };
        all.iter().filter(|it| !of_more(it)).collect()
    }

    /// Every exercise: all edited, and none.
    fn whole(&self, rounds: usize) -> Vec<Comparison> {
        let files: BTreeSet<PathBuf> = (self.course.exercises.iter())
            .map(|exercise| self.owned_file(&exercise.crate_folder))
            .collect();
        let everything = [
            "test",
            "-q",
            "--workspace",
            "--exclude",
            "workbook",
            "--no-fail-fast",
        ];
        let (mut edited, mut unchanged, mut forgetful) = (Vec::new(), Vec::new(), Vec::new());
        let edit_all = |round| {
            for place in [&self.ours, &self.theirs] {
                for file in &files {
                    edit(&place.join(file), round);
                }
            }
        };
        // The first round builds everything, the second for the first time with what the next can use.
        for round in 100..100 + NOT_COUNTED + rounds {
            edit_all(round);
            let sides = [self.runner(&["verify"]), self.cargo(&everything)];
            edited.push(in_turn("all edited", sides));
            let again = timed(&mut self.runner(&["verify"]));
            let theirs = timed(&mut self.cargo(&everything));
            unchanged.push(vec![nanos(again), nanos(theirs)]);
        }
        let alone = self.of_tests_alone();
        let mut verify = vec!["verify"];
        verify.extend(alone.iter().map(|it| it.id.as_str()));
        let packages: BTreeSet<&str> = alone.iter().map(|it| it.package.as_str()).collect();
        let mut tests = vec!["test", "-q", "--no-fail-fast"];
        tests.extend(packages.iter().flat_map(|package| ["-p", package]));
        // Fewer are together in a crate then, which is compiled in the first of these rounds.
        let mut like_for_like = Vec::new();
        for round in 150..=150 + rounds {
            edit_all(round);
            let sides = [self.runner(&verify), self.cargo(&tests)];
            like_for_like.push(in_turn("all edited that tests alone judge", sides));
        }
        for round in 200..=200 + rounds {
            edit_all(round);
            let mut sides = [self.runner(&["verify"]), self.cargo(&everything)];
            for side in &mut sides {
                side.env("CARGO_INCREMENTAL", "0");
            }
            forgetful.push(in_turn("all edited, CARGO_INCREMENTAL=0", sides));
        }
        // Cargo had nothing of the first of these rounds.
        forgetful.remove(0);
        let contenders = || vec!["workbook verify".into(), "cargo test --workspace".into()];
        let count = self.course.exercises.len();
        vec![
            shown(Comparison {
                name: format!("all {count} exercises edited"),
                contenders: contenders(),
                rows: edited.split_off(NOT_COUNTED),
            }),
            shown(Comparison {
                name: format!(
                    "all {} exercises that tests alone judge, edited",
                    alone.len()
                ),
                contenders: vec!["workbook verify …".into(), "cargo test -p … -p …".into()],
                rows: like_for_like.split_off(1),
            }),
            shown(Comparison {
                name: format!("all {count} exercises, nothing edited"),
                contenders: contenders(),
                rows: unchanged.split_off(NOT_COUNTED),
            }),
            shown(Comparison {
                name: format!("all {count} exercises edited, nothing kept for the next edit"),
                contenders: contenders(),
                rows: forgetful,
            }),
        ]
    }

    /// What the runner itself needs at most, and with all that it starts.
    fn memory(&self) {
        let (alone, together) = peak(&mut self.runner(&["verify", "single_flight", "--fresh"]));
        println!(
            "memory: {alone} MiB for `workbook verify` itself, {together} MiB with compiler and tests"
        );
        let (_, theirs) = peak(&mut self.cargo(&["test", "-q", "-p", "single_flight"]));
        println!("memory: {theirs} MiB for `cargo test -p single_flight` with all that it starts");
    }
}

/// Processor time of every process that was waited for until now. Zero where there is no `/proc`.
fn processor_seconds() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name, in brackets, may have spaces in it.
    let (_, fields) = text.rsplit_once(") ").unwrap_or_default();
    let of_children = fields.split(' ').skip(13).take(2);
    let ticks: f64 = of_children.filter_map(|it| it.parse::<f64>().ok()).sum();
    // Linux has told a hundred of them in a second on every machine for decades.
    ticks / 100.0
}

/// What `cargo bench` sets for this program is not what a learner's programs see.
fn forget_cargo(command: &mut Command) {
    for (name, _) in std::env::vars() {
        let is_own = [
            "CARGO_PKG_",
            "CARGO_MANIFEST_",
            "CARGO_BIN_",
            "CARGO_CRATE_",
        ]
        .iter()
        .any(|start| name.starts_with(start));
        if is_own || name == "CARGO" || name == "RUSTUP_TOOLCHAIN" {
            command.env_remove(name);
        }
    }
}

fn shown(comparison: Comparison) -> Comparison {
    println!("\n{}", comparison.name);
    for line in plot::strips(&comparison, 48) {
        println!("  {line}");
    }
    for other in 1..comparison.contenders.len() {
        println!(
            "  {}",
            plot::verdict(&comparison, other).unwrap_or_default()
        );
    }
    comparison
}

/// Two that have to succeed; says also what processor time they took, which says more on a busy machine.
fn in_turn(what: &str, [mut ours, mut theirs]: [Command; 2]) -> Vec<f64> {
    let before = processor_seconds();
    let one = timed(&mut ours);
    let between = processor_seconds();
    let other = timed(&mut theirs);
    let (our_part, their_part) = (between - before, processor_seconds() - between);
    println!(
        "{what}: {:.0} s and {:.0} s; of the processors {our_part:.0} s and {their_part:.0} s, {:.2} times as much",
        one.as_secs_f64(),
        other.as_secs_f64(),
        our_part / their_part
    );
    vec![nanos(one), nanos(other)]
}

/// Of something that has to succeed: what has not done its work would look quick.
fn timed(command: &mut Command) -> Duration {
    timed_until(true, command)
}

/// Of something that has to succeed, or to find a mistake.
fn timed_until(succeeds: bool, command: &mut Command) -> Duration {
    let start = Instant::now();
    let output = ended(command);
    let took = start.elapsed();
    let is_right = match output.status.code() {
        Some(0) => succeeds,
        // A verdict; and what cargo says of code that does not build, and of a test that fails.
        Some(1 | 101) => !succeeds,
        _ => false,
    };
    let said = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert!(is_right, "{command:?}: {}{}", said[0], said[1]);
    took
}

fn ended(command: &mut Command) -> Output {
    command
        .stdin(Stdio::null())
        .output()
        .expect("it can be started")
}

#[expect(
    clippy::cast_precision_loss,
    reason = "nanoseconds of hours fit into 53 bits"
)]
fn nanos(time: Duration) -> f64 {
    time.as_nanos() as f64
}

/// Another body for a function that the edit itself has put there, at the end of the file.
fn edit(file: &Path, round: usize) {
    let function = format!("fn edited() -> usize {{ {round} }}\n");
    end_with(
        file,
        &format!("#[allow(dead_code, missing_docs)]\n{function}"),
    );
}

/// Another name for a trait that the edit itself has put there, and that every type has: whatever tests name.
fn rename(file: &Path, round: usize) {
    let declared = format!("pub trait Edited{round} {{}}\nimpl<T> Edited{round} for T {{}}\n");
    end_with(
        file,
        &format!("#[allow(dead_code, missing_docs)]\n{declared}"),
    );
}

/// Puts this at the end of the file, in place of what was put there before.
fn end_with(file: &Path, code: &str) {
    const MARK: &str = "\n// The benchmark's:\n";
    let Ok(text) = fs::read_to_string(file) else {
        return;
    };
    let own = text.split(MARK).next().unwrap_or_default();
    fs::write(file, format!("{own}{MARK}{code}")).expect("files can be written");
}

fn lay_over(from: &Path, to: &Path) {
    for entry in WalkDir::new(from).into_iter().flatten() {
        let target = to.join(entry.path().strip_prefix(from).expect("it lies below"));
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target).expect("folders can be made");
        } else {
            fs::copy(entry.path(), &target).expect("files can be copied");
        }
    }
}

/// Peaks in MiB: of the process, and of it with all that it has started. Looked at every 5 ms, so apart from the
/// rounds that are timed. Zero where there is no `/proc`.
fn peak(command: &mut Command) -> (u64, u64) {
    let quiet = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child: Child = quiet.spawn().expect("it can be started");
    let (mut alone, mut together) = (0, 0);
    while matches!(child.try_wait(), Ok(None)) {
        let (own, all) = resident(child.id());
        alone = alone.max(own);
        together = together.max(all);
        std::thread::sleep(Duration::from_millis(5));
    }
    let ended = child.wait().expect("it has ended");
    assert!(ended.success(), "{command:?} ends with {ended}");
    (alone / 1024, together / 1024)
}

/// KiB in memory of a process, and of it with its descendants.
fn resident(root: u32) -> (u64, u64) {
    let mut processes: Vec<(u32, u32, u64)> = Vec::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let text = fs::read_to_string(entry.path().join("status")).unwrap_or_default();
        let field = |name: &str| -> Option<u64> {
            let line = text.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()?.parse().ok()
        };
        let id = |name| field(name).and_then(|id| u32::try_from(id).ok());
        if let (Some(pid), Some(parent)) = (id("Pid:"), id("PPid:")) {
            processes.push((pid, parent, field("VmRSS:").unwrap_or(0)));
        }
    }
    let of = |wanted: u32| processes.iter().find(|(pid, ..)| *pid == wanted);
    let own = of(root).map_or(0, |process| process.2);
    let mut family = BTreeSet::from([root]);
    while let Some((pid, ..)) =
        (processes.iter()).find(|(pid, parent, _)| family.contains(parent) && !family.contains(pid))
    {
        family.insert(*pid);
    }
    let members = processes.iter().filter(|(pid, ..)| family.contains(pid));
    (own, members.map(|process| process.2).sum())
}

/// What it runs on.
fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or("unknown processor", |it| {
        it.trim_start_matches([' ', '\t', ':'])
    });
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let rustc = Command::new("rustc").arg("--version").output();
    let rustc = rustc.map(|it| String::from_utf8_lossy(&it.stdout).trim().to_owned());
    format!(
        "{model}, {cores} cores; {}; {}",
        std::env::consts::OS,
        rustc.unwrap_or_default()
    )
}
