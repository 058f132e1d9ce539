//! What gets into the program with this manifest.

use tidy_deps::{Build, Requirement, index, requirements, resolve, takes_what_may_break};

/// What the code of the program uses: crates, and the features of each without which it does not build.
const USED: [(&str, &[&str]); 7] = [
    ("router", &["json"]),
    ("client", &["json", "pure"]),
    ("runtime", &["net", "time", "macros"]),
    ("dice", &[]),
    ("retries", &[]),
    ("paper or pdf", &[]),
    ("house-auth", &[]),
];

fn section(name: &str) -> Vec<Requirement> {
    requirements(include_str!("../manifest.toml"), name)
        .unwrap_or_else(|problem| panic!("{problem}"))
}

fn build() -> Build {
    let index = index(include_str!("../index.toml")).expect("the index can be read");
    resolve(&index, &section("dependencies")).unwrap_or_else(|problem| panic!("{problem}"))
}

fn version(version: &[u64; 3]) -> String {
    version.map(|part| part.to_string()).join(".")
}

/// Whether the program's code uses a crate.
fn used(name: &str) -> Option<&'static [&'static str]> {
    let found = USED
        .iter()
        .find(|(used, _)| used.split(" or ").any(|one| one == name));
    found.map(|(_, features)| *features)
}

#[test]
fn what_the_code_uses_is_there() {
    let build = build();
    let direct = section("dependencies");
    for (name, features) in USED {
        let Some(found) = direct
            .iter()
            .find(|one| name.split(" or ").any(|name| name == one.name))
        else {
            panic!("the code uses `{name}`, which is not in `[dependencies]`");
        };
        if found
            .source
            .as_ref()
            .is_some_and(|(kind, _)| kind != "registry")
        {
            continue;
        }
        for feature in features {
            assert!(
                build
                    .iter()
                    .any(|((one, _), (_, on))| *one == found.name && on.contains(*feature)),
                "the code uses the feature `{feature}` of `{name}`, which nobody asks for"
            );
        }
    }
    let tests = section("dev-dependencies");
    assert!(
        tests
            .iter()
            .chain(&direct)
            .any(|one| one.name == "shrinker"),
        "the tests use `shrinker`"
    );
}

#[test]
fn each_crate_is_there_once() {
    let build = build();
    for (name, found) in build.keys() {
        let all: Vec<String> = build
            .keys()
            .filter(|(other, _)| other == name)
            .map(|(_, found)| version(found))
            .collect();
        assert_eq!(
            all,
            [version(found)],
            "`{name}` is in the program in several versions: compiled for each, and a value of one is no value of the other, \
             though the types have one name. Look for who asks for which (`cargo tree --duplicates` does it for a real one)"
        );
    }
}

#[test]
fn nothing_needs_a_library_of_c() {
    for ((name, _), (release, _)) in &build() {
        assert_eq!(
            release.links, None,
            "`{name}` needs a library of C at build and run time. The manifest asks for TLS without it, and gets both: \
             a feature that is asked for does not turn the default off"
        );
    }
}

#[test]
fn nothing_is_there_that_nobody_uses() {
    for one in section("dependencies") {
        let Some(features) = used(&one.name) else {
            panic!("no code of the program uses `{}`", one.name);
        };
        for feature in &one.features {
            assert!(
                features.contains(&feature.as_str()),
                "no code of the program uses the feature `{feature}` of `{}`",
                one.name
            );
        }
    }
    let build = build();
    for unused in [
        "multipart",
        "cookie-jar",
        "signals",
        "threads",
        "spin",
        "regexes",
    ] {
        assert!(
            !build.keys().any(|(name, _)| name == unused),
            "`{unused}` gets into the program, and no code uses what it is there for; it comes with a default, with a \
             feature that stands for all, or with a crate that only tests need"
        );
    }
}

#[test]
fn what_tests_use_is_for_tests() {
    assert!(
        section("dev-dependencies")
            .iter()
            .any(|one| one.name == "shrinker")
            && !section("dependencies")
                .iter()
                .any(|one| one.name == "shrinker"),
        "`shrinker` is used by tests only: it belongs into `[dev-dependencies]`, and then whoever depends on the crate \
         does not get it"
    );
}

#[test]
fn sources_say_what_they_are() {
    let index = index(include_str!("../index.toml")).expect("the index can be read");
    for section in [section("dependencies"), section("dev-dependencies")] {
        for one in section {
            let house = one.name.starts_with("house-");
            match &one.source {
                Some((kind, from)) if kind == "registry" => assert!(
                    house && from == "house",
                    "`{}` is not in the registry `{from}`",
                    one.name
                ),
                Some((kind, from)) => panic!(
                    "`{}` comes by `{kind}` from {from}: whatever is there when somebody updates. The registry `house` has \
                     releases of it",
                    one.name
                ),
                None => assert!(
                    !house,
                    "`{}` without a `registry` is that of crates.io, where anybody may publish a crate of this name",
                    one.name
                ),
            }
            let version = one.version.clone().unwrap_or_default();
            let may_break =
                takes_what_may_break(&index, &one).unwrap_or_else(|problem| panic!("{problem}"));
            assert!(
                !may_break,
                "`{}`: the version `{version}` takes the next major release as well (of `0.9` that is `0.10`), which may break anything",
                one.name
            );
        }
    }
}

#[test]
fn licences_are_in_order() {
    for ((name, _), (release, _)) in &build() {
        let any = release
            .licence
            .split(" OR ")
            .any(|one| ["MIT", "Apache-2.0", "LicenseRef-House"].contains(&one));
        assert!(
            any,
            "`{name}` is under {}: the house ships the program to customers, and may not under that",
            release.licence
        );
    }
}
