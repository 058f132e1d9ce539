//! What the documents say of the program is so.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::support::Place;

/// Lines of code that a file of `src` may have, its unit tests not counted.
const LINES: usize = 400;

/// Files that are longer, each with why it is one file all the same.
const LONGER: [(&str, &str); 4] = [
    (
        "src/author/templates.rs",
        "the texts of new exercises, one constant each",
    ),
    (
        "src/engine/judge.rs",
        "the steps from candidates to verdicts, in their order",
    ),
    (
        "src/engine/trial.rs",
        "what is known of one candidate, which every step adds to",
    ),
    (
        "src/report/verdict.rs",
        "the words for every way to fail, which have to fit one another",
    ),
];

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = repository().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The documents that tell people what to type.
fn documents() -> BTreeMap<String, String> {
    let mut documents = BTreeMap::from([("README.md".to_owned(), read("README.md"))]);
    for entry in repository()
        .join("docs")
        .read_dir()
        .expect("there are documents")
    {
        let name = entry.expect("they can be listed").file_name();
        let name = format!("docs/{}", name.to_str().expect("names are UTF-8"));
        if Path::new(&name).extension().is_some_and(|end| end == "md") {
            documents.insert(name.clone(), read(&name));
        }
    }
    documents
}

/// Everything that a document sets as code: spans between backticks, and lines of fenced blocks.
fn code_of(document: &str) -> Vec<String> {
    let mut code = Vec::new();
    let mut fenced = false;
    let mut prose = String::new();
    for line in document.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if fenced {
            code.push(line.to_owned());
        } else {
            // A span may be broken over lines.
            prose.push_str(line);
            prose.push(if line.is_empty() { '`' } else { ' ' });
            if line.is_empty() && prose.matches('`').count() % 2 == 1 {
                prose.pop();
            }
        }
    }
    let spans = prose.split('`').skip(1).step_by(2);
    code.extend(spans.map(|span| span.trim().to_owned()));
    code
}

/// The paths below `src` that a document names in backticks.
fn paths_of(document: &str) -> BTreeSet<String> {
    let code = code_of(document).into_iter();
    code.filter(|span| span.starts_with("src/") && !span.contains([' ', '*', '<']))
        .map(|path| path.trim_end_matches('/').to_owned())
        .collect()
}

#[test]
fn the_map_of_the_code_names_what_is_there_and_nothing_else() {
    let named = paths_of(&read("docs/ARCHITECTURE.md"));
    assert!(named.len() > 10, "{named:?}");
    let gone: Vec<&String> = named
        .iter()
        .filter(|path| !repository().join(path).exists())
        .collect();
    assert!(
        gone.is_empty(),
        "named in docs/ARCHITECTURE.md, and not there: {gone:?}"
    );

    let src = repository().join("src").read_dir().expect("there is code");
    let modules = src.map(|entry| {
        let name = entry.expect("it can be listed").file_name();
        format!("src/{}", name.to_str().expect("names are UTF-8"))
    });
    // The library's root only lists the modules.
    let missing: Vec<String> = modules
        .filter(|path| path != "src/lib.rs" && !named.contains(path))
        .collect();
    assert!(
        missing.is_empty(),
        "not in docs/ARCHITECTURE.md: {missing:?}"
    );
}

/// The tests that the table of what the program withstands names, by row.
fn withstood() -> BTreeMap<String, Vec<String>> {
    let document = read("docs/ARCHITECTURE.md");
    let (_, section) = document
        .split_once("\n## What it withstands\n")
        .expect("there is a table");
    let rows = section.lines().filter(|line| line.starts_with("| "));
    // After the head.
    rows.skip(1)
        .map(|row| {
            let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
            let [what, _, shown_by] = cells[..] else {
                panic!("not three cells: {row}");
            };
            let names = code_of(shown_by).into_iter();
            let names = names.filter(|name| !name.contains(' ')).collect();
            (what.trim().to_owned(), names)
        })
        .collect()
}

#[test]
fn every_row_of_what_it_withstands_names_tests_that_are_there() {
    let rows = withstood();
    assert!(rows.len() > 35, "{} rows", rows.len());
    let tests_in = |path: &Path| -> Vec<String> {
        let text = read(path);
        let mut lines = text.lines().map(str::trim);
        let mut names = Vec::new();
        while let Some(line) = lines.next() {
            if line == "#[test]" {
                let function = lines.find_map(|line| line.strip_prefix("fn "));
                let name = function.and_then(|line| line.split('(').next());
                names.extend(name.map(str::to_owned));
            }
        }
        names
    };
    let mut missing = Vec::new();
    for (row, names) in rows {
        if names.is_empty() {
            missing.push(format!("{row}: no test"));
        }
        for name in names {
            let found = match name.rsplit_once("::") {
                Some((modules, function)) => {
                    // A module may be inline; the file is the longest part of the path that is one.
                    let parts: Vec<&str> = modules.split("::").collect();
                    let mut files = (1..=parts.len()).rev().map(|count| {
                        PathBuf::from("tests/it").join(parts[..count].join("/") + ".rs")
                    });
                    let file = files.find(|file| repository().join(file).is_file());
                    file.is_some_and(|file| tests_in(&file).iter().any(|known| known == function))
                }
                None => WalkDir::new(repository().join("src"))
                    .into_iter()
                    .flatten()
                    .filter(|entry| entry.path().extension().is_some_and(|end| end == "rs"))
                    .any(|entry| tests_in(entry.path()).contains(&name)),
            };
            if !found {
                missing.push(format!("{row}: no test `{name}`"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// The subcommands that a help page lists.
fn commands_of(arguments: &[&str]) -> BTreeSet<String> {
    let help = Place::course().expect(0, arguments).stdout;
    let list = help
        .split_once("Commands:\n")
        .expect("the page lists commands")
        .1;
    let lines = list.lines().take_while(|line| !line.trim().is_empty());
    // A description goes on further to the right.
    lines
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_command_that_a_document_names_is_one() {
    let commands = commands_of(&["--help"]);
    let of_author = commands_of(&["author", "--help"]);
    let of_grade = commands_of(&["grade", "--help"]);
    assert!(
        commands.contains("next") && of_author.contains("prove"),
        "{commands:?}"
    );
    let mut used = BTreeSet::new();
    let mut wrong = Vec::new();
    for (name, document) in documents() {
        for code in code_of(&document) {
            // What comes after a `#` in a line for the shell is a comment.
            let words: Vec<&str> = code
                .split_whitespace()
                .take_while(|word| *word != "#")
                .collect();
            for at in 0..words.len() {
                if words[at] != "workbook" || (at > 0 && words[at - 1] == "--bin") {
                    continue;
                }
                let Some(command) = words.get(at + 1).filter(|word| is_word(word)) else {
                    continue;
                };
                used.insert((*command).to_owned());
                let second = words.get(at + 2).filter(|word| is_word(word));
                let known = match (*command, second) {
                    ("author", Some(second)) => of_author.contains(*second),
                    ("grade", Some(second)) => of_grade.contains(*second),
                    (command, _) => commands.contains(command),
                };
                if !known {
                    wrong.push(format!("{name}: `{code}`"));
                }
            }
        }
    }
    assert!(used.contains("next") && used.contains("author"), "{used:?}");
    assert!(wrong.is_empty(), "no such command: {wrong:#?}");
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c == '-')
}

#[test]
fn the_readme_names_every_command_of_a_learner() {
    let readme: Vec<String> = code_of(&read("README.md"));
    let mut missing = commands_of(&["--help"]);
    // Said elsewhere: `run` and `completions` by the help page, the last two by docs/AUTHORING.md and
    // docs/GRADING.md.
    for command in ["run", "completions", "help", "author", "grade"] {
        missing.remove(command);
    }
    missing.retain(|command| {
        let typed = format!("workbook {command}");
        !readme.iter().any(|code| code.contains(&typed))
    });
    assert!(missing.is_empty(), "not in README.md: {missing:?}");
}

#[test]
fn the_changelog_is_open_and_has_this_version() {
    let changelog = read("CHANGELOG.md");
    let manifest: toml::Table = toml::from_str(&read("Cargo.toml")).expect("it is TOML");
    let version = manifest["workspace"]["package"]["version"].as_str();
    let version = version.expect("the workspace has a version");
    let mut heads = changelog.lines().filter(|line| line.starts_with("## "));
    assert_eq!(heads.next(), Some("## [Unreleased]"));
    let released = format!("## [{version}]");
    assert!(
        heads.any(|head| head.starts_with(&released)),
        "no `{released}`"
    );
}

/// The keys of the first table after a line, without the brackets of `[[tests]]`.
fn keys_after(document: &str, line: &str) -> BTreeSet<String> {
    let (_, rest) = document
        .split_once(&format!("\n{line}"))
        .unwrap_or_else(|| panic!("no line `{line}`"));
    let rows = rest.lines().skip_while(|line| !line.starts_with('|'));
    // After the head and the rule.
    let rows = rows.take_while(|line| line.starts_with('|')).skip(2);
    let cells = rows.filter_map(|row| row.split('|').nth(1));
    cells
        .flat_map(code_of)
        .map(|key| key.trim_matches(['[', ']']).to_owned())
        .collect()
}

/// The keys that the loader takes after this edit of the fixture: those that it names when it is given one
/// that it does not know.
fn keys_known(file: &str, from: &str, to: &str) -> BTreeSet<String> {
    let course = Place::course();
    course.replace(file, from, to);
    let ran = course.run(["list"]);
    let (_, known) = ran
        .stderr
        .split_once("known keys are ")
        .unwrap_or_else(|| panic!("{}", ran.all()));
    code_of(known.lines().next().unwrap_or_default())
        .into_iter()
        .collect()
}

#[test]
fn the_keys_of_an_exercise_are_those_documented() {
    const STRANGER: &str = "xyzzy = 1";
    let authoring = read("docs/AUTHORING.md");
    let tally = "exercises/basics/tally/exercise.toml";
    let own = keys_after(&authoring, "## exercise.toml\n");
    // The tables of the other kinds of check, wherever they are written of.
    let (_, others) = authoring
        .split_once("\n## Other kinds of check\n")
        .expect("the other kinds have a section");
    let (others, _) = others.split_once("\n## ").unwrap_or((others, ""));
    let of_other_files = ["questions", "findings"];
    let others = code_of(others).into_iter().filter_map(|code| {
        let name = code.strip_prefix('[')?.strip_suffix(']')?;
        let name = name.trim_matches(['[', ']']);
        (is_word(name) && !of_other_files.contains(&name)).then(|| name.to_owned())
    });
    let documented: BTreeSet<String> = own.into_iter().chain(others).collect();
    let known = keys_known(tally, "title = ", &format!("{STRANGER}\ntitle = "));
    assert_eq!(documented, known, "left: documented; right: known");

    for (line, header) in [
        ("A `[[tests]]` table:", "[[tests]]"),
        ("A `[[budgets]]` table", "[[budgets]]"),
    ] {
        let known = keys_known(tally, header, &format!("{header}\n{STRANGER}"));
        assert_eq!(keys_after(&authoring, line), known, "{header}");
    }
    let limits = keys_known(
        tally,
        "[[tests]]",
        &format!("[limits]\n{STRANGER}\n\n[[tests]]"),
    );
    for key in limits {
        assert!(
            authoring.contains(&format!("`{key}`")),
            "[limits] takes `{key}`"
        );
    }
}

#[test]
fn no_file_is_long_without_a_reason() {
    let mut long = Vec::new();
    for entry in WalkDir::new(repository().join("src")) {
        let entry = entry.expect("the code can be listed");
        if entry
            .path()
            .extension()
            .is_none_or(|extension| extension != "rs")
        {
            continue;
        }
        let text = read(entry.path());
        let code = text.lines().take_while(|line| {
            !line.starts_with("#[cfg(test)]") && !line.starts_with("#[cfg(all(test")
        });
        let count = code.count();
        let path: PathBuf = entry
            .path()
            .strip_prefix(repository())
            .expect("it is inside")
            .into();
        let path = path.to_str().expect("names are UTF-8").replace('\\', "/");
        let listed = LONGER.iter().any(|(known, _)| *known == path);
        if count > LINES && !listed {
            long.push(format!("{path}: {count} lines"));
        }
        assert!(
            count > LINES || !listed,
            "{path} has {count} lines: no reason needed any more"
        );
    }
    assert!(
        long.is_empty(),
        "split these, or list them with a reason: {long:#?}"
    );
    for (path, reason) in LONGER {
        assert!(
            repository().join(path).is_file(),
            "{path}, listed for: {reason}"
        );
    }
}
