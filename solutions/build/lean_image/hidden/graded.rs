//! What the visible tests do not look at.

use lean_image::Dockerfile;

fn dockerfile() -> Dockerfile {
    Dockerfile::read(include_str!("../Dockerfile")).unwrap_or_else(|problem| panic!("{problem}"))
}

fn commands() -> Vec<(usize, String)> {
    let file = dockerfile();
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

/// Names that `ARG` and `ENV` set.
fn settings() -> Vec<String> {
    let file = dockerfile();
    let all = file.stages.iter().flat_map(|stage| &stage.instructions);
    all.filter(|one| ["ARG", "ENV"].contains(&one.name.as_str()))
        .flat_map(|one| one.pairs().unwrap_or_else(|problem| panic!("{problem}")))
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn no_command_has_a_token_in_it() {
    let settings = settings();
    let commands = commands();
    let for_a_shell = ["RUN ", "CMD ", "ENTRYPOINT ", "HEALTHCHECK "];
    for (line, text) in commands
        .iter()
        .filter(|(_, text)| for_a_shell.iter().any(|name| text.starts_with(name)))
    {
        assert!(
            !text.contains("cargo login"),
            "line {line}: `cargo login` writes the token into cargo's folder, and so into the layer"
        );
        for (name, value) in text
            .split_whitespace()
            .filter_map(|word| word.split_once('='))
        {
            let upper = name.to_ascii_uppercase();
            let value = value.trim_matches(['"', '\'']);
            let is_secret = ["TOKEN", "PASSWORD", "SECRET"]
                .iter()
                .any(|word| upper.contains(word));
            if !is_secret || value.is_empty() || value.starts_with("/run/secrets/") {
                continue;
            }
            let variable = value.strip_prefix('$').map(|name| {
                let name = name.trim_start_matches('{');
                let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                &name[..end.unwrap_or(name.len())]
            });
            // What `$(…)` reads, and what a mount sets, is not in the text of the command.
            let hidden = variable.is_some_and(|name| settings.iter().all(|set| set != name));
            assert!(
                hidden || value.starts_with('`'),
                "line {line}: the value of `{name}` is in the image's history with the command; it is read from the \
                 mounted secret"
            );
        }
    }
}
