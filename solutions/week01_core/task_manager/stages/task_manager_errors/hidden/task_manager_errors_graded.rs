//! Failures that the visible tests do not stage.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use support::{Ended, Folder};

fn help(ended: &Ended) -> &str {
    let mut lines = ended
        .err
        .lines()
        .filter_map(|line| line.trim().strip_prefix("help: "));
    match (lines.next(), lines.next()) {
        (Some(help), None) => help,
        _ => panic!("`{}` must say one line of help:\n{}", ended.line, ended.err),
    }
}

#[test]
fn a_list_that_cannot_be_written_is_code_3_with_a_cause() {
    let folder = Folder::new();
    // Neither the lock nor the list can be made in a folder that is not there.
    let missing = folder.path("missing");
    let list = missing.join("tasks.json").display().to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_tasks"))
        .args(["--file", &list, "add", "rent"])
        .output()
        .expect("the program starts");
    let ended = Ended::of("add rent", output).expect(3, "there is no such folder");
    assert!(
        ended.err.contains(&list) && ended.err.contains("caused by: "),
        "standard error must name `{list}` and the cause:\n{}",
        ended.err
    );
    assert_eq!(ended.out, "");
    assert!(help(&ended).contains("`--file`"), "{}", ended.err);
    assert!(!missing.exists(), "nobody asked for a folder");
}

#[test]
fn other_refusals_are_code_1_with_a_remedy() {
    let folder = Folder::new();
    for args in [
        &["add", "one"][..],
        &["add", "two", "--after", "1"],
        &["done", "1"],
        &["done", "2"],
    ] {
        folder.run(args).expect(0, "it is allowed");
    }
    let ended = folder
        .run(&["reopen", "1"])
        .expect(1, "2 is done and comes after 1");
    assert!(help(&ended).contains("task 2"), "{}", ended.err);
    let ended = folder
        .run(&["add", "three", "--after", "7"])
        .expect(1, "there is no task 7");
    assert!(help(&ended).contains("`tasks list --all`"), "{}", ended.err);
    fs::write(
        folder.path("tasks.json"),
        r#"{"version": 3, "last_id": 4294967295, "tasks": []}"#,
    )
    .expect("the disk works");
    let ended = folder
        .run(&["add", "four"])
        .expect(1, "there are no more numbers");
    help(&ended);
}

#[test]
fn input_that_is_no_text_is_a_failure_and_imports_nothing() {
    let folder = Folder::new();
    let mut command = folder.tasks(&["import"]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(b"rent\ncaf\xe9\n").expect("it is read");
    drop(stdin);
    let output = child.wait_with_output().expect("the program ends");
    let ended = Ended::of("import", output).expect(5, "standard input is no UTF-8");
    help(&ended);
    let listed = folder
        .run(&["list"])
        .expect(0, "nothing is wrong with the list");
    assert_eq!(listed.out, "", "nothing was imported");
}

#[test]
fn nobody_need_listen_to_an_error() {
    let folder = Folder::new();
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = folder.tasks(&["done", "1"]);
    let child = command.stdout(Stdio::piped()).stderr(writer).spawn();
    let output = child
        .expect("the program starts")
        .wait_with_output()
        .expect("it ends");
    Ended::of("done 1", output).expect(1, "there is no task 1, whether anybody listens or not");
}

#[test]
fn help_is_no_failure() {
    let folder = Folder::new();
    let ended = folder.run(&["--help"]).expect(0, "it was asked for");
    assert!(
        ended.out.contains("add") && ended.err.is_empty(),
        "help is an answer: {ended:?}"
    );
}

#[test]
fn no_error_carries_what_a_terminal_obeys() {
    let folder = Folder::new();
    let red = "\u{1b}[31m";
    for args in [
        &[red][..],
        &["add", red],
        &["add", "x", red],
        &["list", &format!("--{red}")],
    ] {
        let ended = folder.run(args).expect(2, "it makes no sense");
        assert!(
            !ended.err.contains('\u{1b}'),
            "an escape sequence is shown and not sent; standard error is {:?}",
            ended.err
        );
    }
}
