//! The tests of the patch: what #31 asks for, and what a fix of it could break.

use first_patch::Pattern;

#[track_caller]
fn check(pattern: &str, path: &str, expected: bool) {
    let pattern = Pattern::new(pattern).expect("a pattern");
    assert_eq!(pattern.matches(path), expected, "{path}");
}

#[test]
fn stars_between_parts_stand_for_any_number_of_parts() {
    for path in ["src/mod.rs", "src/a/mod.rs", "src/a/b/mod.rs"] {
        check("src/**/mod.rs", path, true);
    }
}

#[test]
fn stars_at_the_beginning_stand_for_any_number_of_parts() {
    for path in ["mod.rs", "a/mod.rs", "a/b/mod.rs"] {
        check("**/mod.rs", path, true);
    }
}

#[test]
fn each_stars_of_a_pattern_may_stand_for_none() {
    for path in ["a/b/c", "a/x/b/c", "a/b/x/c", "a/x/y/b/z/c"] {
        check("a/**/b/**/c", path, true);
    }
}

#[test]
fn stars_at_the_end_stand_for_something() {
    check("docs/**", "docs", false);
    check("docs/**", "docs/a", true);
    check("docs/**", "docs/a/b", true);
}

#[test]
fn parts_are_not_run_together() {
    for path in ["srcmod.rs", "src/xmod.rs", "src/mod.rs/x", "x/src/mod.rs"] {
        check("src/**/mod.rs", path, false);
    }
}
