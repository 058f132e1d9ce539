//! The suite from outside, as a colleague left it.

use std::process::Command;

/// Makes a command that starts the program. Arguments, environment and folder are for a check to add.
pub type Program = fn() -> Command;

/// Something that is to hold of the program.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// What holds, in a sentence.
    pub name: &'static str,
    /// Panics if it does not hold of a program.
    pub holds: fn(Program),
}

/// The suite.
pub fn checks() -> Vec<Check> {
    vec![
        Check {
            name: "add",
            holds: add,
        },
        Check {
            name: "help",
            holds: help,
        },
    ]
}

fn add(program: Program) {
    let file = std::env::temp_dir().join("end_to_end.json");
    let mut command = program();
    command.arg("--file").arg(&file).args(["add", "rent"]);
    let output = command.output().expect("the program starts");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "added 1\n",
        "the first task"
    );
}

fn help(program: Program) {
    let output = program().arg("help").output().expect("the program starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        said.starts_with("Usage: tasks [--file PATH] [--no-wait] COMMAND"),
        "the help says {said}"
    );
}
