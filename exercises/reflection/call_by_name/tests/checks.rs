//! What becomes of a name and some texts.

use std::error::Error;
use std::num::{IntErrorKind, ParseIntError};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use call_by_name::{AnyError, CallError, Registry};

/// What went wrong in a command, for a reason of its own.
#[derive(Debug, PartialEq, Eq)]
struct Locked(u32);

impl std::fmt::Display for Locked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "job {} is locked", self.0)
    }
}

impl Error for Locked {}

/// A registry, and how often `cancel` was called in it.
fn console() -> (Registry, Arc<AtomicU32>) {
    let calls = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&calls);
    let mut registry = Registry::new();
    registry.register("ping", || Ok::<_, AnyError>("pong"));
    registry.register("double", |number: i64| Ok::<_, AnyError>(2 * number));
    registry.register("cancel", move |job: u32, force: bool| {
        counted.fetch_add(1, Ordering::Relaxed);
        if job == 13 && !force {
            return Err(Locked(job));
        }
        Ok(format!("cancelled {job}"))
    });
    registry.register("say", |what: String| Ok::<_, AnyError>(what));
    (registry, calls)
}

/// The error of a call that has no answer to give.
fn error(registry: &Registry, name: &str, args: &[&str]) -> CallError {
    match registry.call(name, args) {
        Ok(answer) => panic!(
            "`{name}` with {args:?} can't be carried out as it was typed, and the operator was told {answer:?}"
        ),
        Err(error) => error,
    }
}

#[test]
fn a_call_has_its_answer() {
    let (registry, calls) = console();
    for (name, args, expected) in [
        ("ping", &[][..], "pong"),
        ("double", &["-21"], "-42"),
        ("cancel", &["7", "false"], "cancelled 7"),
        ("cancel", &["13", "true"], "cancelled 13"),
        ("say", &["two words"], "two words"),
        ("say", &[""], ""),
    ] {
        let answer = registry.call(name, args).map_err(|error| error.to_string());
        assert_eq!(answer.as_deref(), Ok(expected), "`{name}` with {args:?}");
    }
    assert_eq!(calls.load(Ordering::Relaxed), 2, "calls of `cancel`");
}

#[test]
fn an_unknown_name_is_an_error_that_lists_the_known_ones() {
    let (registry, _) = console();
    for unknown in ["cancle", "", "Ping", "ping "] {
        match error(&registry, unknown, &[]) {
            CallError::UnknownName { name, known } => assert_eq!(
                (name.as_str(), known),
                (
                    unknown,
                    ["cancel", "double", "ping", "say"]
                        .map(str::to_owned)
                        .to_vec()
                )
            ),
            other => panic!("there is no `{unknown}`, and the error is {other:?}"),
        }
    }
}

#[test]
fn the_number_of_arguments_has_to_be_right() {
    let (registry, calls) = console();
    for (name, args, expected) in [
        ("ping", &["now"][..], (0, 1)),
        ("double", &[], (1, 0)),
        ("cancel", &["7"], (2, 1)),
        ("cancel", &["7", "true", "please"], (2, 3)),
        // Both are wrong. With a count that is wrong, no argument is in its place for sure.
        ("cancel", &["x"], (2, 1)),
    ] {
        match error(&registry, name, args) {
            CallError::WrongCount { wanted, got } => {
                assert_eq!(
                    (wanted, got),
                    expected,
                    "(wanted, got) for `{name}` with {args:?}"
                );
            }
            other => {
                panic!("`{name}` has the wrong number of arguments, and the error is {other:?}")
            }
        }
    }
    assert_eq!(
        calls.load(Ordering::Relaxed),
        0,
        "calls of `cancel` with arguments missing"
    );
}

#[test]
fn a_bad_argument_is_told_by_position_text_and_cause() {
    let (registry, calls) = console();
    for (name, args, expected) in [
        ("double", &["many"][..], (1, "many")),
        ("cancel", &["-7", "false"], (1, "-7")),
        ("cancel", &["7", "yes"], (2, "yes")),
        ("cancel", &["x", "y"], (1, "x")),
    ] {
        let error = error(&registry, name, args);
        let CallError::BadArgument {
            position,
            text,
            cause,
        } = &error
        else {
            panic!("`{name}` with {args:?} has a bad argument, and the error is {error:?}");
        };
        assert_eq!(
            (*position, text.as_str()),
            expected,
            "(position, text) for `{name}` with {args:?}"
        );
        assert!(!cause.to_string().is_empty(), "{cause:?}");
    }
    let error = error(&registry, "cancel", &["4294967296", "true"]);
    let kind = error
        .source()
        .and_then(|cause| cause.downcast_ref::<ParseIntError>())
        .map(ParseIntError::kind);
    assert_eq!(
        kind,
        Some(&IntErrorKind::PosOverflow),
        "the parser's own error: {error:?}"
    );
    assert_eq!(
        calls.load(Ordering::Relaxed),
        0,
        "calls of `cancel` with a bad argument: job 0 is somebody's job"
    );
}

#[test]
fn a_commands_own_error_is_the_cause() {
    let (registry, calls) = console();
    let error = error(&registry, "cancel", &["13", "false"]);
    assert!(matches!(error, CallError::Failed { .. }), "{error:?}");
    let cause = error.source().and_then(|cause| cause.downcast_ref());
    assert_eq!(
        (cause, calls.load(Ordering::Relaxed)),
        (Some(&Locked(13)), 1)
    );
}

#[test]
fn a_later_command_takes_the_name() {
    let (mut registry, calls) = console();
    // With other arguments than the earlier one: the name decides, and nothing else.
    registry.register("cancel", |job: u32| {
        Ok::<_, AnyError>(format!(
            "{job} goes on: no job is cancelled during the freeze"
        ))
    });
    let answer = registry
        .call("cancel", &["7"])
        .map_err(|error| error.to_string());
    assert_eq!(
        answer.as_deref(),
        Ok("7 goes on: no job is cancelled during the freeze"),
        "`cancel` was registered again, so the later command has to be called"
    );
    assert_eq!(
        calls.load(Ordering::Relaxed),
        0,
        "calls of the earlier `cancel`, which has been replaced"
    );
    let answer = registry
        .call("ping", &[])
        .map_err(|error| error.to_string());
    assert_eq!(
        answer.as_deref(),
        Ok("pong"),
        "`ping` was registered once, and is still there"
    );
}
