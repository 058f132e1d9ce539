//! Every kind of check: what passes it, what does not, and in which words.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::SystemTime;

use crate::support::{Place, Ran};

const HEAD: &str = r#"
title = "Greet"
summary = "Greet by name"
minutes = 15
objectives = ["basics.strings"]
hints = ["one", "two", "three"]
"#;

/// The fixture's `greet` with another manifest.
fn greet_with(manifest: &str) -> Place {
    let course = Place::course();
    course.write(
        "exercises/basics/greet/exercise.toml",
        format!("{HEAD}{manifest}"),
    );
    course
}

/// The state of one check in `run --json`, and for a failure how.
fn state(ran: &Ran, id: &str) -> String {
    let json = ran.json();
    let checks = json["verdict"]["checks"]
        .as_array()
        .expect("checks are listed");
    let check = checks.iter().find(|check| check["id"] == id);
    let check = check.unwrap_or_else(|| panic!("no check `{id}` in:\n{}", ran.all()));
    let state = &check["state"];
    let how = state["failure"]["how"]
        .as_str()
        .map(|how| format!(" {how}"))
        .unwrap_or_default();
    format!(
        "{}{how}",
        state["state"].as_str().expect("a state has a name")
    )
}

fn run(course: &Place) -> Ran {
    course.run(["run", "greet", "--json"])
}

#[test]
fn programs_have_to_build_or_must_not() {
    let course = greet_with(
        r#"
[[compile]]
name = "by_name"
must = "build"
shows = "a name can be greeted"

[[compile]]
name = "by_number"
must = "fail"
code = "E0308"
shows = "a number can't"
"#,
    );
    let by_number = |argument: &str| format!("fn main() {{\n    greet::greet({argument});\n}}\n");
    course.write(
        "exercises/basics/greet/compile/by_name.rs",
        "fn main() {\n    greet::greet(\"Ada\");\n}\n",
    );
    course.write(
        "exercises/basics/greet/compile/by_number.rs",
        by_number("7"),
    );
    let ran = run(&course);
    assert_eq!(
        (
            state(&ran, "compile::by_name"),
            state(&ran, "compile::by_number")
        ),
        ("passed".into(), "passed".into())
    );
    assert_eq!(ran.code, 0, "{}", ran.all());

    course.write(
        "exercises/basics/greet/compile/by_number.rs",
        by_number("\"7\""),
    );
    assert_eq!(state(&run(&course), "compile::by_number"), "failed builds");
    course.write(
        "exercises/basics/greet/compile/by_number.rs",
        by_number("nobody"),
    );
    assert_eq!(
        state(&run(&course), "compile::by_number"),
        "failed other_error"
    );
    let both = "fn main() {\n    greet::greet(7);\n    nobody();\n}\n";
    course.write("exercises/basics/greet/compile/by_number.rs", both);
    assert_eq!(
        state(&run(&course), "compile::by_number"),
        "failed other_error",
        "a second error hides a mistake"
    );

    course.write(
        "exercises/basics/greet/src/lib.rs",
        "pub fn greet(_name: String) {}\n",
    );
    let ran = run(&course);
    assert_eq!(state(&ran, "compile::by_name"), "failed does_not_build");
    course.write("exercises/basics/greet/src/lib.rs", "pub fn greet(\n");
    assert_eq!(state(&run(&course), "compile::by_name"), "not_run");
}

#[test]
fn a_named_lint_must_not_fire_and_others_may() {
    let course = greet_with(
        r#"
[[clippy]]
lint = "clippy::unwrap_used"
shows = "nothing unwraps"
"#,
    );
    course.write(
        "exercises/basics/greet/src/lib.rs",
        "pub fn greet(name: Option<&str>) -> &str {\n    return name.unwrap();\n}\n",
    );
    let ran = run(&course);
    assert_eq!(state(&ran, "clippy::unwrap_used"), "failed lint");
    let text = course.expect(1, ["run", "greet"]);
    text.says("clippy::unwrap_used fires:")
        .says("src/lib.rs:2:12");
    course.write(
        "exercises/basics/greet/src/lib.rs",
        "pub fn greet(name: Option<&str>) -> &str {\n    return name.unwrap_or(\"you\");\n}\n",
    );
    let ran = run(&course);
    assert_eq!(
        state(&ran, "clippy::unwrap_used"),
        "passed",
        "clippy::needless_return is not this exercise's matter"
    );
    assert_eq!(ran.code, 0, "{}", ran.all());
}

/// Clippy asks for the time of the workspace's manifest, which is another one for other members.
#[test]
fn what_clippy_has_said_is_not_asked_again_because_others_are_there() {
    let course =
        greet_with("\n[[clippy]]\nlint = \"clippy::unwrap_used\"\nshows = \"nothing unwraps\"\n");
    course.write(
        "exercises/basics/greet/src/lib.rs",
        "pub fn greet(name: Option<&str>) -> &str {\n    name.unwrap_or(\"you\")\n}\n",
    );
    let compiled = || -> BTreeMap<PathBuf, SystemTime> {
        let folder = course.path("target/workbook/target/debug/deps");
        let files = folder.read_dir().expect("it was built").flatten();
        let of_it = files.filter(|file| file.file_name().to_string_lossy().starts_with("libgreet"));
        let with_time = of_it.map(|file| {
            let time = file.metadata().and_then(|data| data.modified());
            (file.path(), time.expect("files have times"))
        });
        with_time.collect()
    };
    course.expect(0, ["verify", "--fresh", "greet"]);
    let first = compiled();
    assert!(!first.is_empty(), "nothing was compiled");
    course.expect(1, ["verify", "--fresh", "greet", "add_up"]);
    course.expect(0, ["verify", "--fresh", "greet"]);
    // The build may have been made in another way as well.
    let mut again = compiled();
    again.retain(|path, _| first.contains_key(path));
    assert_eq!(again, first);
}

fn mutants() -> Place {
    let course = greet_with(
        r#"
owned = ["tests/mine.rs"]

[suite]
target = "mine"
shows = "your tests pass the true code"

[[mutants]]
name = "forgets_the_name"
behaviour = "everybody is greeted alike"

[[mutants]]
name = "by_hand"
behaviour = "the text is put together in another way"
correct = true
"#
        .replace("\nowned", "owned")
        .as_str(),
    );
    course.solve("greet");
    course.write(
        "exercises/basics/greet/mutants/forgets_the_name/src/lib.rs",
        "pub fn greet(_name: &str) -> String {\n    \"hello Ada\".to_owned()\n}\n",
    );
    course.write(
        "exercises/basics/greet/mutants/by_hand/src/lib.rs",
        "pub fn greet(name: &str) -> String {\n    [\"hello\", name].join(\" \")\n}\n",
    );
    course
}

fn suite(course: &Place, body: &str) -> [String; 3] {
    course.write("exercises/basics/greet/tests/mine.rs", body);
    let ran = run(course);
    [
        "suite::passes",
        "mutant::forgets_the_name",
        "mutant::by_hand",
    ]
    .map(|id| state(&ran, id))
}

#[test]
fn the_learner_s_tests_must_tell_mutants_from_the_true_code() {
    let course = mutants();
    let test = |body: &str| format!("#[test]\nfn greets() {{\n    {body}\n}}\n");
    let good = test("assert_eq!(greet::greet(\"Bob\"), \"hello Bob\");");
    assert_eq!(suite(&course, &good), ["passed", "passed", "passed"]);
    let weak = test("assert_eq!(greet::greet(\"Ada\"), \"hello Ada\");");
    assert_eq!(
        suite(&course, &weak),
        ["passed", "failed survives", "passed"]
    );
    course
        .expect(1, ["run", "greet"])
        .says("everybody is greeted alike");
    let wrong = test("assert_eq!(greet::greet(\"Bob\"), \"hello, Bob\");");
    assert_eq!(
        suite(&course, &wrong),
        ["failed assertion", "not_run", "not_run"]
    );
    assert_eq!(suite(&course, ""), ["failed missing", "not_run", "not_run"]);
    let ignored = good.replace("#[test]", "#[test]\n#[ignore]") + &weak.replace("greets", "others");
    assert_eq!(
        suite(&course, &ignored),
        ["failed ignored", "not_run", "not_run"]
    );
    let broken = test("assert_eq!(greet::nobody(), 1);");
    assert_eq!(
        suite(&course, &broken),
        ["failed tests_do_not_build", "not_run", "not_run"]
    );
    course
        .expect(1, ["run", "greet"])
        .says("`tests/mine.rs` does not build:");
    let picky = test(
        "let source = include_str!(\"../src/lib.rs\");\n    assert!(source.contains(\"format!\"));\n    assert_eq!(greet::greet(\"Bob\"), \"hello Bob\");",
    );
    assert_eq!(
        suite(&course, &picky),
        ["passed", "passed", "failed rejects_correct"]
    );
    let gives_up = test("std::process::exit(0);");
    assert_eq!(
        suite(&course, &gives_up),
        ["failed early_exit", "not_run", "not_run"]
    );
}

/// The learner's tests are compiled once and linked with each mutant that declares what the true code does; each is judged
/// by its own code all the same, and one that declares something else has the tests compiled for it.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn tests_are_compiled_once_for_all_mutants_that_look_alike() {
    let course = mutants();
    if workbook::engine::no_fast_path(&course.root).is_some() {
        return;
    }
    let tests =
        "#[test]\nfn greets() {\n    assert_eq!(greet::greet(\"Bob\"), \"hello Bob\");\n}\n";
    course.write("exercises/basics/greet/tests/mine.rs", tests);
    // One after the other, so that there is something to link with.
    course.write(".cargo/config.toml", "[build]\njobs = 1\n");
    // How many tests were linked, and what became of the mutants.
    let judged = || {
        let ran = course.run(["--verbose", "run", "greet", "--json"]);
        let said = ran.all();
        let linked = ["one test linked anew", "2 tests and programs linked anew"];
        let linked = linked.iter().position(|text| said.contains(text));
        let states =
            ["forgets_the_name", "by_hand"].map(|it| state(&ran, &format!("mutant::{it}")));
        (linked.map_or(0, |at| at + 1), states)
    };
    let becomes = |name: &str, code: &str| {
        let path = format!("exercises/basics/greet/mutants/{name}/src/lib.rs");
        course.write(&path, code);
    };
    let (_, states) = judged();
    assert_eq!(states, ["passed", "passed"]);
    // The same tests for other bodies: nothing is compiled but the two mutants' libraries.
    // Of the same generic code, so that either fits what was compiled for the other.
    let forgets = "pub fn greet(_name: &str) -> String {\n    \"hello \".to_owned() + \"Bob\"\n}\n";
    let by_hand = "pub fn greet(name: &str) -> String {\n    \"hello \".to_owned() + name\n}\n";
    becomes("forgets_the_name", forgets);
    becomes("by_hand", by_hand);
    assert_eq!(
        judged(),
        (2, ["failed survives", "passed"].map(str::to_owned))
    );
    // Other tests are compiled for the exercise itself and for one of the mutants, and judge all of them.
    let others = tests.replace("Bob", "Ada").replace("greets", "greets_ada");
    course.write("exercises/basics/greet/tests/mine.rs", others);
    assert_eq!(judged(), (1, ["passed", "passed"].map(str::to_owned)));
    course.write("exercises/basics/greet/tests/mine.rs", tests);
    assert_eq!(
        judged(),
        (1, ["failed survives", "passed"].map(str::to_owned))
    );
    // What others see of this one is not what they see of the other, and what has not changed is not even linked.
    let generic = by_hand.replace("greet(name: &str)", "greet<N: AsRef<str>>(name: N)");
    becomes("by_hand", &generic.replace("+ name", "+ name.as_ref()"));
    assert_eq!(
        judged(),
        (0, ["failed survives", "passed"].map(str::to_owned))
    );
}

/// Mutants that differ in bodies alone are one crate, the others are crates of their own, and all are if the one does not
/// compile. It makes no difference to anybody.
#[test]
fn mutants_that_differ_in_bodies_are_one_crate_and_each_is_judged_by_its_own() {
    let mutants = ["late", "rude", "by_hand", "shouts"];
    let mut tables = String::new();
    for name in mutants {
        let correct = ["by_hand", "shouts"].contains(&name);
        let table = format!("name = \"{name}\"\nbehaviour = \"{name}\"\ncorrect = {correct}\n");
        tables.push_str("\n[[mutants]]\n");
        tables.push_str(&table);
    }
    let course = greet_with(&format!(
        "owned = [\"tests/mine.rs\"]\n\n[suite]\ntarget = \"mine\"\nshows = \"the true code passes\"\n{tables}"
    ));
    let code = "pub struct Guest(pub &'static str);\n\nimpl Guest {\n    pub async fn greeted(&self) -> String {\n                        format!(\"hello {}\", self.0)\n    }\n\n    pub fn left(&self) -> usize {\n        self.0.len()\n    }\n}\n";
    let body = "format!(\"hello {}\", self.0)";
    let folder = "exercises/basics/greet";
    let lay = |more: &str| {
        course.write(&format!("{folder}/src/lib.rs"), format!("{code}{more}"));
        for (name, was, is) in [
            ("late", "self.0.len()", "self.0.len() + 1"),
            (
                "rude",
                body,
                "{ let text = \"bye \".to_owned(); text + self.0 }",
            ),
            ("by_hand", body, "[\"hello\", self.0].join(\" \")"),
            // Not in a body alone.
            (
                "shouts",
                "impl Guest {",
                "struct Loud;\n\nimpl Guest {\n    pub async fn loud(&self) -> Loud {\n        Loud\n    }\n",
            ),
        ] {
            let path = format!("{folder}/mutants/{name}/src/lib.rs");
            course.write(&path, format!("{}{more}", code.replace(was, is)));
        }
    };
    let wakes = "fn now<T>(work: impl Future<Output = T>) -> T {\n    let mut context = std::task::Context::from_waker(std::task::Waker::noop());\n                     match std::pin::pin!(work).poll(&mut context) {\n        std::task::Poll::Ready(done) => done,\n                         std::task::Poll::Pending => unreachable!(),\n    }\n}\n";
    let tests = |body: &str| {
        format!(
            "use greet::Guest;\n\n{wakes}\n#[test]\nfn greets() {{\n    let guest = Guest(\"Bob\");\n    {body}\n}}\n"
        )
    };
    let states = |body: &str| {
        course.write(&format!("{folder}/tests/mine.rs"), tests(body));
        let ran = run(&course);
        mutants.map(|name| state(&ran, &format!("mutant::{name}")))
    };
    let all = course.path("target/workbook/shadow/mine/mutants/all__");
    let alone = course.path("target/workbook/shadow/mine/mutants/rude");
    let whole =
        "assert_eq!(now(guest.greeted()), \"hello Bob\");\n    assert_eq!(guest.left(), 3);";
    let half = "assert_eq!(now(guest.greeted()), \"hello Bob\");";
    lay("");
    let passed = ["passed"; 4].map(str::to_owned);
    let mut one_lives = passed.clone();
    one_lives[0] = "failed survives".to_owned();
    assert_eq!(states(half), one_lives);
    assert_eq!(states(whole), passed);
    assert!(all.is_dir() && !alone.exists(), "three are one crate");
    // It defines what the crate is given to choose with.
    lay("\npub fn __workbook_variant() {}\n");
    assert_eq!(states(half), one_lives);
    assert_eq!(states(whole), passed);
    assert!(alone.is_dir(), "they can't be one crate");
}

fn quiz_course() -> Place {
    let course = greet_with("owned = [\"answers.toml\"]\n");
    course.write(
        "exercises/basics/greet/quiz.toml",
        r#"
[[questions]]
id = "q1"
kind = "single"
ask = "Which?"
options = ["this", "that"]
shows = "which one"

[[questions]]
id = "size"
kind = "number"
ask = "How many?"
factor = 2
shows = "how many"
"#,
    );
    course.write(
        "solutions/basics/greet/reference/answers.toml",
        "q1 = \"b\"\nsize = 1000\n",
    );
    course
}

/// The same, with its key, and nothing answered.
#[cfg(target_os = "linux")]
pub fn sealed_quiz_course() -> Place {
    let course = quiz_course();
    course.write("exercises/basics/greet/answers.toml", "q1 = \"\"\n");
    course.expect(0, ["author", "seal", "greet"]);
    course
}

#[test]
fn questions_as_json_have_my_answers_and_their_states_and_no_other_answer() {
    let course = quiz_course();
    course.expect(0, ["author", "seal", "greet"]);
    let check = |answers: &str, code: i32, states: [&str; 2], counts: [u64; 3]| {
        course.write("exercises/basics/greet/answers.toml", answers);
        let ran = course.expect(code, ["quiz", "greet", "--json"]);
        let json = ran.json();
        assert_eq!(json["version"], 1);
        assert_eq!(json["exercise"], "greet");
        assert_eq!(json["answers"], "exercises/basics/greet/answers.toml");
        let found = ["asked", "answered", "right"].map(|key| json[key].as_u64().unwrap_or(99));
        assert_eq!(found, counts, "{}", ran.all());
        let found = [0, 1].map(|at| json["questions"][at]["state"].clone());
        assert_eq!(found, states, "{}", ran.all());
        json
    };
    let open = check("q1 = \"\"\n", 1, ["open", "open"], [2, 0, 0]);
    let first = &open["questions"][0];
    assert_eq!(first["answer"], serde_json::Value::Null);
    assert_eq!(first["kind"], "single");
    assert_eq!(first["options"]["b"], "that");
    assert!(!open.to_string().contains("1000"), "{open}");
    let wrong = check("q1 = \"a\"\n", 1, ["wrong", "open"], [2, 1, 0]);
    assert_eq!(wrong["questions"][0]["answer"], "a");
    assert!(!wrong.to_string().contains("1000"), "{wrong}");
    let right = "q1 = \"B\"\nsize = 1_000\n";
    check(right, 0, ["right", "right"], [2, 2, 2]);
    let passes = |event: &serde_json::Value| event["exercise"] == "greet";
    assert!(
        course.journal().iter().any(passes),
        "it is recorded as any other run"
    );
    course
        .expect(2, ["quiz", "greet", "--json", "--all"])
        .complains("cannot be used with");
}

#[test]
fn answers_are_compared_with_a_key_that_does_not_have_them() {
    let course = quiz_course();
    course.write("exercises/basics/greet/answers.toml", "q1 = \"\"\n");
    let ran = run(&course);
    assert_eq!(
        ran.code,
        3,
        "without a key nothing can be judged:\n{}",
        ran.all()
    );
    course
        .expect(0, ["author", "seal", "greet"])
        .says("exercises/basics/greet/quiz.key is written");
    let key = course.read("exercises/basics/greet/quiz.key");
    assert!(!key.contains("1000") && !key.contains("\"b\""), "{key}");

    let check = |answers: &str, expected: [&str; 2]| {
        course.write("exercises/basics/greet/answers.toml", answers);
        let ran = run(&course);
        assert_eq!(
            ["quiz::q1", "quiz::size"].map(|id| state(&ran, id)),
            expected,
            "{answers}"
        );
    };
    check(
        "q1 = \"\"\n",
        ["failed not_answered", "failed not_answered"],
    );
    check(
        "q1 = \"a\"\nsize = 300\n",
        ["failed wrong_answer", "failed wrong_answer"],
    );
    check("q1 = \"B\"\nsize = 1500.0\n", ["passed", "passed"]);
    check("q1 = b\n", ["failed bad_answers", "failed bad_answers"]);
    // Something is there, and it is no answer.
    check(
        "q1 = \"c\"\nsize = \"1000\"\n",
        ["failed bad_answers", "failed bad_answers"],
    );
    let ran = course.expect(1, ["run", "greet"]);
    ran.says("`q1 = \"c\"` in `answers.toml` is no answer to it, which is one letter in quotes, from \"a\" to \"b\"");
    check(
        "q1 = [\"b\"]\nsize = 1000\n",
        ["failed bad_answers", "passed"],
    );
}

#[test]
fn a_key_that_is_out_of_date_is_refused() {
    let course = quiz_course();
    course.write(
        "exercises/basics/greet/answers.toml",
        "q1 = \"\"\nsize = 0\n",
    );
    course.expect(0, ["author", "seal", "greet"]);
    course.write(
        "solutions/basics/greet/reference/answers.toml",
        "q1 = \"a\"\nsize = 1000\n",
    );
    course
        .expect(1, ["author", "prove", "greet"])
        .says("run `workbook author seal`");
    course.write(
        "solutions/basics/greet/reference/answers.toml",
        "q1 = \"a\"\n",
    );
    course
        .expect(2, ["author", "seal", "greet"])
        .complains("there is no answer to `size`");
}

#[test]
fn a_review_scores_defects_found_minus_false_alarms() {
    let course = greet_with("owned = [\"findings.toml\"]\n");
    course.write(
        "exercises/basics/greet/review.toml",
        "kinds = [\"panic\", \"leak\"]\nat_least = 2\nshows = \"two defects are found\"\n",
    );
    let finding = |line: &str, kind: &str| {
        format!("[[findings]]\nfile = \"a.rs\"\n{line}\nkind = \"{kind}\"\n")
    };
    let defects = finding("lines = [3, 5]", "panic") + &finding("lines = [9, 9]", "leak");
    course.write("solutions/basics/greet/defects.toml", defects);
    course.expect(0, ["author", "seal", "greet"]);
    let check = |findings: &str, expected: &str| {
        course.write("exercises/basics/greet/findings.toml", findings);
        assert_eq!(
            state(&run(&course), "review::score"),
            expected,
            "{findings}"
        );
    };
    let good = finding("line = 4", "panic") + &finding("line = 9", "leak");
    check("", "failed score");
    // The whole file is no finding.
    let everywhere = finding("lines = [1, 99]", "panic") + &finding("lines = [1, 99]", "leak");
    check(&everywhere, "failed bad_answers");
    check(&good, "passed");
    check(
        &(good.clone() + &finding("line = 7", "leak")),
        "failed score",
    );
    check(&finding("line = 4", "oops"), "failed bad_answers");
    course
        .expect(1, ["run", "greet"])
        .says("kinds are panic, leak");
}

#[test]
fn questions_are_asked_at_the_terminal_and_answers_kept_at_once() {
    use std::io::Write as _;
    use std::process::Stdio;

    let course = quiz_course();
    course.write("exercises/basics/greet/answers.toml", "# mine\nq1 = \"\"\n");
    course.expect(0, ["author", "seal", "greet"]);
    let answer = |lines: &str| -> Ran {
        let mut command = course.command();
        command
            .args(["quiz", "greet"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program can be started");
        let mut input = child.stdin.take().expect("it is piped");
        input.write_all(lines.as_bytes()).expect("it reads");
        drop(input);
        let output = child.wait_with_output().expect("it ends");
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    };
    // The end of the input is no answer, and no prompt to wait at.
    let ran = answer("z\nb\n");
    assert_eq!(ran.code, 1, "{}", ran.all());
    ran.says("`z` is not a letter")
        .says("a) this")
        .says("size is not answered yet");
    assert_eq!(
        course.read("exercises/basics/greet/answers.toml"),
        "# mine\nq1 = \"b\"\n"
    );
    // What is answered is not asked again.
    let ran = answer("1_000\n");
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(!ran.stdout.contains("a) this"), "{}", ran.all());
    assert_eq!(
        course.read("exercises/basics/greet/answers.toml"),
        "# mine\nq1 = \"b\"\nsize = 1000\n"
    );
    course.expect(2, ["quiz", "tally"]).complains("it has none");
}

#[test]
fn a_stage_has_its_own_questions_and_the_answers_lie_in_the_shared_crate() {
    let course = Place::course();
    let folder = "builder/stages/lay_floor";
    course.write(
        &format!("{folder}/quiz.toml"),
        "[[questions]]\nid = \"q1\"\nkind = \"text\"\nask = \"Which?\"\nshows = \"which\"\n",
    );
    let manifest = format!("{folder}/exercise.toml");
    let text = course.read(&manifest);
    let owned = "owned = [\"src/**\", \"answers.toml\"]\n";
    course.write(&manifest, format!("{owned}{text}"));
    course.write(
        "solutions/builder/stages/lay_floor/reference/answers.toml",
        "q1 = \"oak\"\n",
    );
    course
        .expect(0, ["author", "seal", "lay_floor"])
        .says(&format!("{folder}/quiz.key is written"));
    for (answer, expected) in [("pine", "failed wrong_answer"), ("oak", "passed")] {
        course.write("builder/answers.toml", format!("q1 = {answer:?}\n"));
        let ran = course.run(["run", "lay_floor", "--json"]);
        assert_eq!(state(&ran, "quiz::q1"), expected, "{}", ran.all());
    }
}

#[test]
fn answers_of_earlier_stages_stay_in_the_file() {
    let course = Place::course();
    for (stage, question) in [("lay_floor", "q1"), ("raise_wall", "q2")] {
        let folder = format!("builder/stages/{stage}");
        course.write(
            &format!("{folder}/quiz.toml"),
            format!(
                "[[questions]]\nid = \"{question}\"\nkind = \"text\"\nask = \"Which?\"\nshows = \"which\"\n"
            ),
        );
        let manifest = format!("{folder}/exercise.toml");
        let text = course.read(&manifest);
        let owned = "owned = [\"src/**\", \"answers.toml\"]\n";
        course.write(&manifest, format!("{owned}{text}"));
        course.write(
            &format!("solutions/builder/stages/{stage}/reference/answers.toml"),
            "q1 = \"oak\"\nq2 = \"brick\"\n",
        );
    }
    course
        .expect(0, ["author", "seal", "raise_wall"])
        .says("builder/stages/raise_wall/quiz.key is written");
    course
        .expect(2, ["author", "seal", "lay_floor"])
        .complains("there is an answer to `q2`, which is no question");
}

#[test]
fn a_prediction_is_judged_by_running_the_program() {
    let course = greet_with("owned = [\"answers.toml\"]\n");
    course.write(
        "exercises/basics/greet/quiz.toml",
        "[[questions]]\nid = \"q1\"\nkind = \"output\"\nprogram = \"twice\"\nask = \"What does it print?\"\n\
         shows = \"what it prints\"\n",
    );
    let program = |body: &str| {
        let text = format!("fn main() {{\n{body}\n}}\n");
        course.write("exercises/basics/greet/predict/twice.rs", text);
    };
    let answers = "exercises/basics/greet/answers.toml";
    let check = |answer: &str, expected: &str, code: i32| {
        course.write(answers, answer);
        let ran = run(&course);
        assert_eq!(
            (state(&ran, "quiz::q1").as_str(), ran.code),
            (expected, code),
            "{answer}: {}",
            ran.all()
        );
    };
    program("for _ in 0..2 { println!(\"{} \", greet::greet(\"Ada\")); }");
    check("", "failed not_answered", 1);
    check("q1 = \"hello\"\n", "failed wrong_answer", 1);
    check("q1 = \"hello\\nhello\"\n", "passed", 0);
    check("q1 = \"\"\"\nhello\nhello  \n\"\"\"\n", "passed", 0);
    // The program is the truth: when it changes, so does what is right.
    program("println!(\"hello\");");
    check("q1 = \"hello\\nhello\"\n", "failed wrong_answer", 1);
    check("q1 = \"hello\"\n", "passed", 0);
    program("std::process::exit(7);");
    check("q1 = \"hello\"\n", "could_not_judge", 3);
    program("nothing");
    check("q1 = \"hello\"\n", "could_not_judge", 3);
    // At the terminal the program is shown, and a line stands for several.
    program("println!(\"one\\ntwo\");");
    course.write(answers, "");
    let mut command = course.command();
    command
        .args(["quiz", "greet"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped());
    let mut child = command.spawn().expect("the program can be started");
    let mut input = child.stdin.take().expect("it is piped");
    std::io::Write::write_all(&mut input, b"one | two\n").expect("it reads");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    let shown = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{shown}");
    assert!(shown.contains("    println!(\"one\\ntwo\");"), "{shown}");
    assert_eq!(course.read(answers), "q1 = \"\"\"\none\ntwo\"\"\"\n");
}

#[test]
fn speed_is_judged_beside_the_starter_in_the_same_run() {
    let course = greet_with(
        r#"
[[ratios]]
name = "sum"
at_least = 3
shows = "the sum is found at least three times as fast"
"#,
    );
    let measured = "use std::hint::black_box;
use std::time::{Duration, Instant};

#[test]
fn sum() {
    let start = Instant::now();
    let mut fastest = Duration::MAX;
    while start.elapsed() < Duration::from_millis(20) {
        let one = Instant::now();
        black_box(greet::sum(black_box(20_000)));
        fastest = fastest.min(one.elapsed());
    }
    let path = std::env::var_os(\"WORKBOOK_FIGURES\").expect(\"the engine names a file\");
    std::fs::write(path, format!(\"sum\\t{}\\n\", fastest.as_nanos().max(1))).expect(\"it can be written\");
}
";
    course.write("exercises/basics/greet/tests/speed.rs", measured);
    let slow = "pub fn sum(n: u64) -> u64 {\n    (1..=n).fold(0, |sum, i| sum + std::hint::black_box(i))\n}\n";
    let fast = "pub fn sum(n: u64) -> u64 {\n    n * (n + 1) / 2\n}\n";
    course.write("exercises/basics/greet/src/lib.rs", slow);
    let ran = run(&course);
    assert_eq!(
        state(&ran, "ratio::sum"),
        "failed too_slow",
        "{}",
        ran.all()
    );
    course.write("exercises/basics/greet/src/lib.rs", fast);
    let ran = run(&course);
    assert_eq!(state(&ran, "ratio::sum"), "passed", "{}", ran.all());
    let times = ran.json()["verdict"]["checks"][1]["figure"]["mine"].as_f64();
    assert!(times > Some(3.0), "{}", ran.all());
    course.write(
        "exercises/basics/greet/src/lib.rs",
        fast.replace("n * (n + 1) / 2", "panic!(\"{n}\")"),
    );
    assert_eq!(state(&run(&course), "ratio::sum"), "not_run");
}

/// A test waits until something is measured: alone and after it, that would never begin. How far the figure lies beyond its
/// bound decides whether that was enough.
#[test]
fn the_first_look_at_a_speed_is_taken_while_tests_run() {
    let course = greet_with(
        r#"
[[ratios]]
name = "sum"
at_least = 2
shows = "fast"

[[tests]]
name = "meanwhile"
shows = "something is measured meanwhile"
"#,
    );
    let log = course.path("measured");
    let measured = format!(
        "use std::io::Write as _;\n\n#[test]\nfn sum() {{\n    \
         let log = std::fs::File::options().create(true).append(true).open({log:?});\n    \
         writeln!(log.expect(\"it can be opened\"), \"{{}}\", greet::NANOS).expect(\"it can be written\");\n    \
         let path = std::env::var_os(\"WORKBOOK_FIGURES\").expect(\"the engine names a file\");\n    \
         std::fs::write(path, format!(\"sum\\t{{}}\\n\", greet::NANOS)).expect(\"it can be written\");\n}}\n"
    );
    course.write("exercises/basics/greet/tests/speed.rs", measured);
    let waits = format!(
        "#[test]\nfn meanwhile() {{\n    let until = std::time::Instant::now() + std::time::Duration::from_secs(5);\n    \
         while !std::fs::exists({log:?}).unwrap_or(false) {{\n        \
         assert!(std::time::Instant::now() < until, \"nothing is measured\");\n        \
         std::thread::sleep(std::time::Duration::from_millis(5));\n    }}\n}}\n"
    );
    course.write("exercises/basics/greet/tests/checks.rs", waits);
    let library = |nanos: u32| {
        let text = format!("pub const NANOS: u32 = {nanos};\n");
        course.write("exercises/basics/greet/src/lib.rs", text);
    };
    // The starter's.
    library(3000);
    run(&course);
    for (nanos, expected, times) in [
        // Three rounds are enough, each of both.
        (900, "passed", 6),
        (3000, "failed too_slow", 6),
        // After three that were not, nine alone.
        (1200, "passed", 6 + 18),
        (1800, "failed too_slow", 6 + 18),
    ] {
        let _ = std::fs::remove_file(&log);
        library(nanos);
        let ran = run(&course);
        assert_eq!(state(&ran, "ratio::sum"), expected, "{}", ran.all());
        assert_eq!(state(&ran, "checks::meanwhile"), "passed", "{}", ran.all());
        let lines = std::fs::read_to_string(&log).expect("it was measured");
        assert_eq!(lines.lines().count(), times, "{nanos}: {lines}");
    }
}

#[test]
fn a_bench_says_and_plots_how_mine_compares() {
    let course = Place::course();
    let manifest = "\n[[ratios]]\nname = \"sum\"\nat_least = 3\nshows = \"fast\"\n";
    course.write(
        "exercises/basics/greet/exercise.toml",
        format!("{HEAD}{manifest}"),
    );
    let measured = |nanos: u32| {
        format!(
            "#[test]\nfn sum() {{\n    let path = std::env::var_os(\"WORKBOOK_FIGURES\").unwrap();\n    std::fs::write(path, format!(\"sum\\t{{}}\\n\", greet::NANOS * {nanos})).unwrap();\n}}\n"
        )
    };
    course.write("exercises/basics/greet/tests/speed.rs", measured(1));
    course.write(
        "exercises/basics/greet/src/lib.rs",
        "pub const NANOS: u32 = 400;\n",
    );
    course.expect(1, ["run", "greet"]);
    course.write(
        "exercises/basics/greet/src/lib.rs",
        "pub const NANOS: u32 = 100;\n",
    );
    let ran = course.expect(
        0,
        [
            "bench",
            "greet",
            "--rounds",
            "5",
            "--html",
            "plot.html",
            "--out",
            "plots",
        ],
    );
    ran.says("mine is 4.0× as fast as the starter, noise ±0 %")
        .says("the reference takes part once");
    assert!(course.read("plot.html").contains("<svg"), "{}", ran.all());
    assert!(course.read("plots/sum.svg").starts_with("<svg xmlns="));
    let json = course.expect(0, ["bench", "greet", "--rounds", "5", "--json"]);
    let beside = json.json()["comparisons"][0]["beside"][0].clone();
    assert_eq!(
        (&beside["name"], &beside["times_as_fast"]),
        (&"starter".into(), &4.0.into())
    );
    assert_eq!(beside["each_round"].as_array().map(Vec::len), Some(5));
    course.write(
        "solutions/basics/greet/reference/src/lib.rs",
        "pub const NANOS: u32 = 50;\n",
    );
    course.expect(0, ["run", "greet"]);
    course
        .expect(2, ["bench", "tally"])
        .complains("it has no check of speed");
    let ran = course.expect(0, ["bench", "greet", "--rounds", "5"]);
    ran.says("mine is 2.0× slower than the reference");
}
