use author_one::{Listed, Manifest, Starter, Wrong};

pub const MANIFEST: Manifest = Manifest {
    summary: "Split a bill",
    hints: [
        "Think about it.",
        "What does 100 / 3 give?",
        "let share = |person| { let rest = u64::from(person < cents % people); cents / people + rest };",
    ],
    checks: &[
        Listed {
            name: "a_bill_is_split",
            shows: "a bill is split",
            starter: Starter::Fails,
        },
        Listed {
            name: "nobody_pays_much_more",
            shows: "nobody pays much more than anybody else",
            starter: Starter::Passes,
        },
    ],
    wrong: [
        Wrong {
            about: "Gives all of the rest to the first",
            fails: &["nobody_pays_much_more"],
            says: "assertion failed",
        },
        Wrong {
            about: "Rounds up",
            fails: &["a_bill_is_split"],
            says: "assertion failed",
        },
    ],
};
