use super::subject::split;

/// All checks, by name.
pub const CHECKS: &[(&str, fn())] = &[
    ("the_shares_add_up", the_shares_add_up),
    ("nobody_pays_over_a_cent_more", nobody_pays_over_a_cent_more),
    ("there_is_a_share_for_each", there_is_a_share_for_each),
];

/// Every rest that seven people can leave, more people than cents, nobody, and what no table has by heart.
fn bills() -> impl Iterator<Item = (u64, u64)> {
    let small = (0..=60).flat_map(|cents| (0..=7).map(move |people| (cents, people)));
    small.chain([(10_000, 3), (123_457, 11), (99_999_999, 1_000)])
}

fn the_shares_add_up() {
    for (cents, people) in bills().filter(|(_, people)| *people > 0) {
        let sum: u64 = split(cents, people).iter().sum();
        assert_eq!(
            sum, cents,
            "{people} friends owe {cents} cents, and their shares add up to {sum}: somebody pays the difference"
        );
    }
}

fn nobody_pays_over_a_cent_more() {
    for (cents, people) in bills() {
        let shares = split(cents, people);
        let most = shares.iter().max().copied().unwrap_or_default();
        let least = shares.iter().min().copied().unwrap_or_default();
        assert!(
            most - least <= 1,
            "{people} friends owe {cents} cents: one pays {most} and another {least}, and a cent is the most that \
             whole cents make necessary"
        );
    }
}

fn there_is_a_share_for_each() {
    for (cents, people) in bills() {
        let count = split(cents, people).len();
        assert_eq!(
            u64::try_from(count),
            Ok(people),
            "{people} friends owe {cents} cents, and there are {count} shares: the app shows each friend the one \
             at their place"
        );
    }
}
