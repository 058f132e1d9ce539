//! `verify`: all exercises or some, and the record in place of a run where nothing changed.

use serde_json::Value;

use super::solve_all;
use crate::support::{Place, Ran};

const LIB: &str = "exercises/basics/add_up/src/lib.rs";

/// Which exercises were asked about, in order.
fn asked(ran: &Ran) -> Vec<String> {
    let json = ran.json();
    let results = json["results"].as_array().expect("it is a list");
    results
        .iter()
        .map(|result| result["exercise"].as_str().expect("it is text").to_owned())
        .collect()
}

/// Whether a single exercise was taken from the record.
fn from_record(place: &Place, id: &str) -> Value {
    let ran = place.run(["verify", id, "--json"]);
    ran.json()["results"][0]["from_record"].clone()
}

#[test]
fn all_are_checked_with_a_line_for_each() {
    for place in [Place::course(), Place::desk()] {
        place.solve("greet");
        place
            .expect(1, ["verify"])
            .says("✗ add_up 1 of 2 checks pass\n    adds_two_numbers failed")
            .says("✓ greet\n")
            .says("✗ tally 1 of 2 checks pass\n    Over the budget: 1,000 steps")
            .says("✗ lay_floor")
            .says("✗ raise_wall")
            .says("1 of 5 exercises pass\n")
            .says("`workbook run ID` shows a failure in full");
    }
}

#[test]
fn all_passed_is_exit_code_0() {
    let course = Place::course();
    solve_all(&course);
    let ran = course.expect(0, ["verify"]);
    ran.says("5 of 5 exercises pass\n");
    assert!(!ran.stdout.contains("`workbook run ID`"), "{}", ran.all());
    course
        .expect(0, ["verify"])
        .says("✓ tally unchanged")
        .says("5 of 5 exercises pass, 5 of them unchanged since they did");
}

#[test]
fn stages_that_share_a_crate_are_judged_each_by_its_own_tests() {
    let course = Place::course();
    course.write(
        "builder/src/lib.rs",
        course.read("solutions/builder/stages/lay_floor/reference/src/lib.rs"),
    );
    course
        .expect(1, ["verify", "--week", "2"])
        .says("✓ lay_floor\n")
        .says("✗ raise_wall")
        .says("1 of 2 exercises pass");
}

#[test]
fn exercises_are_chosen_by_id_by_old_name_and_by_week() {
    let course = Place::course();
    let check = |arguments: &[&str], expected: &[&str]| {
        let ran = course.expect(1, ["verify", "--json"].iter().chain(arguments));
        assert_eq!(asked(&ran), expected, "{arguments:?}");
    };
    check(&["tally", "add_up"], &["tally", "add_up"]);
    check(&["greet", "say_hello", "greet"], &["greet"]);
    check(&["--week", "1"], &["add_up", "greet", "tally"]);
    check(&["--week", "week2"], &["lay_floor", "raise_wall"]);
    check(
        &["greet", "--week", "week2"],
        &["greet", "lay_floor", "raise_wall"],
    );
    check(
        &[],
        &["add_up", "greet", "tally", "lay_floor", "raise_wall"],
    );
}

#[cfg(unix)]
#[test]
fn what_is_unchanged_since_it_passed_needs_no_cargo_at_all() {
    let course = Place::course();
    solve_all(&course);
    course.expect(0, ["verify"]);
    let mark = course.path("cargo-ran");
    let script = format!(
        "echo 'this is no cargo' >&2; : > '{}'; exit 101",
        mark.display()
    );
    let folder = super::programs(&course, "programs", &[("cargo", &script)]);
    let mut path = folder.into_os_string();
    path.push(":");
    path.push(std::env::var_os("PATH").expect("there is a path"));
    let verify = |arguments: &[&str]| {
        let mut command = course.command();
        command.arg("verify").args(arguments).env("PATH", &path);
        let output = command.output().expect("the program can be started");
        let stdout = String::from_utf8(output.stdout).expect("it is text");
        (output.status.code(), stdout)
    };
    for arguments in [[].as_slice(), &["--week", "2"], &["greet", "--json"]] {
        let (code, stdout) = verify(arguments);
        assert_eq!(code, Some(0), "{stdout}");
        assert!(!mark.exists(), "{arguments:?}: cargo was run");
    }
    // The same, asked to look again: so the mark is left if cargo runs.
    let (code, stdout) = verify(&["greet", "--fresh"]);
    assert_eq!(code, Some(3), "{stdout}");
    assert!(stdout.contains("this is no cargo"), "{stdout}");
    assert!(mark.exists(), "cargo was not run");
}

#[test]
fn fresh_judges_again() {
    let course = Place::course();
    course.solve("add_up");
    course.expect(0, ["verify", "add_up"]);
    let count = course.journal().len();
    course.expect(0, ["verify", "add_up"]);
    assert_eq!(
        course.journal().len(),
        count,
        "a look at the record is no event"
    );
    let ran = course.expect(0, ["verify", "add_up", "--fresh", "--json"]);
    assert_eq!(ran.json()["results"][0]["from_record"], false);
    assert_eq!(course.journal().len(), count + 1);
}

#[test]
fn an_edit_that_is_taken_back_is_answered_from_the_record() {
    for place in [Place::course(), Place::desk()] {
        place.solve("add_up");
        let passing = place.read(LIB);
        assert_eq!(from_record(&place, "add_up"), false);
        assert_eq!(from_record(&place, "add_up"), true);
        place.write(LIB, format!("// A thought.\n{passing}"));
        assert_eq!(from_record(&place, "add_up"), false);
        place.write(LIB, "pub fn add(_: u32, _: u32) -> u32 {\n    4\n}\n");
        place.expect(1, ["verify", "add_up"]);
        place.write(LIB, &passing);
        assert_eq!(from_record(&place, "add_up"), true);
    }
}

#[test]
fn whatever_could_change_a_verdict_ends_the_use_of_the_record() {
    let check = |change: &dyn Fn(&Place)| {
        let course = Place::course();
        course.solve("add_up");
        course.expect(0, ["verify", "add_up"]);
        change(&course);
        assert_eq!(from_record(&course, "add_up"), false);
    };
    let in_crate = |path: &str| format!("exercises/basics/add_up/{path}");
    check(&|course| course.write(&in_crate("src/more.rs"), "// new\n"));
    check(&|course| course.replace(&in_crate("tests/checks.rs"), "add(2, 2), 4", "add(2, 2), 5"));
    check(&|course| course.replace(&in_crate("exercise.toml"), "minutes = 10", "minutes = 11"));
    check(&|course| course.replace("Cargo.toml", "debug = 0", "debug = 1"));
}

#[test]
fn a_server_counts_where_a_file_names_it_and_nowhere_else() {
    let course = Place::course();
    let tests = "exercises/basics/add_up/tests/checks.rs";
    let text = course.read(tests);
    course.write(tests, format!("// It can use DATABASE_URL.\n{text}"));
    for id in ["add_up", "tally"] {
        course.solve(id);
        course.expect(0, ["verify", id]);
    }
    let source = |id: &str| {
        let mut command = course.command();
        command.args(["verify", id, "--json"]);
        command.env("DATABASE_URL", "postgres://somewhere");
        let output = command.output().expect("it can be started");
        let json: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
        json["results"][0]["from_record"].clone()
    };
    assert_eq!(source("tally"), true, "no file of it names a server");
    assert_eq!(source("add_up"), false, "with a server, it tests more");
}

#[test]
fn what_passed_once_and_fails_now_is_told() {
    let course = Place::course();
    course.solve("add_up");
    course.expect(0, ["verify", "add_up"]);
    course.replace(LIB, "a + b", "a");
    course
        .expect(1, ["verify", "add_up"])
        .says("✗ add_up 1 of 2 checks pass; it passed before");
}

#[test]
fn json_has_each_result_and_where_it_is_from() {
    let course = Place::course();
    course.solve("greet");
    course.expect(0, ["verify", "greet"]);
    for format in [["--format", "json"].as_slice(), &["--json"]] {
        let mut arguments = vec!["verify", "greet", "tally"];
        arguments.extend(format);
        let json = course.expect(1, arguments).json();
        assert_eq!(json["version"], 1);
        assert_eq!((&json["passed"], &json["total"]), (&1.into(), &2.into()));
        let [greet, tally] = json["results"].as_array().unwrap().as_slice() else {
            panic!("two results: {json}");
        };
        assert_eq!(
            (&greet["passed"], &greet["from_record"]),
            (&true.into(), &true.into())
        );
        assert!(greet["verdict"].is_null());
        assert_eq!(tally["passed"], false);
        let budget = &tally["verdict"]["checks"][2];
        assert_eq!(budget["id"], "budget::steps");
        assert_eq!(budget["figure"]["mine"], 1000.0);
        assert_eq!(budget["state"]["failure"]["how"], "over_budget");
    }
    course
        .expect(2, ["verify", "--json", "--format", "junit"])
        .complains("cannot be used with");
}

#[test]
fn junit_is_well_formed_whatever_a_test_prints() {
    let course = Place::course();
    course.write(
        "exercises/basics/greet/src/lib.rs",
        "pub fn greet(_: &str) -> String {\n    print!(\"</failure> ]]> \\u{1b}[31m \\0 \\u{8}\");\n    \
         panic!(\"<&\\\"'> ]]>\")\n}\n",
    );
    course.write(LIB, "pub fn add(a: Vec<&u32>) {}\n");
    course.solve("tally");
    course.expect(0, ["verify", "tally"]);
    let ran = course.expect(1, ["verify", "--format", "junit"]);
    let names = well_formed(&ran.stdout);
    let count = |name: &str| names.iter().filter(|other| *other == name).count();
    assert_eq!(count("testsuites"), 1);
    assert_eq!(count("testsuite"), 5);
    assert_eq!(count("failure"), 5, "{}", ran.stdout);
    ran.says("<testsuite name=\"greet\"")
        .says("<testcase name=\"checks::reports_its_steps\"");
}

/// The names of the elements of an XML document, in order; panics where it is none. Only what this
/// program writes has to be understood: no comments, no CDATA.
fn well_formed(xml: &str) -> Vec<String> {
    let is_allowed = |c: char| !c.is_control() || matches!(c, '\n' | '\t' | '\r');
    assert!(xml.chars().all(is_allowed), "control characters in {xml}");
    let body = xml.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    let mut rest = body.expect("it begins with a declaration");
    let (mut names, mut open) = (Vec::new(), Vec::new());
    while let Some((text, after)) = rest.split_once('<') {
        assert!(
            !open.is_empty() || text.trim().is_empty(),
            "{text:?} is outside"
        );
        for entity in text.split('&').skip(1) {
            assert!(entity.contains(';'), "a bare ampersand in {text:?}");
        }
        let (tag, after) = after.split_once('>').expect("a tag ends");
        let name = tag.trim_start_matches('/').trim_end_matches('/');
        let name = name.split_whitespace().next().expect("a tag has a name");
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "closed in this order in {xml}");
        } else {
            assert_eq!(tag.matches('"').count() % 2, 0, "quotes in {tag}");
            names.push(name.to_owned());
            if !tag.ends_with('/') {
                open.push(name);
            }
        }
        rest = after;
    }
    assert_eq!((open.as_slice(), rest.trim()), ([""; 0].as_slice(), ""));
    names
}

#[test]
fn a_time_limit_ends_it_and_what_was_judged_is_recorded() {
    let course = Place::course();
    let hang = course.path("hang");
    course.solve("add_up");
    course.write(
        "exercises/basics/tally/src/lib.rs",
        format!(
            "pub fn tally(_: u64) -> (u64, u64) {{\n    while std::path::Path::new({hang:?}).exists() {{\n        \
             std::thread::yield_now();\n    }}\n    (500_500, 1)\n}}\n"
        ),
    );
    let manifest = "exercises/basics/tally/exercise.toml";
    course.write(
        manifest,
        course.read(manifest) + "\n[limits]\ntest_seconds = 600\n",
    );
    // A limit that is not reached changes nothing. This builds all there is to build, too.
    course.expect(0, ["verify", "add_up", "tally", "--time-limit", "600"]);
    course.write("hang", "");
    // How long the rest takes depends on the machine, so the time is doubled until it is enough.
    let recorded = [2, 4, 8, 16, 32].into_iter().find_map(|seconds: u32| {
        let before = course.journal().len();
        let limit = seconds.to_string();
        course
            .expect(
                4,
                [
                    "verify",
                    "add_up",
                    "tally",
                    "--fresh",
                    "--time-limit",
                    &limit,
                ],
            )
            .complains("stopped by --time-limit; what was judged until then is recorded");
        let new = course.journal().split_off(before);
        (!new.is_empty()).then_some(new)
    });
    let recorded = recorded.expect("what was judged is recorded");
    assert_eq!(recorded.len(), 1, "{recorded:?}");
    assert_eq!(recorded[0]["exercise"], "add_up");
    assert_eq!(recorded[0]["outcome"], "passed");
}
