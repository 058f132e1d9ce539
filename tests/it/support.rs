//! A copy of the fixture course in a temporary folder, and the program run in it.

use std::path::{Path, PathBuf};
use std::process::Command;

use assert_cmd::cargo::cargo_bin;
use tempfile::TempDir;
use walkdir::WalkDir;

/// A course (which is a desk too: a clone), or a desk made from one.
pub struct Place {
    // Declared first so that it outlives nothing: the folder goes when the place does.
    _keep: Option<TempDir>,
    pub root: PathBuf,
}

/// What a run of the program left.
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Place {
    /// A folder that somebody else keeps.
    pub fn at(root: &Path) -> Self {
        Place {
            _keep: None,
            root: root.to_owned(),
        }
    }

    /// A fresh copy of the fixture course.
    pub fn course() -> Self {
        let keep = TempDir::with_prefix("workbook-it-").expect("a temporary folder");
        let root = keep
            .path()
            .canonicalize()
            .expect("the folder is there")
            .join("course");
        copy_folder(&fixture(), &root);
        Place {
            _keep: Some(keep),
            root,
        }
    }

    /// A desk made with `init` from a fresh copy of the course, which goes away afterwards.
    pub fn desk() -> Self {
        let keep = TempDir::with_prefix("workbook-it-").expect("a temporary folder");
        let root = keep
            .path()
            .canonicalize()
            .expect("the folder is there")
            .join("desk");
        let course = Place::course();
        let ran = course.run([
            "init".as_ref(),
            root.as_os_str(),
            "--course".as_ref(),
            ".".as_ref(),
        ]);
        assert_eq!(ran.code, 0, "{}", ran.all());
        Place {
            _keep: Some(keep),
            root,
        }
    }

    /// Runs the program here.
    pub fn run<S: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Ran {
        self.run_in("", arguments)
    }

    /// Runs the program in a folder below this place.
    pub fn run_in<S: AsRef<std::ffi::OsStr>>(
        &self,
        folder: &str,
        arguments: impl IntoIterator<Item = S>,
    ) -> Ran {
        let mut command = self.command();
        command.current_dir(self.root.join(folder)).args(arguments);
        let output = command.output().expect("the program can be started");
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The program, to be run here, in an environment that does not depend on who runs the tests.
    pub fn command(&self) -> Command {
        let mut command = Command::new(cargo_bin!("workbook"));
        command.current_dir(&self.root);
        for name in [
            "NO_COLOR",
            "CLICOLOR",
            "CLICOLOR_FORCE",
            "CARGO_TARGET_DIR",
            "CARGO_PKG_NAME",
            "DATABASE_URL",
            "REDIS_URL",
            "RUSTFLAGS",
            "RUST_BACKTRACE",
            "CI",
        ] {
            command.env_remove(name);
        }
        command
    }

    /// Runs the program and expects this exit code.
    pub fn expect<S: AsRef<std::ffi::OsStr>>(
        &self,
        code: i32,
        arguments: impl IntoIterator<Item = S>,
    ) -> Ran {
        let arguments: Vec<S> = arguments.into_iter().collect();
        let typed: Vec<_> = arguments
            .iter()
            .map(|a| a.as_ref().to_string_lossy().into_owned())
            .collect();
        let ran = self.run(&arguments);
        assert_eq!(
            ran.code,
            code,
            "`workbook {}`:\n{}",
            typed.join(" "),
            ran.all()
        );
        ran
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().expect("a file has a folder"))
            .expect("folders can be made");
        std::fs::write(path, text).expect("files can be written");
    }

    /// Replaces a text that must be there.
    pub fn replace(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no `{from}`:\n{text}");
        self.write(path, text.replacen(from, to, 1));
    }

    /// Puts the reference of a drill of topic `basics` in place of the learner's file. Only in a clone.
    pub fn solve(&self, id: &str) {
        let reference = fixture().join(format!("solutions/basics/{id}/reference/src/lib.rs"));
        let text = std::fs::read(reference).expect("the fixture has the reference");
        self.write(&format!("exercises/basics/{id}/src/lib.rs"), text);
    }

    /// The lines of the journal.
    pub fn journal(&self) -> Vec<serde_json::Value> {
        let text =
            std::fs::read_to_string(self.path(".workbook/journal.jsonl")).unwrap_or_default();
        text.lines()
            .map(|line| serde_json::from_str(line).expect("a line of the journal is JSON"))
            .collect()
    }
}

impl Ran {
    /// Both streams, for messages.
    pub fn all(&self) -> String {
        format!(
            "exit code {}\n--- stdout\n{}\n--- stderr\n{}",
            self.code, self.stdout, self.stderr
        )
    }

    /// Expects a text in standard output.
    pub fn says(&self, text: &str) -> &Self {
        assert!(
            self.stdout.contains(text),
            "expected `{text}` in:\n{}",
            self.all()
        );
        self
    }

    /// Expects a text in standard error.
    pub fn complains(&self, text: &str) -> &Self {
        assert!(
            self.stderr.contains(text),
            "expected `{text}` in:\n{}",
            self.all()
        );
        self
    }

    /// Standard output as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}:\n{}", self.all()))
    }
}

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixture")
}

pub fn copy_folder(from: &Path, to: &Path) {
    for entry in WalkDir::new(from) {
        let entry = entry.expect("the fixture can be read");
        let target = to.join(entry.path().strip_prefix(from).expect("it is below"));
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(&target).expect("folders can be made");
        } else {
            std::fs::copy(entry.path(), &target).expect("files can be copied");
        }
    }
}
