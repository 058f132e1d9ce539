//! Other scripts than those that learners see.

mod support;

#[test]
fn on_other_scripts_too() {
    support::parallel::assert_same(billing::run, 70_000..71_000);
}
