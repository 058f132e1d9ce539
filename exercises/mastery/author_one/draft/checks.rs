use super::subject::split;

/// All checks, by name.
pub const CHECKS: &[(&str, fn())] = &[
    ("a_bill_is_split", a_bill_is_split),
    ("nobody_pays_much_more", nobody_pays_much_more),
    ("there_is_a_share_for_each", there_is_a_share_for_each),
];

fn a_bill_is_split() {
    assert!(split(100, 4) == [25, 25, 25, 25]);
}

fn nobody_pays_much_more() {
    let shares = split(90, 3);
    assert!(shares[0] - shares[2] <= 1);
}

fn there_is_a_share_for_each() {
    assert!(split(100, 4).len() == 4);
}
