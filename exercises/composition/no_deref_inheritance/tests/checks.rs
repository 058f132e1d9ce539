//! What the auditors rely on.

use no_deref_inheritance::{AuditedFlags, Flags};

/// Plain flags with `beta` on and `dark` off.
fn plain() -> Flags {
    let mut flags = Flags::default();
    flags.import("beta on\ndark off\n");
    flags
}

#[test]
fn set_and_remove_are_recorded() {
    let mut flags = AuditedFlags::new(plain(), "ada");
    flags.set("beta", true);
    flags.remove("unheard-of");
    assert_eq!(
        flags.trail(),
        [] as [&str; 0],
        "beta was on already, and there was no such flag as unheard-of: nothing has changed"
    );
    flags.set("beta", false);
    flags.set("new", false);
    flags.remove("dark");
    assert_eq!(
        flags.trail(),
        ["ada: beta off", "ada: new off", "ada: dark removed"],
        "ada switched beta off, added new, and removed dark"
    );
}

#[test]
fn an_import_is_recorded_flag_by_flag() {
    let mut flags = AuditedFlags::new(plain(), "grace");
    let changed = flags.import("beta on\ndark on\nno flag\ndark off\nnew on\n");
    assert_eq!(
        (changed, flags.trail()),
        (
            3,
            &[
                "grace: dark on".to_owned(),
                "grace: dark off".to_owned(),
                "grace: new on".to_owned(),
            ][..]
        ),
        "the import switches dark on, dark off and new on; beta was on before. An entry is missing if \
         `import` of the plain flags called the `set` of the plain flags"
    );
}

#[test]
fn answers_are_those_of_plain_flags() {
    let mut known = plain();
    let mut flags = AuditedFlags::new(plain(), "ada");
    for (name, on) in [("beta", true), ("beta", false), ("new", true)] {
        assert_eq!(
            flags.set(name, on),
            known.set(name, on),
            "set({name:?}, {on})"
        );
    }
    for name in ["dark", "dark", "x"] {
        assert_eq!(flags.remove(name), known.remove(name), "remove({name:?})");
    }
    let text = "beta on\nbeta on\nlast off\n";
    assert_eq!(flags.import(text), known.import(text), "import({text:?})");
    for name in ["beta", "dark", "new", "last"] {
        assert_eq!(flags.get(name), known.get(name), "get({name:?})");
    }
    assert!(flags.names().eq(known.names()), "names()");
    assert_eq!(
        (flags.len(), flags.is_empty()),
        (known.len(), known.is_empty()),
        "len() and is_empty()"
    );
}

#[test]
fn the_trail_explains_every_flag() {
    let mut flags = AuditedFlags::new(Flags::default(), "ada");
    flags.set("a", true);
    flags.import("b on\nc off\na off\n");
    flags.remove("b");
    flags.import("b on\nb off\n");
    flags.set("a", true);
    flags.remove("c");

    let mut replayed = Flags::default();
    for entry in flags.trail() {
        let change = entry.strip_prefix("ada: ").expect("ada made each change");
        match change.strip_suffix(" removed") {
            Some(name) => assert!(replayed.remove(name), "{entry:?}: there is no such flag"),
            None => assert_eq!(replayed.import(change), 1, "{entry:?} changes nothing"),
        }
    }
    let states = |get: &dyn Fn(&str) -> Option<bool>| ["a", "b", "c"].map(get);
    assert_eq!(
        states(&|name| replayed.get(name)),
        states(&|name| flags.get(name)),
        "left: a, b and c as the trail {:?} tells it; right: as they are",
        flags.trail()
    );
}
