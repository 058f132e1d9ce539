//! Stage 5: a second way in, one suite for both, and the place where the parts are put together.

#[allow(dead_code, reason = "each test file uses its own part")]
#[path = "support/drivers.rs"]
mod drivers;
#[path = "support/folder.rs"]
mod folder;
#[allow(dead_code, reason = "each test file uses its own part")]
#[path = "support/front.rs"]
mod front;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use drivers::{Cli, Driver, Said, Step, Web, appoint, book, cancel, command, dismiss, found, show};
use folder::Folder;
use front::{Badges, Dial, From100, Says, Script};
use rooms::cli::{self, Streams};
use rooms::desk::Failure;
use rooms::domain::{Event, Refusal, Role, UserId};
use rooms::people::People;
use rooms::ports::Callers;
use rooms::wiring::{Config, Place, desk, start};
use support::{BO, CY, NINE, booking, slot};

/// Six commands that are right.
const COMMANDS: [&[&str]; 6] = [
    &["found"],
    &["show", "7"],
    &["book", "7", "1772445600", "1772447400", "stand-up"],
    &["cancel", "7", "100"],
    &["appoint", "7", "3", "guest"],
    &["dismiss", "7", "3"],
];

fn places(folder: &Folder) -> [Place; 3] {
    [
        Place::Memory,
        Place::Log(folder.fresh()),
        Place::Sqlite(folder.fresh()),
    ]
}

/// Who does what at which minute after nine, and what comes of it.
type Line = (i64, Option<&'static str>, Step, &'static [&'static str]);

fn story() -> Vec<Line> {
    let (ada, bo, cy, di, eve) = (
        Some("ada-1"),
        Some("bo-2"),
        Some("cy-3"),
        Some("di-4"),
        Some("eve-9"),
    );
    let odd = |from: &str, until: &str, title: &str| {
        Step::Book("100".into(), from.into(), until.into(), title.into())
    };
    vec![
        (0, ada, found(), &["room 100"]),
        (0, ada, show(100), &[]),
        (0, bo, show(100), &["no: not-found"]),
        (0, bo, show(101), &["no: not-found"]),
        (0, None, show(100), &["no: not-signed-in"]),
        (0, Some("fox-0"), found(), &["no: not-signed-in"]),
        (0, ada, appoint(100, 2, "member"), &["appointed 2 member"]),
        (0, ada, appoint(100, 3, "member"), &["appointed 3 member"]),
        (0, ada, appoint(100, 4, "guest"), &["appointed 4 guest"]),
        (0, di, appoint(100, 9, "guest"), &["no: not-allowed"]),
        (
            0,
            bo,
            book(100, 60, 90, "Ärger: \"wer\"  macht was?"),
            &["booked 101 2 1772445600 1772447400 Ärger: \"wer\"  macht was?"],
        ),
        (0, cy, book(100, 75, 105, "x"), &["no: taken"]),
        (0, di, book(100, 90, 105, "x"), &["no: not-allowed"]),
        (0, eve, book(100, 90, 105, "x"), &["no: not-found"]),
        (0, cy, book(100, -15, 0, "x"), &["no: past"]),
        (0, cy, book(100, 46_800, 46_815, "x"), &["no: too-far"]),
        (
            0,
            cy,
            book(100, 15, 30, " y "),
            &["booked 107 3 1772442900 1772443800 y"],
        ),
        (0, cy, odd("30", "60", "x"), &["no: slot-no-quarter"]),
        (0, cy, odd("+900", "0", "x"), &["no: slot-backwards"]),
        (0, cy, odd("0", "29700", "x"), &["no: slot-too-long"]),
        (0, cy, odd("0", "900", "  "), &["no: title-empty"]),
        (0, cy, odd("0", "900", "a\nb"), &["no: title-control"]),
        (0, cy, odd("nine", "ten", "x"), &["no: shape"]),
        (0, cy, odd("30", "ten", "x"), &["no: shape"]),
        (0, ada, appoint(100, 3, "boss"), &["no: shape"]),
        (0, ada, show("x"), &["no: not-found"]),
        (0, cy, cancel(100, 101), &["no: not-allowed"]),
        (0, cy, cancel(100, 7), &["no: no-such-booking"]),
        (15, cy, cancel(100, 107), &["no: past"]),
        (
            15,
            di,
            show(100),
            &[
                "booking 107 3 1772442900 1772443800 y",
                "booking 101 2 1772445600 1772447400 Ärger: \"wer\"  macht was?",
            ],
        ),
        (
            15,
            ada,
            dismiss(100, 2),
            &[
                "appointed 2 nobody",
                "cancelled 101 2 1772445600 1772447400 Ärger: \"wer\"  macht was?",
            ],
        ),
        (15, ada, dismiss(100, 1), &["no: last-owner"]),
        (
            15,
            cy,
            book(100, 60, 75, "z"),
            &["booked 108 3 1772445600 1772446500 z"],
        ),
        (
            15,
            ada,
            cancel(100, 108),
            &["cancelled 108 3 1772445600 1772446500 z"],
        ),
    ]
}

async fn tell(driver: &impl Driver, place: &Place, dial: &'static Dial) {
    for (at, (minute, token, step, expected)) in story().into_iter().enumerate() {
        dial.0.store(NINE.0 + minute, Ordering::SeqCst);
        let found = driver.drive(token, &step).await;
        assert_eq!(
            found,
            expected,
            "step {at} of the story over {place:?}, through {}: {step:?} by {token:?} at {minute} minutes past nine. What came of it (left), and what \
             comes of it through each way in (right)",
            driver.name()
        );
    }
}

#[tokio::test]
async fn two_ways_in_tell_one_story() {
    let folder = Folder::new("two-ways");
    for web in [true, false] {
        for place in places(&folder) {
            let dial: &'static Dial = Box::leak(Box::new(Dial(AtomicI64::new(NINE.0))));
            let desk = desk(&place, dial, From100::default());
            let desk = desk.unwrap_or_else(|why| panic!("{place:?} was expected to open: {why}"));
            if web {
                tell(&Web::new(desk), &place, dial).await;
            } else {
                tell(&Cli(desk), &place, dial).await;
            }
        }
    }
}

#[test]
fn a_command_asks_once_and_repeats_the_answer() {
    // A desk with other rules, to which all of this is fine.
    let script = Script::new(Says::Yes);
    *script.bookings.lock().expect("nobody panics with it") =
        vec![booking(CY, 5, slot(60, 120)), booking(BO, 4, slot(30, 90))];
    *script.events.lock().expect("nobody panics with it") = vec![
        Event::Cancelled(booking(CY, 5, slot(60, 120))),
        Event::Appointed {
            user: CY,
            role: Some(Role::Owner),
        },
        Event::Booked(booking(BO, 4, slot(30, 90))),
    ];
    let told = "cancelled 5 3 1772445600 1772449200 stand-up\nappointed 3 owner\nbooked 4 2 1772443800 1772447400 stand-up\n";
    let bookings =
        "booking 5 3 1772445600 1772449200 stand-up\nbooking 4 2 1772443800 1772447400 stand-up\n";
    for (args, asked, out) in [
        (&["found"][..], "found by 9", "room 7\n"),
        (&["show", "8"], "bookings of 8 by 9", bookings),
        (
            &["book", "8", "-1800", "0", " stand-up "],
            r#"book -30 to 0 for "stand-up" in 8 by 9"#,
            told,
        ),
        (&["cancel", "8", "99"], "cancel 99 in 8 by 9", told),
        (
            &["appoint", "8", "9", "owner"],
            "appoint 9 to Some(Owner) in 8 by 9",
            told,
        ),
        (&["dismiss", "8", "9"], "appoint 9 to None in 8 by 9", told),
    ] {
        let said = command(&*script, &Badges::default(), Some("eve-9"), args);
        assert_eq!(
            script.asked(),
            [asked],
            "{args:?}: what the desk was asked (left), and what it was to be (right): one call, which decides"
        );
        let expected = Said {
            code: 0,
            out: out.to_owned(),
            err: String::new(),
        };
        assert_eq!(
            said, expected,
            "{args:?}: what is said (left), and what the desk has said (right): Eve has no role, the slot is of 1969, and this desk says yes to all of it"
        );
    }
}

#[test]
fn each_failure_has_its_word_and_its_code() {
    use Refusal::{LastOwner, NoSuchBooking, NotAllowed, Past, Stranger, Taken, TooFar, TooMany};
    let script = Script::new(Says::Yes);
    let mut texts = BTreeMap::new();
    for (failure, code, word) in [
        (Failure::NoSuchRoom, 1, "not-found"),
        (Failure::Refused(Stranger), 1, "not-found"),
        (Failure::Refused(NotAllowed), 1, "not-allowed"),
        (Failure::Refused(NoSuchBooking), 1, "no-such-booking"),
        (Failure::Refused(LastOwner), 1, "last-owner"),
        (Failure::Refused(Past), 1, "past"),
        (Failure::Refused(TooFar), 1, "too-far"),
        (Failure::Refused(TooMany), 1, "too-many"),
        (Failure::Refused(Taken), 1, "taken"),
        (Failure::Busy, 75, "busy"),
        (Failure::Unavailable, 69, "unavailable"),
    ] {
        script.say(Says::No(failure));
        for args in COMMANDS {
            let said = command(&*script, &Badges::default(), Some("bo-2"), args);
            assert_eq!(
                (said.code, said.word()),
                (code, word),
                "{args:?}: code and word (left), and what they were to be (right): the desk has said {failure:?}. Nightly scripts try again after 75, and \
                 only there it is certain that nothing has happened"
            );
            let asked = script.asked();
            assert_eq!(
                asked.len(),
                1,
                "{args:?}: how often the desk was asked, which has said {failure:?}; how often to try is its business: {asked:?}"
            );
            let first = texts.entry(word).or_insert_with(|| said.err.clone());
            assert_eq!(
                *first, said.err,
                "{args:?}: what is said of one word is one text"
            );
        }
    }
}

#[test]
fn who_is_not_known_is_not_served() {
    let script = Script::new(Says::Yes);
    let badges = Badges::default();
    for args in COMMANDS {
        for token in [None, Some("fox-0"), Some("")] {
            let said = command(&*script, &badges, token, args);
            assert_eq!(
                (said.code, said.word()),
                (77, "not-signed-in"),
                "{args:?} with the token {token:?}, by which nobody is known"
            );
        }
    }
    let odd = ["book", "x", "y", "z", ""];
    let said = command(&*script, &badges, Some("fox-0"), &odd);
    assert_eq!(
        (said.code, said.word()),
        (77, "not-signed-in"),
        "{odd:?}: a command, of which no value is looked at before it is known whose it is"
    );
    badges.away.store(true, Ordering::SeqCst);
    for args in COMMANDS {
        let said = command(&*script, &badges, Some("ada-1"), args);
        assert_eq!(
            (said.code, said.word()),
            (69, "unavailable"),
            "{args:?}: who that is can't be found out at the moment, which is no refusal"
        );
    }
    assert_eq!(
        script.asked(),
        [""; 0],
        "what the desk was asked for nobody"
    );
}

#[test]
fn what_is_no_command_is_told_the_commands() {
    let script = Script::new(Says::Yes);
    let badges = Badges::default();
    for args in [
        &[][..],
        &["help"],
        &["found", "7"],
        &["show"],
        &[
            "book",
            "7",
            "1772445600",
            "1772447400",
            "stand-up",
            "meeting",
        ],
        &["Cancel", "7", "100"],
        &["appoint", "7", "3"],
    ] {
        let said = command(&*script, &badges, None, args);
        assert_eq!((said.code, said.word()), (2, "usage"), "{args:?}");
        for name in ["found", "show", "book", "cancel", "appoint", "dismiss"] {
            assert!(
                said.err.contains(name),
                "{args:?}: whoever has mistyped a command wants to read all of them, {name:?} too: {}",
                said.err
            );
        }
    }
    assert_eq!(script.asked(), [""; 0], "what the desk was asked");
    assert_eq!(
        badges.asked.load(Ordering::SeqCst),
        0,
        "how often it was asked who that is, of whoever has mistyped a command"
    );
}

/// Standard output whose reader has gone, which shows at once or, if it has a buffer, when that is flushed.
#[derive(Debug, Clone, Copy)]
enum Gone {
    Pipe,
    BehindABuffer,
}

impl Write for Gone {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Pipe => Err(io::ErrorKind::BrokenPipe.into()),
            Self::BehindABuffer => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(io::ErrorKind::BrokenPipe.into())
    }
}

#[test]
fn what_has_happened_has_happened_also_if_nobody_reads_it() {
    let script = Script::new(Says::Yes);
    *script.bookings.lock().expect("nobody panics with it") = vec![booking(CY, 5, slot(60, 120))];
    *script.events.lock().expect("nobody panics with it") =
        vec![Event::Cancelled(booking(CY, 5, slot(60, 120)))];
    let each = COMMANDS.map(|args| [(args, Gone::Pipe), (args, Gone::BehindABuffer)]);
    for (args, mut gone) in each.into_iter().flatten() {
        let args: Vec<String> = args.iter().map(ToString::to_string).collect();
        let mut err = Vec::new();
        let streams = Streams {
            out: &mut gone,
            err: &mut err,
        };
        let code = cli::run(&args, Some("bo-2"), &*script, &Badges::default(), streams);
        let err = String::from_utf8_lossy(&err);
        assert_eq!(
            (code, err.starts_with("rooms: unsaid: ")),
            (74, true),
            "{args:?}: code, and whether the word is `unsaid`, of a command that has worked and can't say so, as the reader of its output has gone \
             ({gone:?}). With 0 a script takes nothing for an answer, and with any other code it believes that nothing has happened. Standard \
             error: {err:?}"
        );
        assert_eq!(
            script.asked().len(),
            1,
            "{args:?}: how often the desk was asked"
        );
    }
}

fn configured(variables: &[(&str, &str)]) -> Result<Config, Vec<String>> {
    Config::read(|name| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    })
}

#[test]
fn the_configuration_says_what_is_behind_the_desk() {
    for (store, place) in [
        ("memory", Place::Memory),
        ("log:rooms.log", Place::Log("rooms.log".into())),
        ("log:C:\\rooms", Place::Log("C:\\rooms".into())),
        ("sqlite:/srv/a b", Place::Sqlite("/srv/a b".into())),
    ] {
        for token in [None, Some("ada-1")] {
            let mut variables = vec![("ROOMS_STORE", store), ("ROOMS_PEOPLE", "people")];
            variables.extend(token.map(|token| ("ROOMS_TOKEN", token)));
            let expected = Config {
                place: place.clone(),
                people: "people".into(),
                token: token.map(str::to_owned),
            };
            assert_eq!(
                configured(&variables),
                Ok(expected),
                "what {variables:?} says"
            );
        }
    }
    for store in [
        "", "Memory", "memory:x", "log", "log:", "sqlite:", "redis:x",
    ] {
        let mistakes = configured(&[("ROOMS_STORE", store)]).expect_err("that is no store");
        let named = |name: &str| mistakes.iter().filter(|it| it.contains(name)).count();
        assert_eq!(
            (named("ROOMS_STORE"), named("ROOMS_PEOPLE"), mistakes.len()),
            (1, 1, 2),
            "mistakes that name either variable, and all of them, where ROOMS_STORE is {store:?} and ROOMS_PEOPLE is not there. Whoever mends \
             one should not have to start again to hear of the next: {mistakes:?}"
        );
    }
}

#[test]
fn people_are_lines_of_a_file() {
    let text = "# the branch\nada-1 1\n\n  bo-2   18446744073709551615 \n\t# 7\n";
    let people = People::parse(text).expect("two people, two remarks and an empty line");
    for (token, user) in [
        ("ada-1", Some(UserId(1))),
        ("bo-2", Some(UserId(u64::MAX))),
        ("#", None),
        ("", None),
        ("ada-1 1", None),
    ] {
        assert_eq!(people.who(token), Ok(user), "whose token {token:?} is");
    }
    for (text, line) in [
        ("ada-1", 1),
        ("ada-1 one", 1),
        ("ada-1 007", 1),
        ("ada-1 +1", 1),
        ("ada-1 1\nbo-2 2 3", 2),
        ("# two have one token\nada-1 1\nada-1 2", 3),
    ] {
        assert_eq!(
            People::parse(text).err(),
            Some(line),
            "the line of {text:?} that is nobody, from 1"
        );
    }
}

/// The program, with what it is configured by.
fn program(store: &str, people: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_domain"));
    command
        .env("ROOMS_STORE", store)
        .env("ROOMS_PEOPLE", people)
        .env_remove("ROOMS_TOKEN")
        .stdin(Stdio::null());
    command
}

fn said(mut command: Command, token: &str, args: &[&str]) -> Said {
    let output = command.env("ROOMS_TOKEN", token).args(args).output();
    let output = output.expect("the program starts");
    Said {
        code: (output.status.code())
            .and_then(|code| u8::try_from(code).ok())
            .expect("the program ends by itself"),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Ends with its test.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a service at an address answers Ada.
fn sent(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("somebody listens there");
    (stream.set_read_timeout(Some(Duration::from_secs(20)))).expect("a limit for reading");
    let request = format!(
        "{request} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer ada-1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    );
    (stream.write_all(request.as_bytes())).expect("somebody reads there");
    let mut answer = String::new();
    (stream.read_to_string(&mut answer)).expect("an answer with an end");
    answer
}

#[test]
fn one_file_two_programs() {
    let folder = Folder::new("programs");
    let people = folder.fresh();
    std::fs::write(&people, "ada-1 1\n").expect("a file of people");
    for scheme in ["log", "sqlite"] {
        let store = format!("{scheme}:{}", folder.fresh().display());
        let mut serving = program(&store, &people);
        serving
            .args(["serve", "127.0.0.1:0"])
            .stdout(Stdio::piped());
        let mut served = Served(serving.spawn().expect("the program starts"));
        let out = served.0.stdout.take().expect("its output is piped");
        let mut line = String::new();
        (BufReader::new(out).read_line(&mut line)).expect("it says where it listens");
        let address = line
            .trim_end()
            .strip_prefix("listening on http://")
            .unwrap_or_else(|| panic!("the first line was expected to be `listening on http://<address>`, and is {line:?}"));

        // The service takes many numbers and a command takes one. Who has a number for each process runs out of them here.
        let mut rooms = BTreeSet::new();
        for _ in 0..40 {
            let answer = sent(address, "POST /rooms");
            let made = answer.starts_with("HTTP/1.1 201")
                && rooms.insert(answer.rsplit('"').nth(1).unwrap_or_default().to_owned());
            assert!(
                made,
                "the service was expected to make forty rooms in {store}, each with a number of its own. Behind {} of them it has said {answer}",
                rooms.len()
            );
        }
        let made: Vec<Said> = (0..7)
            .map(|_| said(program(&store, &people), "ada-1", &["found"]))
            .collect();
        let numbers: Vec<&str> = (made.iter())
            .map(|said| {
                said.out
                    .trim_end()
                    .strip_prefix("room ")
                    .unwrap_or_default()
            })
            .collect();
        rooms.extend(numbers.iter().map(ToString::to_string));
        assert!(
            made.iter().all(|said| said.code == 0) && rooms.len() == 47,
            "seven commands were expected to make seven rooms in {store}, beside forty of the service's; programs that share a file share no counter. \
             They have said {made:?}"
        );
        let room = numbers[0];
        let seen = sent(address, &format!("GET /rooms/{room}"));
        assert!(
            seen.starts_with("HTTP/1.1 200")
                && seen.ends_with(&format!(r#"{{"room":"{room}","bookings":[]}}"#)),
            "the room that a command has made in {store}, as the service sees it that runs on the same file: {seen}"
        );
        let shown = said(program(&store, &people), "ada-1", &["show", room]);
        let expected = Said {
            code: 0,
            out: String::new(),
            err: String::new(),
        };
        assert_eq!(shown, expected, "and as the next command sees it");
        let shown = said(program(&store, &people), "eve-9", &["show", room]);
        assert_eq!(
            (shown.code, shown.word()),
            (77, "not-signed-in"),
            "Eve is not in the file of people"
        );
    }
}

/// The code of the program, in this process, and what it has said where.
fn started(store: &str, people: &str, args: &[&str]) -> (u8, String, String) {
    let args: Vec<String> = args.iter().map(ToString::to_string).collect();
    let look = |name: &str| match name {
        "ROOMS_STORE" => Some(store.to_owned()),
        "ROOMS_PEOPLE" => Some(people.to_owned()),
        "ROOMS_TOKEN" => Some("ada-1".to_owned()),
        _ => None,
    };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let streams = Streams {
        out: &mut out,
        err: &mut err,
    };
    let code = start(&args, look, streams);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (code, text(&out), text(&err))
}

#[test]
fn what_is_configured_wrongly_does_not_start() {
    let folder = Folder::new("config");
    let (people, bad) = (folder.fresh(), folder.fresh());
    std::fs::write(&people, "ada-1 1\n").expect("a file of people");
    std::fs::write(&bad, "ada-1 1\nada-1 2\n").expect("a file of people");
    let log = format!("log:{}", folder.fresh().display());
    let text = |path: &Path| path.display().to_string();
    let nowhere = text(&folder.fresh().join("people"));
    for (store, people, lines, why) in [
        (&*log, "", 1, "there is no ROOMS_PEOPLE"),
        (
            "redis:x",
            "",
            2,
            "there is no such store, and no ROOMS_PEOPLE",
        ),
        (&log, &*nowhere, 1, "there is no such file"),
        (
            &log,
            &*text(&bad),
            1,
            "its second line has the token of the first",
        ),
        (
            "memory",
            &*text(&people),
            1,
            "the command would say that it has made a room, and end, and the room with it",
        ),
    ] {
        for command in ["found", "help"] {
            let (code, out, err) = started(store, people, &[command]);
            let told = err.lines().filter(|it| it.starts_with("rooms: config: "));
            assert_eq!(
                (code, told.count(), &*out),
                (78, lines, ""),
                "code, lines that begin with `rooms: config: `, and standard output, of `{command}` where ROOMS_STORE is {store:?} and ROOMS_PEOPLE \
                 {people:?}: {why}. Which command it is comes after that. Standard error: {err:?}"
            );
        }
    }
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("it has one").to_string();
    let (code, out, err) = started(&log, &text(&people), &["serve", &address]);
    assert_eq!(
        (code, err.starts_with("rooms: unavailable: "), &*out),
        (69, true, ""),
        "code, whether the word is `unavailable`, and standard output, of a service on a port that somebody else listens on. Standard error: \
         {err:?}"
    );
}
