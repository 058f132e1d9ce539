//! What the release engineers rely on when they read the page, and when they start a migration.

use absent_not_zero::{Instance, may_migrate, page, read};

/// The page of this fleet, in lines. The target is build 845.
fn lines(status: &str) -> Vec<String> {
    let page = page(&read(status), 845);
    page.lines().map(str::to_owned).collect()
}

#[test]
fn the_page_shows_each_instance() {
    assert_eq!(
        lines("web-1 845\nweb-2 842\ncanary-1 847\n"),
        [
            "web-1: 845",
            "web-2: 842, 3 behind",
            "canary-1: 847, 2 ahead",
            "oldest: 842",
        ],
        "three instances that report their builds, with 845 as the target"
    );
}

#[test]
fn one_ahead_is_not_unknown() {
    assert_eq!(
        lines("canary-1 846\n")[0],
        "canary-1: 846, 1 ahead",
        "canary-1 reports build 846, one ahead of the target 845: an answer that means `not known` \
         must not look like an answer that means something else"
    );
}

#[test]
fn whatever_is_no_build_is_unknown() {
    for reported in ["?", "-1", "0", "-2", "", "main", "8 42"] {
        assert_eq!(
            lines(&format!("web-1 {reported}\n"))[0],
            "web-1: unknown",
            "web-1 reports {reported:?}, and builds are counted from 1"
        );
    }
}

#[test]
fn the_oldest_known_build_is_shown() {
    let last = |status: &str| lines(status).pop().expect("the page has a last line");
    assert_eq!(
        last("web-1 845\nweb-2 ?\nweb-3 842\nold-1 0\n"),
        "oldest: 842",
        "of 845, 842 and two instances that do not say, 842 is the oldest that is known"
    );
    for status in ["", "web-1 ?\n", "web-1 0\nweb-2 -1\n"] {
        assert_eq!(
            last(status),
            "oldest: unknown",
            "no instance of {status:?} reports a build"
        );
    }
}

#[test]
fn a_silent_instance_stops_a_migration() {
    let table = [
        ("web-1 845\nweb-2 840\n", 840, true),
        ("web-1 845\nweb-2 839\n", 840, false),
        ("web-1 845\nweb-2 ?\n", 840, false),
        ("web-1 ?\nweb-2 845\n", 840, false),
        ("web-1 845\nold-1 0\n", 840, false),
        ("web-1 ?\n", 840, false),
        ("", 840, false),
    ];
    for (status, needs, may) in table {
        assert_eq!(
            may_migrate(&read(status), needs),
            may,
            "the new schema needs build {needs} everywhere, and this is what is known: {status:?}. \
             An instance that does not say may be of any age, and no news of any instance is no news"
        );
    }
}

#[test]
fn an_instance_takes_no_more_memory() {
    let size = size_of::<Instance>();
    assert!(
        size <= 32,
        "an Instance takes {size} bytes, and took 32 with -1 in it: `Option<u64>` needs a tag beside \
         its 8 bytes, because each pattern of them is a number"
    );
}
