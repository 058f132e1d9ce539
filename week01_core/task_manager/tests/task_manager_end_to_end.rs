//! Stage 8: the learner's suite is run on the program, on some that are right in another way, and on twelve with one
//! mistake each.

#![cfg(unix)]

#[path = "support/lab.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod lab;
mod suite;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;
#[path = "support/trial.rs"]
mod trial;

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::thread;

use suite::checks;
use support::Folder;
use trial::{assert_holds, assert_is_found};

/// The test as which the lab starts this file again.
const HOST: &str = "each_check_says_in_its_name_what_holds";

fn tasks() -> Command {
    Command::new(env!("CARGO_BIN_EXE_tasks"))
}

#[test]
fn each_check_says_in_its_name_what_holds() {
    lab::serve_if_asked(|| trial::quietly(|| trial::all_broken(tasks)));
    trial::assert_names_are_sentences();
}

#[test]
fn the_program_passes() {
    assert_holds(tasks, "your program");
    assert_holds(
        lab::program::<{ lab::ORIGINAL }>,
        "a program that does as these pages say",
    );
}

#[test]
fn a_program_that_says_it_in_other_words_passes() {
    assert_holds(
        lab::program::<{ lab::OTHER_WORDS }>,
        "a program with other words in its help and its errors, with other spaces in its lists and in its file, and with \
         another name for the file that it is about to rename. Nobody was promised any of these",
    );
}

#[test]
fn the_hour_makes_no_difference() {
    assert_holds(
        lab::program::<{ lab::AT_HALF_PAST_NOUGHT }>,
        "the program, half an hour after midnight (UTC)",
    );
    assert_holds(
        lab::program::<{ lab::BEFORE_MIDNIGHT }>,
        "the program, half an hour before midnight (UTC)",
    );
    let code = include_str!("suite/mod.rs");
    let words = code.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-');
    let today = support::at(
        std::time::SystemTime::UNIX_EPOCH
            .elapsed()
            .map_or(0, |since| since.as_secs()),
    )
    .date()
    .to_string();
    for word in words {
        assert!(
            !word.starts_with("sleep"),
            "`tests/suite/mod.rs` sleeps. On a busy machine that is too short, and on every other one it is lost time: wait for \
             what you are waiting for"
        );
        let is_date = word.len() == 10 && word.parse::<task_manager::Date>().is_ok();
        assert!(
            !is_date || word <= today.as_str() || word > "2200",
            "the date {word} in `tests/suite/mod.rs` is yet to come, and will not be for ever: what does your suite say on the day after?"
        );
    }
}

/// Every file below a folder, with what is in it.
fn files(folder: &std::path::Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("it is there") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            found.extend(files(&path));
            found.insert(path.display().to_string(), "a folder".to_owned());
        } else {
            let text = fs::read(&path).unwrap_or_default();
            let text = String::from_utf8_lossy(&text).into_owned();
            found.insert(path.display().to_string(), text);
        }
    }
    found
}

#[test]
fn the_place_makes_no_difference_and_is_left_as_it_was() {
    assert!(!checks().is_empty(), "without a check nothing is held");
    let folder = Folder::new();
    for name in ["home", "here", "temporary"] {
        fs::create_dir(folder.path(name)).expect("the disk works");
    }
    for mine in ["home/tasks.json", "here/tasks.json", "elsewhere.json"] {
        fs::write(folder.path(mine), "somebody's own").expect("the disk works");
    }
    let before = files(&folder.path(""));
    let me = std::env::current_exe().expect("a test knows its own file");
    let output = Command::new(me)
        .args(["--exact", "--nocapture", HOST])
        .env("TASKS_LAB", "suite")
        .env("TASKS_FILE", folder.path("elsewhere.json"))
        .env("HOME", folder.path("home"))
        .env("TMPDIR", folder.path("temporary"))
        .env("TZ", "UTC-14")
        .env("LC_ALL", "el_GR.UTF-8")
        .current_dir(folder.path("here"))
        .output()
        .expect("this test can be started again");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "your checks hold of the program, and not in a place where TASKS_FILE, HOME, TZ and LC_ALL are set and the current folder has \
         a tasks.json of somebody's own. There they say:\n{said}"
    );
    let after = files(&folder.path(""));
    let new: Vec<&String> = after
        .keys()
        .filter(|path| !before.contains_key(*path))
        .collect();
    assert!(
        new.is_empty(),
        "the suite was over, and this was left behind: {new:?}. A machine that runs it for a year has a year of it"
    );
    assert_eq!(
        after, before,
        "files that were there before the suite, and what became of them"
    );
}

#[test]
fn order_and_company_make_no_difference() {
    let mut checks = checks();
    assert!(!checks.is_empty(), "without a check nothing is held");
    let alone: Vec<String> = trial::quietly(|| {
        let twice = checks.iter().chain(&checks);
        twice
            .filter_map(|check| trial::broken(check, tasks))
            .collect()
    });
    assert!(
        alone.is_empty(),
        "run twice, one after the other, these checks do not hold of your program:\n{}",
        alone.join("\n")
    );
    checks.reverse();
    let alone = |check| trial::quietly(|| trial::broken(check, tasks));
    let together: Vec<String> = thread::scope(|scope| {
        let twice = checks.iter().chain(&checks);
        let threads: Vec<_> = twice
            .map(|check| scope.spawn(move || alone(check)))
            .collect();
        let said = threads.into_iter().map(thread::ScopedJoinHandle::join);
        said.filter_map(|said| said.unwrap_or(None)).collect()
    });
    assert!(
        together.is_empty(),
        "each check holds alone. All of them at once, each of them twice, these do not:\n{}",
        together.join("\n")
    );
}

#[test]
fn success_in_any_case_is_found() {
    assert_is_found(
        lab::program::<{ lab::ALWAYS_0 }>,
        "every run ends with exit code 0, also where it prints an error: the nightly job goes on as if all were well",
    );
}

#[test]
fn errors_among_the_answers_are_found() {
    assert_is_found(
        lab::program::<{ lab::ERRORS_ARE_ANSWERS }>,
        "errors are on standard output, where the next program in the pipe takes them for tasks",
    );
}

#[test]
fn a_list_that_is_cut_off_is_found() {
    assert_is_found(
        lab::program::<{ lab::LISTS_A_PAGE }>,
        "`tasks list` ends after 4,096 bytes, in the middle of a task",
    );
}

#[test]
fn a_number_that_is_given_twice_is_found() {
    assert_is_found(
        lab::program::<{ lab::NUMBERS_AGAIN }>,
        "the number of a task that was removed is given again, and the commit that closes task 40 is about another one",
    );
}

#[test]
fn a_lock_that_nobody_takes_is_found() {
    assert_is_found(
        lab::program::<{ lab::NO_LOCK }>,
        "of two processes that add at the same time one loses its task, and both said `added`",
    );
}

#[test]
fn a_list_that_is_written_over_is_found() {
    assert_is_found(
        lab::program::<{ lab::WRITES_OVER }>,
        "the file is emptied and written anew, under the eyes of whoever reads it, and half of it is there after a crash",
    );
}

#[test]
fn a_lock_that_outlives_its_process_is_found() {
    assert_is_found(
        lab::program::<{ lab::THERE_IS_LOCKED }>,
        "after a process was killed the list stays locked until somebody deletes a file by hand",
    );
}

#[test]
fn half_an_import_is_found() {
    assert_is_found(
        lab::program::<{ lab::LINE_BY_LINE }>,
        "of an import with a bad line the good ones are in the list, and are in it again after the next attempt",
    );
}

#[test]
fn a_migration_that_drops_a_field_is_found() {
    assert_is_found(
        lab::program::<{ lab::AFTER_IS_LOST }>,
        "tasks of version 2 no longer wait for those that they come after",
    );
}

#[test]
fn days_of_the_machine_are_found() {
    let behaviour = "what is late depends on the time zone of whoever asks";
    assert_is_found(
        lab::program::<{ lab::LOCAL_AT_HALF_PAST_NOUGHT }>,
        &format!(
            "{behaviour}: half an hour after midnight in UTC, a list that is made where it is still yesterday leaves tasks out"
        ),
    );
    assert_is_found(
        lab::program::<{ lab::LOCAL_BEFORE_MIDNIGHT }>,
        &format!(
            "{behaviour}: half an hour before midnight in UTC, a list that is made where it is tomorrow has tasks too many"
        ),
    );
}

#[test]
fn a_list_at_home_is_found() {
    assert_is_found(
        lab::program::<{ lab::AT_HOME }>,
        "without `--file` and TASKS_FILE the list is in the home folder, and that of the current folder is not seen",
    );
}

#[test]
fn a_damaged_list_that_is_replaced_is_found() {
    assert_is_found(
        lab::program::<{ lab::DAMAGED_IS_EMPTY }>,
        "a file that makes no sense is taken for an empty list, and the next task is written over it",
    );
}
