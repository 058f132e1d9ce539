//! What one caller sees. No test of this kind can see two.

use lost_update::Credits;

#[test]
fn one_caller_at_a_time_gets_the_right_balance() {
    let credits = Credits::new(100);
    credits.grant(10);
    assert_eq!(credits.left(), 110, "100 and a grant of 10");
    assert!(credits.spend(100), "110 cover a spend of 100");
    assert!(!credits.spend(11), "10 do not cover a spend of 11");
    assert_eq!(credits.left(), 10, "the refused spend of 11 took nothing");
    assert!(credits.spend(10), "10 cover a spend of 10");
    assert!(!credits.spend(1), "nothing is left to spend");
    credits.grant(u32::MAX);
    credits.grant(u32::MAX);
    assert_eq!(
        credits.left(),
        2 * u64::from(u32::MAX),
        "the balance holds more than the largest amount"
    );
}
