//! Proofs of exercises, for programs.

use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};
use serde_json::{Value, json};

use crate::author::{AllMutants, Done, ExerciseProof, Mutants, Proofs};

/// The document that `author prove --json` prints.
pub fn json(proofs: &Proofs, mutants: Option<&AllMutants>) -> Value {
    let (cost, is_stopped) = (&proofs.cost, proofs.is_stopped);
    let proofs = &proofs.each;
    let complaints: Vec<Value> = (proofs.iter().flat_map(|proof| &proof.complaints))
        .map(|c| json!({ "exercise": c.exercise, "candidate": c.candidate, "what": c.what }))
        .collect();
    let ids = |done: Done| -> Vec<&String> {
        let of_it = proofs.iter().filter(|proof| proof.done == done);
        of_it.map(|proof| &proof.id).collect()
    };
    let mut document = json!({
        "proven": proofs.iter().filter(|proof| proof.is_proven()).count(),
        "total": proofs.len(),
        "unchanged": ids(Done::Unchanged),
        "interrupted": is_stopped || mutants.is_some_and(|it| it.is_stopped),
        "unfinished": ids(Done::Interrupted),
        "not_reached": ids(Done::NotReached),
        "complaints": complaints,
        "cost": {
            "took_ms": millis(cost.took),
            "building_ms": millis(cost.building),
            "afterwards_ms": millis(cost.afterwards),
            "processes": cost.processes,
            "slowest": cost.slowest.as_ref().map(|(exercise, check, took)| json!({
                "exercise": exercise, "check": check, "took_ms": millis(*took),
            })),
        },
    });
    if let Some(mutants) = mutants {
        document["mutants"] = mutants.each.iter().map(of_mutants).collect();
        document["mutants_not_reached"] = json!(mutants.not_reached);
    }
    document
}

fn of_mutants(mutants: &Mutants) -> Value {
    let survivors = mutants.survivors.iter();
    let survivors: Vec<Value> = survivors
        .map(|s| json!({ "file": s.file, "line": s.line, "change": s.change }))
        .collect();
    json!({ "exercise": mutants.exercise, "killed": mutants.killed, "survivors": survivors })
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The same as `JUnit` XML: an exercise is a suite, which has a case for each complaint, or one that passed.
///
/// # Errors
///
/// If a text can't be put into XML; the writer strips what XML forbids, so none is known.
pub fn junit(course: &str, proofs: &[ExerciseProof]) -> Result<String, SerializeError> {
    let mut report = Report::new(course);
    for proof in proofs {
        let mut suite = TestSuite::new(proof.id.as_str());
        if matches!(proof.done, Done::NotReached | Done::Interrupted) {
            let status = TestCaseStatus::skipped();
            suite.add_test_case(TestCase::new("proof", status));
        } else if proof.is_proven() {
            suite.add_test_case(TestCase::new("proof", TestCaseStatus::success()));
        }
        for complaint in &proof.complaints {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(complaint.what.as_str());
            suite.add_test_case(TestCase::new(complaint.candidate.as_str(), status));
        }
        for case in &mut suite.test_cases {
            case.set_classname(proof.id.as_str());
        }
        report.add_test_suite(suite);
    }
    report.to_string()
}
