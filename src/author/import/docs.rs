//! The texts of an exercism track: what learners read.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::ImportError;
use super::draft::{self, Files, Left};
use super::graft::text_of;
use super::source::Source;
use super::track::{Entry, Track, strings};

/// What there is to read about the track and its concepts.
pub(super) fn notes(
    source: &Source,
    track: &Track,
    left: &mut Left,
) -> Result<String, ImportError> {
    let mut notes = format!("# {}\n\n{}\n", track.title, track.about);
    for (slug, name) in &track.concepts {
        let folder = PathBuf::from("concepts").join(slug);
        let mut files = if source.has_folder(&folder) {
            source.files(&folder, left)?
        } else {
            Files::new()
        };
        let about = ["about.md", "introduction.md"]
            .into_iter()
            .find_map(|file| text_of(&files, Path::new(file)));
        if let Some(about) = about {
            let _ = write!(notes, "\n## {name}\n\n{}\n", without_title(&about));
        }
        files.retain(|path, _| {
            path != Path::new("about.md") && path != Path::new("introduction.md")
        });
        for file in files.keys() {
            left.note(
                "further texts on concepts",
                &folder.join(file).display().to_string(),
            );
        }
    }
    Ok(notes)
}

/// Markdown without its title, and with its sections one level lower.
fn without_title(text: &str) -> String {
    let text = text.trim();
    let body = match text.strip_prefix("# ") {
        Some(rest) => rest.split_once('\n').map_or("", |(_, body)| body),
        None => text,
    };
    draft::lowered(body.trim(), 1).trim_end().to_owned()
}

/// Introduction, instructions, and where it is from. What it takes is no longer among the files.
pub(super) fn statement(
    entry: &Entry,
    meta: &Map<String, Value>,
    all: &mut Files,
    id: &str,
    left: &mut Left,
) -> String {
    let mut text = format!("# {}\n", entry.name);
    for name in [
        "introduction",
        "introduction.append",
        "instructions",
        "instructions.append",
    ] {
        if let Some(bytes) = all.remove(Path::new(&format!(".docs/{name}.md"))) {
            let body = without_title(&String::from_utf8_lossy(&bytes));
            let head = if name == "instructions" {
                "\n## Instructions\n"
            } else {
                ""
            };
            let _ = write!(text, "{head}\n{body}\n");
        }
    }
    if all.remove(Path::new("README.md")).is_some() {
        left.note(
            "a `README.md` of its own, which the texts of `.docs/` make again",
            id,
        );
    }
    let of = |key: &str| meta.get(key).and_then(Value::as_str);
    if let Some(source) = of("source").or(of("source_url")) {
        let link =
            of("source_url").map_or_else(|| source.to_owned(), |url| format!("[{source}]({url})"));
        let _ = write!(text, "\nSource: {link}\n");
    }
    let people = [("Authors", "authors"), ("Contributors", "contributors")];
    for (word, key) in people {
        let names = strings(meta, key);
        if !names.is_empty() {
            let _ = write!(text, "\n{word}: {}\n", names.join(", "));
        }
    }
    text
}

/// A hint for each section; the whole text where there are none.
pub(super) fn hints(text: &str) -> Vec<String> {
    let mut hints: Vec<String> = Vec::new();
    let mut current = String::new();
    for line in text.lines() {
        if line.starts_with("# ") {
            continue;
        }
        if let Some(heading) = line.strip_prefix("## ") {
            hints.push(std::mem::take(&mut current));
            current = format!("**{heading}**\n");
        } else {
            current.push_str(line);
            current.push('\n');
        }
    }
    hints.push(current);
    let hints = hints.into_iter().map(|hint| hint.trim().to_owned());
    hints.filter(|hint| !hint.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_section_of_the_hints_is_one() {
        let text = "# Hints\n\n## General\n\n- a\n\n## 1. First\n\n- b\n";
        assert_eq!(hints(text), ["**General**\n\n- a", "**1. First**\n\n- b"]);
        assert_eq!(hints("- a\n- b\n"), ["- a\n- b"]);
    }
}
