//! Every command does what its help says: in a clone of the course, and, where that makes a difference,
//! in a desk.

mod anywhere;
mod browse;
mod exit_codes;
mod init;
mod next;
#[cfg(unix)]
mod open;
mod progress;
mod reset;
#[cfg(target_os = "linux")]
mod size;
mod solution;
mod track;
mod update;
mod verify;

use crate::support::Place;

/// Puts the reference of every exercise in place.
fn solve_all(course: &Place) {
    for id in ["add_up", "greet", "tally"] {
        course.solve(id);
    }
    course.write(
        "builder/src/lib.rs",
        course.read("solutions/builder/stages/raise_wall/reference/src/lib.rs"),
    );
}

/// Makes a folder of programs for `PATH`, each a shell script.
#[cfg(unix)]
fn programs(place: &Place, folder: &str, scripts: &[(&str, &str)]) -> std::path::PathBuf {
    let folder = place.path(folder);
    std::fs::create_dir(&folder).expect("it can be made");
    for (name, script) in scripts {
        // Written by a process of its own: while this one has a program open for writing, a child that
        // another test is about to start may have it open too, and then nobody can run it.
        let wrote = std::process::Command::new("sh")
            .arg("-c")
            .arg("printf '#!/bin/sh\n%s\n' \"$2\" > \"$1\" && chmod +x \"$1\"")
            .arg("sh")
            .arg(folder.join(name))
            .arg(script)
            .status();
        assert!(wrote.expect("there is a shell").success());
    }
    folder
}

/// A script that is the compiler itself, whatever finds it elsewhere.
#[cfg(unix)]
fn real_rustc() -> String {
    let output = std::process::Command::new("rustc")
        .args(["--print", "sysroot"])
        .output()
        .expect("there is a compiler");
    let sysroot = String::from_utf8(output.stdout).expect("it is text");
    format!("exec '{}/bin/rustc' \"$@\"", sysroot.trim())
}
