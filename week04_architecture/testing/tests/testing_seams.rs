//! Stage 1: the program as it is, from outside; and what can be tried once there are seams.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use dunning::{Date, dun};
use support::{Paper, lines};

/// A folder of its own that goes away with its test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("dunning-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a folder for this test");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn machines_date() -> Date {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let days = since.expect("it is after 1970").as_secs() / 86_400;
    Date::after_epoch(i64::try_from(days).expect("not so many days"))
}

fn dunning(folder: &Path, flags: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_dunning"))
        .arg(folder)
        .args(flags)
        .output()
        .expect("the program runs");
    let code = output.status.code().expect("it ends by itself");
    let said = String::from_utf8(output.stdout).expect("it says text");
    (code, said)
}

/// Without the line that depends on the day of the week.
fn letter(folder: &Path, name: &str) -> String {
    let path = folder.join("letters").join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!("letters/{name} was expected to be written, and can't be read: {error}")
    });
    let kept = text
        .lines()
        .filter(|line| !line.starts_with("Please pay by "));
    kept.map(|line| format!("{line}\n")).collect()
}

/// All that can be said of the program from outside: what to expect has to be worked out from the machine's date.
fn a_night(folder: &Path, today: Date) {
    let ago = |days: i64| today + -days;
    let ledger = format!(
        "# the ledger\n\
         R-1;Ada;private;12000;{};0;-;0;\n\
         R-2;Bo;private;12000;{};0;-;0;\n\
         R-3;Cy Ltd;business;500000;{};0;-;0;\n\
         R-4;Dee;private;20000;{};2;{};250;\n\
         R-5;Edam;public;90000;{};3;{};0;\n\
         R-6;Flo;private;499;{};0;-;0;\n\
         R-7;Gil;private;70000;{};0;-;0;hold\n\
         R-8;Hal GmbH;business;300;{};3;{};4000;\n\
         R-9;Ida;private;0;{};1;{};0;\n\
         oops\n",
        ago(8),
        ago(7),
        ago(73),
        ago(365),
        ago(14),
        ago(200),
        ago(100),
        ago(400),
        ago(90),
        ago(90),
        ago(30),
        ago(60),
        ago(30),
    );
    fs::write(folder.join("ledger.csv"), &ledger).expect("the ledger is written");

    let (code, said) = dunning(folder, &["--dry"]);
    let report = "R-1: reminder 1, 120.00\n\
                  R-3: reminder 1, 5130.00\n\
                  R-4: reminder 3, 217.50\n\
                  R-7: on hold\n\
                  R-8: to the lawyer\n\
                  line 11: not understood\n\
                  3 letters, 5467.50\n";
    assert_eq!(
        said,
        format!("dunning {today} (dry)\n{report}"),
        "what a dry run says"
    );
    assert_eq!(code, 1, "the exit code, as a line is not understood");
    assert!(
        !folder.join("letters").exists(),
        "a dry run writes no letter"
    );

    let (code, said) = dunning(folder, &[]);
    assert_eq!(
        said,
        format!("dunning {today}\n{report}"),
        "what a run says, each line once"
    );
    assert_eq!(code, 1, "the exit code, as a line is not understood");
    assert_eq!(
        letter(folder, "R-3-1.txt"),
        "Reminder 1 for R-3\nTo: Cy Ltd\nOpen: 5000.00\nFees: 40.00\nInterest: 90.00\nTotal: 5130.00\n",
        "a business pays 40.00 once, and 9 % a year"
    );
    assert_eq!(
        letter(folder, "R-4-3.txt"),
        "Last reminder for R-4\nTo: Dee\nOpen: 200.00\nFees: 7.50\nInterest: 10.00\nTotal: 217.50\n",
        "the third reminder of a private customer, with the fees of both and 5 % a year"
    );
    let after = fs::read_to_string(folder.join("ledger.csv")).expect("there is a ledger");
    let after: Vec<&str> = after.lines().collect();
    let before: Vec<&str> = ledger.lines().collect();
    assert_eq!(
        after.len(),
        before.len(),
        "lines of the ledger after the run: {after:#?}"
    );
    let changed: Vec<&str> = (before.iter().zip(&after))
        .filter(|(before, after)| before != after)
        .map(|(_, after)| *after)
        .collect();
    assert_eq!(
        changed,
        [
            format!("R-1;Ada;private;12000;{};1;{today};0;", ago(8)),
            format!("R-3;Cy Ltd;business;500000;{};1;{today};4000;", ago(73)),
            format!("R-4;Dee;private;20000;{};3;{today};750;", ago(365)),
            format!("R-8;Hal GmbH;business;300;{};9;{today};4000;", ago(90)),
        ],
        "the lines that a run has changed; all others stay as they are"
    );
}

#[test]
fn the_program_does_what_it_did() {
    // Midnight may come in between. Then it is tried again, and the next midnight is far.
    let mut done = false;
    while !done {
        let folder = Folder::new("night");
        let today = machines_date();
        let night = std::panic::catch_unwind(|| a_night(&folder.0, today));
        done = machines_date() == today;
        if let (true, Err(said)) = (done, night) {
            std::panic::resume_unwind(said);
        }
    }
}

#[test]
fn a_wrong_word_is_answered_with_the_usage() {
    let folder = Folder::new("usage");
    for flags in [&["--now"][..], &["--only"], &["--dry", "private"]] {
        assert_eq!(
            dunning(&folder.0, flags),
            (
                2,
                "usage: dunning FOLDER [--dry] [--only KIND]\n".to_owned()
            ),
            "exit code and output for the flags {flags:?}"
        );
    }
    let (code, said) = dunning(&folder.0, &["--only", "private"]);
    assert_eq!(code, 2, "the exit code without a ledger");
    assert!(
        said.ends_with("\ncannot read ledger.csv\n"),
        "without a ledger the last line was expected to say so, and the output is {said:?}"
    );
}

#[test]
fn a_run_reads_writes_and_speaks_in_its_world() {
    let mut world = Paper::new(
        "2026-03-02",
        &[
            "R-1;Ada;private;12000;2026-02-01;0;-;0;",
            "R-2;Bo;business;9000;2026-03-01;0;-;0;",
        ],
    );
    let code = dun(&[], &mut world);
    assert_eq!(
        world.said,
        [
            "dunning 2026-03-02",
            "R-1: reminder 1, 120.00",
            "1 letters, 120.00"
        ],
        "what the run says to its world"
    );
    assert_eq!(code, 0, "the exit code");
    assert_eq!(
        world.file("letters/R-1-1.txt"),
        "Reminder 1 for R-1\nTo: Ada\nOpen: 120.00\nTotal: 120.00\nPlease pay by 2026-03-12.\n",
        "the letter in this world"
    );
    assert_eq!(
        world.file("ledger.csv"),
        lines(&[
            "R-1;Ada;private;12000;2026-02-01;1;2026-03-02;0;",
            "R-2;Bo;business;9000;2026-03-01;0;-;0;",
        ]),
        "the ledger of this world"
    );
}

#[test]
fn two_sundays_and_a_leap_day_are_tried_in_a_second() {
    for (today, level, by, why) in [
        (
            "2026-02-26",
            0,
            "2026-03-09",
            "ten days after a Thursday is a Sunday, so it is the Monday",
        ),
        (
            "2026-02-25",
            0,
            "2026-03-09",
            "ten days after a Wednesday is a Saturday, so it is the Monday",
        ),
        (
            "2028-02-19",
            0,
            "2028-02-29",
            "ten days later there is a leap day",
        ),
        (
            "2026-03-02",
            2,
            "2026-03-09",
            "a last reminder leaves seven days",
        ),
    ] {
        let last = if level == 0 { "-" } else { "2026-01-05" };
        let row = format!("R-1;Ada;private;12000;2026-01-02;{level};{last};0;");
        let mut world = Paper::new(today, &[&row]);
        dun(&[], &mut world);
        let name = format!("letters/R-1-{}.txt", level + 1);
        let letter = world.file(&name);
        assert!(
            letter.ends_with(&format!("Please pay by {by}.\n")),
            "a run on {today}: {why}. The letter is {letter:?}"
        );
    }
}

#[test]
fn a_run_has_one_day() {
    let mut world = Paper::new(
        "2026-03-02",
        &[
            "R-1;Ada;private;12000;2026-02-22;0;-;0;",
            "R-2;Bo;private;12000;2026-02-23;0;-;0;",
            "R-3;Cy;private;12000;2026-02-24;0;-;0;",
        ],
    )
    .in_haste();
    dun(&[], &mut world);
    assert_eq!(
        world.letters(),
        ["letters/R-1-1.txt"],
        "on 2026-03-02, the day on which the run began, only R-1 is more than seven days late. In this world a day passes each \
         time that somebody asks for the date, as it does at midnight"
    );
    let letter = world.file("letters/R-1-1.txt");
    assert!(
        letter.ends_with("Please pay by 2026-03-12.\n"),
        "the letter counts from 2026-03-02, the day on which the run began, and is {letter:?}"
    );
    assert_eq!(
        world.file("ledger.csv").lines().next(),
        Some("R-1;Ada;private;12000;2026-02-22;1;2026-03-02;0;"),
        "the ledger says the day on which the run began"
    );
}

#[test]
fn a_letter_that_is_not_written_was_not_sent() {
    let ledger = [
        "R-1;Ada;private;12000;2026-02-01;0;-;0;",
        "R-2;Bo;private;5000;2026-02-01;0;-;0;",
    ];
    let mut world = Paper::new("2026-03-02", &ledger).refusing("letters/R-1-1.txt");
    let code = dun(&[], &mut world);
    assert_eq!(
        world.said,
        [
            "dunning 2026-03-02",
            "cannot write letters/R-1-1.txt",
            "R-2: reminder 1, 50.00",
            "1 letters, 50.00"
        ],
        "the disk was full for one letter, and the run goes on with the next"
    );
    assert_eq!(code, 1, "the exit code, as a letter was left out");
    assert_eq!(
        world.file("ledger.csv"),
        lines(&[ledger[0], "R-2;Bo;private;5000;2026-02-01;1;2026-03-02;0;"]),
        "R-1 has had no letter, so its line stays and the next run tries again"
    );

    let mut world = Paper::new("2026-03-02", &ledger).refusing("ledger.csv");
    let code = dun(&[], &mut world);
    assert_eq!(
        (code, world.said.last().map(String::as_str)),
        (2, Some("cannot write ledger.csv")),
        "exit code and last line where the ledger can't be written"
    );
}
