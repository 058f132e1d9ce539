//! Sealed grading on ten drills of plain values: right answers pass, wrong ones fail the tests that they should,
//! and both ways of grading say the same.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::support::Place;

/// Id, reference, a wrong answer, the tests, and how many of them the wrong answer passes.
const DRILLS: [(&str, &str, &str, &str, usize); 10] = [
    (
        "sum_up",
        "pub fn sum(of: &[i64]) -> i64 { of.iter().sum() }",
        "pub fn sum(of: &[i64]) -> i64 { of.len() as i64 }",
        "#[test] fn a() { assert_eq!(sum(&[1, 1]), 2); }\n#[test] fn b() { assert_eq!(sum(&[5, -7]), -2); }",
        1,
    ),
    (
        "words",
        "pub fn longest(of: &[&str]) -> Option<String> { of.iter().max_by_key(|w| w.chars().count()).map(|w| (*w).to_owned()) }",
        "pub fn longest(of: &[&str]) -> Option<String> { of.first().map(|w| (*w).to_owned()) }",
        "#[test] fn a() { assert_eq!(longest(&[\"a\", \"éé\"]), Some(\"éé\".into())); }\n#[test] fn b() { assert_eq!(longest(&[]), None); }",
        1,
    ),
    (
        "count_words",
        "use std::collections::HashMap;\npub fn count(text: &str) -> HashMap<String, usize> { let mut all = HashMap::new(); for w in text.split_whitespace() { *all.entry(w.to_owned()).or_default() += 1; } all }",
        "use std::collections::HashMap;\npub fn count(text: &str) -> HashMap<String, usize> { text.split_whitespace().map(|w| (w.to_owned(), 1)).collect() }",
        "#[test] fn a() { assert_eq!(count(\"a b a\")[\"a\"], 2); }\n#[test] fn b() { assert_eq!(count(\"x\").len(), 1); }",
        1,
    ),
    (
        "change_in_place",
        "pub fn double(all: &mut Vec<u32>) -> usize { for one in all.iter_mut() { *one *= 2; } all.len() }",
        "pub fn double(all: &mut Vec<u32>) -> usize { all.len() }",
        "#[test] fn a() { let mut all = vec![1, 2]; assert_eq!(double(&mut all), 2); assert_eq!(all, [2, 4]); }\n#[test] fn b() { assert_eq!(double(&mut vec![7]), 1); }",
        1,
    ),
    (
        "money",
        "#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]\npub struct Money { pub cents: u64 }\nimpl Money { pub fn new(cents: u64) -> Self { Money { cents } } pub fn add(&mut self, more: &Money) { self.cents += more.cents; } pub fn share(self, by: u64) -> Option<Money> { Some(Money { cents: self.cents.checked_div(by)? }) } }",
        "#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]\npub struct Money { pub cents: u64 }\nimpl Money { pub fn new(cents: u64) -> Self { Money { cents } } pub fn add(&mut self, more: &Money) { self.cents = more.cents; } pub fn share(self, by: u64) -> Option<Money> { Some(Money { cents: self.cents / by }) } }",
        "#[test] fn a() { let mut m = Money::new(5); m.add(&Money { cents: 2 }); assert_eq!(m, Money { cents: 7 }); }\n#[test] fn b() { assert_eq!(Money::new(9).share(3), Some(Money { cents: 3 })); }\n#[test] fn c() { assert_eq!(Money::new(1).share(0), None); }",
        1,
    ),
    (
        "errors",
        "use std::fmt;\n#[derive(Debug, PartialEq)]\npub enum Bad { Empty, Line(usize, String), At { line: u32 } }\nimpl fmt::Display for Bad { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { match self { Bad::Empty => f.write_str(\"nothing\"), Bad::Line(n, _) => write!(f, \"line {n}\"), Bad::At { line } => write!(f, \"at {line}\") } } }\nimpl std::error::Error for Bad {}\npub fn read(text: &str) -> Result<Vec<u8>, Bad> { if text.is_empty() { return Err(Bad::Empty); } text.lines().enumerate().map(|(n, l)| l.parse().map_err(|_| Bad::Line(n + 1, l.to_owned()))).collect() }",
        "use std::fmt;\n#[derive(Debug, PartialEq)]\npub enum Bad { Empty, Line(usize, String), At { line: u32 } }\nimpl fmt::Display for Bad { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(\"bad\") } }\nimpl std::error::Error for Bad {}\npub fn read(text: &str) -> Result<Vec<u8>, Bad> { text.lines().map(|l| l.parse().map_err(|_| Bad::Empty)).collect() }",
        "#[test] fn a() { assert_eq!(read(\"1\\nx\"), Err(Bad::Line(2, \"x\".into()))); }\n#[test] fn b() { assert_eq!(read(\"\").unwrap_err().to_string(), \"nothing\"); }\n#[test] fn c() { let e: Box<dyn std::error::Error> = Box::new(Bad::At { line: 3 }); assert_eq!(format!(\"{e}\"), \"at 3\"); }\n#[test] fn d() { assert_eq!(read(\"7\").unwrap(), [7]); }",
        1,
    ),
    (
        "defaults",
        "use std::time::Duration;\n#[derive(Debug, Clone, PartialEq)]\npub struct Retry { pub wait: Duration, pub times: u8 }\nimpl Default for Retry { fn default() -> Self { Retry { wait: Duration::from_millis(200), times: 3 } } }\npub fn total(of: &Retry) -> Duration { of.wait * u32::from(of.times) }",
        "use std::time::Duration;\n#[derive(Debug, Clone, PartialEq)]\npub struct Retry { pub wait: Duration, pub times: u8 }\nimpl Default for Retry { fn default() -> Self { Retry { wait: Duration::ZERO, times: 3 } } }\npub fn total(of: &Retry) -> Duration { of.wait * u32::from(of.times) }",
        "use std::time::Duration;\n#[test] fn a() { assert_eq!(total(&Retry::default()), Duration::from_millis(600)); }\n#[test] fn b() { assert_eq!(total(&Retry { times: 1, ..Retry::default() }), Retry::default().wait); }",
        1,
    ),
    (
        "divide",
        "pub fn divide(a: i32, b: i32) -> i32 { assert!(b != 0, \"nothing divides by zero\"); a / b }",
        "pub fn divide(a: i32, b: i32) -> i32 { a.checked_div(b).unwrap_or(0) }",
        "#[test] #[should_panic(expected = \"divides by zero\")] fn a() { divide(1, 0); }\n#[test] fn b() { assert_eq!(divide(7, 2), 3); }",
        1,
    ),
    (
        "grid",
        "pub fn turn(grid: [[char; 2]; 2]) -> [[char; 2]; 2] { [[grid[1][0], grid[0][0]], [grid[1][1], grid[0][1]]] }\npub fn corner(at: (i8, i8), far: f64) -> (i8, i8, f64) { (-at.0, -at.1, far * 2.0) }",
        "pub fn turn(grid: [[char; 2]; 2]) -> [[char; 2]; 2] { grid }\npub fn corner(at: (i8, i8), far: f64) -> (i8, i8, f64) { (-at.0, -at.1, far * 2.0) }",
        "#[test] fn a() { assert_eq!(turn([['a', 'b'], ['c', 'd']]), [['c', 'a'], ['d', 'b']]); }\n#[test] fn b() { assert_eq!(corner((1, -2), 0.5), (-1, 2, 1.0)); }",
        1,
    ),
    (
        "sets",
        "use std::collections::{BTreeMap, BTreeSet};\npub fn both(a: &BTreeSet<u64>, b: BTreeSet<u64>) -> BTreeMap<u64, Vec<Option<bool>>> { a.intersection(&b).map(|&n| (n, vec![Some(n > 2), None])).collect() }",
        "use std::collections::{BTreeMap, BTreeSet};\npub fn both(a: &BTreeSet<u64>, _: BTreeSet<u64>) -> BTreeMap<u64, Vec<Option<bool>>> { a.iter().map(|&n| (n, vec![Some(n > 2), None])).collect() }",
        "use std::collections::BTreeSet;\n#[test] fn a() { let b = BTreeSet::from([3, 4]); assert_eq!(both(&BTreeSet::from([1, 3]), b).len(), 1); }\n#[test] fn b() { let b = BTreeSet::from([3]); assert_eq!(both(&b.clone(), b)[&3], [Some(true), None]); }",
        1,
    ),
];

fn course() -> Place {
    let place = Place::course();
    std::fs::remove_dir_all(&place.root).expect("the copy can be removed");
    let ids: Vec<String> = DRILLS.iter().map(|(id, ..)| format!("{id:?}")).collect();
    place.write(
        "curriculum.toml",
        format!(
            "[course]\nid = \"sealed\"\ntitle = \"Ten drills\"\nversion = \"1.0.0\"\n[[weeks]]\nid = \"week1\"\ntitle = \"Week\"\n\
             folder = \"week_1\"\n[[weeks.topics]]\nid = \"plain\"\ntitle = \"Plain\"\nexercises = [{}]\n",
            ids.join(", ")
        ),
    );
    place.write("week_1/notes.md", "# Notes\n");
    place.write(
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"exercises/*/*\"]\n[workspace.package]\nversion = \"0.1.0\"\n\
         edition = \"2024\"\n[profile.dev]\ndebug = 0\n",
    );
    place.write(
        "exercises/objectives.toml",
        "[plain]\nvalues = { text = \"Values\", go = \"values\", from = [\"A1\"] }\n",
    );
    for (id, reference, wrong, tests, _) in DRILLS {
        let folder = format!("exercises/plain/{id}");
        let names = tests.matches("fn ").count();
        let mut manifest = String::from(
            "title = \"Drill\"\nsummary = \"A drill\"\nminutes = 10\nobjectives = [\"plain.values\"]\nhints = [\"1\", \"2\", \"3\"]\n",
        );
        for name in ["a", "b", "c", "d"].iter().take(names) {
            let _ = writeln!(
                manifest,
                "[[tests]]\nname = \"{name}\"\nshows = \"it holds\""
            );
        }
        place.write(&format!("{folder}/exercise.toml"), manifest);
        place.write(&format!("{folder}/README.md"), "# Drill\n\nOnce.\n");
        place.write(
            &format!("{folder}/Cargo.toml"),
            format!("[package]\nname = \"{id}\"\nversion.workspace = true\nedition.workspace = true\n[lib]\ntest = false\ndoctest = false\n"),
        );
        place.write(&format!("{folder}/src/lib.rs"), wrong);
        place.write(
            &format!("{folder}/tests/checks.rs"),
            format!("use {id}::*;\n{tests}\n"),
        );
        place.write(&format!("solutions/plain/{id}/solution.toml"), "");
        place.write(
            &format!("solutions/plain/{id}/reference/src/lib.rs"),
            reference,
        );
        place.write(&format!("submissions/right/{id}/src/lib.rs"), reference);
        place.write(&format!("submissions/wrong/{id}/src/lib.rs"), wrong);
    }
    place
}

/// Outcomes of each check, by submission and exercise.
fn grades(place: &Place, arguments: &[&str], trust: &str) -> BTreeMap<String, Vec<bool>> {
    let base = [
        "grade",
        "run",
        "--submissions",
        "submissions",
        "--json",
        "--out",
    ];
    let all = base.iter().chain([&trust]).chain(arguments);
    let document = place.expect(1, all).json();
    let mut found = BTreeMap::new();
    for grade in document["grades"].as_array().expect("grades are a list") {
        let text = |key: &str| grade[key].as_str().unwrap_or_default();
        assert_eq!(text("trust"), trust, "{grade:#}");
        let checks = grade["checks"].as_array().expect("checks are a list");
        let passed = |check: &Value| check["outcome"]["state"] == "passed";
        let name = format!("{}/{}", text("submission"), text("exercise"));
        found.insert(name, checks.iter().map(passed).collect());
    }
    found
}

#[test]
fn ten_drills_are_sealed_by_themselves_and_judged_as_in_one_process() {
    let place = course();
    let sealed = grades(&place, &["--require", "sealed"], "sealed");
    assert_eq!(sealed.len(), 2 * DRILLS.len());
    for (id, _, _, _, worth) in DRILLS {
        let right = &sealed[&format!("right/{id}")];
        assert!(
            !right.is_empty() && right.iter().all(|passed| *passed),
            "{id}: {right:?}"
        );
        let wrong = sealed[&format!("wrong/{id}")]
            .iter()
            .filter(|passed| **passed)
            .count();
        assert_eq!(wrong, worth, "{id}");
    }
    let together = grades(&place, &["--in-process"], "in-process");
    assert_eq!(sealed, together, "left: sealed; right: in one process");
}

#[test]
fn a_library_may_have_parts_that_are_the_course_s_own() {
    let course = Place::course();
    let folder = "exercises/basics/add_up";
    course.replace(
        &format!("{folder}/exercise.toml"),
        "minutes = 10",
        "minutes = 10\nowned = [\"src/sum.rs\"]",
    );
    course.write(
        &format!("{folder}/src/lib.rs"),
        "mod sum;\npub use sum::add;\n",
    );
    let solution = "solutions/basics/add_up/reference/src";
    let right = course.read(&format!("{solution}/lib.rs"));
    std::fs::remove_file(course.path(&format!("{solution}/lib.rs"))).expect("it is there");
    course.write(&format!("{solution}/sum.rs"), &right);
    course.write("submissions/right/add_up/src/sum.rs", &right);
    course.write(
        "submissions/wrong/add_up/src/sum.rs",
        right.replace('+', "-"),
    );
    let command = [
        "grade",
        "run",
        "--submissions",
        "submissions",
        "--out",
        "out",
    ];
    let ran = course.expect(
        1,
        [&command[..], &["--in-process", "--exercise", "add_up"]].concat(),
    );
    ran.says("✓ right/add_up");
    ran.says("✗ wrong/add_up");
}

#[test]
fn nobody_passes_by_what_can_t_be_sealed() {
    let course = Place::course();
    let folder = "exercises/basics/add_up";
    let manifest = course.read(&format!("{folder}/exercise.toml"));
    let ratio = "\n[[ratios]]\nname = \"sum\"\nat_least = 2\nshows = \"quick\"\n";
    course.write(&format!("{folder}/exercise.toml"), manifest + ratio);
    course.write(
        &format!("{folder}/tests/speed.rs"),
        "#[test]\nfn sum() {}\n",
    );
    let right = course.read("solutions/basics/add_up/reference/src/lib.rs");
    course.write("submissions/ada/add_up/src/lib.rs", &right);
    let grade = |out| {
        let command = ["grade", "run", "--submissions", "submissions", "--out", out];
        let rest = ["--exercise", "add_up", "--json", "--require", "sealed"];
        let document = course.run(command.into_iter().chain(rest)).json();
        document["grades"][0]["outcome"].clone()
    };
    assert_eq!(
        grade("before")["state"],
        "passed",
        "what the start lacks is looked at"
    );
    // All that is left to do is to make it fast.
    course.write(&format!("{folder}/src/lib.rs"), &right);
    let outcome = grade("after");
    assert_eq!(outcome["state"], "could_not_judge", "{outcome:#}");
    let why = outcome["why"].as_str().unwrap_or_default();
    assert!(why.contains("its start passes all"), "{why}");
    assert!(why.contains("speed"), "{why}");
}

#[test]
fn speed_counts_in_a_box_for_what_is_right_and_as_it_is_measured() {
    let course = Place::course();
    let folder = "exercises/basics/add_up";
    let manifest = course.read(&format!("{folder}/exercise.toml"));
    let ratio = "\n[[ratios]]\nname = \"sum\"\nat_least = 2\nshows = \"quick\"\n";
    course.write(&format!("{folder}/exercise.toml"), manifest + ratio);
    course.write(
        &format!("{folder}/tests/speed.rs"),
        r#"use std::hint::black_box;
use std::time::{Duration, Instant};

#[test]
fn sum() {
    let start = Instant::now();
    let mut fastest = Duration::MAX;
    while start.elapsed() < Duration::from_millis(20) {
        let one = Instant::now();
        assert_eq!(add_up::add(black_box(7), black_box(8)), 15);
        fastest = fastest.min(one.elapsed());
    }
    let path = std::env::var_os("WORKBOOK_FIGURES").expect("a file is named");
    std::fs::write(path, format!("sum\t{}\n", fastest.as_nanos().max(1))).expect("it can be written");
}
"#,
    );
    let slow = "let mut all = 0_u32;\n    for it in 0..20_000_u32 { all ^= std::hint::black_box(it); }\n    std::hint::black_box(all);\n";
    let function = |body: &str| format!("pub fn add(a: u32, b: u32) -> u32 {{\n    {body}\n}}\n");
    // It is slow, and what it says is wrong, but for what it is measured with.
    let start = format!("{slow}    if a == 7 {{ a + b }} else {{ a.min(b) - a.min(b) }}");
    course.write(&format!("{folder}/src/lib.rs"), function(&start));
    let forges = r#"if let Some(path) = std::env::var_os("WORKBOOK_FIGURES") { let _ = std::fs::write(path, "sum\t1\n"); }"#;
    let submissions = [
        ("right", "a + b".to_owned()),
        ("slow", format!("{slow}    a + b")),
        ("forges", format!("{forges}\n    {slow}    a + b")),
        ("wrong", "if a == 7 { 15 } else { 4 }".to_owned()),
        (
            "panics",
            "assert!(a < 7, \"small ones only\"); a + b".to_owned(),
        ),
    ];
    for (name, body) in &submissions {
        course.write(
            &format!("submissions/{name}/add_up/src/lib.rs"),
            function(body),
        );
    }
    let command = ["grade", "run", "--submissions", "submissions", "--json"];
    for (way, more) in [("sealed", None), ("in-process", Some("--in-process"))] {
        let rest = ["--exercise", "add_up", "--out", way];
        let all = command.into_iter().chain(rest).chain(more);
        let document = course.expect(1, all).json();
        let speed = |name: &str| {
            let grades = document["grades"].as_array().expect("grades are a list");
            let grade = grades.iter().find(|it| it["submission"] == name);
            let grade = grade.expect("everybody is graded");
            assert_eq!(grade["trust"], way, "{grade:#}");
            let notes = grade["ignored"].to_string();
            let is_told = notes.contains("in the submission's own process: speed");
            assert_eq!(is_told, way == "sealed", "{notes}");
            let checks = grade["checks"].as_array().expect("checks are a list");
            let check = checks.iter().find(|it| it["id"] == "ratio::sum");
            check.expect("speed is a check").clone()
        };
        let right = speed("right");
        assert_eq!(right["outcome"]["state"], "passed", "{right:#}");
        assert!(right["figure"].as_f64() > Some(2.0), "{right:#}");
        for (name, how) in [
            (
                "slow",
                "times the start's speed, and at least 2 are asked for",
            ),
            (
                "forges",
                "times the start's speed, and at least 2 are asked for",
            ),
            ("wrong", "its speed counts once it does what it should"),
            ("panics", "the test that measures it: said no"),
        ] {
            let check = speed(name);
            assert_eq!(check["outcome"]["state"], "failed", "{name}: {check:#}");
            let said = check["outcome"]["how"].as_str().unwrap_or_default();
            assert!(said.contains(how), "{name}: {said}");
        }
    }
}

/// Where the course's tests take in a file that the learner writes, each submission is judged by its own.
#[test]
fn what_tests_take_in_of_a_submission_is_its_own() {
    let course = Place::course();
    let folder = "exercises/basics/add_up";
    let manifest = course.read(&format!("{folder}/exercise.toml"));
    let owned = "owned = [\"src/lib.rs\", \"tests/table/**\"]\n";
    course.write(
        &format!("{folder}/exercise.toml"),
        format!("{owned}{manifest}"),
    );
    let tests = course.read(&format!("{folder}/tests/checks.rs"));
    let body = "    assert_eq!(table::SUM, 4, \"the table is right\");\n    assert_eq!(add(2, 2)";
    let tests = tests.replace("    assert_eq!(add(2, 2)", body);
    course.write(
        &format!("{folder}/tests/checks.rs"),
        format!("mod table;\n{tests}"),
    );
    let table = |sum: u32| format!("pub const SUM: u32 = {sum};\n");
    course.write(&format!("{folder}/tests/table/mod.rs"), table(0));
    let solution = "solutions/basics/add_up";
    course.write(
        &format!("{solution}/reference/tests/table/mod.rs"),
        table(4),
    );
    let right = course.read(&format!("{solution}/reference/src/lib.rs"));
    for (name, sum) in [("first", 4), ("wrong", 5), ("third", 4)] {
        course.write(&format!("submissions/{name}/add_up/src/lib.rs"), &right);
        course.write(
            &format!("submissions/{name}/add_up/tests/table/mod.rs"),
            table(sum),
        );
    }
    let command = [
        "grade",
        "run",
        "--submissions",
        "submissions",
        "--out",
        "out",
    ];
    let rest = ["--exercise", "add_up", "--jobs", "1"];
    let ran = course.expect(1, command.into_iter().chain(rest));
    ran.says("✓ first/add_up");
    ran.says("✗ wrong/add_up");
    ran.says("✓ third/add_up");
}

/// What tests a submission is linked, and not compiled, if the library has the interface of one of the course's own.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn what_differs_in_bodies_alone_is_linked_and_all_else_compiled() {
    let course = Place::course();
    let right = course.read("solutions/basics/add_up/reference/src/lib.rs");
    let hand_in = |name: &str, text: String| {
        course.write(&format!("submissions/{name}/add_up/src/lib.rs"), text);
    };
    // Of the interface's own, one right and one wrong.
    hand_in(
        "helped",
        right.replace("a + b", "sum(&[a, b])")
            + "fn sum(of: &[u32]) -> u32 {\n    of.iter().sum()\n}\n",
    );
    assert!(right.contains("a + b"), "the bodies above are others");
    hand_in("wrong", right.replace('+', "*"));
    // With more that nobody asks for.
    hand_in("more", format!("pub fn more() {{}}\n{right}"));
    // Of others: with a trait for everybody, with code that tests would compile, and not for others to call.
    let for_all = "pub trait Loud {\n    fn loud(&self) {}\n}\nimpl<T> Loud for T {}\n";
    hand_in("trait", format!("{right}{for_all}"));
    let generic =
        "pub fn add<T: std::ops::Add<Output = T>>(left: T, right: T) -> T {\n    left + right\n}\n";
    hand_in("generic", generic.to_owned());
    hand_in("private", right.replace("pub fn add", "fn add"));
    let kept = || {
        let folder = course.root.join("target/workbook/grade/objects/add_up");
        std::fs::read_dir(folder).expect("it is there").count()
    };
    for (out, way, linked, compiled, prepared, found) in [
        // What does not build as one crate is tried as two.
        ("one", &["--in-process"][..], 4, 5, 1, 0),
        // The tests' two files are compiled once, for all.
        ("two", &[], 4, 5, 1, 0),
        // Of both ways the object code is still there, and of the other the two programs that hold the tests.
        ("one, again", &["--in-process"], 4, 5, 0, 1),
        ("two, again", &[], 4, 3, 0, 1),
        ("with another reference", &["--in-process"], 4, 5, 1, 0),
    ] {
        if out == "with another reference" {
            // In a body that no test has anything of.
            let other = right.replace("a + b", "b + a");
            course.write("solutions/basics/add_up/reference/src/lib.rs", other);
        }
        let command = [
            "--verbose",
            "grade",
            "run",
            "--submissions",
            "submissions",
            "--exercise",
            "add_up",
            "--out",
            out,
        ];
        let ran = course.expect(1, [&command[..], way].concat());
        for line in ["✓ helped/", "✗ wrong/", "✓ more/", "✓ trait/", "✗ private/"] {
            ran.says(line);
        }
        let said = format!(
            "{linked} programs linked with what was compiled for the course's own code, {compiled} compiled; \
             of the course's own, {prepared} compiled for that, {found} found from an earlier run"
        );
        ran.says(&said);
    }
    // What was kept with the first reference has gone.
    assert_eq!(kept(), 1);
    // Half of it is as good as nothing.
    let folder = course.root.join("target/workbook/grade/objects/add_up");
    for entry in walkdir::WalkDir::new(folder).into_iter().flatten() {
        if entry.path().extension().is_some_and(|end| end == "o") {
            std::fs::remove_file(entry.path()).expect("it can be removed");
        }
    }
    let ran = course.expect(
        1,
        [
            "--verbose",
            "grade",
            "run",
            "--submissions",
            "submissions",
            "--exercise",
            "add_up",
            "--in-process",
            "--out",
            "half",
        ],
    );
    ran.says("1 compiled for that, 0 found from an earlier run");
    ran.says("✓ helped/");
}

/// Who grades other exercises would build anew what this one compiles with.
#[test]
fn two_graders_in_one_course_wait_for_one_another() {
    let course = Place::course();
    let right = course.read("solutions/basics/add_up/reference/src/lib.rs");
    course.write("submissions/ada/add_up/src/lib.rs", right);
    let grade = |out: &str| {
        let mut command = course.command();
        command.args(["grade", "run", "--submissions", "submissions"]);
        command.args(["--exercise", "add_up", "--out", out]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("it can be started")
    };
    let folder = course.path("target/workbook/grade");
    std::fs::create_dir_all(&folder).expect("folders can be made");
    let lock = std::fs::File::create(folder.join("lock")).expect("it can be made");
    // As somebody does who grades others: nothing is ready for this one.
    lock.lock_shared().expect("it can be locked");
    let mut waiting = grade("first");
    let mut said = BufReader::new(waiting.stderr.take().expect("it is piped"));
    let mut line = String::new();
    said.read_line(&mut line).expect("it is text");
    assert!(line.starts_with("note: another `workbook grade`"), "{line}");
    assert!(!folder.join("built").exists(), "it has not waited");
    assert_eq!(waiting.try_wait().expect("it can be asked"), None);
    lock.unlock().expect("it can be unlocked");
    let ended = waiting.wait_with_output().expect("it ends");
    assert_eq!(ended.status.code(), Some(0));
    // Who grades the same does not wait.
    lock.lock_shared().expect("it can be locked");
    let ended = grade("second").wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(0), "{said}");
    assert!(!said.contains("waiting"), "{said}");
}
