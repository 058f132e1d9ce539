use author_one::{Listed, Manifest, Starter, Wrong};

pub const MANIFEST: Manifest = Manifest {
    summary: "Split a bill into whole cents, so that nothing is lost and nobody pays too much",
    hints: [
        "Take 100 cents and three people, by hand. How many cents are on the table at the end?",
        "The rest is always smaller than the number of people, so some pay a cent more and nobody pays two.",
        "Give a cent of the rest to each person whose number is below it: `person < cents % people`.",
    ],
    checks: &[
        Listed {
            name: "the_shares_add_up",
            shows: "the shares add up to the bill",
            starter: Starter::Fails,
        },
        Listed {
            name: "nobody_pays_over_a_cent_more",
            shows: "shares differ by a cent at most",
            starter: Starter::Passes,
        },
        Listed {
            name: "there_is_a_share_for_each",
            shows: "there are as many shares as people",
            starter: Starter::Passes,
        },
    ],
    wrong: [
        Wrong {
            about: "Gives all of the rest to the first",
            fails: &["nobody_pays_over_a_cent_more"],
            says: "a cent is the most that whole cents make necessary",
        },
        Wrong {
            about: "Leaves out who pays nothing",
            fails: &["there_is_a_share_for_each"],
            says: "the app shows each friend the one at their place",
        },
    ],
};
