//! `doctor`: what is missing here, and how to get it.

use std::path::Path;
use std::process::Command;

use colored::Colorize as _;
use serde::Serialize;
use serde_json::json;

use super::Exit;
use super::args::DoctorArgs;
use crate::course;
use crate::desk::{Desk, DeskKind};
use crate::engine;
use crate::journal::Journal;
use crate::report::{self, Screen};

#[derive(Serialize)]
struct Finding {
    what: &'static str,
    ok: bool,
    /// Without it nothing can be judged.
    needed: bool,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<&'static str>,
}

/// `workbook doctor`
pub fn run(args: &DoctorArgs, from: &Path, screen: &mut Screen) -> Exit {
    let mut findings = vec![
        tool(
            "cargo",
            &["--version"],
            "install Rust from https://rustup.rs",
        ),
        tool(
            "rustc",
            &["--version"],
            "install Rust from https://rustup.rs",
        ),
        tool(
            "cc",
            &["--version"],
            "install a C compiler: Rust links with it (Debian: `apt install gcc`)",
        ),
        optional(
            "cargo-clippy",
            &["clippy", "--version"],
            "`rustup component add clippy`",
        ),
        optional(
            "rustfmt",
            &["fmt", "--version"],
            "`rustup component add rustfmt`",
        ),
    ];
    findings.extend(desk(from));
    findings.push(Finding {
        what: "orphans",
        ok: engine::adopt_orphans(),
        needed: false,
        found: "what a test leaves behind is found and ended".to_owned(),
        remedy: Some("only Linux can do that; elsewhere processes that leave their group stay"),
    });
    findings.push(Finding {
        what: "profiles",
        ok: engine::can_profile(),
        needed: false,
        found: "`workbook profile` records stacks without root and without other tools".to_owned(),
        remedy: Some("only 64-bit Linux can do that; elsewhere use the profiler of your system"),
    });
    let slow = engine::no_fast_path(from);
    findings.push(Finding {
        what: "fast path",
        ok: slow.is_none(),
        needed: false,
        found: slow.unwrap_or_else(|| {
            "what cargo asked rustc for is asked again, where only your files have changed"
                .to_owned()
        }),
        remedy: Some("nothing is missing: cargo is called each time, which takes a little longer"),
    });
    let can_judge = findings.iter().all(|finding| finding.ok || !finding.needed);
    if args.json {
        screen.line(report::json::document(
            json!({ "findings": findings, "can_judge": can_judge }),
        ));
    } else {
        for finding in &findings {
            let mark = match (finding.ok, finding.needed) {
                (true, _) => screen.mark("✓", "ok:").green(),
                (false, true) => screen.mark("✗", "missing:").red(),
                (false, false) => screen.mark("•", "optional:").yellow(),
            };
            screen.line(format!(
                "{mark} {}  {}",
                finding.what.bold(),
                finding.found.dimmed()
            ));
            if let (false, Some(remedy)) = (finding.ok, finding.remedy) {
                screen.line(format!("    {remedy}"));
            }
        }
    }
    if can_judge {
        Exit::Success
    } else {
        Exit::Environment
    }
}

fn tool(program: &'static str, arguments: &[&str], remedy: &'static str) -> Finding {
    let found = version(program, arguments);
    Finding {
        what: program,
        ok: found.is_some(),
        needed: true,
        found: found.unwrap_or_else(|| "not found".to_owned()),
        remedy: Some(remedy),
    }
}

fn optional(what: &'static str, arguments: &[&str], remedy: &'static str) -> Finding {
    let found = version("cargo", arguments);
    Finding {
        what,
        ok: found.is_some(),
        needed: false,
        found: found.unwrap_or_else(|| "not found".to_owned()),
        remedy: Some(remedy),
    }
}

fn version(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    output
        .status
        .success()
        .then(|| text.lines().next().unwrap_or_default().to_owned())
}

fn desk(from: &Path) -> Vec<Finding> {
    let finding = |what, result: Result<String, String>, remedy| Finding {
        what,
        ok: result.is_ok(),
        needed: true,
        found: result.unwrap_or_else(|problem| problem),
        remedy: Some(remedy),
    };
    let desk = match Desk::find(from) {
        Ok(desk) => desk,
        Err(error) => {
            let problem = Err(format!("failed to {error}"));
            return vec![finding("desk", problem, "`workbook init` makes one")];
        }
    };
    let kind = match desk.kind {
        DeskKind::Made => "made by `workbook init`",
        DeskKind::Clone => "a clone of the course",
    };
    let course = course::load(&desk.course_root());
    let course = match course {
        Ok(course) => Ok(format!(
            "{} {}, {} exercises",
            course.id,
            course.version,
            course.exercises.len()
        )),
        Err(error) => Err(format!("failed to {error}")),
    };
    let writable = std::fs::create_dir_all(desk.state())
        .and_then(|()| tempfile::tempfile_in(desk.state()))
        .map(|_| desk.state().display().to_string())
        .map_err(|error| format!("{}: {error}", desk.state().display()));
    let journal = match Journal::open(&desk.journal()) {
        Ok(journal) => {
            let aside = journal.set_aside().len();
            Ok(format!(
                "{} entries, {aside} lines left aside",
                journal.entries().len()
            ))
        }
        Err(error) => Err(format!("failed to {error}")),
    };
    vec![
        finding("desk", Ok(format!("{}, {kind}", desk.root.display())), ""),
        finding(
            "course",
            course,
            "`workbook list` shows each problem in its place",
        ),
        finding(
            "state",
            writable,
            "make the folder writable: progress is recorded in it",
        ),
        finding(
            "journal",
            journal,
            "look at the file; what can be read of it counts",
        ),
    ]
}
