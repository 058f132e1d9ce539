//! How quick the program is where nothing is built: with a course of 2,000 exercises, and from a save to
//! the start of a run. Prints figures; nothing here fails on a slow machine.
//!
//! `cargo bench --bench manners`

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use workbook::course;
use workbook::watch::{How, Saves};

const ROUNDS: usize = 21;

fn main() {
    for count in [200, 2_000] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        write_course(folder.path(), count);
        // A course that was written a moment ago is not remembered yet.
        std::thread::sleep(Duration::from_secs(3));
        let start = quickest(folder.path(), "--version");
        println!(
            "{count} exercises; the bare start of the program takes {}",
            millis(start)
        );
        for command in ["list", "progress", "hint"] {
            let took = quickest(folder.path(), command);
            let over = took.saturating_sub(start);
            println!(
                "  {command:8} {} ({} over the start)",
                millis(took),
                millis(over)
            );
        }
        if count == 200 {
            saves(folder.path());
        }
    }
}

/// The quickest of some runs: what the program needs, without what else the machine did.
fn quickest(course: &Path, command: &str) -> Duration {
    let run = || {
        let start = Instant::now();
        let status = Command::new(env!("CARGO_BIN_EXE_workbook"))
            .arg(command)
            .current_dir(course)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status();
        assert!(status.expect("the program can be started").success());
        start.elapsed()
    };
    (0..ROUNDS).map(|_| run()).min().unwrap_or_default()
}

/// From a save to when a run would be started.
fn saves(root: &Path) {
    let course = course::load(root).expect("the course is right");
    let (sender, told) = mpsc::channel();
    let tell = move |saved| drop(sender.send((Instant::now(), saved)));
    let _saves = Saves::watch(root, &course, How::Best, tell).expect("the system watches");
    let file = root.join("exercises/topic0/ex_0000/src/lib.rs");
    std::fs::create_dir_all(file.parent().expect("it has a folder")).expect("folders can be made");
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|round| {
            let written = Instant::now();
            std::fs::write(&file, round.to_string()).expect("files can be written");
            let (at, _) = told.recv().expect("it is told");
            at.duration_since(written)
        })
        .collect();
    times.sort_unstable();
    println!(
        "  from a save to the start of a run: median {}, longest {}; 60 ms are allowed",
        millis(times[ROUNDS / 2]),
        millis(times[ROUNDS - 1])
    );
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

/// A course of so many exercises, made from the first one of the tests' course.
fn write_course(root: &Path, count: usize) {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixture");
    let read = |path: &str| std::fs::read_to_string(fixture.join(path)).expect("it is there");
    let write = |path: &str, text: &str| {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folders");
        std::fs::write(path, text).expect("files can be written");
    };
    let mut spine = "[course]\nid = \"big\"\ntitle = \"Big\"\nversion = \"1.0.0\"\n\n\
                     [[weeks]]\nid = \"week1\"\ntitle = \"Week\"\nfolder = \"week_a\"\n"
        .to_owned();
    for topic in 0..count.div_ceil(50) {
        let ids: Vec<String> = (topic * 50..count.min(topic * 50 + 50))
            .map(|number| format!("ex_{number:04}"))
            .collect();
        // Writing to a String can't fail.
        let _ = write!(
            spine,
            "\n[[weeks.topics]]\nid = \"topic{topic}\"\ntitle = \"Topic {topic}\"\nexercises = {ids:?}\n"
        );
        for id in ids {
            let folder = format!("exercises/topic{topic}/{id}");
            let manifest = read("exercises/basics/add_up/exercise.toml");
            write(&format!("{folder}/exercise.toml"), &manifest);
            let package = read("exercises/basics/add_up/Cargo.toml").replace("add_up", &id);
            write(&format!("{folder}/Cargo.toml"), &package);
        }
    }
    write("curriculum.toml", &spine);
    write("week_a/notes.md", "# Week\n");
    write("Cargo.toml", &read("Cargo.toml"));
    write(
        "exercises/objectives.toml",
        &read("exercises/objectives.toml"),
    );
    // Where a hint is counted, so that the next one costs the same.
    write(".workbook/.keep", "");
}
