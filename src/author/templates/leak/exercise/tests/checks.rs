use probes::live::Tracker;

#[test]
fn the_last_are_shown() {
    let mut last = {id}::Last::new(3);
    for number in 1..=5 {
        last.push(number);
    }
    assert_eq!(last.values(), [3, 4, 5], "three of five");
}

#[test]
fn the_others_are_let_go() {
    let tracker = Tracker::new();
    let mut last = {id}::Last::new(3);
    for _ in 0..100 {
        last.push(tracker.token());
    }
    assert_eq!(tracker.alive(), 3, "of 100 values, so many are kept");
}
