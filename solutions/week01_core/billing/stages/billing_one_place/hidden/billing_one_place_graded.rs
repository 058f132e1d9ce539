//! Other scripts than those that learners see.

#[allow(dead_code, reason = "pins are for learners")]
mod support;

#[test]
fn on_other_scripts_too() {
    support::parallel::assert_same(billing::run, 70_000..70_300);
}
