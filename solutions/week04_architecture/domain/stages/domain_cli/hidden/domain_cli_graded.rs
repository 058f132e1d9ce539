//! Stage 5: random stories, and what a machine has to be asked for.

#[allow(dead_code, reason = "each test file uses its own part")]
mod drivers {
    include!("support/drivers.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod folder {
    include!("support/folder.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod front {
    include!("support/front.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use drivers::{Cli, Driver, Step, Web, appoint, book, cancel, command, dismiss, found, show};
use folder::Folder;
use front::{Badges, Dial, From100, Says, Script};
use rooms::cli::Streams;
use rooms::desk::UseCases;
use rooms::wiring::{Place, desk, start};
use support::NINE;

/// Small numbers from a seed: a linear congruential generator.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = (self.0)
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.roll(from.len() as u64)).unwrap_or(0)]
    }
}

/// A minute after nine, somebody, and what they do.
fn story(seed: u64) -> Vec<(i64, Option<&'static str>, Step)> {
    let mut dice = Dice(seed);
    let mut minute = 0;
    let mut story = vec![(0, Some("ada-1"), found())];
    story.extend([2, 3].map(|user| (0, Some("ada-1"), appoint(100, user, "member"))));
    for _ in 0..100 {
        minute += i64::try_from(dice.roll(8)).unwrap_or(0);
        let all = ["ada-1", "ada-1", "ada-1", "bo-2", "bo-2", "cy-3", "eve-9"].map(Some);
        let token = match dice.roll(20) {
            0 => None,
            1 => Some("fox-0"),
            _ => dice.pick(&all),
        };
        let room = match dice.roll(12) {
            0 => dice.pick(&["101", "0100", "x"]),
            _ => "100",
        };
        let user = dice.pick(&["1", "2", "3", "4", "9", "+3"]);
        let id = (101 + dice.roll(40)).to_string();
        let from = minute / 15 * 15 - 15 + 15 * i64::try_from(dice.roll(12)).unwrap_or(0);
        let until = from + dice.pick(&[15, 15, 15, 15, 30, 30, 30, 30, 45, 0, 495, 20]);
        let title = dice.pick(&[
            "stand-up",
            "stand-up",
            "stand-up",
            " a  b ",
            "",
            "\u{1fa91}",
            "x\ty",
            "\"'\\",
        ]);
        let step = match dice.roll(14) {
            0 => found(),
            1 | 2 => show(room),
            3..=8 => book(room, from, until, title),
            9..=11 => cancel(room, id),
            12 => appoint(
                room,
                user,
                dice.pick(&["guest", "member", "owner", "", "Owner"]),
            ),
            _ => dismiss(room, user),
        };
        story.push((minute, token, step));
    }
    story
}

/// A desk over a place, at nine.
fn opened(place: &Place) -> (Arc<dyn UseCases>, &'static Dial) {
    let dial: &'static Dial = Box::leak(Box::new(Dial(AtomicI64::new(NINE.0))));
    let desk = desk(place, dial, From100::default());
    (
        desk.unwrap_or_else(|why| panic!("{place:?} was expected to open: {why}")),
        dial,
    )
}

#[tokio::test]
async fn random_stories_come_out_alike_whichever_way_each_step_goes() {
    let folder = Folder::new("random-ways");
    for seed in 1..=2 {
        let mut told: Vec<Vec<Vec<String>>> = Vec::new();
        for (ways, place) in [
            ("HTTP", Place::Memory),
            ("the command line", Place::Memory),
            ("both in turn", Place::Log(folder.fresh())),
            ("both in turn", Place::Sqlite(folder.fresh())),
        ] {
            let (desk, dial) = opened(&place);
            let (web, cli) = (Web::new(Arc::clone(&desk)), Cli(desk));
            let mut lines = Vec::new();
            for (at, (minute, token, step)) in story(seed).iter().enumerate() {
                dial.0.store(NINE.0 + minute, Ordering::SeqCst);
                let over_http = ways == "HTTP" || (ways == "both in turn" && at % 2 == 0);
                let line = if over_http {
                    web.drive(*token, step).await
                } else {
                    cli.drive(*token, step).await
                };
                if let Some(first) = told.first() {
                    assert_eq!(
                        line, first[at],
                        "seed {seed}, step {at}, {step:?} by {token:?} at {minute} minutes past nine: what came of it by {ways} over {place:?} (left), and by \
                         HTTP over memory (right)"
                    );
                }
                lines.push(line);
            }
            told.push(lines);
        }
        let done = told[0].iter().filter(|lines| {
            let first = lines.first();
            first.is_some_and(|line| line.starts_with("booked") || line.starts_with("cancelled"))
        });
        assert!(
            done.count() > 3,
            "seed {seed}: a story in which something happens: {:?}",
            told[0]
        );
    }
}

#[test]
fn values_have_one_spelling() {
    let script = Script::new(Says::Yes);
    let badges = Badges::default();
    let (early, late) = (i64::MIN.to_string(), i64::MAX.to_string());
    for (args, code, word) in [
        (&["show", "007"][..], 1, "not-found"),
        (&["show", "+7"], 1, "not-found"),
        (&["show", ""], 1, "not-found"),
        (&["show", "18446744073709551616"], 1, "not-found"),
        (&["cancel", "7", "-1"], 1, "not-found"),
        (&["dismiss", "7", "bo"], 1, "not-found"),
        (&["appoint", "7", "bo", "boss"], 1, "not-found"),
        (&["appoint", "7", "3", "nobody"], 2, "shape"),
        (&["book", "x", "y", "z", ""], 1, "not-found"),
        (&["book", "7", "1e3", "900", ""], 2, "shape"),
        (&["book", "7", "7", "9:00", ""], 2, "shape"),
        (&["book", "7", "7", "900", ""], 2, "slot-no-quarter"),
        (&["book", "7", "0", "900", ""], 2, "title-empty"),
        (&["book", "7", &early, &late, "x"], 2, "slot-no-quarter"),
        (
            &[
                "book",
                "7",
                "-9223372036854775800",
                "9223372036854775800",
                "x",
            ],
            2,
            "slot-too-long",
        ),
    ] {
        let said = command(&*script, &badges, Some("ada-1"), args);
        assert_eq!((said.code, said.word()), (code, word), "{args:?}");
    }
    assert_eq!(script.asked(), [""; 0], "what the desk was asked");
    let max = u64::MAX.to_string();
    let said = command(&*script, &badges, Some("ada-1"), &["show", &max]);
    assert_eq!(said.code, 0, "2^64 - 1 is a number of a room: {said:?}");
}

#[test]
fn a_store_that_does_not_open_is_unavailable() {
    let folder = Folder::new("closed");
    let people = folder.fresh();
    std::fs::write(&people, "ada-1 1\n").expect("a file of people");
    let place = folder.fresh();
    std::fs::create_dir(&place).expect("a folder where a file should be");
    for scheme in ["log", "sqlite"] {
        for args in [&["found"][..], &["serve", "127.0.0.1:0"]] {
            let args: Vec<String> = args.iter().map(ToString::to_string).collect();
            let look = |name: &str| match name {
                "ROOMS_STORE" => Some(format!("{scheme}:{}", place.display())),
                "ROOMS_PEOPLE" => Some(people.display().to_string()),
                "ROOMS_TOKEN" => Some("ada-1".to_owned()),
                _ => None,
            };
            let (mut out, mut err) = (Vec::new(), Vec::new());
            let streams = Streams {
                out: &mut out,
                err: &mut err,
            };
            let code = start(&args, look, streams);
            let err = String::from_utf8_lossy(&err);
            assert_eq!(
                (code, err.starts_with("rooms: unavailable: "), out.len()),
                (69, true, 0),
                "{args:?}: code, and whether the word is `unavailable`, and bytes on standard output, where {scheme}: is a folder: {err}"
            );
        }
    }
}

fn said(store: &str, people: &Path, args: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_domain"))
        .env("ROOMS_STORE", store)
        .env("ROOMS_PEOPLE", people)
        .env("ROOMS_TOKEN", "ada-1")
        .args(args)
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.code(), text)
}

#[test]
fn the_program_has_the_time_of_the_machine() {
    let folder = Folder::new("time");
    let people = folder.fresh();
    std::fs::write(&people, "ada-1 1\n").expect("a file of people");
    let store = format!("log:{}", folder.fresh().display());
    let (code, out) = said(&store, &people, &["found"]);
    assert_eq!(code, Some(0), "a room is made: {out}");
    let room = out.trim_end().trim_start_matches("room ").to_owned();
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.expect("it is after 1970").as_secs() / 900 * 900;
    for (from, expected, why) in [
        (now - 3600, Some(1), "an hour ago"),
        (now + 86_400, Some(0), "tomorrow"),
        (now + 29 * 86_400, Some(0), "in 29 days"),
        (now + 31 * 86_400, Some(1), "in 31 days"),
    ] {
        let (from, until) = (from.to_string(), (from + 900).to_string());
        let (code, out) = said(&store, &people, &["book", &room, &from, &until, "x"]);
        assert_eq!(code, expected, "the code of a booking for {why}: {out}");
    }
    let (code, out) = said(&store, &people, &["show", &room]);
    assert_eq!(
        (code, out.lines().count()),
        (Some(0), 2),
        "code and lines of what was booked: {out}"
    );
}
