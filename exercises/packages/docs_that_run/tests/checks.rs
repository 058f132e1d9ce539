//! Whether what the documentation says is so.

mod docs;

use std::panic;

use docs::{Function, Sample};
use docs_that_run::{ParseError, format, next, parse};

const NAMES: [&str; 3] = ["parse", "format", "next"];

/// What the call in an example comes to.
fn outcome(sample: &Sample) -> String {
    let call = sample.clone();
    let outcome =
        panic::catch_unwind(
            move || match (call.function.as_str(), &call.arguments[..]) {
                ("parse", [text]) => format!("{:?}", parse(&docs::text(text))),
                ("format", [seconds]) => format!("{:?}", format(docs::number(seconds))),
                ("next", [now, every]) => next(docs::number(now), &docs::text(every)).to_string(),
                _ => "no call of a function of this crate with the right number of arguments"
                    .to_owned(),
            },
        );
    outcome.unwrap_or_else(|_| "a panic".to_owned())
}

#[test]
fn what_the_examples_say_is_so() {
    for function in NAMES.map(Function::of) {
        for sample in function.samples() {
            let outcome = outcome(&sample);
            assert_eq!(
                docs::plain(&outcome),
                docs::plain(&sample.expected),
                "line {} of the source says that `{}({})` is `{}`, and it is `{outcome}`: whoever copies the example \
                 relies on it",
                sample.line,
                sample.function,
                sample.arguments.join(", "),
                sample.expected,
            );
        }
    }
}

#[test]
fn each_example_is_run() {
    for function in NAMES.map(Function::of) {
        for example in function.examples() {
            assert!(
                example.is_run(),
                "the example in line {} is marked `{}`, so `cargo test` does not run it and nobody is told when it is wrong",
                example.line,
                example.marks
            );
            if let Some(name) = example.missing_import() {
                panic!(
                    "the example in line {} names `{name}` and does not import it; an example is a program of its own, \
                     and its first line is for readers, too: `use docs_that_run::{name};`",
                    example.line
                );
            }
        }
    }
}

#[test]
fn each_function_is_shown() {
    for name in NAMES {
        let shown = Function::of(name)
            .samples()
            .iter()
            .any(|sample| sample.function == name);
        assert!(
            shown,
            "the documentation of `{name}` has no example of it, as a line `assert_eq!({name}(…), …);`"
        );
    }
}

#[test]
fn each_error_has_its_reason() {
    let parse = Function::of("parse");
    let errors = parse.section("Errors");
    for variant in ["Empty", "NoUnit", "BadUnit", "TooLarge"] {
        assert!(
            errors.contains(variant),
            "`parse` may answer `ParseError::{variant}`, and its section \"Errors\" does not say when; it says: {errors:?}"
        );
    }
    assert!(
        parse
            .samples()
            .iter()
            .any(|sample| sample.expected.starts_with("Err(")),
        "no example of `parse` shows what an error looks like"
    );
}

#[test]
fn each_panic_has_its_reason() {
    let panics = Function::of("next").section("Panics");
    assert!(
        panics.contains("`every`") && panics.split_whitespace().count() >= 5,
        "`next` panics because of two kinds of `every`, and its section \"Panics\" does not say which; it says: {panics:?}"
    );
}

#[test]
fn the_code_does_what_it_did() {
    for (text, seconds) in [
        ("90m", Ok(5_400)),
        ("1h 30m", Ok(5_400)),
        ("30m1h", Ok(5_400)),
        ("2 d", Ok(172_800)),
        ("0s", Ok(0)),
        ("90", Err(ParseError::NoUnit)),
        ("", Err(ParseError::Empty)),
        ("m", Err(ParseError::Empty)),
        ("5w", Err(ParseError::BadUnit('w'))),
        ("99999999999999999999s", Err(ParseError::TooLarge)),
        ("213503982334602d", Err(ParseError::TooLarge)),
    ] {
        assert_eq!(
            parse(text),
            seconds,
            "`parse({text:?})`: forty services rely on the code, and none on the comment"
        );
    }
    assert_eq!(
        [format(0), format(59), format(5_400), format(90_061)],
        ["0s", "59s", "1h 30m", "1d 1h 1m 1s"],
        "0, 59, 5400 and 90061 seconds"
    );
    assert_eq!(
        [next(119, "1m"), next(120, "1m"), next(0, "1h")],
        [120, 180, 3_600],
        "the next run is after now, and never now: the scheduler would run a job twice"
    );
    for every in ["0s", "often", ""] {
        assert!(
            panic::catch_unwind(|| next(1, every)).is_err(),
            "`next(1, {every:?})` panics, since it is a mistake in the program"
        );
    }
}
