// Looks for a case in which a law breaks, and makes it as small as the learner's candidates allow.

use std::panic::{AssertUnwindSafe, catch_unwind};

use dunning::laws::{Case, case, laws, smaller};
use dunning::suite::Program;

/// A case that breaks something, with what was said.
pub struct Found {
    pub seed: u64,
    pub case: Case,
    pub said: String,
}

/// How many candidates are tried at most.
const PATIENCE: usize = 5_000;

/// The first of the learner's cases for which `breaks` has something to say, made small.
pub fn hunt(cases: u64, breaks: &dyn Fn(&Case) -> Option<String>) -> Option<Found> {
    let (seed, found, said) = (0..cases).find_map(|seed| {
        let case = case(seed);
        breaks(&case).map(|said| (seed, case, said))
    })?;
    let mut found = Found {
        seed,
        case: found,
        said,
    };
    let mut tried = 0;
    'smaller: loop {
        for candidate in smaller(&found.case) {
            tried += 1;
            assert!(
                tried < PATIENCE,
                "after {PATIENCE} candidates the case of seed {seed} still has smaller ones that break. Does `smaller` ever offer a case \
                 that is not smaller? Then shrinking goes round in circles. The last one: {candidate:#?}"
            );
            if let Some(said) = breaks(&candidate) {
                (found.case, found.said) = (candidate, said);
                continue 'smaller;
            }
        }
        return Some(found);
    }
}

/// What the laws say of a program in a case.
pub fn broken(program: Program, case: &Case) -> Option<String> {
    laws().iter().find_map(|law| {
        let holds = catch_unwind(AssertUnwindSafe(|| (law.holds)(program, case)));
        let panic = holds.err()?;
        let said = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("(something that is no text)");
        Some(format!("law {:?}: {said}", law.name))
    })
}

/// Panics if a law breaks in one of the learner's cases.
pub fn assert_keeps(program: Program, whose: &str) {
    let found = crate::trial::quietly(|| hunt(300, &|case| broken(program, case)));
    if let Some(Found { seed, case, said }) = found {
        panic!(
            "{whose} breaks a law in the case of seed {seed}. Made small it is {case:#?}\n{said}"
        );
    }
}

/// Panics if all laws hold.
pub fn assert_breaks(original: Program, mutant: Program, behaviour: &str) {
    assert!(!laws().is_empty(), "there is no law, and so {behaviour}");
    // As long as a law is wrong about the true program, what it says of another means nothing.
    assert_keeps(original, "the program as it was");
    let found = crate::trial::quietly(|| hunt(300, &|case| broken(mutant, case)));
    assert!(
        found.is_some(),
        "all {} laws hold in 300 cases, and yet {behaviour}",
        laws().len()
    );
}
