//! Each form beside what it was when somebody looked at it: `tests/golden/grade/`. With `WORKBOOK_BLESS` set,
//! what comes out now is written there.

use std::path::{Path, PathBuf};

use clap::ValueEnum as _;
use serde_json::Value;

use super::{Export, Exported, Format};
use crate::grade::fixture::grade;
use crate::grade::points::{Times, times};
use crate::grade::policy::Policy;
use crate::grade::record::{Grade, Kind, Outcome};

fn class() -> Vec<Grade> {
    let mut unknown = grade("cleo", "till", &[]);
    unknown.outcome = Outcome::grader("compile in 240 s of wall time; the machine is overloaded");
    let mut nothing = grade("bob", "greet", &[]);
    nothing.outcome = Outcome::NotRun {
        why: "`src/lib.rs` is a link; hand in the file itself".to_owned(),
    };
    let visible = Kind::Visible;
    vec![
        grade("ann", "greet", &[("checks::greets", true, visible)]),
        grade(
            "ann",
            "till",
            &[
                ("checks::counts", true, visible),
                ("graded::counts_others", true, Kind::Hidden),
            ],
        ),
        nothing,
        grade(
            "bob",
            "till",
            &[
                ("checks::counts", false, visible),
                ("graded::counts_others", false, Kind::Hidden),
            ],
        ),
        unknown,
    ]
}

fn files(format: Format) -> Vec<Exported> {
    let grades = class();
    let policy =
        Policy::read("points.till = 20\n[late]\ndue = \"2026-11-28T12:00:00Z\"").expect("a policy");
    let times: Times = times("name,time\nann,2026-11-28T13:00:00Z\n").expect("times");
    let export = Export {
        grades: grades.iter().collect(),
        policy: &policy,
        times: &times,
        now: "2026-11-28T11:00:00Z".parse().expect("a time"),
    };
    export.files(format).expect("it can be written")
}

fn golden(format: Format, name: &str) -> PathBuf {
    let format = format
        .to_possible_value()
        .expect("it has a name")
        .get_name()
        .to_owned();
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden/grade")
        .join(format)
        .join(name)
}

#[test]
fn each_form_is_as_somebody_has_seen_it() {
    for format in Format::value_variants() {
        for file in files(*format) {
            let path = golden(*format, &file.name);
            if std::env::var_os("WORKBOOK_BLESS").is_some() {
                std::fs::create_dir_all(path.parent().expect("it has a folder"))
                    .expect("folders can be made");
                std::fs::write(&path, &file.text).expect("files can be written");
                continue;
            }
            let expected = std::fs::read_to_string(&path)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert_eq!(
                file.text,
                expected,
                "{}: look at it, then WORKBOOK_BLESS=1",
                path.display()
            );
        }
    }
}

#[test]
fn nothing_that_a_submission_printed_is_obeyed_by_anybody() {
    for format in Format::value_variants() {
        for file in files(*format) {
            assert!(!file.text.contains('\u{1b}'), "{}: an escape", file.name);
            assert!(!file.text.contains("##["), "{}: a command", file.name);
            let is_markup =
                matches!(format, Format::Html | Format::Junit) || file.name == "summary.md";
            assert!(
                !(is_markup && file.text.contains("<b>")),
                "{}: markup",
                file.name
            );
            let mut fenced = false;
            for line in file.text.lines().filter(|_| *format == Format::Github) {
                fenced |= line.starts_with("::stop-commands::");
                assert!(
                    !(fenced && line.starts_with("::error")),
                    "{}: {line}",
                    file.name
                );
            }
        }
    }
}

#[test]
fn json_forms_are_json_and_have_what_their_readers_ask_for() {
    let parsed = |format| -> Vec<(String, Value)> {
        let read = |file: Exported| {
            (
                file.name,
                serde_json::from_str(&file.text).expect("it is JSON"),
            )
        };
        files(format).into_iter().map(read).collect()
    };
    for (name, document) in parsed(Format::Exercism) {
        assert_eq!(document["version"], 3, "{name}");
        let status = document["status"].as_str().expect("a status");
        assert!(
            ["pass", "fail", "error"].contains(&status),
            "{name}: {status}"
        );
        assert!(
            status != "error" || document["message"].is_string(),
            "{name}"
        );
        for test in document["tests"].as_array().expect("tests") {
            assert!(
                test["name"].is_string() && test["status"].is_string(),
                "{name}: {test}"
            );
        }
    }
    for (name, document) in parsed(Format::Gradescope) {
        let tests = document["tests"].as_array().expect("tests");
        let sum: f64 = tests.iter().filter_map(|test| test["score"].as_f64()).sum();
        match name.as_str() {
            // What nobody could judge has no score at all, and so no zero.
            "cleo/results.json" => assert!(document.get("score").is_none(), "{document}"),
            _ => assert!(
                (document["score"].as_f64().expect("a score") - sum).abs() < 0.02,
                "{name}: {document}"
            ),
        }
    }
    for (name, document) in parsed(Format::Classroom) {
        assert_eq!(document["version"], 1, "{name}");
        assert!(
            document["max_score"]
                .as_f64()
                .is_some_and(|most| most > 0.0),
            "{name}"
        );
    }
}

#[test]
fn junit_and_csv_have_every_result() {
    let junit = &files(Format::Junit)[0].text;
    assert_eq!(junit.matches("<testsuite ").count(), class().len());
    let csv = &files(Format::Csv)[0].text;
    assert_eq!(csv.lines().count(), class().len() + 1);
    assert!(
        csv.lines().all(|line| line.split(',').count() >= 10),
        "{csv}"
    );
}

#[test]
fn the_class_report_needs_nothing_from_elsewhere() {
    let page = &files(Format::Html)[0].text;
    for outside in [
        "http://", "https://", "<script", "<link", "src=", "@import", "url(",
    ] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.matches("<rect").count() >= 10, "there are plots");
}
