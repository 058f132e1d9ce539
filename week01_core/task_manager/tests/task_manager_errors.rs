//! What scripts and people are told when something goes wrong.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::fs::{self, File};
use std::io::Write;
use std::process::Stdio;

use support::{Ended, Folder};

/// A folder whose list has three tasks: 1 is done, 2 is open and comes after 1, 3 is open and comes after 2.
fn chain() -> Folder {
    let folder = Folder::new();
    for args in [
        &["add", "one"][..],
        &["add", "two", "--after", "1"],
        &["add", "three", "--after", "2"],
        &["done", "1"],
    ] {
        folder.run(args).expect(0, "it is well formed and allowed");
    }
    folder
}

/// The lines of standard error, each with what is before its first colon.
fn told(ended: &Ended) -> Vec<(&str, &str)> {
    ended
        .err
        .lines()
        .map(|line| line.trim().split_once(": ").unwrap_or((line, "")))
        .collect()
}

fn count(ended: &Ended, kind: &str) -> usize {
    told(ended)
        .iter()
        .filter(|(before, _)| *before == kind)
        .count()
}

#[track_caller]
fn remedy(ended: &Ended, what: &str) {
    assert_eq!(
        count(ended, "help"),
        1,
        "standard error of `{}` must have one line that begins with `help: `; it is:\n{}",
        ended.line,
        ended.err
    );
    let told = told(ended);
    let (_, help) = told
        .iter()
        .find(|(before, _)| *before == "help")
        .expect("counted above");
    assert!(
        help.contains(what),
        "the help of `{}` must name {what}; it says: {help}",
        ended.line
    );
}

fn import(folder: &Folder, input: &str) -> Ended {
    let mut command = folder.tasks(&["import"]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(input.as_bytes()).expect("it is read");
    drop(stdin);
    Ended::of(
        "import",
        child.wait_with_output().expect("the program ends"),
    )
}

#[test]
fn each_kind_of_failure_has_its_exit_code() {
    let folder = chain();
    for (args, code, why) in [
        (&["done", "9"][..], 1, "there is no task 9"),
        (&["done", "3"], 1, "2, which 3 waits for, is open"),
        (&["remove", "1"], 1, "2 comes after 1"),
        (&["add", ""], 2, "a title is not empty"),
        (&["lits"], 2, "there is no such command"),
        (&[], 2, "there is no command"),
    ] {
        folder.run(args).expect(code, why);
    }
    let lock = File::create(folder.path("tasks.json.lock")).expect("a file to lock");
    lock.lock().expect("nobody else is there");
    folder
        .run(&["--no-wait", "add", "x"])
        .expect(4, "another process holds the lock");
    drop(lock);

    for (bytes, why) in [
        ("not a list", "the file is damaged"),
        (r#"{"version": 99}"#, "a later release wrote the file"),
    ] {
        fs::write(folder.path("tasks.json"), bytes).expect("the disk works");
        folder.run(&["list"]).expect(3, why);
        folder.run(&["add", "x"]).expect(3, why);
    }
    fs::remove_file(folder.path("tasks.json")).expect("the disk works");
    fs::create_dir(folder.path("tasks.json")).expect("the disk works");
    folder.run(&["list"]).expect(3, "the file is a folder");
}

#[test]
fn what_failed_says_nothing_on_standard_output() {
    let folder = chain();
    for args in [
        &["done", "9"][..],
        &["add", ""],
        &["remove", "1"],
        &["list", "extra"],
    ] {
        let ended = folder.run(args);
        assert_eq!(
            (ended.out.as_str(), count(&ended, "error")),
            ("", 1),
            "(standard output, lines of standard error that begin with `error: `) of `{}`, which says:\n{}",
            ended.line,
            ended.err
        );
    }
    let listed = folder.run(&["list"]).expect(0, "nothing is wrong");
    assert_eq!(
        listed.err, "",
        "standard error of a run in which nothing went wrong"
    );
}

#[test]
fn every_problem_with_a_line_has_a_line() {
    let folder = Folder::new();
    let ended = folder
        .run(&["add", "", "--due", "2026-02-30", "--colour"])
        .expect(2, "three things are wrong");
    assert_eq!(
        count(&ended, "error"),
        3,
        "three problems are three lines that begin with `error: `; there are these:\n{}",
        ended.err
    );
    remedy(&ended, "`tasks help`");
}

#[test]
fn a_refusal_says_what_to_do() {
    let folder = chain();
    for (args, what) in [
        (&["done", "9"][..], "`tasks list --all`"),
        (&["done", "3"], "`tasks done 2`"),
        (&["done", "1"], "`tasks reopen 1`"),
        (&["reopen", "2"], "`tasks done 2`"),
        (&["remove", "1"], "task 2"),
    ] {
        let ended = folder.run(args).expect(1, "the list refuses");
        remedy(&ended, what);
    }
}

#[test]
fn a_file_that_fails_is_named_with_its_cause_and_a_way_out() {
    let folder = Folder::new();
    fs::create_dir(folder.path("tasks.json")).expect("the disk works");
    let ended = folder.run(&["list"]).expect(3, "the file is a folder");
    let cause = fs::read(folder.path("tasks.json"))
        .expect_err("it is a folder")
        .to_string();
    assert_eq!(
        (
            count(&ended, "caused by"),
            ended.err.matches(&cause).count()
        ),
        (1, 1),
        "the system says `{cause}`. (Lines that begin with `caused by: `, times that it is said) in:\n{}",
        ended.err
    );
    let path = folder.path("tasks.json").display().to_string();
    assert!(
        told(&ended)
            .first()
            .is_some_and(|(_, error)| error.contains(&path)),
        "the line that begins with `error: ` must name `{path}`:\n{}",
        ended.err
    );
    remedy(&ended, "`--file`");

    fs::remove_dir(folder.path("tasks.json")).expect("the disk works");
    fs::write(folder.path("tasks.json"), "not a list").expect("the disk works");
    let ended = folder.run(&["add", "x"]).expect(3, "the file is damaged");
    remedy(&ended, &path);

    let lock = File::create(folder.path("tasks.json.lock")).expect("a file to lock");
    lock.lock().expect("nobody else is there");
    let ended = folder
        .run(&["--no-wait", "add", "x"])
        .expect(4, "another process holds the lock");
    remedy(&ended, "`--no-wait`");
}

#[test]
fn an_import_is_one_change() {
    let folder = Folder::new();
    let red = "red \u{1b}[31m";
    let ended = import(
        &folder,
        &format!("rent\n{red}\n\nbackup\n{}\n", "x".repeat(121)),
    );
    let ended = ended.expect(2, "lines 2 and 5 are no titles");
    let bad: Vec<&str> = told(&ended)
        .into_iter()
        .filter(|(before, _)| *before == "error")
        .map(|(_, line)| line)
        .collect();
    assert!(
        matches!(&bad[..], [one, other] if one.contains("line 2") && other.contains("line 5")),
        "lines 2 and 5 are bad, and each is a line that begins with `error: line 2` or `line 5`:\n{}",
        ended.err
    );
    assert!(
        !ended.err.contains('\u{1b}'),
        "an escape sequence is shown and not sent"
    );
    let listed = folder
        .run(&["list"])
        .expect(0, "nothing is wrong with the list");
    assert_eq!(
        listed.out, "",
        "two of four lines were bad, so nothing was imported"
    );

    let ended = import(&folder, "rent\n\n  \nbackup").expect(0, "blank lines are no tasks");
    assert_eq!(ended.out, "added 1\nadded 2\n", "one line for each task");
}

#[test]
fn a_reader_that_has_gone_is_no_failure() {
    let folder = chain();
    for args in [&["list", "--all"][..], &["add", "four"], &["help"]] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut command = folder.tasks(args);
        let child = command.stdout(writer).stderr(Stdio::piped()).spawn();
        let output = child
            .expect("the program starts")
            .wait_with_output()
            .expect("it ends");
        let ended = Ended::of(&args.join(" "), output)
            .expect(0, "as in `tasks list | head -1`, nobody reads on");
        assert_eq!(ended.err, "", "standard error of `{}`", ended.line);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_is_lost_is_a_failure() {
    let folder = chain();
    for args in [&["list"][..], &["add", "four"]] {
        let full = File::options()
            .write(true)
            .open("/dev/full")
            .expect("Linux has one");
        let mut command = folder.tasks(args);
        let child = command.stdout(full).stderr(Stdio::piped()).spawn();
        let output = child
            .expect("the program starts")
            .wait_with_output()
            .expect("it ends");
        let ended = Ended::of(&args.join(" "), output);
        let ended = ended.expect(5, "a full disk took nothing of the answer");
        remedy(&ended, "standard output");
    }
}
