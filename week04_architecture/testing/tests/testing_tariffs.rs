//! Stage 3: the rules are data, and what was there is as it was.

#[path = "support/lab.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod lab;
#[path = "support/nights.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod nights;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;
#[path = "support/trial.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod trial;

use std::io;

use dunning::{Date, World, dun};
use nights::{Dice, ledger};
use support::{Paper, date, lines};

/// What the program has always done, in the language of the file.
const AS_IT_WAS: &str = "# as it was\n\
    private;least;500\n\
    private;0;7;1;0;0\n\
    private;1;14;2;250;5\n\
    private;2;14;3;500;5\n\
    private;3;30;lawyer;0;0\n\
    \n\
    business;0;3;1;4000;9\n\
    business;1;10;2;0;9\n\
    business;2;10;3;0;9\n\
    business;3;30;lawyer;0;0\n\
    public;0;30;1;0;0\n\
    public;1;30;2;0;0\n\
    public;2;90;2;0;0\n";

/// A world with one file more.
struct With<'w> {
    tariffs: &'static str,
    world: &'w mut dyn World,
}

impl World for With<'_> {
    fn today(&self) -> Date {
        self.world.today()
    }

    fn read(&self, name: &str) -> io::Result<String> {
        match name {
            "tariffs.csv" => Ok(self.tariffs.to_owned()),
            name => self.world.read(name),
        }
    }

    fn write(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.world.write(name, text)
    }

    fn say(&mut self, line: &str) {
        self.world.say(line);
    }
}

fn by_the_file(flags: &[&str], world: &mut dyn World) -> u8 {
    let mut with = With {
        tariffs: AS_IT_WAS,
        world,
    };
    dun(flags, &mut with)
}

fn with_tariffs(today: &str, tariffs: &[&str], ledger: &[&str]) -> Paper {
    let mut world = Paper::new(today, ledger);
    world.files.insert("tariffs.csv".to_owned(), lines(tariffs));
    world
}

#[test]
fn your_checks_still_hold() {
    assert!(
        !dunning::suite::checks().is_empty(),
        "without a check nothing is held"
    );
    trial::assert_holds(dun, "`dun`");
}

#[test]
fn your_checks_hold_of_the_old_rules_as_data() {
    trial::assert_holds(
        by_the_file,
        "`dun` with a `tariffs.csv` that says what the program has always done",
    );
}

#[test]
fn the_program_says_what_it_said() {
    let kinds = ["private", "business", "public", "charity"];
    for seed in 0..300 {
        let mut dice = Dice(seed);
        let today = date("2026-01-28") + dice.days(60);
        let rows = ledger(&mut dice, today, &kinds, 12);
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let flags = nights::flags(&mut dice, &kinds);
        let night = || {
            let mut world = Paper::new(&today.to_string(), &rows);
            if seed % 5 == 0 {
                world = world.refusing("letters/R-3-1.txt").refusing("ledger.csv");
            }
            world
        };
        let (mut was, mut is) = (night(), night());
        let old = lab::program::<{ lab::ORIGINAL }>(&flags, &mut was);
        let new = dun(&flags, &mut is);
        assert_eq!(
            (new, &is.said, &is.files),
            (old, &was.said, &was.files),
            "exit code, output and files were expected to be those of the old program (on the right), with {flags:?} and this \
             ledger: {rows:#?}"
        );
    }
}

#[test]
fn a_new_kind_is_a_matter_of_data() {
    let tariffs = [
        "# clubs have time, and no lawyer",
        "club;0;14;1;0;0",
        "club;1;21;2;300;4",
        "club;2;60;2;100;4",
        "club;least;1000",
    ];
    let mut world = with_tariffs(
        "2026-03-02",
        &tariffs,
        &[
            "A;Ada;club;1000;2026-02-15;0;-;0;",
            "B;Bo;club;1000;2026-02-16;0;-;0;",
            "C;Cy;club;73000;2025-10-03;1;2026-02-09;0;",
            "D;Di;club;73000;2025-10-03;2;2026-01-01;300;",
            "E;Ed;club;999;2025-10-03;1;2026-01-01;0;",
            "F;Flo;club;73000;2025-10-03;3;2025-11-01;0;",
            "G;Gil;private;12000;2026-02-01;0;-;0;",
            "H;Hal;society;12000;2026-02-01;0;-;0;",
        ],
    );
    let code = dun(&[], &mut world);
    assert_eq!(
        world.said,
        [
            "dunning 2026-03-02",
            "A: reminder 1, 10.00",
            "C: reminder 2, 745.00",
            "D: reminder 2, 746.00",
            "G: reminder 1, 120.00",
            "line 8: not understood",
            "4 letters, 1621.00",
        ],
        "clubs are in `tariffs.csv` and are reminded by it, private customers as ever, and a society is not known"
    );
    assert_eq!(code, 1, "the exit code, as a line is not understood");
    let mut only = with_tariffs(
        "2026-03-02",
        &tariffs,
        &[
            "A;Ada;club;1000;2026-02-15;0;-;0;",
            "G;Gil;private;12000;2026-02-01;0;-;0;",
        ],
    );
    dun(&["--only", "club"], &mut only);
    assert_eq!(
        only.letters(),
        ["letters/A-1.txt"],
        "letters with `--only club`"
    );
}

#[test]
fn a_kind_in_the_file_has_no_other_rules() {
    let mut world = with_tariffs(
        "2026-03-02",
        &["private;0;20;3;700;0"],
        &[
            "A;Ada;private;99;2026-02-09;0;-;0;",
            "B;Bo;private;12000;2026-01-01;1;2026-01-15;0;",
            "C;Cy;private;12000;2026-01-01;3;2026-01-15;0;",
            "D;Di;business;12000;2025-12-18;3;2026-01-15;4000;",
        ],
    );
    dun(&[], &mut world);
    assert_eq!(
        world.said,
        [
            "dunning 2026-03-02",
            "A: reminder 3, 7.99",
            "D: to the lawyer",
            "1 letters, 7.99",
        ],
        "`tariffs.csv` has one step for private customers, from level 0 to 3. Nothing comes after level 1 or 3, and no amount is too \
         small. Businesses are not in it and stay as they were"
    );
}

#[test]
fn a_mistake_in_the_tariffs_stops_the_run() {
    let ledger = ["A;Ada;private;12000;2026-02-01;0;-;0;"];
    for (line, why) in [
        ("club", "there is nothing but a name"),
        ("club;0;14;1;0", "a number is missing"),
        ("club;0;14;1;0;0;0", "there is a number too many"),
        (";0;14;1;0;0", "the kind has no name"),
        ("club;4;14;lawyer;0;0", "there is no level 4"),
        ("club;0;14;0;0;0", "level 0 is no step"),
        ("club;0;14;4;0;0", "there is no fourth letter"),
        ("club;2;14;1;0;0", "steps go forward"),
        ("club;0;-1;1;0;0", "nobody is reminded before the due date"),
        ("club;0;14;1;2.50;0", "fees are in cents"),
        ("club;least;few", "an amount is a number"),
        ("fine;0;14;1;0;0", "this step was there already"),
    ] {
        let mut world = with_tariffs("2026-03-02", &["# here", "fine;0;7;1;0;0", line], &ledger);
        let code = dun(&[], &mut world);
        assert_eq!(
            (code, &world.said[..]),
            (
                2,
                &[
                    "dunning 2026-03-02".to_owned(),
                    "tariffs.csv line 3: not understood".to_owned()
                ][..]
            ),
            "line 3 is {line:?}: {why}. By rules that are half understood no letter is sent"
        );
        assert!(
            world.letters().is_empty(),
            "letters by rules with a mistake: {:?}",
            world.letters()
        );
    }
}

#[test]
fn rules_that_nobody_can_read_are_not_the_old_ones() {
    let mut world = Paper::new("2026-03-02", &["A;Ada;private;12000;2026-02-01;0;-;0;"]);
    world.unreadable.insert("tariffs.csv".to_owned());
    let code = dun(&[], &mut world);
    assert_eq!(
        (code, world.said.last().map(String::as_str)),
        (2, Some("cannot read tariffs.csv")),
        "`tariffs.csv` is there and can't be read: exit code and last line. It may say that nobody is to be reminded at all"
    );
    assert!(world.letters().is_empty(), "no letter goes out meanwhile");
}
