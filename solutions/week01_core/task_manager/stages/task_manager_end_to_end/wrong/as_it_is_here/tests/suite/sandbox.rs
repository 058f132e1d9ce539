//! A place of its own for each check: a folder, an environment, and the program in them.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{self, Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

use super::Program;

/// A folder that nobody else has, and that goes with its check.
pub struct Sandbox {
    folder: PathBuf,
    program: Program,
}

impl Sandbox {
    pub fn new(program: Program) -> Self {
        // The process in the name keeps suites apart that run at the same time, the number their checks.
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("tasks-end-to-end-{}-{number}", process::id());
        let folder = std::env::temp_dir().join(name);
        // Not `create_dir_all`: what is there already is not ours.
        fs::create_dir(&folder).expect("a folder of its own");
        Self { folder, program }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub fn put(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("the disk works");
    }

    /// What is in a file. One that is not there is told from an empty one.
    pub fn text(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path(name)).ok()
    }

    /// The list as it is kept, whatever its layout.
    pub fn kept(&self) -> Value {
        let text = self.text("tasks.json").expect("there is a list");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("no JSON, {error}: {text}"))
    }

    /// Holds the list as another process would that is changing it.
    pub fn lock(&self) -> File {
        let lock = File::create(self.path("tasks.json.lock")).expect("a file to lock");
        lock.lock().expect("nobody else is here");
        lock
    }

    /// The program, in this folder, with nobody at the keyboard.
    pub fn tasks(&self, args: &[&str]) -> Command {
        let mut command = (self.program)();
        command
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .args(args);
        command
    }

    pub fn run(&self, args: &[&str]) -> Ended {
        Ended::of(self.tasks(args).output().expect("the program starts"), args)
    }

    pub fn start(&self, args: &[&str]) -> Running {
        let child = self.tasks(args).stdin(Stdio::piped()).spawn();
        Running(Some(child.expect("the program starts")))
    }

    /// Runs the program with this on its standard input.
    pub fn feed(&self, args: &[&str], input: &str) -> Ended {
        let running = self.start(args);
        running.write(input);
        running.end(args)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A process that is over when this is dropped, so that no check that fails leaves one behind.
pub struct Running(Option<Child>);

impl Running {
    pub fn write(&self, input: &str) {
        let stdin = self.0.as_ref().and_then(|child| child.stdin.as_ref());
        // A program that ends without reading has closed its side, which is for `Ended` to judge.
        let _ = stdin.map(|mut stdin| stdin.write_all(input.as_bytes()));
    }

    pub fn end(mut self, args: &[&str]) -> Ended {
        let child = self.0.take().expect("it ends once");
        Ended::of(child.wait_with_output().expect("it ends"), args)
    }

    /// As `kill -9` does: the program has no say in it.
    pub fn kill(mut self) {
        self.stop();
    }

    fn stop(&mut self) {
        if let Some(mut child) = self.0.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

/// All that a run has said.
#[derive(Debug)]
pub struct Ended {
    line: String,
    code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ended {
    fn of(output: Output, args: &[&str]) -> Self {
        let utf_8 = |bytes| String::from_utf8(bytes).expect("no answer is anything but UTF-8");
        let (out, err) = (utf_8(output.stdout), utf_8(output.stderr));
        Self {
            line: format!("tasks {}", args.join(" ")),
            // None where a signal ended it.
            code: output.status.code(),
            out,
            err,
        }
    }

    /// It did what was asked, and has nothing to complain of.
    #[track_caller]
    pub fn well(self) -> Self {
        let seen = (self.code, self.err.as_str());
        assert_eq!(
            seen,
            (Some(0), ""),
            "(exit code, standard error) of `{}`; standard output: {}",
            self.line,
            self.out
        );
        self
    }

    /// It did what was asked, and this is the answer.
    #[track_caller]
    pub fn answers(self, out: &str) {
        let ended = self.well();
        assert_eq!(ended.out, out, "standard output of `{}`", ended.line);
    }

    /// It refused, with this code, an error and a way on, and no answer.
    #[track_caller]
    pub fn fails(self, code: i32) -> Self {
        let lines = |start: &str| {
            let lines = self.err.lines();
            lines.filter(|line| line.trim().starts_with(start)).count()
        };
        let seen = (self.code, self.out.as_str(), lines("help: "));
        assert_eq!(
            seen,
            (Some(code), "", 1),
            "(exit code, standard output, lines with help) of `{}`; standard error: {}",
            self.line,
            self.err
        );
        assert!(lines("error: ") > 0, "no error in: {}", self.err);
        self
    }

    /// The titles of a list, in its order.
    #[track_caller]
    pub fn lists(self, titles: &[&str]) {
        let ended = self.well();
        let lines: Vec<&str> = ended.out.lines().collect();
        for (at, title) in titles.iter().enumerate() {
            let line = lines.get(at).copied().unwrap_or("(there is none)");
            assert!(
                line.ends_with(title),
                "line {} of `{}` was to end in `{title}`, and is: {line}",
                at + 1,
                ended.line
            );
        }
        let more = &lines[titles.len()..];
        assert!(more.is_empty(), "`{}` lists more: {more:?}", ended.line);
    }
}
