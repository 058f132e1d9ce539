//! What grading costs: the layers of the box, one spawn each; and a class, against the two ways people grade with
//! cargo, in turn in one run. `cargo bench --bench grading`.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::TempDir;
use walkdir::WalkDir;

const CLASS: usize = 8;
const SPAWNS: usize = 40;

fn main() {
    layers();
    class();
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

fn class() {
    let room = TempDir::with_prefix("workbook-bench-").expect("a temporary folder");
    let path = |name: &str| room.path().join(name);
    copy(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/redteam/course"),
        &path("course"),
    );
    let reference = path("course/solutions/tills/till/reference/src/lib.rs");
    let reference = std::fs::read_to_string(reference).expect("there is a reference");
    for learner in 0..CLASS {
        let folder = path(&format!("submissions/learner-{learner}/till/src"));
        std::fs::create_dir_all(&folder).expect("folders can be made");
        let text = format!("{reference}\n// Handed in by {learner}.\n");
        std::fs::write(folder.join("lib.rs"), text).expect("files can be written");
    }
    let by_cargo = |name: &str, is_fresh: bool| {
        let start = Instant::now();
        for learner in 0..CLASS {
            let place = if is_fresh {
                format!("{name}-{learner}")
            } else {
                name.to_owned()
            };
            let course = path(&place);
            copy(&path("course"), &course);
            let hidden = course.join("solutions/tills/till/hidden/graded.rs");
            let crate_folder = course.join("exercises/tills/till");
            std::fs::copy(hidden, crate_folder.join("tests/graded.rs"))
                .expect("files can be copied");
            let handed_in = path(&format!("submissions/learner-{learner}/till/src/lib.rs"));
            std::fs::copy(handed_in, crate_folder.join("src/lib.rs")).expect("files can be copied");
            let output = Command::new("cargo")
                .args(["test", "--offline", "-p", "till"])
                .current_dir(&course)
                .env_remove("CARGO_TARGET_DIR")
                .output()
                .expect("cargo can be started");
            assert!(
                output.status.success(),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
        start.elapsed()
    };
    let grade = |out: &str, more: &[&str]| {
        let start = Instant::now();
        let output = Command::new(env!("CARGO_BIN_EXE_workbook"))
            .args([
                "grade",
                "run",
                "--submissions",
                "../submissions",
                "--out",
                out,
            ])
            .args(more)
            .current_dir(path("course"))
            .output()
            .expect("the program can be started");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        start.elapsed()
    };
    // Once, so that cargo has built what all share, as on a worker that has graded before.
    grade("warm", &[]);
    by_cargo("shared", false);
    let (fresh, shared) = (by_cargo("fresh", true), by_cargo("shared", false));
    let (sealed, together) = (grade("sealed", &[]), grade("together", &["--in-process"]));
    for (name, took) in [("sealed", sealed), ("in-process", together)] {
        println!(
            "{CLASS} submissions, {name}: {took:.2?}; fresh clone and `cargo test` {fresh:.2?} = {:.1}×; shared target {shared:.2?} = {:.1}×",
            fresh.as_secs_f64() / took.as_secs_f64(),
            shared.as_secs_f64() / took.as_secs_f64()
        );
    }
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
