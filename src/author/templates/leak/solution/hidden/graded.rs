use probes::live::Tracker;

#[test]
fn nothing_is_kept_after_the_end() {
    let tracker = Tracker::new();
    let mut last = {id}::Last::new(2);
    for _ in 0..5 {
        last.push(tracker.token());
    }
    drop(last);
    assert_eq!(tracker.alive(), 0, "nothing holds them any more");
}
