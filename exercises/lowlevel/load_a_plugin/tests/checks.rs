//! What is done with plugins, in which order. `CRASH` in the log is where a real library would take the process along.

use load_a_plugin::library::{Kind, Library, log};
use load_a_plugin::{LoadError, Plugin, Slot};

fn load(kind: Kind, configuration: &str) -> Result<Plugin, LoadError> {
    Plugin::load(Library::open(kind), configuration)
}

fn must_load(kind: Kind) -> Plugin {
    load(kind, "10")
        .unwrap_or_else(|error| panic!("a plugin {kind:?} is as good as any: {error:?}"))
}

#[test]
fn a_plugin_answers() {
    let mut plugin = must_load(Kind::Current);
    let first = plugin.call("1000").expect("a rule for cents");
    let second = plugin.call("250").expect("a rule for cents");
    assert_eq!(
        (&*first, &*second),
        ("100 off", "25 off"),
        "10 percent of each"
    );
    plugin.flush();
    assert_eq!(
        log(),
        ["load Current", "create", "call", "call", "flush"],
        "what was asked of it, and no more"
    );
}

#[test]
fn a_plugin_ends_before_its_library() {
    drop(must_load(Kind::Current));
    assert_eq!(
        log(),
        ["load Current", "create", "destroy", "unload Current"],
        "`destroy` is code of the library; once that is unloaded, its code is gone"
    );
}

#[test]
fn an_older_plugin_is_asked_for_what_it_has() {
    let mut plugin = must_load(Kind::Old);
    assert_eq!(
        plugin.call("50").expect("a rule"),
        "5 off",
        "1.0 can do that"
    );
    plugin.flush();
    drop(plugin);
    assert_eq!(
        log(),
        ["load Old", "create", "call", "destroy", "unload Old"],
        "1.0 has no `flush`: its table says by `size` where it ends, and what lies behind the 1.0 table is no function of \
         ours, whatever it looks like"
    );
}

#[test]
fn a_newer_plugin_is_welcome() {
    let mut plugin = must_load(Kind::Newer);
    assert_eq!(
        plugin.call("50").expect("a rule"),
        "5 off",
        "1.7 can do that"
    );
    drop(plugin);
    assert_eq!(
        log(),
        ["load Newer", "create", "call", "destroy", "unload Newer"],
        "1.7 has all that 1.1 has; the rest of its table is not looked at"
    );
}

#[test]
fn another_major_version_is_not_touched() {
    assert_eq!(
        load(Kind::NextMajor, "10").err(),
        Some(LoadError::OtherVersion(2)),
        "2.0 has another table"
    );
    assert_eq!(
        log(),
        ["load NextMajor", "unload NextMajor"],
        "nothing of it was called: where 1.1 has a function, 2.0 has who knows what"
    );
}

#[test]
fn what_is_no_plugin_is_told() {
    for (kind, error) in [
        (Kind::NoEntry, LoadError::NoPlugin),
        (Kind::NoTable, LoadError::NoPlugin),
        (Kind::Incomplete, LoadError::Incomplete),
        (Kind::CutOff, LoadError::Incomplete),
    ] {
        assert_eq!(load(kind, "10").err(), Some(error), "a library {kind:?}");
        assert_eq!(
            log(),
            [format!("load {kind:?}"), format!("unload {kind:?}")],
            "a library {kind:?} is found out before anything of it is called: an instance that can't be ended must not be \
             begun"
        );
    }
}

#[test]
fn a_refusal_leaves_nothing_behind() {
    assert_eq!(
        load(Kind::Current, "ten").err(),
        Some(LoadError::Refused),
        "`create` returned null: there is no instance"
    );
    assert_eq!(
        log(),
        ["load Current", "create refused", "unload Current"],
        "what was not made is not destroyed"
    );
}

#[test]
fn an_error_outlives_its_plugin() {
    let mut plugin = must_load(Kind::Current);
    let error = plugin.call("a dozen").expect_err("no number");
    drop(plugin);
    assert_eq!(
        error.to_string(),
        "no rule for this",
        "the text lay in the library, and `~` is what lies there after it was unloaded; an error is logged later, so it \
         has to be a copy"
    );
}

#[test]
fn a_swap_has_the_new_one_first() {
    let mut slot = Slot::new(must_load(Kind::Old));
    for (kind, configuration) in [(Kind::NextMajor, "20"), (Kind::Current, "twenty")] {
        assert!(
            slot.swap(Library::open(kind), configuration).is_err(),
            "{kind:?} with {configuration:?} can't be loaded"
        );
        log();
        assert_eq!(
            slot.plugin().call("50").expect("a rule"),
            "5 off",
            "a swap that fails leaves the old plugin at work"
        );
    }
    log();
    slot.swap(Library::open(Kind::Current), "20")
        .expect("a plugin");
    assert_eq!(
        slot.plugin().call("50").expect("a rule"),
        "10 off",
        "20 percent"
    );
    assert_eq!(
        log(),
        ["load Current", "create", "destroy", "unload Old", "call"],
        "the new one is there before the old one goes; `destroy` is code of the old library, and with that its code is gone"
    );
}
