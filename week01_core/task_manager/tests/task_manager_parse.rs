//! What a command line means, and what is said of one that means nothing.

use std::ffi::OsString;
use std::path::Path;

use task_manager::{
    Command, Date, Filter, Invocation, NewTask, Priority, Problem, TaskId, Timestamp, Title,
};

/// Splits at white space, but for what is between single quotes.
fn args(line: &str) -> Vec<OsString> {
    let mut args = Vec::new();
    for (at, part) in line.split('\'').enumerate() {
        if at % 2 == 1 {
            args.push(part.into());
        } else {
            args.extend(part.split_whitespace().map(OsString::from));
        }
    }
    args
}

fn parsed(line: &str) -> Command {
    match Invocation::parse(args(line)) {
        Ok(invocation) => invocation.command,
        Err(error) => panic!("`tasks {line}` is well formed, and was refused:\n{error}"),
    }
}

fn problems(line: &str) -> Vec<Problem> {
    match Invocation::parse(args(line)) {
        Ok(invocation) => panic!(
            "`tasks {line}` must be refused; it was taken to mean {:?}",
            invocation.command
        ),
        Err(error) => error.problems,
    }
}

fn added(line: &str) -> NewTask {
    match parsed(line) {
        Command::Add(new) => new,
        other => panic!("`tasks {line}` adds a task; it was taken to mean {other:?}"),
    }
}

fn id(number: u32) -> TaskId {
    TaskId::new(number).expect("tests use numbers from 1")
}

fn date(text: &str) -> Date {
    text.parse()
        .unwrap_or_else(|reason| panic!("`{text}` {reason}, said FromStr of Date"))
}

#[test]
fn a_well_formed_line_is_a_command() {
    assert_eq!(
        added("add 'Pay rent' --due 2026-03-01 --priority high --after 1 --after 2"),
        NewTask {
            title: "Pay rent".parse().expect("a title"),
            priority: Priority::High,
            due: Some(date("2026-03-01")),
            after: vec![id(1), id(2)],
        },
        "each value has a field, and `--after` may be there twice"
    );
    assert_eq!(parsed("done 7"), Command::Done(id(7)));
    assert_eq!(parsed("reopen 7"), Command::Reopen(id(7)));
    assert_eq!(parsed("remove 7"), Command::Remove(id(7)));
    assert_eq!(parsed("list"), Command::List(Filter::Open));
    assert_eq!(parsed("list --all"), Command::List(Filter::All));
    assert_eq!(parsed("list --overdue"), Command::List(Filter::Overdue));
    assert_eq!(parsed("import"), Command::Import);
    assert_eq!(parsed("help"), Command::Help);
    let elsewhere = Invocation::parse(args("--file work.json list")).expect("well formed");
    assert_eq!(elsewhere.file.as_deref(), Some(Path::new("work.json")));
}

#[test]
fn a_value_may_follow_an_equals_sign() {
    let new = added("add Rent --due=2026-03-01 --priority=low --after=4");
    assert_eq!(
        (new.title.as_str(), new.due, new.priority, new.after),
        ("Rent", Some(date("2026-03-01")), Priority::Low, vec![id(4)]),
        "`--due=2026-03-01` means the same as `--due 2026-03-01`; (title, due, priority, after)"
    );
}

#[test]
fn a_date_is_in_the_calendar() {
    for text in [
        "2024-02-29",
        "2000-02-29",
        "2026-12-31",
        "2026-04-30",
        "0001-01-01",
    ] {
        assert_eq!(
            date(text).to_string(),
            text,
            "a date is written as it was read"
        );
    }
    let bad = [
        "2026-02-29",
        "2100-02-29",
        "2026-04-31",
        "2026-00-10",
        "2026-13-01",
        "2026-01-00",
        "2026-1-1",
        "26-01-01",
        "2026-01-01-01",
        "2026-01",
        "2026-01-x1",
        "+026-01-01",
        "2026-01-01x",
        " 2026-01-01",
        "2026/01/01",
        "",
    ];
    for text in bad {
        assert!(
            text.parse::<Date>().is_err(),
            "`{text}` is no day of the calendar in the form 2026-03-01, and was read as {:?}",
            text.parse::<Date>()
        );
    }
    assert_eq!(
        Timestamp::from_secs(1_772_323_200).date(),
        date("2026-03-01"),
        "the day on which 1,772,323,200 seconds since 1970 had passed"
    );
}

#[test]
fn there_is_no_task_0() {
    assert_eq!(TaskId::new(0), None, "TaskId::new(0): numbers begin at 1");
    for text in ["0", "-1", "+7", "007x", "4294967296", "", " 7"] {
        assert!(
            text.parse::<TaskId>().is_err(),
            "`{text}` is no number of a task, and was read as {:?}",
            text.parse::<TaskId>()
        );
    }
    assert_eq!("4294967295".parse(), Ok(id(u32::MAX)), "the highest number");
}

#[test]
fn a_title_is_one_line_of_at_most_120_characters() {
    let title = |text: &str| text.parse::<Title>();
    assert_eq!(
        title("  Pay rent \n").as_ref().map(Title::as_str),
        Ok("Pay rent"),
        "white space around a title is not part of it"
    );
    let greek = "α".repeat(120);
    assert_eq!(
        title(&greek).as_ref().map(Title::as_str),
        Ok(greek.as_str()),
        "120 characters are allowed, whatever the number of their bytes"
    );
    for (text, why) in [
        ("", "nothing"),
        (" \t ", "white space alone"),
        ("one\ntwo", "two lines; a list has one for each task"),
        (
            "red \u{1b}[31m",
            "an escape sequence, which a terminal would obey",
        ),
        (&"x".repeat(121), "121 characters"),
    ] {
        assert!(title(text).is_err(), "a title must not be {why}: {text:?}");
    }
}

#[test]
fn a_mistyped_option_is_not_a_word_of_the_title() {
    let given = |given: &str, meant| {
        vec![Problem::UnknownOption {
            given: given.to_owned(),
            meant,
        }]
    };
    assert_eq!(
        problems("add Rent --deu 2026-03-01"),
        given("--deu", Some("--due")),
        "one mistake is one problem: the date belongs to the option that was meant"
    );
    assert_eq!(
        problems("add Rent --prioritie=high"),
        given("--prioritie", Some("--priority"))
    );
    assert_eq!(
        problems("add Rent --colour"),
        given("--colour", None),
        "no option of `add` is within two changes of `--colour`"
    );
    assert_eq!(
        problems("done 3 --due=2026-03-01"),
        given("--due", None),
        "`--due` is an option of `add`; `done` has none but `--file` and `--help`"
    );
    assert_eq!(
        problems("lits"),
        [Problem::UnknownCommand {
            given: "lits".to_owned(),
            meant: Some("list")
        }]
    );
}

#[test]
fn after_two_dashes_everything_is_an_argument() {
    assert_eq!(
        added("add -- --due").title.as_str(),
        "--due",
        "`--` ends the options, so what follows it is the title"
    );
    let new = added("add --priority low -- '-5 degrees: buy coal'");
    assert_eq!(
        (new.title.as_str(), new.priority),
        ("-5 degrees: buy coal", Priority::Low)
    );
}

#[test]
fn nothing_that_was_typed_is_lost() {
    assert_eq!(
        problems("add Rent --due 2026-03-01 --due 2026-04-01"),
        [Problem::Repeated { option: "--due" }],
        "two due dates: one of them would be lost"
    );
    assert_eq!(
        problems("add Pay rent"),
        [Problem::Unexpected {
            given: "rent".to_owned()
        }],
        "`add` takes one argument; the shell's quotes are what joins words"
    );
    assert_eq!(
        problems("done 3 4"),
        [Problem::Unexpected {
            given: "4".to_owned()
        }],
        "`done` takes one number"
    );
    assert_eq!(problems("list --all --overdue"), [Problem::Together]);
    assert_eq!(
        problems("list --all=no"),
        [Problem::UnwantedValue { option: "--all" }]
    );
}

#[test]
fn a_value_that_is_missing_is_not_the_next_option() {
    let due = [Problem::MissingValue { option: "--due" }];
    assert_eq!(problems("add Rent --due"), due);
    assert_eq!(
        problems("add Rent --due --priority high"),
        due,
        "`--priority` is no date: `--due` has no value, and the rest is right"
    );
    assert_eq!(problems("add"), [Problem::Missing { what: "TITLE" }]);
    assert_eq!(problems("remove"), [Problem::Missing { what: "ID" }]);
    assert_eq!(problems("--file work.json"), [Problem::NoCommand]);
}

#[test]
fn every_problem_is_reported_in_one_go() {
    let found = problems("add '' --due 2026-02-30 --priority urgent --after 0 --colour");
    let what: Vec<&str> = found
        .iter()
        .map(|problem| match problem {
            Problem::Invalid { what, .. } => *what,
            Problem::UnknownOption { given, .. } => given,
            other => panic!("an unexpected problem: {other:?}"),
        })
        .collect();
    assert_eq!(
        what,
        ["TITLE", "--due", "--priority", "--after", "--colour"],
        "five mistakes in one line are five problems, in the order of the arguments"
    );
    assert!(
        matches!(
            problems("remove --colour")[..],
            [
                Problem::UnknownOption { .. },
                Problem::Missing { what: "ID" }
            ]
        ),
        "what is missing comes last"
    );
}

#[cfg(unix)]
#[test]
fn an_argument_need_not_be_text() {
    use std::os::unix::ffi::OsStringExt;
    let latin = || OsString::from_vec(b"caf\xe9.json".to_vec());
    let invocation = Invocation::parse(["--file".into(), latin(), "list".into()])
        .expect("a path may be any bytes");
    assert_eq!(
        invocation.file.as_deref(),
        Some(Path::new(&latin())),
        "the path of `--file` is kept byte for byte"
    );
    let error = Invocation::parse(["add".into(), latin()]).expect_err("a title is text");
    assert!(
        matches!(error.problems[..], [Problem::NotUnicode { .. }]),
        "a title that is no UTF-8 is one problem and no panic; there were {:?}",
        error.problems
    );
}
