//! The files of exercises whose checks measure: figures, speed, leaks, models, and named lints. They lie
//! beside this file, as an author gets them.

use super::Files;

/// Pairs of a path and the text of the file there.
macro_rules! listed {
    ($($folder:literal: $($path:literal),+ $(,)?);+ $(;)?) => {
        vec![$($(($path, include_str!(concat!($folder, "/", $path)))),+),+]
    };
}

pub(super) fn alloc() -> Files {
    let mut exercise = listed!("alloc/exercise": "src/lib.rs", "tests/checks.rs");
    exercise.push((
        "exercise.toml",
        manifest!(include_str!("alloc/checks.toml")),
    ));
    Files {
        dev: Some("probes = { workspace = true }"),
        optimised: false,
        exercise,
        solution: listed!("alloc/solution": "solution.toml", "hidden/graded.rs", "reference/src/lib.rs", "wrong/copies_each_word/src/lib.rs", "wrong/copies_each_word/wrong.toml", "wrong/the_first_only/src/lib.rs", "wrong/the_first_only/wrong.toml"),
    }
}

pub(super) fn size() -> Files {
    let mut exercise = listed!("size/exercise": "src/lib.rs", "tests/checks.rs");
    exercise.push(("exercise.toml", manifest!(include_str!("size/checks.toml"))));
    Files {
        dev: Some("probes = { workspace = true }"),
        optimised: false,
        exercise,
        solution: listed!("size/solution": "solution.toml", "hidden/graded.rs", "reference/src/lib.rs", "wrong/half_as_large/src/lib.rs", "wrong/half_as_large/wrong.toml", "wrong/no_alarm/src/lib.rs", "wrong/no_alarm/wrong.toml"),
    }
}

pub(super) fn leak() -> Files {
    let mut exercise = listed!("leak/exercise": "src/lib.rs", "tests/checks.rs");
    exercise.push(("exercise.toml", manifest!(include_str!("leak/checks.toml"))));
    Files {
        dev: Some("probes = { workspace = true }"),
        optimised: false,
        exercise,
        solution: listed!("leak/solution": "solution.toml", "hidden/graded.rs", "reference/src/lib.rs", "wrong/begins_anew/src/lib.rs", "wrong/begins_anew/wrong.toml", "wrong/lets_them_pile_up/src/lib.rs", "wrong/lets_them_pile_up/wrong.toml"),
    }
}

pub(super) fn ratio() -> Files {
    let mut exercise = listed!("ratio/exercise": "src/lib.rs", "tests/checks.rs", "tests/speed.rs");
    exercise.push((
        "exercise.toml",
        manifest!(include_str!("ratio/checks.toml")),
    ));
    Files {
        dev: Some("probes = { workspace = true }"),
        optimised: true,
        exercise,
        solution: listed!("ratio/solution": "solution.toml", "hidden/graded.rs", "reference/src/lib.rs", "wrong/looks_from_the_end/src/lib.rs", "wrong/looks_from_the_end/wrong.toml", "wrong/one_half_only/src/lib.rs", "wrong/one_half_only/wrong.toml"),
    }
}

pub(super) fn model() -> Files {
    let mut exercise = listed!("model/exercise": "src/lib.rs", "src/visits.rs", "tests/checks.rs", "tests/under_model.rs");
    exercise.push((
        "exercise.toml",
        manifest!(include_str!("model/checks.toml")),
    ));
    Files {
        dev: Some("probes = { workspace = true, features = [\"loom\"] }"),
        optimised: false,
        exercise,
        solution: listed!("model/solution": "solution.toml", "hidden/graded.rs", "reference/src/visits.rs", "wrong/tries_once/src/visits.rs", "wrong/tries_once/wrong.toml", "wrong/counts_two/src/visits.rs", "wrong/counts_two/wrong.toml"),
    }
}

pub(super) fn clippy() -> Files {
    let mut exercise = listed!("clippy/exercise": "src/lib.rs", "tests/checks.rs");
    exercise.push((
        "exercise.toml",
        manifest!(include_str!("clippy/checks.toml")),
    ));
    Files {
        dev: None,
        optimised: false,
        exercise,
        solution: listed!("clippy/solution": "solution.toml", "hidden/graded.rs", "reference/src/lib.rs", "wrong/looks_at_digits/src/lib.rs", "wrong/looks_at_digits/wrong.toml", "wrong/takes_anything/src/lib.rs", "wrong/takes_anything/wrong.toml"),
    }
}
