//! Files that a source names, and that have to lie where it looks for them: modules, and what macros include.

use std::path::{Path, PathBuf};

use super::draft::Files;
use super::mask::{is_word, mask};

/// The files among `all` that the source at `path` names, and what these name in turn. Paths are relative to the
/// same place as those of `all`. A source may be no Rust, so nothing here parses it.
pub(super) fn companions(path: &Path, text: &str, all: &Files) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    // Where the text's files are, where its modules are, and the text.
    let parent = path.parent().unwrap_or(Path::new("")).to_owned();
    let mut open = vec![(parent.clone(), parent, text.to_owned())];
    while let Some((beside, modules, text)) = open.pop() {
        for named in names_of(&text) {
            let (places, inner) = match &named {
                Named::File(name) => (vec![beside.join(name)], None),
                Named::Module(name) => (
                    vec![
                        modules.join(format!("{name}.rs")),
                        modules.join(name).join("mod.rs"),
                    ],
                    Some(modules.join(name)),
                ),
            };
            let tidied = places.iter().filter_map(|place| super::source::tidy(place));
            let Some(place) = tidied.into_iter().find(|place| all.contains_key(place)) else {
                continue;
            };
            if found.contains(&place) || place == path {
                continue;
            }
            if place.extension().is_some_and(|end| end == "rs") {
                let text = String::from_utf8_lossy(&all[&place]).into_owned();
                let beside = place.parent().unwrap_or(Path::new("")).to_owned();
                open.push((beside.clone(), inner.unwrap_or(beside), text));
            }
            found.push(place);
        }
    }
    found.sort();
    found
}

#[derive(Debug, PartialEq, Eq)]
enum Named {
    /// By its path, relative to the source's folder.
    File(String),
    /// `mod name;`
    Module(String),
}

fn names_of(text: &str) -> Vec<Named> {
    let masked = mask(text);
    let mut named = Vec::new();
    for opening in ["include!", "include_str!", "include_bytes!", "#[path"] {
        for (at, _) in masked.match_indices(opening) {
            if at > 0 && is_word(masked.as_bytes()[at - 1]) {
                continue;
            }
            let rest = text[at + opening.len()..]
                .trim_start_matches(|c: char| c.is_whitespace() || "([{=".contains(c));
            let quoted = rest.strip_prefix('"').and_then(|rest| rest.split_once('"'));
            named.extend(quoted.map(|(path, _)| Named::File(path.to_owned())));
        }
    }
    for (at, keyword) in masked.match_indices("mod ") {
        if at > 0 && is_word(masked.as_bytes()[at - 1]) {
            continue;
        }
        let rest = &masked[at + keyword.len()..];
        if let Some((name, _)) = rest.split_once([';', '{'])
            && rest[name.len()..].starts_with(';')
        {
            let name = name.trim();
            if !name.is_empty() && name.bytes().all(is_word) {
                named.push(Named::Module(name.to_owned()));
            }
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_source_names_is_found_wherever_it_looks_for_it() {
        let names = [
            "b/x.rs",
            "b/x/y.rs",
            "b/z/mod.rs",
            "data.txt",
            "b/odd.rs",
            "b/other.rs",
        ];
        let all: Files = names
            .iter()
            .map(|name| {
                let text = if *name == "b/x.rs" { "mod y;" } else { "" };
                (PathBuf::from(name), text.as_bytes().to_vec())
            })
            .collect();
        let text = "mod x; pub mod z;\nmod inline { }\n#[path = \"odd.rs\"]\nmod p;\n\
                    const T: &str = include_str!(\"../data.txt\"); // mod other;\nfn broken( {";
        let found = companions(Path::new("b/a.rs"), text, &all);
        let expected = ["b/odd.rs", "b/x/y.rs", "b/x.rs", "b/z/mod.rs", "data.txt"];
        assert_eq!(found, expected.map(PathBuf::from));
    }
}
