//! What a filter is read as, what is said about a bad one, and how the parser gets out of it.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use no_exceptions::{Filter, FilterError, Problem, parse};

fn is_field(word: &str) -> bool {
    ["status", "age", "team"].contains(&word)
}

fn is(field: &str, value: &str) -> Box<Filter> {
    Filter::Is(field.to_owned(), value.to_owned()).into()
}

fn above(field: &str, number: u64) -> Box<Filter> {
    Filter::Above(field.to_owned(), number).into()
}

thread_local! {
    static PANICS: Cell<u32> = const { Cell::new(0) };
}

/// How often this thread panics while it does this. What the hook sees elsewhere goes to the usual one.
fn panics_in<T>(work: impl FnOnce() -> T) -> (T, u32) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            PANICS.set(PANICS.get() + 1);
            usual(info);
        }));
    });
    let before = PANICS.get();
    let answer = work();
    (answer, PANICS.get() - before)
}

const LONG: &str = "status = open and ( age > 30 or not team = core ) or age < 5";

#[test]
fn good_filters_are_read() {
    use Filter::{And, Not, Or};
    for (text, expected) in [
        ("status = open", is("status", "open")),
        // A value is any word, even one that means something elsewhere.
        ("team = and", is("team", "and")),
        (
            "age > 30 or status = open and team = core",
            Or(
                above("age", 30),
                And(is("status", "open"), is("team", "core")).into(),
            )
            .into(),
        ),
        (
            "( age > 30 or status = open ) and team = core",
            And(
                Or(above("age", 30), is("status", "open")).into(),
                is("team", "core"),
            )
            .into(),
        ),
        (
            "not not status = open and age > 1",
            And(
                Not(Not(is("status", "open")).into()).into(),
                above("age", 1),
            )
            .into(),
        ),
    ] {
        assert_eq!(parse(text, is_field).as_ref(), Ok(&*expected), "{text:?}");
    }
    // 64 deep is the limit, and within it.
    let deep = format!("{}{}", "not ".repeat(64), "age < 5");
    assert!(parse(&deep, is_field).is_ok(), "64 `not` are allowed");
}

/// Bad filters, and the word and the problem that each has to be told.
fn bad() -> Vec<(String, usize, Problem)> {
    let unexpected = |word: &str| Problem::Unexpected(word.to_owned());
    let not_a_number = |word: &str| Problem::NotANumber(word.to_owned());
    let mut bad = vec![
        ("", 1, Problem::Missing),
        ("status", 2, Problem::Missing),
        ("status =", 3, Problem::Missing),
        ("age >", 3, Problem::Missing),
        ("status = open and", 5, Problem::Missing),
        ("( status = open", 5, Problem::Missing),
        ("( status = open or age > 3 team", 9, unexpected("team")),
        ("status = open )", 4, unexpected(")")),
        ("or status = open", 1, unexpected("or")),
        ("status is open", 2, unexpected("is")),
        ("staus = open", 1, Problem::UnknownField("staus".to_owned())),
        (
            "not ( age > 3 or size < 4 )",
            7,
            Problem::UnknownField("size".to_owned()),
        ),
        ("age > many", 3, not_a_number("many")),
        ("team = core and age < -1", 7, not_a_number("-1")),
        (
            "age > 99999999999999999999",
            3,
            not_a_number("99999999999999999999"),
        ),
    ]
    .into_iter()
    .map(|(text, word, problem)| (text.to_owned(), word, problem))
    .collect::<Vec<_>>();
    bad.push((format!("{}age < 5", "( ".repeat(65)), 66, Problem::TooDeep));
    bad
}

#[test]
fn a_bad_filter_is_told_by_word_and_problem() {
    for (text, word, problem) in bad() {
        let expected = FilterError { word, problem };
        assert_eq!(
            parse(&text, is_field),
            Err(expected),
            "{text:?}: the user sees which word is wrong, and how"
        );
    }
}

#[test]
fn no_text_makes_the_parser_panic() {
    let words: Vec<&str> = LONG.split(' ').collect();
    // Every beginning of a long filter, and the filter with each word replaced by each other one.
    let mut texts: Vec<String> = bad().into_iter().map(|(text, ..)| text).collect();
    for end in 0..words.len() {
        texts.push(words[..end].join(" "));
        for other in ["and", "not", "(", ")", "=", ">", "7", "nobody", "ß"] {
            let mut words = words.clone();
            words[end] = other;
            texts.push(words.join(" "));
        }
    }
    for text in texts {
        let (_, panics) = panics_in(|| parse(&text, is_field).is_ok());
        assert_eq!(
            panics, 0,
            "panics while {text:?} was read: the hook has written a stack trace and paged somebody, although a \
             user mistyped a filter"
        );
    }
}

#[test]
fn a_bug_of_the_caller_is_no_bad_filter() {
    let lookup = |field: &str| -> bool { panic!("no table of fields for `{field}`") };
    let answer = panic::catch_unwind(AssertUnwindSafe(|| parse("status = open", lookup)));
    assert!(
        answer.is_err(),
        "`is_field` panicked, which is a bug in the service; the parser told the user {:?} instead of letting the \
         panic through",
        answer.ok()
    );
}

#[test]
fn nothing_is_thrown_or_caught() {
    let found: Vec<(usize, &str)> = include_str!("../src/lib.rs")
        .lines()
        .enumerate()
        .map(|(at, line)| (at + 1, line.trim()))
        .filter(|(_, line)| !line.starts_with("//"))
        .filter(|(_, line)| {
            ["catch_unwind", "resume_unwind", "panic_any", "set_hook"]
                .iter()
                .any(|name| line.contains(name))
        })
        .collect();
    assert!(
        found.is_empty(),
        "in a program built with `panic = \"abort\"` these lines of src/lib.rs end the process or do nothing: {found:#?}"
    );
}
