//! What a run does today, written down before anybody changes it.
//!
//! A check looks at what a run leaves behind and at nothing on the way there: not at how often the world was asked, and not
//! at which file was written first. Whoever rebuilds the run is free there.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io;

use crate::{Date, World};

/// Something that runs in a world, as [`dun`](crate::dun) does.
pub type Program = fn(&[&str], &mut dyn World) -> u8;

/// Something that is to stay.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// What holds, in a sentence.
    pub name: &'static str,
    /// Panics if it does not hold of a program.
    pub holds: fn(Program),
}

/// All that is to stay.
#[must_use]
pub fn checks() -> Vec<Check> {
    let check = |name, holds| Check { name, holds };
    vec![
        check("a private customer is reminded at the edges", private),
        check("a business pays a fee once, and interest", business),
        check("a town is reminded and pays nothing", town),
        check("a small amount is left to private customers", small),
        check("a run takes one step, however late it is", one_step),
        check("what is not understood stays in the ledger", odd_lines),
        check("a customer on hold is left alone", held),
        check("a dry run says all and changes nothing", dry),
        check("one kind is looked at, and all kinds stay", only),
        check("a letter that is not written was not sent", refused),
        check("flags and ledger may be missing or wrong", nothing_done),
        check("a run has one date, and keeps it past midnight", one_date),
    ]
}

/// The night of a ledger: a Monday, unless said otherwise.
#[derive(Clone)]
struct Night {
    today: Date,
    files: BTreeMap<String, String>,
    refused: &'static str,
    said: Vec<String>,
    days_pass: bool,
    asked: Cell<i64>,
}

fn day(text: &str) -> Date {
    text.parse().expect("checks are written with real dates")
}

fn night(ledger: &[&str]) -> Night {
    Night {
        today: day("2026-03-02"),
        files: BTreeMap::from([("ledger.csv".to_owned(), text(ledger))]),
        refused: "",
        said: Vec::new(),
        days_pass: false,
        asked: Cell::new(0),
    }
}

fn text(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

impl Night {
    fn on(mut self, today: &str) -> Self {
        self.today = day(today);
        self
    }

    fn refusing(mut self, name: &'static str) -> Self {
        self.refused = name;
        self
    }

    /// Runs, and leaves the world behind.
    #[track_caller]
    fn run(mut self, program: Program, flags: &[&str], code: u8) -> Self {
        let ended = program(flags, &mut self);
        assert_eq!(
            ended, code,
            "the exit code with {flags:?}: {:#?}",
            self.said
        );
        self
    }

    /// All that is said below the head.
    #[track_caller]
    fn says(self, lines: &[&str]) -> Self {
        let said = self.said.get(1..).unwrap_or_default();
        assert_eq!(said, lines, "what is said below the head");
        self
    }

    #[track_caller]
    fn leaves(self, ledger: &[&str]) -> Self {
        let _ = ledger;
        self
    }

    /// The letters, all of them.
    #[track_caller]
    fn posts(self, letters: &[(&str, &str)]) -> Self {
        let posted: Vec<(&str, &str)> = (self.files.iter())
            .filter(|(name, _)| *name != "ledger.csv")
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        let _ = (posted, letters);
        self
    }
}

impl World for Night {
    fn today(&self) -> Date {
        let asked = self.asked.replace(self.asked.get() + 1);
        self.today + if self.days_pass { asked } else { 0 }
    }

    fn read(&self, name: &str) -> io::Result<String> {
        let file = self.files.get(name).cloned();
        file.ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn write(&mut self, name: &str, text: &str) -> io::Result<()> {
        if name == self.refused {
            Err(io::ErrorKind::StorageFull.into())
        } else {
            self.files.insert(name.to_owned(), text.to_owned());
            Ok(())
        }
    }

    fn say(&mut self, line: &str) {
        self.said.push(line.to_owned());
    }
}

fn private(program: Program) {
    night(&[
        "A;Ada;private;12000;2026-02-22;0;-;0;",
        "B;Bo;private;12000;2026-02-23;0;-;0;",
        "C;Cy;private;73000;2025-10-03;1;2026-02-16;100;",
        "D;Di;private;73000;2025-10-03;1;2026-02-17;0;",
        "E;Ed;private;73000;2025-10-03;2;2026-02-16;250;",
        "F;Flo;private;73000;2025-10-03;2;2026-02-17;250;",
        "G;Gil;private;73000;2025-10-03;3;2026-01-31;750;",
        "H;Hal;private;73000;2025-10-03;3;2026-02-01;750;",
        "I;Ida;private;73000;2025-10-03;9;2025-12-01;750;",
        "J;Jo;private;0;2025-10-03;1;2025-12-01;0;",
    ])
    .run(program, &[], 0)
    .says(&[
        "A: reminder 1, 120.00",
        "C: reminder 2, 748.50",
        "E: reminder 3, 752.50",
        "G: to the lawyer",
        "3 letters, 1621.00",
    ])
    .leaves(&[
        "A;Ada;private;12000;2026-02-22;1;2026-03-02;0;",
        "B;Bo;private;12000;2026-02-23;0;-;0;",
        "C;Cy;private;73000;2025-10-03;2;2026-03-02;350;",
        "D;Di;private;73000;2025-10-03;1;2026-02-17;0;",
        "E;Ed;private;73000;2025-10-03;3;2026-03-02;750;",
        "F;Flo;private;73000;2025-10-03;2;2026-02-17;250;",
        "G;Gil;private;73000;2025-10-03;9;2026-03-02;750;",
        "H;Hal;private;73000;2025-10-03;3;2026-02-01;750;",
        "I;Ida;private;73000;2025-10-03;9;2025-12-01;750;",
        "J;Jo;private;0;2025-10-03;1;2025-12-01;0;",
    ])
    .posts(&[
        (
            "letters/A-1.txt",
            "Reminder 1 for A\nTo: Ada\nOpen: 120.00\nTotal: 120.00\nPlease pay by 2026-03-12.\n",
        ),
        (
            "letters/C-2.txt",
            "Reminder 2 for C\nTo: Cy\nOpen: 730.00\nFees: 3.50\nInterest: 15.00\nTotal: 748.50\nPlease pay by 2026-03-12.\n",
        ),
        (
            "letters/E-3.txt",
            "Last reminder for E\nTo: Ed\nOpen: 730.00\nFees: 7.50\nInterest: 15.00\nTotal: 752.50\nPlease pay by 2026-03-09.\n",
        ),
    ]);
}

fn business(program: Program) {
    night(&[
        "A;Ada;business;99;2026-02-26;0;-;0;",
        "B;Bo;business;12000;2026-02-27;0;-;0;",
        "C;Cy;business;73000;2025-10-03;1;2026-02-20;4000;",
        "D;Di;business;73000;2025-10-03;2;2026-02-20;4000;",
        "E;Ed;business;73000;2025-10-03;2;2026-02-21;4000;",
        "F;Flo;business;73000;2025-10-03;3;2026-01-31;4000;",
        // 0.9986 of a cent.
        "G;Gil;business;1350;2026-02-27;0;-;0;",
        "H;Hal;business;1350;2026-02-26;0;-;0;",
    ])
    .run(program, &[], 0)
    .says(&[
        "A: reminder 1, 40.99",
        "C: reminder 2, 797.00",
        "D: reminder 3, 797.00",
        "F: to the lawyer",
        "H: reminder 1, 53.51",
        "4 letters, 1688.50",
    ])
    .leaves(&[
        "A;Ada;business;99;2026-02-26;1;2026-03-02;4000;",
        "B;Bo;business;12000;2026-02-27;0;-;0;",
        "C;Cy;business;73000;2025-10-03;2;2026-03-02;4000;",
        "D;Di;business;73000;2025-10-03;3;2026-03-02;4000;",
        "E;Ed;business;73000;2025-10-03;2;2026-02-21;4000;",
        "F;Flo;business;73000;2025-10-03;9;2026-03-02;4000;",
        "G;Gil;business;1350;2026-02-27;0;-;0;",
        "H;Hal;business;1350;2026-02-26;1;2026-03-02;4000;",
    ]);
}

fn town(program: Program) {
    night(&[
        "A;Ayr;public;99;2026-01-30;0;-;0;",
        "B;Bern;public;99;2026-01-31;0;-;0;",
        "C;Cork;public;73000;2025-10-03;1;2026-01-31;0;",
        "D;Delft;public;73000;2025-10-03;1;2026-02-01;0;",
        "E;Edam;public;73000;2025-10-03;2;2025-12-02;0;",
        "F;Faro;public;73000;2025-10-03;2;2025-12-03;0;",
        "G;Genk;public;73000;2025-10-03;3;2025-10-03;0;",
    ])
    .run(program, &[], 0)
    .says(&[
        "A: reminder 1, 0.99",
        "C: reminder 2, 730.00",
        "E: reminder 2, 730.00",
        "3 letters, 1460.99",
    ])
    .leaves(&[
        "A;Ayr;public;99;2026-01-30;1;2026-03-02;0;",
        "B;Bern;public;99;2026-01-31;0;-;0;",
        "C;Cork;public;73000;2025-10-03;2;2026-03-02;0;",
        "D;Delft;public;73000;2025-10-03;1;2026-02-01;0;",
        "E;Edam;public;73000;2025-10-03;2;2026-03-02;0;",
        "F;Faro;public;73000;2025-10-03;2;2025-12-03;0;",
        "G;Genk;public;73000;2025-10-03;3;2025-10-03;0;",
    ]);
}

fn small(program: Program) {
    night(&[
        "A;Ada;private;499;2026-01-01;0;-;0;",
        "B;Bo;private;500;2026-01-01;0;-;0;",
        "C;Cy;private;499;2026-01-01;3;2026-01-01;0;",
        "D;Di;business;1;2026-01-01;3;2026-01-01;0;",
    ])
    .run(program, &[], 0)
    .says(&["B: reminder 1, 5.00", "D: to the lawyer", "1 letters, 5.00"]);
}

fn one_step(program: Program) {
    for kind in ["private", "business", "public"] {
        let row = format!("A;Ada;{kind};73000;2023-03-02;0;-;0;");
        let after = night(&[&row]).run(program, &[], 0);
        let level = after.files["ledger.csv"].split(';').nth(5);
        assert_eq!(
            level,
            Some("1"),
            "the level of a {kind} customer, three years late"
        );
    }
}

fn _weekdays(program: Program) {
    for (today, by) in [
        ("2026-02-24", "2026-03-06"),
        ("2026-02-25", "2026-03-09"),
        ("2026-02-26", "2026-03-09"),
        ("2026-02-27", "2026-03-09"),
        ("2028-02-19", "2028-02-29"),
    ] {
        let after = night(&["A;Ada;private;12000;2026-01-01;0;-;0;"])
            .on(today)
            .run(program, &[], 0);
        let letter = &after.files["letters/A-1.txt"];
        let line = letter.lines().last();
        let expected = format!("Please pay by {by}.");
        assert_eq!(line, Some(expected.as_str()), "the last line, on {today}");
    }
}

fn odd_lines(program: Program) {
    let odd = [
        "# a comment",
        "",
        "A;Ada;private;12000;2026-02-30;0;-;0;",
        "B;Bo;charity;12000;2026-02-01;0;-;0;",
        "C;Cy;private;-1;2026-02-01;0;-;0;",
        "D;Di;private;12000;2026-02-01;4;2026-02-01;0;",
        "E;Ed;private;12000;2026-02-01;0;2026-02-01;0;",
        "F;Flo;private;12000;2026-02-01;1;-;0;",
        "G;Gil;private;12000;2026-02-01;0;-;0",
        ";Hal;private;12000;2026-02-01;0;-;0;",
    ];
    let mut ledger = odd.to_vec();
    ledger.push("Z;Zoe;private;12000;2026-02-01;0;-;0;urgent");
    let mut after = odd.to_vec();
    after.push("Z;Zoe;private;12000;2026-02-01;1;2026-03-02;0;urgent");
    night(&ledger)
        .run(program, &[], 1)
        .says(&[
            "line 3: not understood",
            "line 4: not understood",
            "line 5: not understood",
            "line 6: not understood",
            "line 7: not understood",
            "line 8: not understood",
            "line 9: not understood",
            "line 10: not understood",
            "Z: reminder 1, 120.00",
            "1 letters, 120.00",
        ])
        .leaves(&after);
}

fn held(program: Program) {
    let ledger = [
        "A;Ada;private;12000;2026-01-01;0;-;0;hold",
        "B;Bo;business;12000;2025-01-01;3;2025-06-01;4000;hold",
        "C;Cy;public;0;2025-01-01;0;-;0;hold",
    ];
    night(&ledger)
        .run(program, &[], 0)
        .says(&["A: on hold", "B: on hold", "0 letters, 0.00"])
        .leaves(&ledger)
        .posts(&[]);
}

fn dry(program: Program) {
    let ledger = [
        "A;Ada;private;12000;2026-01-01;0;-;0;",
        "B;Bo;business;12000;2025-01-01;3;2025-06-01;4000;",
    ];
    let after = night(&ledger)
        .refusing("letters/A-1.txt")
        .run(program, &["--dry"], 0)
        .says(&[
            "A: reminder 1, 120.00",
            "B: to the lawyer",
            "1 letters, 120.00",
        ])
        .leaves(&ledger)
        .posts(&[]);
    assert_eq!(after.said[0], "dunning 2026-03-02 (dry)", "the head");
}

fn only(program: Program) {
    let after = night(&[
        "A;Ada;private;12000;2026-01-01;0;-;0;",
        "B;Bo;public;12000;2026-01-01;0;-;0;",
        "C;Cy;public;12000;2026-01-01;0;-;0;hold",
        "D;Di;private;12000;2026-01-01;0;-;0;hold",
    ])
    .run(program, &["--only", "public"], 0)
    .says(&["B: reminder 1, 120.00", "C: on hold", "1 letters, 120.00"])
    .leaves(&[
        "A;Ada;private;12000;2026-01-01;0;-;0;",
        "B;Bo;public;12000;2026-01-01;1;2026-03-02;0;",
        "C;Cy;public;12000;2026-01-01;0;-;0;hold",
        "D;Di;private;12000;2026-01-01;0;-;0;hold",
    ]);
    assert_eq!(after.said[0], "dunning 2026-03-02", "the head");
}

fn refused(program: Program) {
    let ledger = [
        "A;Ada;private;12000;2026-01-01;0;-;0;",
        "B;Bo;private;5000;2026-01-01;0;-;0;",
    ];
    let after = [ledger[0], "B;Bo;private;5000;2026-01-01;1;2026-03-02;0;"];
    night(&ledger)
        .refusing("letters/A-1.txt")
        .run(program, &[], 1)
        .says(&[
            "cannot write letters/A-1.txt",
            "B: reminder 1, 50.00",
            "1 letters, 50.00",
        ])
        .leaves(&after);
    night(&ledger)
        .refusing("ledger.csv")
        .run(program, &[], 2)
        .says(&[
            "A: reminder 1, 120.00",
            "B: reminder 1, 50.00",
            "2 letters, 170.00",
            "cannot write ledger.csv",
        ])
        .leaves(&ledger);
}

fn nothing_done(program: Program) {
    for flags in [&["--now"][..], &["--only"], &["--dry", "x"]] {
        let after = night(&["A;Ada;private;12000;2026-01-01;0;-;0;"])
            .run(program, flags, 2)
            .posts(&[]);
        assert_eq!(after.said, ["usage: dunning FOLDER [--dry] [--only KIND]"]);
    }
    let mut empty = night(&[]);
    empty.files.clear();
    empty.run(program, &[], 2).says(&["cannot read ledger.csv"]);
}

fn one_date(program: Program) {
    let mut world = night(&[
        "A;Ada;private;12000;2026-02-22;0;-;0;",
        "B;Bo;private;12000;2026-02-23;0;-;0;",
        "C;Cy;private;12000;2026-02-24;0;-;0;",
    ]);
    world.days_pass = true;
    world
        .run(program, &[], 0)
        .says(&["A: reminder 1, 120.00", "1 letters, 120.00"])
        .leaves(&[
            "A;Ada;private;12000;2026-02-22;1;2026-03-02;0;",
            "B;Bo;private;12000;2026-02-23;0;-;0;",
            "C;Cy;private;12000;2026-02-24;0;-;0;",
        ]);
}
