//! The tests of the patch.

use first_patch::Pattern;

#[test]
fn stars_match_parts_or_none() {
    let pattern = Pattern::new("src/**/mod.rs").expect("a pattern");
    assert!(pattern.matches("src/mod.rs"));
    assert!(pattern.matches("src/net/mod.rs"));
}
