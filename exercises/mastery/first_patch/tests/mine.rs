//! The tests of your patch.

use first_patch::Pattern;

#[test]
fn stars_match_parts() {
    let pattern = Pattern::new("src/**/mod.rs").expect("a pattern");
    assert!(pattern.matches("src/net/mod.rs"));
}
