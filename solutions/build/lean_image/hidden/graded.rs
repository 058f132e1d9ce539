//! What the visible tests do not look at.

use lean_image::Dockerfile;

fn commands() -> Vec<(usize, String)> {
    let file = Dockerfile::read(include_str!("../Dockerfile"))
        .unwrap_or_else(|problem| panic!("{problem}"));
    let all = file.stages.iter().flat_map(|stage| &stage.instructions);
    let text = all.map(|one| (one.line, format!("{} {}", one.name, one.words().join(" "))));
    text.collect()
}

#[test]
fn packages_are_installed_in_one_command() {
    for (line, text) in commands()
        .iter()
        .filter(|(_, text)| text.contains("apt-get "))
    {
        for part in [
            "apt-get update",
            "apt-get install",
            "--no-install-recommends",
            "rm -rf /var/lib/apt/lists",
        ] {
            assert!(
                text.contains(part),
                "line {line}: `{part}` belongs into the command that uses apt: an `update` of its own is taken from the \
                 cache for months, and what a later command removes is still in the layer before it"
            );
        }
    }
}

#[test]
fn no_command_has_a_password_in_it() {
    for (line, text) in commands() {
        for word in text.split_whitespace().filter(|word| word.contains("://")) {
            let (_, after) = word.split_once("://").unwrap_or_default();
            let host = after.split('/').next().unwrap_or_default();
            assert!(
                !host.contains('@'),
                "line {line}: `{word}` has a user and a password in it"
            );
        }
        assert!(
            !text.starts_with("COPY") || !text.contains(".env"),
            "line {line}: `.env` does not belong into an image: {text}"
        );
    }
}
