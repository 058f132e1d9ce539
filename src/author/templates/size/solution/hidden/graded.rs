#[test]
fn an_alarm_says_nothing_of_the_level() {
    let level = {id}::Level::new(0, true);
    assert_eq!((level.percent(), level.alarm()), (0, true));
}
