//! The same promises at values that the visible tests do not name.

use absent_not_zero::{may_migrate, page, read};

#[test]
fn every_distance_is_shown_as_what_it_is() {
    for target in 1..=40_u64 {
        for build in 1..=40_u64 {
            let shown = page(&read(&format!("web-1 {build}\n")), target);
            let expected = match target.abs_diff(build) {
                0 => format!("web-1: {build}\noldest: {build}\n"),
                lag if build < target => {
                    format!("web-1: {build}, {lag} behind\noldest: {build}\n")
                }
                lag => format!("web-1: {build}, {lag} ahead\noldest: {build}\n"),
            };
            assert_eq!(shown, expected, "build {build}, and the target is {target}");
        }
    }
}

#[test]
fn one_silent_instance_among_many_stops_a_migration() {
    for silent in 0..20 {
        let status: String = (0..20)
            .map(|n| match n == silent {
                true => format!("web-{n} ?\n"),
                false => format!("web-{n} {}\n", 900 + n),
            })
            .collect();
        for needs in [0, 1, 900] {
            assert!(
                !may_migrate(&read(&status), needs),
                "web-{silent} does not say what it runs, so nobody knows that it can read what needs \
                 build {needs}"
            );
        }
    }
}

#[test]
fn a_migration_needs_no_more_than_it_says() {
    for needs in [0, 1, 7] {
        assert!(
            may_migrate(&read("web-1 7\nweb-2 8\n"), needs),
            "builds 7 and 8 can read what needs build {needs}"
        );
    }
    assert!(
        !may_migrate(&read("web-1 7\nweb-2 8\n"), 8),
        "build 7 can't read what needs build 8"
    );
}
