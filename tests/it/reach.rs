//! What tests may reach when submissions are graded in a box: as far as the reference has to, and no further.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::Place;

const TESTS: &str = "exercises/basics/add_up/tests/checks.rs";
const REFERENCE: &str = "pub fn add(left: u32, right: u32) -> u32 {\n    left + right\n}\n";

/// Has the first test of `add_up` do this too.
fn first_test_begins_with(course: &Place, code: &str) {
    let text = course.read(TESTS);
    let (before, after) = text.split_once("() {\n").expect("it has a test");
    course.write(TESTS, format!("{before}() {{\n{code}\n{after}"));
}

fn hand_in(course: &Place, name: &str, files: &[(&str, &str)]) {
    for (path, text) in files {
        course.write(&format!("submissions/{name}/add_up/{path}"), *text);
    }
}

/// Grades what was handed in for `add_up`, in the submission's own process: by submission, the result.
fn graded(course: &Place) -> BTreeMap<String, Value> {
    let ran = course.run([
        "grade",
        "run",
        "--submissions",
        "submissions",
        "--exercise",
        "add_up",
        "--in-process",
        "--json",
        "--out",
        "out",
    ]);
    let document: Value =
        serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.all()));
    let grades = document["grades"].as_array().expect("grades are a list");
    let named = grades.iter().map(|grade| {
        let name = grade["submission"].as_str().expect("it has a name");
        (name.to_owned(), grade.clone())
    });
    named.collect()
}

/// How the first check of a result went.
fn first<'g>(grades: &'g BTreeMap<String, Value>, name: &str) -> (&'g str, &'g str) {
    let outcome = &grades[name]["checks"][0]["outcome"];
    let text = |key: &str| outcome[key].as_str().unwrap_or_default();
    (text("state"), text("how"))
}

/// Whether cells have namespaces here, without which nothing is reached.
#[expect(
    clippy::print_stderr,
    reason = "whoever runs it is told what was not run"
)]
fn has_namespaces(grades: &BTreeMap<String, Value>) -> bool {
    let has = grades
        .values()
        .all(|grade| grade["walls"]["namespaces"] == true);
    if !has {
        eprintln!("not run: there are no namespaces here");
    }
    has
}

#[test]
fn a_submission_s_program_is_built_and_started_in_the_box() {
    let course = Place::course();
    first_test_begins_with(
        &course,
        "    let program = std::process::Command::new(env!(\"CARGO_BIN_EXE_add_up\")).output();\n    \
         let output = program.expect(\"the program starts\");\n    \
         assert_eq!(output.stdout, b\"4\\n\", \"what the program says\");",
    );
    let main = |sum: &str| format!("fn main() {{\n    println!(\"{{}}\", {sum});\n}}\n");
    let (right, wrong) = (main("add_up::add(2, 2)"), main("add_up::add(2, 3)"));
    course.write("exercises/basics/add_up/src/main.rs", right.as_str());
    course.write(
        "solutions/basics/add_up/reference/src/main.rs",
        right.as_str(),
    );
    let library = ("src/lib.rs", REFERENCE);
    hand_in(&course, "right", &[library, ("src/main.rs", &right)]);
    hand_in(&course, "wrong", &[library, ("src/main.rs", &wrong)]);
    hand_in(
        &course,
        "broken",
        &[library, ("src/main.rs", "fn main() { add_up::sum() }\n")],
    );
    hand_in(&course, "none", &[library]);
    let grades = graded(&course);
    if !has_namespaces(&grades) {
        return;
    }
    assert_eq!(first(&grades, "right"), ("passed", ""));
    assert_eq!(grades["right"]["outcome"]["state"], "passed");
    assert_eq!(grades["right"]["reach"], "processes");
    assert_eq!(first(&grades, "wrong"), ("failed", "said no"));
    for name in ["broken", "none"] {
        assert_eq!(first(&grades, name), ("failed", "it does not build"));
    }
}

#[test]
fn a_build_script_of_the_course_s_reads_the_submission() {
    let course = Place::course();
    course.write(
        "exercises/basics/add_up/build.rs",
        "fn main() {\n    let text = std::fs::read_to_string(\"src/lib.rs\").unwrap();\n    \
         let lines = text.lines().filter(|line| !line.trim().is_empty()).count();\n    \
         let out = std::env::var(\"OUT_DIR\").unwrap();\n    \
         std::fs::write(out + \"/lines.rs\", lines.to_string()).unwrap();\n    \
         assert!(lines < 100, \"nobody reads so many lines\");\n}\n",
    );
    first_test_begins_with(
        &course,
        "    let lines: usize = include!(concat!(env!(\"OUT_DIR\"), \"/lines.rs\"));\n    \
         assert!(lines < 10, \"in fewer than ten lines\");",
    );
    let long = format!("{REFERENCE}{}", "// On and on.\n".repeat(10));
    let endless = format!("{REFERENCE}{}", "// On and on.\n".repeat(100));
    hand_in(&course, "short", &[("src/lib.rs", REFERENCE)]);
    hand_in(&course, "long", &[("src/lib.rs", &long)]);
    hand_in(&course, "endless", &[("src/lib.rs", &endless)]);
    let grades = graded(&course);
    assert_eq!(first(&grades, "short"), ("passed", ""));
    assert_eq!(grades["short"]["reach"], Value::Null, "it needs no reach");
    assert_eq!(first(&grades, "long"), ("failed", "said no"));
    let how = "the course's build script can't read it";
    assert_eq!(first(&grades, "endless"), ("failed", how));
}

#[test]
fn a_test_that_counts_threads_counts_them_in_the_box_too() {
    let course = Place::course();
    first_test_begins_with(
        &course,
        "    let threads = || std::fs::read_dir(\"/proc/self/task\").map_or(0, |all| all.count());\n    \
         let before = threads();",
    );
    // Where threads can't be listed there would be none before and none after.
    let text = course.read(TESTS);
    let end = "    assert_eq!(add(2, 2), 4, \"two and two\");\n";
    let count = "    assert_eq!(threads(), before, \"threads\");\n";
    course.write(TESTS, text.replace(end, &format!("{end}{count}")));
    let leaks = "pub fn add(left: u32, right: u32) -> u32 {\n    \
                 std::thread::spawn(std::thread::park);\n    left + right\n}\n";
    hand_in(&course, "tidy", &[("src/lib.rs", REFERENCE)]);
    hand_in(&course, "leaks", &[("src/lib.rs", leaks)]);
    let grades = graded(&course);
    if !has_namespaces(&grades) {
        return;
    }
    assert_eq!(grades["tidy"]["outcome"]["state"], "passed");
    assert_eq!(grades["tidy"]["reach"], "itself");
    assert_eq!(first(&grades, "leaks"), ("failed", "said no"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_test_that_measures_its_own_program_reads_it_and_nothing_of_its_memory() {
    let course = Place::course();
    first_test_begins_with(
        &course,
        "    let program = std::fs::read(\"/proc/self/exe\").expect(\"the program reads itself\");\n    \
         assert!(program.starts_with(b\"\\x7fELF\"));\n    \
         let full = std::fs::write(\"/dev/full\", \"x\").expect_err(\"there is no room\");\n    \
         assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);",
    );
    hand_in(&course, "right", &[("src/lib.rs", REFERENCE)]);
    let looks = "pub fn add(left: u32, right: u32) -> u32 {\n    for name in [\"mem\", \"maps\", \"environ\"] {\n        \
                 for path in [format!(\"/proc/self/{name}\"), format!(\"/proc/thread-self/{name}\")] {\n            \
                 assert!(std::fs::File::open(&path).is_err(), \"{path} can be opened\");\n        }\n    }\n    left + right\n}\n";
    hand_in(&course, "looks", &[("src/lib.rs", looks)]);
    let grades = graded(&course);
    if !has_namespaces(&grades) {
        return;
    }
    assert_eq!(
        first(&grades, "right"),
        ("passed", ""),
        "{:#}",
        grades["right"]
    );
    assert_eq!(
        first(&grades, "looks"),
        ("passed", ""),
        "{:#}",
        grades["looks"]
    );
}

#[test]
fn stages_of_one_crate_are_graded_in_one_run() {
    let course = Place::course();
    let last = course.read("solutions/builder/stages/raise_wall/reference/src/lib.rs");
    course.write("submissions/ann/builder/src/lib.rs", last);
    // A part of the first stage that the second one has moved: side by side there would be both.
    let first = "solutions/builder/stages/lay_floor/reference/src/lib.rs";
    course.write(first, course.read(first) + "mod floor;\n");
    course.write(
        "solutions/builder/stages/lay_floor/reference/src/floor.rs",
        "",
    );
    let second = "solutions/builder/stages/raise_wall/reference/src/lib.rs";
    course.write(second, course.read(second) + "mod floor;\n");
    course.write(
        "solutions/builder/stages/raise_wall/reference/src/floor/mod.rs",
        "",
    );
    let ran = course.expect(
        0,
        [
            "grade",
            "run",
            "--submissions",
            "submissions",
            "--exercise",
            "lay_floor",
            "--exercise",
            "raise_wall",
            "--out",
            "out",
        ],
    );
    ran.says("2 results");
}

#[test]
fn who_grades_once_more_builds_nothing_and_what_changed_is_built() {
    let course = Place::course();
    hand_in(&course, "ann", &[("src/lib.rs", REFERENCE)]);
    assert_eq!(first(&graded(&course), "ann"), ("passed", ""));
    let noted = course.path("target/workbook/grade/calls");
    let times = || -> Vec<std::time::SystemTime> {
        let files = std::fs::read_dir(&noted)
            .expect("calls are noted")
            .flatten();
        let times = files.map(|file| file.metadata().and_then(|data| data.modified()));
        times.map(|time| time.expect("it has a time")).collect()
    };
    let before = times();
    hand_in(&course, "bea", &[("src/lib.rs", REFERENCE)]);
    graded(&course);
    assert_eq!(times(), before, "nothing was compiled for the second run");

    // Another test, which what is noted does not know yet.
    let text = course.read(TESTS);
    course.write(TESTS, text.replace("add(2, 2), 4", "add(2, 3), 5"));
    assert_eq!(first(&graded(&course), "ann"), ("passed", ""));
    assert_ne!(times(), before);

    // And where what was built is gone.
    std::fs::remove_dir_all(course.path("target/workbook/grade/target")).expect("it was built");
    std::fs::remove_dir_all(course.path("out")).expect("there are results");
    assert_eq!(first(&graded(&course), "bea"), ("passed", ""));
}

#[test]
fn what_an_author_has_is_graded_as_at_a_desk() {
    let course = Place::course();
    let ran = course.expect(0, ["grade", "check"]);
    ran.says("✓ add_up 5 candidates");
    ran.says("0 can't be, 0 are graded otherwise");

    // A start that is solved, and a wrong attempt that is right.
    for path in [
        "exercises/basics/add_up",
        "solutions/basics/add_up/wrong/constant",
    ] {
        course.write(&format!("{path}/src/lib.rs"), REFERENCE);
    }
    let ran = course.expect(1, ["grade", "check", "--exercise", "add_up", "--json"]);
    let document: Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
    let row = &document["exercises"][0];
    assert_eq!(row["could_not_judge"], Value::Null);
    let complaints = row["complaints"].as_array().expect("a list").iter();
    let complaints: BTreeMap<&str, &str> = complaints
        .map(|it| {
            (
                it["candidate"].as_str().unwrap_or(""),
                it["what"].as_str().unwrap_or(""),
            )
        })
        .collect();
    assert_eq!(complaints["start"], "passes");
    assert!(
        complaints["wrong-constant"].ends_with(", and does not at a desk"),
        "{complaints:?}"
    );
    assert_eq!(complaints.len(), 2, "{complaints:?}");

    // A reference that needs what no box has.
    let hosts = "    std::fs::read(\"/etc/hosts\").expect(\"the system's files\");";
    first_test_begins_with(&course, hosts);
    let ran = course.expect(3, ["grade", "check", "--exercise", "add_up"]);
    ran.says("? add_up");
    ran.says("there it says: the system's files: Os");
}
