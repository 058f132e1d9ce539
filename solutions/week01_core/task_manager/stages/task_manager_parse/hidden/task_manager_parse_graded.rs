//! The same promises at other values.

use std::ffi::OsString;
use std::path::Path;

use task_manager::{Command, Date, Invocation, Problem, TaskId, Timestamp, Title};

fn parse(args: &[&str]) -> Result<Invocation, Vec<Problem>> {
    Invocation::parse(args.iter().map(OsString::from)).map_err(|error| error.problems)
}

#[test]
fn every_day_of_two_centuries_is_read_as_it_is_written() {
    let mut before: Option<Date> = None;
    for day in 0..73_000_u64 {
        let date = Timestamp::from_secs(day * 86_400 + 86_399).date();
        assert_eq!(
            date.to_string().parse(),
            Ok(date),
            "day {day} since 1970 is {date}, and a date can be read again"
        );
        assert!(
            before.is_none_or(|before| before < date),
            "days are in order; {date} follows {before:?}"
        );
        before = Some(date);
    }
}

#[test]
fn days_that_are_not_in_the_calendar_are_none() {
    let mut days = 0;
    for month in 0..=99 {
        for day in 0..=99 {
            let text = format!("1900-{month:02}-{day:02}");
            days += u32::from(text.parse::<Date>().is_ok());
        }
    }
    assert_eq!(days, 365, "1900 was no leap year: so many days it had");
}

#[test]
fn help_is_given_whatever_else_is_wrong() {
    for args in [
        &["--help"][..],
        &["add", "--help"],
        &["add", "--due", "never", "--help"],
        &["remove", "x", "y", "--help"],
    ] {
        let command = parse(args).map(|invocation| invocation.command);
        assert_eq!(command, Ok(Command::Help), "`tasks {}`", args.join(" "));
    }
}

#[test]
fn a_file_may_be_named_anywhere() {
    for args in [
        ["--file", "a/b.json", "done", "3"],
        ["done", "--file", "a/b.json", "3"],
        ["done", "3", "--file", "a/b.json"],
    ] {
        let invocation = parse(&args).expect("the place of `--file` does not matter");
        assert_eq!(invocation.file.as_deref(), Some(Path::new("a/b.json")));
        assert_eq!(
            invocation.command,
            Command::Done(TaskId::new(3).expect("3 is a number"))
        );
    }
    let invocation = parse(&["list", "--file=x=y.json"]).expect("well formed");
    assert_eq!(
        invocation.file.as_deref(),
        Some(Path::new("x=y.json")),
        "the first equals sign ends the option's name"
    );
    assert_eq!(
        parse(&["--file", "a", "list", "--file", "b"]),
        Err(vec![Problem::Repeated { option: "--file" }])
    );
}

#[test]
fn the_same_predecessor_may_be_named_twice() {
    let after = match parse(&["add", "x", "--after", "2", "--after=2"]).map(|line| line.command) {
        Ok(Command::Add(new)) => new.after,
        other => panic!("`--after` may be repeated; this was taken for {other:?}"),
    };
    assert!(!after.is_empty() && after.iter().all(|id| id.get() == 2));
}

#[test]
fn mistakes_of_every_command_are_found() {
    let missing = |what| Err(vec![Problem::Missing { what }]);
    assert_eq!(parse(&["done"]), missing("ID"));
    assert_eq!(parse(&["reopen", "--"]), missing("ID"));
    assert_eq!(parse(&[]), Err(vec![Problem::NoCommand]));
    assert_eq!(parse(&["--"]), Err(vec![Problem::NoCommand]));
    for extra in [
        &["list", "x"][..],
        &["import", "x"],
        &["help", "x"],
        &["remove", "1", "x"],
    ] {
        assert_eq!(
            parse(extra),
            Err(vec![Problem::Unexpected {
                given: "x".to_owned()
            }]),
            "`tasks {}`",
            extra.join(" ")
        );
    }
    assert!(
        matches!(
            parse(&["add", "x", "--priority", "High"]).as_ref().map_err(Vec::as_slice),
            Err([Problem::Invalid { what: "--priority", given, .. }]) if given == "High"
        ),
        "priorities are low, normal and high"
    );
    assert_eq!(
        parse(&["frobnicate", "x", "--colour", "--due", "never"]),
        Err(vec![Problem::UnknownCommand {
            given: "frobnicate".to_owned(),
            meant: None
        }]),
        "after an unknown command nothing is known, so there is nothing more to report"
    );
    assert_eq!(
        parse(&["add", "x", "--file"]),
        Err(vec![Problem::MissingValue { option: "--file" }])
    );
}

#[test]
fn a_title_keeps_what_is_inside_it() {
    let title: Title = " a  b\u{a0}c ".parse().expect("one line");
    assert_eq!(title.as_str(), "a  b\u{a0}c", "only the ends are trimmed");
    assert!(
        "tab\there".parse::<Title>().is_err(),
        "a tab is a control character"
    );
    let dash = parse(&["add", "-", "--file", "-"]).expect("`-` alone is no option");
    assert_eq!(dash.file.as_deref(), Some(Path::new("-")));
    match dash.command {
        Command::Add(new) => assert_eq!(new.title.as_str(), "-"),
        other => panic!("`add -` adds a task; it was taken for {other:?}"),
    }
    let padded = format!("  {}  ", "y".repeat(120));
    assert!(
        padded.parse::<Title>().is_ok(),
        "120 characters once trimmed"
    );
}
