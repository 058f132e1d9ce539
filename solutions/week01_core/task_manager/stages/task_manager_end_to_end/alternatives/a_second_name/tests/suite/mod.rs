//! The suite from outside: the program as a process, judged by what it says, how it ends and what it leaves.
//!
//! A check knows no word of the program that nobody was promised: not the text of an error, not the layout of a list or of the
//! file. It waits for nothing but a process, and a lock that it holds itself.

mod sandbox;

use std::process::Command;
use std::time::SystemTime;

use serde_json::json;
use task_manager::Timestamp;

use sandbox::Sandbox;

/// Makes a command that starts the program. Arguments, environment and folder are for a check to add.
pub type Program = fn() -> Command;

/// Something that is to hold of the program.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// What holds, in a sentence.
    pub name: &'static str,
    /// Panics if it does not hold of a program.
    pub holds: fn(Program),
}

/// The suite.
pub fn checks() -> Vec<Check> {
    let check = |name, holds| Check { name, holds };
    vec![
        check("what is added is listed until it is done", day),
        check("who fails says so and changes nothing", failures),
        check("a long list is listed to its end", long),
        check("a number is never given again", numbers),
        check("a title may be in any script", scripts),
        check("the list is where it was said to be", places),
        check("late is by the day in UTC", late),
        check("a list that is locked is left alone", locked),
        check("twelve that add at once lose nothing", twelve),
        check("who reads a list goes on reading it", readers),
        check("a process that was killed is in nobody's way", killed),
        check("an import is made whole or not at all", imports),
        check("a file without sense is left alone", strange),
        check("version 1 is read and then kept", version_1),
        check("version 2 is read and then kept", version_2),
    ]
}

fn day(program: Program) {
    let place = Sandbox::new(program);
    place.run(&["list"]).lists(&[]);
    place
        .run(&["add", "rent", "--priority", "low"])
        .answers("added 1\n");
    place
        .run(&["add", "backup", "--after", "1"])
        .answers("added 2\n");
    place.run(&["list"]).lists(&["backup", "rent"]);
    place.run(&["done", "1"]).well();
    place.run(&["list"]).lists(&["backup"]);
    place.run(&["list", "--all"]).lists(&["backup", "rent"]);
    place.run(&["help"]).well();
    let kept = place.kept();
    assert_eq!(
        (
            &kept["version"],
            &kept["tasks"][0]["done"],
            &kept["tasks"][1]["after"]
        ),
        (&json!(3), &json!(true), &json!([1])),
        "(version, whether 1 is done, what 2 comes after) in the file"
    );
}

fn failures(program: Program) {
    let place = Sandbox::new(program);
    place.run(&["add", "rent"]).well();
    place.run(&["add", "mail", "--after", "1"]).well();
    let before = place.text("tasks.json");
    for (args, code) in [
        (&["done", "9"][..], 1),
        (&["done", "2"], 1),
        (&["reopen", "1"], 1),
        (&["remove", "1"], 1),
        (&["add", ""], 2),
        (&["add", "x", "--due", "2026-02-30"], 2),
        (&["lits"], 2),
        (&[], 2),
        (&["--file", "no/such/folder/tasks.json", "add", "x"], 3),
    ] {
        place.run(args).fails(code);
        assert_eq!(place.text("tasks.json"), before, "the file after {args:?}");
    }
}

fn long(program: Program) {
    let place = Sandbox::new(program);
    let titles: Vec<String> = (1..=500)
        .map(|at| format!("task {at} of a long list"))
        .collect();
    place.feed(&["import"], &titles.join("\n")).well();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    place.run(&["list"]).lists(&titles);
}

fn numbers(program: Program) {
    let place = Sandbox::new(program);
    place.run(&["add", "one"]).answers("added 1\n");
    place.run(&["add", "two"]).answers("added 2\n");
    place.run(&["remove", "2"]).well();
    place.run(&["remove", "1"]).well();
    place.run(&["add", "three"]).answers("added 3\n");
}

fn scripts(program: Program) {
    for locale in ["C", "el_GR.UTF-8"] {
        let place = Sandbox::new(program);
        place.run(&["add", "ενοίκιο – 家賃"]).well();
        let listed = place.tasks(&["list"]).env("LC_ALL", locale).output();
        let out = String::from_utf8(listed.expect("the program starts").stdout);
        let out = out.expect("UTF-8, whatever the locale");
        assert!(
            out.contains("ενοίκιο – 家賃"),
            "with LC_ALL={locale}: {out}"
        );
    }
}

fn places(program: Program) {
    let place = Sandbox::new(program);
    let run = |args: &[&str], named: Option<&str>| {
        let mut command = place.tasks(args);
        // A home there has to be, or nobody would know that it is not looked at.
        std::fs::create_dir_all(place.path("home")).expect("the disk works");
        command.env("HOME", place.path("home"));
        if let Some(named) = named {
            command.env("TASKS_FILE", place.path(named));
        }
        let status = command.status().expect("the program starts");
        assert!(
            status.success(),
            "{args:?} with TASKS_FILE {named:?}: {status}"
        );
    };
    run(&["add", "here"], None);
    run(&["add", "named"], Some("named.json"));
    run(&["--file", "said.json", "add", "said"], Some("named.json"));
    for (file, title) in [
        ("tasks.json", "here"),
        ("named.json", "named"),
        ("said.json", "said"),
    ] {
        place.run(&["--file", file, "list"]).lists(&[title]);
    }
}

/// The date so many days from today, in UTC.
fn date(days: i64) -> String {
    let now = SystemTime::UNIX_EPOCH.elapsed().expect("it is after 1970");
    let then = now.as_secs().saturating_add_signed(days * 86_400);
    Timestamp::from_secs(then).date().to_string()
}

fn late(program: Program) {
    let lists = loop {
        let today = date(0);
        let place = Sandbox::new(program);
        for days in -2..=2 {
            let due = date(days);
            place
                .run(&["add", &format!("day {days}"), "--due", &due])
                .well();
        }
        // What is late is one question, wherever it is asked. One of the two far zones always has another date than UTC.
        let lists = ["UTC", "UTC-14", "UTC+12"].map(|zone| {
            let mut command = place.tasks(&["list", "--overdue"]);
            let output = command.env("TZ", zone).output();
            String::from_utf8(output.expect("the program starts").stdout).expect("UTF-8")
        });
        if date(0) == today {
            break lists;
        }
    };
    let [here, ahead, behind] = lists;
    assert_eq!(
        ahead, here,
        "what is late 14 hours ahead of UTC, and in UTC"
    );
    assert_eq!(behind, here, "what is late 12 hours behind UTC, and in UTC");
    let lines: Vec<&str> = here.lines().collect();
    assert!(
        matches!(lines[..], [one, two] if one.ends_with("day -2") && two.ends_with("day -1")),
        "of five days around today two are over: {here}"
    );
}

fn locked(program: Program) {
    let place = Sandbox::new(program);
    place.run(&["add", "rent"]).well();
    let before = place.text("tasks.json");
    let lock = place.lock();
    place.run(&["--no-wait", "add", "mail"]).fails(4);
    let waiting = place.start(&["add", "backup"]);
    // Who only reads waits for nobody.
    place.run(&["list"]).lists(&["rent"]);
    assert_eq!(
        place.text("tasks.json"),
        before,
        "the file while it is locked"
    );
    drop(lock);
    waiting.end(&["add", "backup"]).answers("added 2\n");
    place.run(&["list"]).lists(&["rent", "backup"]);
}

fn twelve(program: Program) {
    let place = Sandbox::new(program);
    let lock = place.lock();
    let all: Vec<_> = (0..12).map(|_| place.start(&["add", "rent"])).collect();
    // All of them are there before the first may begin, so this is no question of luck.
    drop(lock);
    let mut said: Vec<String> = Vec::new();
    for running in all {
        said.push(running.end(&["add", "rent"]).well().out);
    }
    said.sort_by_key(|line| line.len());
    let mut expected: Vec<String> = (1..=12).map(|at| format!("added {at}\n")).collect();
    said.sort();
    expected.sort();
    assert_eq!(said, expected, "what twelve processes were told");
    place.run(&["list"]).lists(&["rent"; 12]);
}

fn readers(program: Program) {
    let place = Sandbox::new(program);
    place.run(&["add", "rent"]).well();
    let before = place.text("tasks.json").expect("there is a list");
    // A second name for the same file. If the list is replaced, this one stays with the old file.
    std::fs::hard_link(place.path("tasks.json"), place.path("old.json"))
        .expect("the disk has links");
    place.run(&["done", "1"]).well();
    place.run(&["add", "mail"]).well();
    assert_eq!(
        place.text("old.json"),
        Some(before),
        "the file that was there before, under its second name"
    );
}

fn killed(program: Program) {
    let place = Sandbox::new(program);
    place.run(&["add", "rent"]).well();
    let before = place.text("tasks.json");
    let lock = place.lock();
    let waiting = place.start(&["add", "lost"]);
    waiting.kill();
    drop(lock);
    let importing = place.start(&["import"]);
    importing.write("lost\nlost\n");
    importing.kill();
    assert_eq!(
        place.text("tasks.json"),
        before,
        "the file after two were killed"
    );
    // What the first one held is a file without an owner by now, and no lock.
    assert!(
        place.path("tasks.json.lock").exists(),
        "a lock's file stays"
    );
    // With a wait: while other checks start processes, one that is not yet the program may have a copy of our lock.
    place.run(&["add", "mail"]).answers("added 2\n");
}

fn imports(program: Program) {
    let place = Sandbox::new(program);
    let ended = place
        .feed(&["import"], "rent\n\u{1b}[31mred\n\nmail\n")
        .fails(2);
    assert!(
        ended.err.contains("line 2"),
        "which line is bad: {}",
        ended.err
    );
    assert!(!ended.err.contains('\u{1b}'), "an escape sequence is sent");
    place.run(&["list", "--all"]).lists(&[]);
    place
        .feed(&["import"], "rent\n\n  \nmail")
        .answers("added 1\nadded 2\n");
    place.run(&["list"]).lists(&["rent", "mail"]);
}

fn strange(program: Program) {
    for text in [
        "",
        "no list",
        "{\"version\": 3",
        "{\"version\": 4, \"tasks\": []}",
    ] {
        let place = Sandbox::new(program);
        place.put("tasks.json", text);
        place.run(&["list"]).fails(3);
        place.run(&["add", "rent"]).fails(3);
        assert_eq!(place.text("tasks.json").as_deref(), Some(text), "the file");
    }
}

fn version_1(program: Program) {
    let old = r#"[{"title": "rent", "done": true}, {"title": "mail", "done": false}]"#;
    let place = Sandbox::new(program);
    migrates(&place, old, "tasks.json.v1", &["mail", "rent"]);
    let task = |id: u32, title: &str, done: bool| json!({"id": id, "title": title, "priority": "normal", "due": null, "after": [], "done": done, "done_at": null});
    let expected = json!([
        task(1, "rent", true),
        task(2, "mail", false),
        task(3, "new", false)
    ]);
    assert_eq!(
        place.kept()["tasks"],
        expected,
        "tasks, numbered by their places"
    );
}

fn version_2(program: Program) {
    let old = r#"{"version": 2, "tasks": [
      {"id": 2, "title": "backup", "urgent": true, "due": "2020-03-01", "after": 0, "done": true},
      {"id": 7, "title": "mail", "urgent": false, "due": "", "after": 2, "done": false}]}"#;
    let place = Sandbox::new(program);
    migrates(&place, old, "tasks.json.v2", &["mail", "backup"]);
    let expected = json!([
        {"id": 2, "title": "backup", "priority": "high", "due": "2020-03-01", "after": [], "done": true, "done_at": null},
        {"id": 7, "title": "mail", "priority": "normal", "due": null, "after": [2], "done": false, "done_at": null},
        {"id": 8, "title": "new", "priority": "normal", "due": null, "after": [], "done": false, "done_at": null},
    ]);
    assert_eq!(
        place.kept()["tasks"],
        expected,
        "tasks, with all that was known of them"
    );
}

fn migrates(place: &Sandbox, old: &str, copy: &str, titles: &[&str]) {
    place.put("tasks.json", old);
    place.run(&["list", "--all"]).lists(titles);
    place.run(&["done", "99"]).fails(1);
    let now = place.text("tasks.json");
    assert_eq!(
        now.as_deref(),
        Some(old),
        "the file, of which nothing was changed"
    );
    place.run(&["add", "new"]).well();
    assert_eq!(
        place.text(copy).as_deref(),
        Some(old),
        "the copy of the old file"
    );
}
