//! Many candidates at once: none sees what was compiled of another.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use walkdir::WalkDir;
use workbook::candidate::{Candidate, CandidateFile, Environment, Slot};
use workbook::course::{self, Exercise};
use workbook::desk::Desk;
use workbook::engine::{Engine, Outcome, RealWorld, Stop};

use crate::support::Place;

struct Bench {
    place: Place,
    exercise: Arc<Exercise>,
    environment: Environment,
    world: RealWorld,
}

impl Bench {
    fn new() -> Self {
        let place = Place::course();
        let course = course::load(&place.root).expect("the course is right");
        let exercise = Arc::new(course.find("add_up").expect("it is there").clone());
        let desk = Desk::find(&place.root).expect("it is a desk");
        let environment = Environment::look(&place.root, &place.root).expect("there is Rust");
        let world = RealWorld::new(desk.build_root(), environment.clone());
        Bench {
            place,
            exercise,
            environment,
            world,
        }
    }

    /// `a <operator> b` in place of the sum.
    fn candidate(&self, slot: &Slot, operator: &str) -> Candidate {
        let text = format!("pub fn add(a: u32, b: u32) -> u32 {{\n    a {operator} b\n}}\n");
        let owned = CandidateFile {
            path: "src/lib.rs".into(),
            bytes: text.into_bytes(),
        };
        Candidate::with_owned(
            &self.exercise,
            slot.clone(),
            &self.place.root,
            vec![owned],
            &self.environment,
        )
        .expect("the course's part is there")
    }

    fn judge(&self, candidates: &[(&Slot, &str)]) -> Vec<bool> {
        let candidates: Vec<Candidate> = (candidates.iter())
            .map(|(slot, operator)| self.candidate(slot, operator))
            .collect();
        let engine = Engine::new(&self.world, Stop::default());
        let verdicts = engine.judge(&candidates, &mut |_| {});
        let verdicts = verdicts.expect("there is cargo").into_iter();
        verdicts
            .map(|verdict| verdict.outcome == Outcome::Passed)
            .collect()
    }

    /// Gives every source that is laid out the same time.
    fn make_times_equal(&self) {
        let folder = Desk::find(&self.place.root).expect("it is a desk");
        let time = SystemTime::now() - Duration::from_hours(1);
        for entry in WalkDir::new(folder.build_root().join("shadow")) {
            let entry = entry.expect("it can be read");
            if entry.path().extension().is_some_and(|it| it == "rs") {
                set_time(entry.path(), time);
            }
        }
    }
}

fn set_time(path: &Path, time: SystemTime) {
    let file = std::fs::File::options().write(true).open(path);
    let file = file.expect("it can be opened");
    file.set_modified(time).expect("it can be set");
}

#[test]
fn candidates_of_equal_length_and_time_never_see_what_was_compiled_of_each_other() {
    let bench = Bench::new();
    let (mine, one, other) = (
        Slot::Mine,
        Slot::Named("one".to_owned()),
        Slot::Named("other".to_owned()),
    );
    // In one slot they are built one after the other, and tests of the first run meanwhile.
    let at_once = [
        (&one, "+"),
        (&one, "|"),
        (&one, "+"),
        (&mine, "|"),
        (&mine, "+"),
        (&other, "|"),
    ];
    let expected = [true, false, true, false, true, false];
    assert_eq!(bench.judge(&at_once), expected);
    // The other way round, over what is there, with the times of all sources equal.
    bench.make_times_equal();
    let at_once = [(&one, "|"), (&mine, "|"), (&other, "+"), (&mine, "+")];
    assert_eq!(bench.judge(&at_once), [false, false, true, true]);
    // What does not build leaves no binary of an earlier candidate to run.
    let at_once = [(&one, "+"), (&one, "+;"), (&other, "+;"), (&mine, "+;")];
    assert_eq!(bench.judge(&at_once), [true, false, false, false]);
}

/// An exercise whose answers are not code has no mutants of its reference, and `author prove --mutants` waited for
/// their verdicts for ever.
#[test]
fn where_there_is_nothing_to_judge_the_judging_ends() {
    assert_eq!(Bench::new().judge(&[]), Vec::<bool>::new());
}
