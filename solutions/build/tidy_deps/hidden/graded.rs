//! The whole of it, counted.

use tidy_deps::{index, requirements, resolve};

#[test]
fn the_program_is_what_it_has_to_be() {
    let index = index(include_str!("../index.toml")).expect("the index can be read");
    let wanted = requirements(include_str!("../manifest.toml"), "dependencies")
        .unwrap_or_else(|problem| panic!("{problem}"));
    let build = resolve(&index, &wanted).unwrap_or_else(|problem| panic!("{problem}"));
    let names: Vec<&str> = build.keys().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "client",
            "dice",
            "entropy",
            "fonts",
            "house-auth",
            "jsonic",
            "paper",
            "poller",
            "retries",
            "router",
            "runtime",
            "runtime-macros",
            "tls-pure",
            "wire"
        ],
        "these 14 crates, and no other, are what the code uses and what that needs"
    );
}

#[test]
fn tests_can_be_built_with_it() {
    let index = index(include_str!("../index.toml")).expect("the index can be read");
    let manifest = include_str!("../manifest.toml");
    let mut wanted =
        requirements(manifest, "dependencies").unwrap_or_else(|problem| panic!("{problem}"));
    wanted.extend(
        requirements(manifest, "dev-dependencies").unwrap_or_else(|problem| panic!("{problem}")),
    );
    let build = resolve(&index, &wanted).unwrap_or_else(|problem| panic!("{problem}"));
    let dice = build.keys().filter(|(name, _)| name == "dice").count();
    assert_eq!(dice, 1, "with the tests there is one `dice`, too");
}
