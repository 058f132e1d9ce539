use first_patch::{BadPattern, Pattern, filter};

const CHANGELOG: &str = include_str!("../CHANGELOG.md");

/// The files of `src/` as they were.
const BEFORE: [(&str, &str); 3] = [
    ("lib.rs", include_str!("before/lib.rs")),
    ("pattern.rs", include_str!("before/pattern.rs")),
    ("matcher.rs", include_str!("before/matcher.rs")),
];

/// All files of `src/` with the patch, as `build.rs` found them.
const WITH: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

#[track_caller]
fn check(pattern: &str, path: &str, expected: bool) {
    let matches = Pattern::new(pattern).expect("a pattern").matches(path);
    assert_eq!(
        matches,
        expected,
        "`{pattern}` {} `{path}`, by the table in the crate's documentation",
        if expected {
            "matches"
        } else {
            "does not match"
        }
    );
}

#[test]
fn the_issue_is_mended() {
    check("src/**/mod.rs", "src/mod.rs", true);
    check("src/**/mod.rs", "src/net/mod.rs", true);
    check("src/**/mod.rs", "src/net/http/mod.rs", true);
    check("**/mod.rs", "mod.rs", true);
    check("a/**/b/**/c", "a/b/c", true);
    check("a/**/b/**/c", "a/x/b/c", true);
    check("a/**/**/c", "a/c", true);
    check("**/**", "a", true);
    let pattern = Pattern::new("**/*.rs").expect("a pattern");
    let owned = filter(&pattern, &["lib.rs", "src/a.rs", "src/a.txt", "x/y/z.rs"]);
    assert_eq!(owned, ["lib.rs", "src/a.rs", "x/y/z.rs"], "`**/*.rs`");
}

#[test]
fn what_people_rely_on_is_as_it_was() {
    check("docs/**", "docs", false);
    check("docs/**", "docs/a", true);
    check("docs/**", "docs/a/b", true);
    check("**", "a", true);
    check("docs/**/**", "docs", false);
    check("src/**/mod.rs", "srcmod.rs", false);
    check("src/**/mod.rs", "src/xmod.rs", false);
    check("src/**/mod.rs", "lib/src/mod.rs", false);
    check("src/**/mod.rs", "src/mod.rs/x", false);
    check("src/*/mod.rs", "src/mod.rs", false);
    check("*", "a/b", false);
    check("*.rs", ".rs", true);
    check("?", "é", true);
    check("a*b*c", "a-b-b-c", true);
    check("a*b*c", "a-c-b", false);
    for (text, why) in [
        ("a//b", BadPattern::EmptyPart),
        ("a**", BadPattern::StarsInAName),
    ] {
        assert_eq!(Pattern::new(text), Err(why), "`{text}` is no pattern");
    }
}

#[test]
fn the_patch_is_small() {
    let mut new = Vec::new();
    for (file, with) in WITH {
        // A file that was not there is new in every line.
        let before = BEFORE.iter().find(|(name, _)| name == file);
        let before = before.map_or("", |(_, text)| *text);
        let is_new = |line: &&str| !before.contains(line.trim());
        new.extend(
            with.lines()
                .filter(is_new)
                .map(|line| format!("{file}: {}", line.trim())),
        );
    }
    assert!(
        new.len() <= 12,
        "a maintainer who does not know you reads each line of your patch, and {} lines of `src/` are new. What \
         of it is not needed for #31?\n{}",
        new.len(),
        new.join("\n")
    );
}

/// The lines below *Unreleased*.
fn unreleased() -> &'static str {
    let (_, after) = CHANGELOG
        .split_once("## [Unreleased]\n")
        .expect("`CHANGELOG.md` has a section for what is not released yet");
    after.split("\n## [").next().unwrap_or(after)
}

#[test]
fn the_changelog_tells_users() {
    let (_, below) = unreleased().split_once("### Fixed\n").unwrap_or_else(|| {
        panic!("the crate did not do as documented, and now it does: that is `### Fixed`. There is:\n{}", unreleased())
    });
    let below = below.split("\n### ").next().unwrap_or(below).trim();
    assert!(
        below.starts_with("- ")
            && below.contains("(#31)")
            && below.contains("**")
            && below.len() >= 40,
        "the entry says what users see (with `**` in it), and ends in the issue's number, as those below it do. \
         There is:\n{below}"
    );
    let released = CHANGELOG
        .split_once("## [1.4.2]")
        .map_or("", |(_, released)| released);
    assert!(
        released.contains("`?` matches one character where it has several bytes (#27).")
            && released.contains("`filter`, for lists of paths (#19).")
            && !released.contains("#31"),
        "what was released is not edited: 1.4.2 does not have your fix"
    );
}

#[test]
fn the_next_version_is_what_the_change_needs() {
    let next = unreleased()
        .lines()
        .find_map(|line| line.strip_prefix("Next: "));
    assert_eq!(
        next.map(str::trim),
        Some("1.4.3"),
        "the patch makes `**` do what its documentation says, and nothing else changes: by `CONTRIBUTING.md` \
         and semantic versioning, which version after 1.4.2 is it?"
    );
}
