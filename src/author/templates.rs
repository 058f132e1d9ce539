//! The files of a new exercise: small, complete and proven, but for the texts that only its author can
//! write. Those are marked `TODO`, and a proof is refused as long as one is left.

#[macro_use]
mod manifest;
mod measured;

/// What a new exercise checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum NewKind {
    /// Behaviour tests of the learner's code.
    Tests,
    /// Programs that must, or must not, build against the learner's code.
    Compile,
    /// The learner writes the tests.
    Mutants,
    /// Every order that two threads' steps can have, by a model checker.
    Model,
    /// What is alive when it should be gone.
    Leak,
    /// How often the learner's code allocates.
    Alloc,
    /// How large a type is.
    Size,
    /// How much faster than the starter.
    Ratio,
    /// A lint that must not fire.
    Clippy,
    /// Questions.
    Quiz,
    /// Defects to be marked in a change.
    Review,
}

/// The files of the exercise's folder and of its solution's, each relative to that folder. `{id}` stands
/// for the id, in texts.
pub struct Files {
    /// A line for the package's `[dev-dependencies]`: the course's `probes`.
    pub dev: Option<&'static str>,
    /// The package is to be optimised, for its speed is judged.
    pub optimised: bool,
    pub exercise: Vec<(&'static str, &'static str)>,
    pub solution: Vec<(&'static str, &'static str)>,
}

/// The files for a kind.
pub fn files(kind: NewKind) -> Files {
    let mut files = match kind {
        NewKind::Tests => tests(),
        NewKind::Compile => compile(),
        NewKind::Mutants => mutants(),
        NewKind::Model => measured::model(),
        NewKind::Leak => measured::leak(),
        NewKind::Alloc => measured::alloc(),
        NewKind::Size => measured::size(),
        NewKind::Ratio => measured::ratio(),
        NewKind::Clippy => measured::clippy(),
        NewKind::Quiz => quiz(),
        NewKind::Review => review(),
    };
    files.exercise.push(("README.md", README));
    files.solution.push(("debrief.md", DEBRIEF));
    files
}

const README: &str = "# TODO: a line that names the exercise

TODO: the situation from production, as short as it can be.

## By the end

You will be able to TODO.

## What must hold

1. TODO: one invariant a line. The checks check these and nothing else.

## Predict first

TODO: a question to answer before running anything.

## Task

TODO: which files; which checks are red at first, and why.

## What is checked

TODO: the checks in words, and a question that asks for a counter-example.

## Coming from Go

TODO, or take this section out.

## Read on

- TODO: a source, and what to get out of it.
";

const DEBRIEF: &str = "# Debrief: {id}

## Why it matters

TODO

## How it shows in production

TODO

## How the answers compare

TODO
";

const STARTER: &str = "//! TODO: what this is for.

/// Twice the number.
pub fn double(n: u32) -> u32 {
    n
}
";

const REFERENCE: &str = "//! TODO: what this is for.

/// Twice the number.
pub fn double(n: u32) -> u32 {
    n * 2
}
";

fn tests() -> Files {
    Files {
        dev: None,
        optimised: false,
        exercise: vec![
            (
                "exercise.toml",
                manifest!(
                    r#"
[[tests]]
name = "doubles"
shows = "TODO: what a pass shows"

[[tests]]
name = "nothing_stays_nothing"
shows = "TODO: what holds already"
starter = "passes"
"#
                ),
            ),
            ("src/lib.rs", STARTER),
            (
                "tests/checks.rs",
                "use {id}::double;

#[test]
fn doubles() {
    assert_eq!(double(21), 42, \"twice 21\");
}

#[test]
fn nothing_stays_nothing() {
    assert_eq!(double(0), 0, \"twice nothing\");
}
",
            ),
        ],
        solution: vec![
            (
                "solution.toml",
                r#"[[hidden]]
target = "graded"
name = "doubles_others"
shows = "TODO: the same at other values"
"#,
            ),
            (
                "hidden/graded.rs",
                "#[test]\nfn doubles_others() {\n    assert_eq!({id}::double(4), 8);\n}\n",
            ),
            ("reference/src/lib.rs", REFERENCE),
            (
                "wrong/adds_two/src/lib.rs",
                "//! TODO: what this is for.\n\n/// Twice the number.\npub fn double(n: u32) -> u32 {\n    n + 2\n}\n",
            ),
            (
                "wrong/adds_two/wrong.toml",
                "about = \"TODO: the mistake, in one line\"\nfails = [\"checks::doubles\", \"checks::nothing_stays_nothing\"]\nsays = \"twice nothing\"\n",
            ),
            (
                "wrong/one_answer/src/lib.rs",
                "//! TODO: what this is for.\n\n/// Twice the number.\npub fn double(_n: u32) -> u32 {\n    42\n}\n",
            ),
            (
                "wrong/one_answer/wrong.toml",
                "about = \"TODO: the mistake, in one line\"\nfails = [\"checks::nothing_stays_nothing\"]\nsays = \"twice nothing\"\n",
            ),
        ],
    }
}

fn compile() -> Files {
    Files {
        dev: None,
        optimised: false,
        exercise: vec![
            (
                "exercise.toml",
                manifest!(
                    r#"
[[compile]]
name = "right_use"
must = "build"
shows = "TODO: what has to stay possible"
starter = "passes"

[[compile]]
name = "wrong_use"
must = "fail"
code = "E0599"
shows = "TODO: what must not be possible"
"#
                ),
            ),
            (
                "src/lib.rs",
                "//! TODO: what this is for.\n\n/// A door.\npub struct Door;\n\nimpl Door {\n    /// Opens it.\n    pub fn open(&self) {}\n\n    /// Breaks it.\n    pub fn kick(&self) {}\n}\n",
            ),
            (
                "compile/right_use.rs",
                "fn main() {\n    {id}::Door.open();\n}\n",
            ),
            (
                "compile/wrong_use.rs",
                "fn main() {\n    {id}::Door.kick();\n}\n",
            ),
        ],
        solution: vec![
            (
                "solution.toml",
                "changes_api = \"TODO: why what callers can write has to change\"\n",
            ),
            (
                "reference/src/lib.rs",
                "//! TODO: what this is for.\n\n/// A door.\npub struct Door;\n\nimpl Door {\n    /// Opens it.\n    pub fn open(&self) {}\n}\n",
            ),
            (
                "wrong/all_gone/src/lib.rs",
                "//! TODO: what this is for.\n\n/// A door.\npub struct Door;\n",
            ),
            (
                "wrong/all_gone/wrong.toml",
                "about = \"TODO: the mistake, in one line\"\nfails = [\"compile::right_use\"]\nsays = \"no method named `open`\"\n",
            ),
            (
                "wrong/kept/src/lib.rs",
                "//! TODO: what this is for.\n\n/// A door.\npub struct Door;\n\nimpl Door {\n    /// Opens it.\n    pub fn open(&self) {}\n\n    /// Breaks it, still.\n    pub fn kick(&self) {\n        self.open();\n    }\n}\n",
            ),
            (
                "wrong/kept/wrong.toml",
                "about = \"TODO: the mistake, in one line\"\nfails = [\"compile::wrong_use\"]\nsays = \"builds\"\n",
            ),
        ],
    }
}

fn mutants() -> Files {
    Files {
        dev: None,
        optimised: false,
        exercise: vec![
            (
                "exercise.toml",
                manifest!(
                    r#"owned = ["tests/mine.rs"]

[suite]
target = "mine"
shows = "your tests pass the true code"

[[mutants]]
name = "adds_two"
behaviour = "TODO: what a user would report"

[[mutants]]
name = "one_answer"
behaviour = "TODO: what a user would report"

[[mutants]]
name = "by_addition"
behaviour = "TODO: in what it differs"
correct = true
"#
                ),
            ),
            ("src/lib.rs", REFERENCE),
            (
                "tests/mine.rs",
                "//! Your tests. TODO: what the code promises.\n",
            ),
            (
                "mutants/adds_two/src/lib.rs",
                "//! TODO: what this is for.\n\n/// Twice the number.\npub fn double(n: u32) -> u32 {\n    n + 2\n}\n",
            ),
            (
                "mutants/one_answer/src/lib.rs",
                "//! TODO: what this is for.\n\n/// Twice the number.\npub fn double(_n: u32) -> u32 {\n    42\n}\n",
            ),
            (
                "mutants/by_addition/src/lib.rs",
                "//! TODO: what this is for.\n\n/// Twice the number.\npub fn double(n: u32) -> u32 {\n    n + n\n}\n",
            ),
        ],
        solution: vec![
            ("solution.toml", ""),
            (
                "reference/tests/mine.rs",
                "//! The tests.\n\nuse {id}::double;\n\n#[test]\nfn doubles() {\n    for n in [0, 1, 21] {\n        assert_eq!(double(n), n * 2, \"twice {n}\");\n    }\n}\n",
            ),
            (
                "wrong/one_value/tests/mine.rs",
                "//! The tests.\n\n#[test]\nfn doubles() {\n    assert_eq!({id}::double(21), 42);\n}\n",
            ),
            (
                "wrong/one_value/wrong.toml",
                "about = \"TODO: the mistake, in one line\"\nfails = [\"mutant::one_answer\"]\nsays = \"TODO\"\n",
            ),
            (
                "wrong/wrong_claim/tests/mine.rs",
                "//! The tests.\n\n#[test]\nfn doubles() {\n    assert_eq!({id}::double(0), 1, \"nothing doubled\");\n}\n",
            ),
            (
                "wrong/wrong_claim/wrong.toml",
                "about = \"TODO: the mistake, in one line\"\nfails = [\"suite::passes\"]\nsays = \"nothing doubled\"\n",
            ),
        ],
    }
}

fn quiz() -> Files {
    Files {
        dev: None,
        optimised: false,
        exercise: vec![
            ("exercise.toml", manifest!("owned = [\"answers.toml\"]\n")),
            (
                "src/lib.rs",
                "//! TODO: the code that the questions are about.\n",
            ),
            (
                "quiz.toml",
                r#"[[questions]]
id = "q1"
kind = "single"
ask = "TODO: the question"
options = ["TODO: this", "TODO: that"]
shows = "TODO: what a right answer shows"

[[questions]]
id = "q2"
kind = "number"
ask = "TODO: how many?"
tolerance = 1
shows = "TODO: what a right answer shows"
"#,
            ),
            (
                "answers.toml",
                "# Write your answers here: a letter in quotes, or a number.\nq1 = \"\"\nq2 = \"\"\n",
            ),
        ],
        solution: vec![
            ("solution.toml", ""),
            ("reference/answers.toml", "q1 = \"b\"\nq2 = 42\n"),
            ("wrong/the_first/answers.toml", "q1 = \"a\"\nq2 = 42\n"),
            (
                "wrong/the_first/wrong.toml",
                "about = \"TODO: the mistake, in one line\"\nfails = [\"quiz::q1\"]\nsays = \"wrong answer\"\n",
            ),
            ("wrong/too_much/answers.toml", "q1 = \"b\"\nq2 = 84\n"),
            (
                "wrong/too_much/wrong.toml",
                "about = \"TODO: the mistake, in one line\"\nfails = [\"quiz::q2\"]\nsays = \"wrong answer\"\n",
            ),
        ],
    }
}

fn review() -> Files {
    Files {
        dev: None,
        optimised: false,
        exercise: vec![
            ("exercise.toml", manifest!("owned = [\"findings.toml\"]\n")),
            (
                "src/lib.rs",
                "//! What is to be reviewed is in `review/`.\n",
            ),
            (
                "review/change.rs",
                "fn read(path: &str) -> String {\n    let _ = std::fs::metadata(path);\n    std::fs::read_to_string(path).unwrap()\n}\n",
            ),
            (
                "review.toml",
                "kinds = [\"panic\", \"lost error\"]\nat_least = 2\nshows = \"TODO: what a pass shows\"\n",
            ),
            (
                "findings.toml",
                "# [[findings]]\n# file = \"change.rs\"\n# line = 1\n# kind = \"panic\"\n",
            ),
        ],
        solution: vec![
            ("solution.toml", ""),
            (
                "reference/findings.toml",
                "[[findings]]\nfile = \"change.rs\"\nline = 2\nkind = \"lost error\"\n\n[[findings]]\nfile = \"change.rs\"\nline = 3\nkind = \"panic\"\n",
            ),
            (
                "defects.toml",
                "[[findings]]\nfile = \"change.rs\"\nlines = [2, 2]\nkind = \"lost error\"\n\n[[findings]]\nfile = \"change.rs\"\nlines = [3, 3]\nkind = \"panic\"\n",
            ),
            (
                "wrong/one_of_two/findings.toml",
                "[[findings]]\nfile = \"change.rs\"\nline = 3\nkind = \"panic\"\n",
            ),
            (
                "wrong/one_of_two/wrong.toml",
                "about = \"TODO: the mistake, in one line\"\nfails = [\"review::score\"]\nsays = \"1 of 2 defects\"\n",
            ),
            (
                "wrong/wrong_word/findings.toml",
                "[[findings]]\nfile = \"change.rs\"\nline = 3\nkind = \"lost error\"\n",
            ),
            (
                "wrong/wrong_word/wrong.toml",
                "about = \"TODO: the mistake, in one line\"\nfails = [\"review::score\"]\nsays = \"1 false alarms\"\n",
            ),
        ],
    }
}
