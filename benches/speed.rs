//! How long a learner waits beside the tools that the runner is built on, in turn in one run: after an edit of one
//! drill (of a plain, a tokio, an axum, an SQL and a loom one), after an edit of every drill, and with nothing edited.
//!
//! ```text
//! cargo bench --bench speed                     all of it: some 20 minutes on two cores
//! cargo bench --bench speed -- --drills         one drill at a time
//! cargo bench --bench speed -- --whole          the whole course
//! cargo bench --bench speed -- --html FILE      also as a page of plots
//! ```
//!
//! Both sides work on a copy of the committed course with all references laid over it, each with a target folder of
//! its own, and get the same edits: a function of the library gets another body. Prints times and ratios; nothing
//! here fails on a slow machine.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use walkdir::WalkDir;
use workbook::course::{self, Course};
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
const WHOLE_ROUNDS: usize = 3;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    let (drills, whole) = (has("--drills"), has("--whole"));
    let page = (arguments.iter().position(|argument| argument == "--html"))
        .and_then(|at| arguments.get(at + 1));
    let bench = Bench::new();
    println!("{}", machine());
    let mut all = vec![bench.start()];
    if drills || !whole {
        for (kind, id) in DRILLS {
            if bench.course.exercises.iter().any(|it| it.id == id) {
                all.push(bench.drill(kind, id));
            }
        }
        bench.memory();
    }
    if whole || !drills {
        all.extend(bench.whole());
    }
    if let Some(path) = page {
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
                lay_over(&reference, &place.join(&exercise.crate_folder));
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
        command
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("cargo");
        command.args(arguments).current_dir(&self.theirs);
        // What `cargo bench` sets for this program is not what a learner's cargo sees.
        for (name, _) in std::env::vars() {
            if name == "CARGO" || name.starts_with("CARGO_PKG") || name == "RUSTUP_TOOLCHAIN" {
                command.env_remove(name);
            }
        }
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

    /// One drill, after an edit of a function's body.
    fn drill(&self, kind: &str, id: &str) -> Comparison {
        let exercise = self.course.exercises.iter().find(|it| it.id == id);
        let exercise = exercise.expect("the caller has looked");
        let mut rows = Vec::new();
        // The first rounds build the dependencies, and show the runner how cargo calls rustc.
        for round in 0..ROUNDS + 3 {
            for place in [&self.ours, &self.theirs] {
                edit(&place.join(&exercise.crate_folder), round);
            }
            let ours = timed(&mut self.runner(&["run", id]));
            let package = ["test", "-q", "-p", &exercise.package];
            let theirs = timed(&mut self.cargo(&package));
            rows.push(vec![nanos(ours), nanos(theirs), nanos(self.floor(round))]);
        }
        shown(Comparison {
            name: format!("{kind} drill ({id}), one body edited"),
            contenders: vec![
                "workbook run".into(),
                format!("cargo test -p {}", exercise.package),
                "rustc, link and run of an empty test".into(),
            ],
            rows: rows.split_off(3),
        })
    }

    /// Every exercise: all edited, and none.
    fn whole(&self) -> Vec<Comparison> {
        let folders: BTreeSet<&PathBuf> = (self.course.exercises.iter())
            .map(|exercise| &exercise.crate_folder)
            .collect();
        let everything = [
            "test",
            "-q",
            "--workspace",
            "--exclude",
            "workbook",
            "--no-fail-fast",
        ];
        let (mut edited, mut unchanged) = (Vec::new(), Vec::new());
        for round in 100..=100 + WHOLE_ROUNDS {
            for place in [&self.ours, &self.theirs] {
                for folder in &folders {
                    edit(&place.join(folder), round);
                }
            }
            let ours = timed(&mut self.runner(&["verify"]));
            let theirs = timed(&mut self.cargo(&everything));
            edited.push(vec![nanos(ours), nanos(theirs)]);
            let again = timed(&mut self.runner(&["verify"]));
            let theirs = timed(&mut self.cargo(&everything));
            unchanged.push(vec![nanos(again), nanos(theirs)]);
        }
        let contenders = || vec!["workbook verify".into(), "cargo test --workspace".into()];
        let count = self.course.exercises.len();
        vec![
            shown(Comparison {
                name: format!("all {count} exercises edited"),
                contenders: contenders(),
                rows: edited.split_off(1),
            }),
            shown(Comparison {
                name: format!("all {count} exercises, nothing edited"),
                contenders: contenders(),
                rows: unchanged.split_off(1),
            }),
        ]
    }

    /// What the runner itself needs at most, and with all that it starts.
    fn memory(&self) {
        let (alone, together) = peak(&mut self.runner(&["run", "single_flight", "--fresh"]));
        println!(
            "memory: {alone} MiB for `workbook run` itself, {together} MiB with compiler and tests"
        );
        let (_, theirs) = peak(&mut self.cargo(&["test", "-q", "-p", "single_flight"]));
        println!("memory: {theirs} MiB for `cargo test -p single_flight` with all that it starts");
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

fn timed(command: &mut Command) -> Duration {
    let start = Instant::now();
    let output = ended(command);
    let took = start.elapsed();
    // A run that did not do its work would look quick. 1 is a verdict too.
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        matches!(output.status.code(), Some(0 | 1 | 101)),
        "{command:?}: {said}"
    );
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

/// Another body for a function that the edit itself has put there, at the end of the library.
fn edit(folder: &Path, round: usize) {
    const MARK: &str = "\n// The benchmark's:\n";
    let library = folder.join("src/lib.rs");
    let Ok(text) = fs::read_to_string(&library) else {
        return;
    };
    let own = text.split(MARK).next().unwrap_or_default();
    let body = format!("#[allow(dead_code, missing_docs)]\nfn edited() -> usize {{ {round} }}\n");
    fs::write(&library, format!("{own}{MARK}{body}")).expect("files can be written");
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
