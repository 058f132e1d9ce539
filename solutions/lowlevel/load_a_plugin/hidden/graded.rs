//! The same promises, with several plugins at a time.

use load_a_plugin::library::{Kind, Library, log};
use load_a_plugin::{LoadError, Plugin, Slot};

#[test]
fn plugins_do_not_disturb_each_other() {
    let load = |kind, percent| Plugin::load(Library::open(kind), percent).expect("a plugin");
    let mut one = load(Kind::Current, "50");
    let mut other = load(Kind::Newer, "1");
    let answer = one.call("300").expect("a rule");
    drop(one);
    assert_eq!(other.call("300").expect("a rule"), "3 off", "1 percent");
    assert_eq!(answer, "150 off", "an answer is a copy");
    drop(other);
    let log = log();
    assert!(
        log.iter().all(|what| !what.starts_with("CRASH")),
        "nothing was called that was gone: {log:#?}"
    );
    assert_eq!(
        log.iter().filter(|what| *what == "destroy").count(),
        2,
        "each instance ends once: {log:#?}"
    );
}

#[test]
fn many_swaps_leave_one_plugin() {
    let mut slot = Slot::new(Plugin::load(Library::open(Kind::Old), "1").expect("a plugin"));
    let mut loaded = 1;
    for n in 2..30_u32 {
        let (kind, expected) = match n % 5 {
            0 => (Kind::NoEntry, Err(LoadError::NoPlugin)),
            1 => (Kind::CutOff, Err(LoadError::Incomplete)),
            2 => (Kind::Newer, Ok(())),
            3 => (Kind::NextMajor, Err(LoadError::OtherVersion(2))),
            _ => (Kind::Old, Ok(())),
        };
        assert_eq!(
            slot.swap(Library::open(kind), &n.to_string()),
            expected,
            "{kind:?}"
        );
        if expected.is_ok() {
            loaded = n;
        }
        slot.plugin().flush();
        assert_eq!(
            slot.plugin().call("100").expect("a rule"),
            format!("{loaded} off"),
            "the last plugin that could be loaded is at work"
        );
    }
    drop(slot);
    let log = log();
    let count = |what: &str| log.iter().filter(|one| one.starts_with(what)).count();
    assert_eq!(
        count("load"),
        count("unload"),
        "every library goes: {log:#?}"
    );
    assert_eq!(
        count("create"),
        count("destroy"),
        "every instance ends: {log:#?}"
    );
    assert_eq!(
        count("CRASH"),
        0,
        "and nothing that was gone was called: {log:#?}"
    );
}
