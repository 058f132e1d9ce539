//! The same promises at values that the visible tests do not name.

use no_deref_inheritance::{AuditedFlags, Flags};

#[test]
fn any_sequence_of_changes_is_recorded_once_each() {
    let mut flags = AuditedFlags::new(Flags::default(), "x y");
    let mut expected: Vec<String> = Vec::new();
    let mut known = Flags::default();
    for step in 0..300_usize {
        let name = ["a", "b", "c", "d"][step * 7 % 4];
        let on = step % 5 < 2;
        let state = if on { "on" } else { "off" };
        match step % 3 {
            0 => {
                assert_eq!(flags.set(name, on), known.set(name, on), "step {step}");
            }
            1 => {
                let line = format!("{name} {state}\n");
                assert_eq!(flags.import(&line), known.import(&line), "step {step}");
            }
            _ => {
                if known.remove(name) {
                    expected.push(format!("x y: {name} removed"));
                }
                flags.remove(name);
                continue;
            }
        }
        // Told apart by replaying on plain flags: the last state decides whether it was a change.
        let before = expected
            .iter()
            .rev()
            .find_map(|entry| entry.strip_prefix(&format!("x y: {name} ")));
        if before != Some(state) {
            expected.push(format!("x y: {name} {state}"));
        }
    }
    assert_eq!(flags.trail(), expected, "300 steps on four flags");
}

#[test]
fn the_view_shows_what_is() {
    let mut flags = AuditedFlags::new(Flags::default(), "ada");
    flags.import("one on\ntwo off\n");
    let mut known = Flags::default();
    known.import("one on\ntwo off\n");
    assert_eq!(flags.as_flags(), &known, "the flags after one import");
    let copy = flags.clone();
    flags.remove("one");
    assert_eq!(copy.trail().len(), 2, "a copy has a trail of its own");
    assert_eq!(copy.get("one"), Some(true), "and flags of its own");
}
