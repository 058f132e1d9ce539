use {id}::Level;

#[test]
fn comes_back() {
    let size = u64::try_from(size_of::<Level>()).expect("sizes are small");
    probes::figures::report("size", size);
    for percent in 0..=100 {
        for alarm in [false, true] {
            let level = Level::new(percent, alarm);
            let found = (level.percent(), level.alarm());
            assert_eq!(found, (percent, alarm), "what was put in");
        }
    }
}
