use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use flag_it::{FLAGS, Flag, Flags, both_ways, bucket, total};

/// The day of this release.
const TODAY: u32 = 720;

fn flag(name: &'static str, percent: u8, expires: u32) -> Flag {
    Flag {
        name,
        percent,
        owner: "search",
        expires,
    }
}

fn users(flags: &Flags, name: &str) -> Vec<usize> {
    let on = |user: &usize| flags.is_on(name, &format!("user-{user}"));
    (0..10_000).filter(on).collect()
}

fn text_of_panic(f: impl FnOnce()) -> Option<String> {
    let panic = catch_unwind(AssertUnwindSafe(f)).err()?;
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned()))
}

#[test]
fn a_bucket_is_the_same_in_every_service() {
    for (flag, user, expected) in [
        ("free_from_50", "ada", 5_800),
        ("free_from_50", "jürgen", 9_581),
        ("round_each_line", "ada", 5_504),
        ("free", "_from_50ada", 4_742),
        ("free_from_50", "", 5_900),
    ] {
        assert_eq!(
            bucket(flag, user),
            expected,
            "the app computes {expected} for flag {flag:?} and user {user:?}. Where the till computes \
             another bucket, the app shows free shipping and the till charges it"
        );
    }
}

#[test]
fn who_is_in_stays_in() {
    let mut before: Vec<usize> = Vec::new();
    for (percent, least, most) in [
        (0, 0, 0),
        (1, 50, 150),
        (5, 400, 600),
        (20, 1_800, 2_200),
        (99, 9_850, 9_950),
        (100, 10_000, 10_000),
    ] {
        let flags = Flags::new(&[flag("new_search", percent, 800)]);
        let now = users(&flags, "new_search");
        assert!(
            (least..=most).contains(&now.len()),
            "{percent} % of 10,000 users are {least} to {most}, and {} have it",
            now.len()
        );
        let lost = before.iter().find(|user| now.binary_search(user).is_err());
        assert_eq!(
            lost, None,
            "this user had the new search, and lost it when it was rolled out to {percent} %"
        );
        before = now;
    }
    for percent in [0, 1, 50, 100] {
        let flags = Flags::new(&[flag("new_search", percent, 800)]);
        let now = users(&flags, "new_search");
        let cut = (0..10_000).find(|user| {
            let in_line = bucket("new_search", &format!("user-{user}")) < u16::from(percent) * 100;
            in_line != now.binary_search(user).is_ok()
        });
        assert_eq!(
            cut, None,
            "at {percent} % those have it whose bucket is below {percent}00, and this user is an exception"
        );
    }
}

#[test]
fn two_flags_have_other_users() {
    let flags = Flags::new(&[flag("new_search", 20, 800), flag("dark_mode", 20, 800)]);
    let (one, other) = (users(&flags, "new_search"), users(&flags, "dark_mode"));
    let both = one.iter().filter(|user| other.binary_search(user).is_ok());
    let both = both.count();
    assert!(
        (300..=500).contains(&both),
        "of 10,000 users about 400 should have two flags of 20 % each, and {both} do. If it is always the \
         same fifth, those get every bug, and no effect can be told from another"
    );
}

#[test]
fn a_test_sets_a_flag_for_everybody() {
    let flags = Flags::new(&[flag("new_search", 50, 800), flag("dark_mode", 50, 800)]);
    for (on, expected) in [(true, 10_000), (false, 0)] {
        let forced = flags.clone().with("new_search", on);
        assert_eq!(
            users(&forced, "new_search").len(),
            expected,
            "`with(\"new_search\", {on})` is for everybody"
        );
        assert_eq!(
            users(&forced, "dark_mode"),
            users(&flags, "dark_mode"),
            "nobody said anything about the other flag"
        );
    }
    assert!(!flags.is_on("new_serach", "ada"), "there is no such flag");
    let said = text_of_panic(|| drop(flags.clone().with("new_serach", true)));
    assert!(
        said.as_ref()
            .is_some_and(|text| text.contains("new_serach")),
        "a test that sets a flag which there is not tests the old way twice and is green. It should be told \
         the name, and was told {said:?}"
    );
}

#[test]
fn both_ways_are_tried_and_named() {
    let flags = Flags::new(&[flag("new_search", 50, 800)]);
    let seen = RefCell::new(Vec::new());
    both_ways(&flags, "new_search", |flags| {
        seen.borrow_mut().push(flags.is_on("new_search", "ada"));
    });
    let mut seen = seen.into_inner();
    seen.sort_unstable();
    assert_eq!(seen, [false, true], "the check is called once for each way");

    for (fails_if, named, not_named) in [
        (vec![true], vec!["`new_search` on", "too slow"], vec!["off"]),
        (
            vec![false],
            vec!["`new_search` off", "too slow"],
            vec!["on:"],
        ),
        (
            vec![true, false],
            vec!["`new_search` on", "`new_search` off"],
            vec![],
        ),
    ] {
        let check = |flags: &Flags| {
            let on = flags.is_on("new_search", "ada");
            assert!(!fails_if.contains(&on), "too slow");
        };
        let said = text_of_panic(|| both_ways(&flags, "new_search", check));
        let said = said.expect("a check failed, and `both_ways` passed");
        assert!(
            named.iter().all(|text| said.contains(text))
                && !not_named.iter().any(|text| said.contains(text)),
            "a check says `too slow` with the flag {fails_if:?}. The failure has {named:?}, so that one knows \
             which way is broken, and not {not_named:?}. It said:\n{said}"
        );
    }
}

#[test]
fn a_flag_has_a_last_day() {
    let all = [
        flag("last_week", 100, 713),
        flag("yesterday", 10, 719),
        flag("today", 0, 720),
        flag("tomorrow", 50, 721),
    ];
    let expired = Flags::new(&all).expired(720);
    let names: Vec<&str> = expired.iter().map(|flag| flag.name).collect();
    assert_eq!(
        names,
        ["last_week", "yesterday"],
        "on day 720 those are too old whose last day was before, whatever their percentage: one that got \
         stuck at 10 % is as dead as one at 100"
    );
}

#[test]
fn no_flag_outlives_its_day() {
    let expired = Flags::new(&FLAGS).expired(TODAY);
    assert_eq!(
        expired,
        [],
        "day {TODAY}: these are still in the code. Everybody has what is behind one of 100 %; take out the flag \
         and the way that nobody goes any more"
    );
    for Flag { name, expires, .. } in FLAGS {
        assert!(
            (name, expires) == ("free_from_50", 780),
            "`{name}` is in the code until day {expires}. Nobody has asked its owner for a longer time"
        );
    }
    both_ways(&Flags::new(&FLAGS), "free_from_50", |flags| {
        let free = flags.is_on("free_from_50", "ada");
        for (lines, net_and_vat, may_be_free) in [
            (&[1_003, 1_003][..], 2_386, false),
            (&[4_999], 5_948, false),
            (&[2_500, 2_500], 5_950, true),
            (&[999, 999, 999, 999, 1_004], 5_946, true),
        ] {
            let shipping = if free && may_be_free { 0 } else { 490 };
            assert_eq!(
                total(flags, "ada", lines),
                net_and_vat + shipping,
                "net prices {lines:?}, VAT rounded down for each line, shipping {shipping}"
            );
        }
    });
}
