//! Tests that stood in the learner's own file become the course's: a test target takes the learner's file in as
//! it is, beside the tests, so that private parts stay in reach and nothing is gained by deleting a test.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::code::{self, Split};
use super::draft::{Files, Left};
use super::mask::mask;
use super::source::plain;

/// What is known of an exercise whose file has its tests in it, or has none.
pub(super) struct Graft<'a> {
    /// For notes.
    pub whose: &'a str,
    /// The crate's root, `src/lib.rs` or `src/main.rs`.
    pub root: &'a str,
    /// The test target that is made.
    pub target: &'a str,
    /// Whether `main` is run, too.
    pub runs: bool,
}

const HEAD: &str = "\
//! Made by `workbook author import`. It takes the exercise's own file in as it is, so that private parts can
//! be tested, and what is deleted there is missed here.
";

const LEARNERS: &str = "tests that are the learner's to change: they stay in the learner's file, and each has \
                        to be there and pass";

/// Changes starter and solution, adds the test target, and returns its tests.
pub(super) fn graft(
    how: &Graft<'_>,
    files: &mut Files,
    reference: &mut Files,
    left: &mut Left,
) -> Vec<(String, String)> {
    let root = Path::new(how.root);
    let mut attributes = Vec::new();
    for files in [&mut *reference, &mut *files] {
        if let Some(text) = text_of(files, root) {
            let (code, found) = code::without_inner(&text);
            if !found.is_empty() && attributes.is_empty() {
                let what = "attributes for a whole file (`#![…]`), which its test file has now";
                left.note(what, how.whose);
            }
            attributes.extend(found);
            files.insert(root.to_owned(), code.into_bytes());
        }
    }
    attributes.sort();
    attributes.dedup();
    for files in [&*files, &*reference] {
        note_files(&text_of(files, root).unwrap_or_default(), how.whose, left);
    }
    let starter = text_of(files, root).unwrap_or_default();
    let solution = text_of(reference, root);
    let before = code::split_tests(&starter);
    let after = solution.as_deref().map(code::split_tests);
    let mut names = Vec::new();
    let mut modules = String::new();
    if is_learners(&before, after.as_ref()) {
        left.note(LEARNERS, how.whose);
        names.extend(tests_of(solution.as_ref().unwrap_or(&starter), how, left));
    } else {
        for module in &before.modules {
            let (text, ignored) = code::without_ignored(&module.text);
            note_ignored(ignored, how.whose, left);
            names.extend(tests_of(&text, how, left));
            let _ = writeln!(modules, "\n{text}");
        }
        if !before.modules.is_empty() {
            files.insert(root.to_owned(), before.code.clone().into_bytes());
        }
        if let Some(after) = after.as_ref().filter(|after| !after.modules.is_empty()) {
            reference.insert(root.to_owned(), after.code.clone().into_bytes());
        }
        // Those that stand free in the file stay in it.
        let whole = after.as_ref().map_or(&before.code, |after| &after.code);
        let free = code::tests_of(whole).unwrap_or_default().names;
        if !free.is_empty() {
            left.note(LEARNERS, how.whose);
        }
        names.extend(free);
    }
    names.extend(graft_modules(how, files, reference, left));
    let take_in = format!("\ninclude!(\"../{}\");\n", how.root);
    // Macros count from where they are defined; without any, nothing that the learner defines may come first.
    let has_macros = mask(&starter).contains("macro_rules!")
        || solution
            .as_deref()
            .is_some_and(|it| mask(it).contains("macro_rules!"));
    let mut text = HEAD.to_owned();
    for attribute in attributes {
        let _ = writeln!(text, "{attribute}");
    }
    let order = if has_macros {
        [&take_in, &modules]
    } else {
        [&modules, &take_in]
    };
    text.extend(order.map(String::as_str));
    if how.runs || names.is_empty() {
        let kept = kept(&starter, solution.as_deref());
        let (name, program) = program(how, &starter, &kept);
        text.push_str(&program);
        names.push(name);
    }
    files.insert(
        PathBuf::from(format!("tests/{}.rs", how.target)),
        text.into_bytes(),
    );
    names
        .into_iter()
        .map(|name| (how.target.to_owned(), name))
        .collect()
}

/// Whether to change the tests is the exercise.
fn is_learners(before: &Split, after: Option<&Split>) -> bool {
    let Some(after) = after else {
        return before
            .modules
            .iter()
            .any(|module| module.text.contains("TODO"));
    };
    // A solution that leaves the tests out says nothing about them.
    if after.modules.is_empty() {
        return false;
    }
    let texts = |split: &Split| {
        let texts = split.modules.iter().map(|module| module.text.as_str());
        texts.collect::<Vec<_>>().join("\n")
    };
    !code::is_same_code(&texts(before), &texts(after))
}

fn tests_of(text: &str, how: &Graft<'_>, left: &mut Left) -> Vec<String> {
    let Some(tests) = code::tests_of(text) else {
        left.note(
            "tests that can't be read, because their file is no Rust before it is solved",
            how.whose,
        );
        return Vec::new();
    };
    note_macros(&tests.macros, how.whose, left);
    tests.names
}

/// Notes tests that nobody sees before they are compiled.
pub(super) fn note_macros(macros: &[String], whose: &str, left: &mut Left) {
    for name in macros {
        if !["include!", "thread_local!", "compile_error!"].contains(&name.as_str()) {
            left.note(
                format!("tests that `{name}` may write: only written out ones are listed"),
                whose,
            );
        }
    }
}

/// Notes code that looks for files while it runs: cargo runs tests in the package's folder, and this runner each in an
/// empty one.
pub(super) fn note_files(text: &str, whose: &str, left: &mut Left) {
    let masked = mask(text);
    let words = ["fs::", "File::open", "current_dir", "Command::new"];
    if words.iter().any(|word| masked.contains(word)) {
        left.note(
            "tests that look for files or start programs: each runs in an empty folder of its own, so what they need has \
             to be taken in with `include_str!`",
            whose,
        );
    }
}

/// Notes tests that were ignored.
pub(super) fn note_ignored(count: usize, whose: &str, left: &mut Left) {
    if count > 0 {
        left.note("`#[ignore]` on tests: here all of them run", whose);
    }
}

/// Tests in other files than the root: the module stays where it was, with its content elsewhere.
fn graft_modules(
    how: &Graft<'_>,
    files: &mut Files,
    reference: &mut Files,
    left: &mut Left,
) -> Vec<String> {
    let is_module = |path: &&PathBuf| {
        let is_rust = path.extension().is_some_and(|end| end == "rs");
        is_rust
            && path.starts_with("src")
            && !path.starts_with("src/bin")
            && !["src/lib.rs", "src/main.rs"]
                .iter()
                .any(|root| *path == Path::new(root))
    };
    let mut paths: Vec<PathBuf> = files
        .keys()
        .chain(reference.keys())
        .filter(is_module)
        .cloned()
        .collect();
    paths.sort();
    paths.dedup();
    let mut names = Vec::new();
    for path in paths {
        let starter = text_of(files, &path).unwrap_or_default();
        let solution = text_of(reference, &path);
        let before = code::split_tests(&starter);
        let after = solution.as_deref().map(code::split_tests);
        let prefix = module_of(&path);
        let whole = solution.as_ref().unwrap_or(&starter);
        let [module] = &before.modules[..] else {
            let own = code::tests_of(whole).unwrap_or_default().names;
            if !own.is_empty() {
                left.note(LEARNERS, how.whose);
            }
            names.extend(own.into_iter().map(|name| format!("{prefix}::{name}")));
            continue;
        };
        let has_none = after.as_ref().is_some_and(|it| it.modules.is_empty());
        let with_tests = if has_none { &starter } else { whole };
        names.extend(
            tests_of(with_tests, how, left)
                .into_iter()
                .map(|name| format!("{prefix}::{name}")),
        );
        let Some((head, body)) = module.text.split_once('{') else {
            continue;
        };
        if is_learners(&before, after.as_ref()) {
            left.note(LEARNERS, how.whose);
            continue;
        }
        let up = "../".repeat(path.components().count() - 1);
        let place = PathBuf::from(format!("tests/grafts/{}.rs", prefix.replace("::", "_")));
        let place_text = place.to_string_lossy().replace('\\', "/");
        let head =
            head.trim()
                .replacen("mod ", &format!("#[path = \"{up}{place_text}\"]\nmod "), 1);
        let with_path = |split: &Split| format!("{}\n{head};\n", split.code).into_bytes();
        files.insert(path.clone(), with_path(&before));
        if let Some(after) = &after {
            reference.insert(path, with_path(after));
        }
        let (body, ignored) = code::without_ignored(body.trim_end().trim_end_matches('}'));
        note_ignored(ignored, how.whose, left);
        files.insert(place, body.into_bytes());
    }
    names
}

/// `src/a/mod.rs` and `src/a.rs` → `a`.
fn module_of(path: &Path) -> String {
    let inside = path.strip_prefix("src").unwrap_or(path).with_extension("");
    let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("::").trim_end_matches("::mod").to_owned()
}

/// What the starter defines and the solution still has: whoever deletes it has not solved the exercise.
fn kept(starter: &str, solution: Option<&str>) -> Vec<String> {
    let of_starter = code::items_of(starter);
    let Some(mut names) = solution
        .and_then(code::items_of)
        .or_else(|| of_starter.clone())
    else {
        return Vec::new();
    };
    let words = mask(starter);
    let is_there = |name: &String| match &of_starter {
        Some(known) => known.contains(name),
        None => words
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .any(|word| word == name),
    };
    names.retain(is_there);
    names.sort();
    names.dedup();
    names
}

/// The test that the program runs or, where there is none, that the library is all there.
fn program(how: &Graft<'_>, starter: &str, kept: &[String]) -> (String, String) {
    let mut text = String::from("\n#[cfg(test)]\nmod program {\n");
    for name in kept {
        let _ = write!(
            text,
            "    #[allow(unused_imports)]\n    use super::{name} as _;\n"
        );
    }
    let runs = how.runs || code::has_function(starter, "main");
    let name = if runs { "runs" } else { "builds" };
    let _ = writeln!(text, "    #[test]\n    fn {name}() {{");
    if runs {
        text.push_str(
            "        let ended = ::std::process::Termination::report(super::main());\n        \
             let well = ended == ::std::process::ExitCode::SUCCESS;\n        \
             assert!(well, \"the program has to end with exit code 0\");\n",
        );
    }
    text.push_str("    }\n}\n");
    (format!("program::{name}"), text)
}

pub(super) fn text_of(files: &Files, path: &Path) -> Option<String> {
    let bytes = files.get(path)?;
    // What is no UTF-8 is refused where it is read.
    Some(plain(&String::from_utf8_lossy(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_s_path_is_that_of_its_file() {
        let check = |path: &str, expected: &str| assert_eq!(module_of(Path::new(path)), expected);
        check("src/title.rs", "title");
        check("src/a/mod.rs", "a");
        check("src/a/b.rs", "a::b");
    }

    #[test]
    fn what_starter_and_solution_both_have_is_kept() {
        let kept = |starter: &str| {
            kept(
                starter,
                Some("fn a() {} fn b() {} struct New; fn main() {}"),
            )
        };
        assert_eq!(kept("fn a() {} fn b() {}"), ["a", "b"]);
        assert_eq!(kept("fn b( {"), ["b"]);
    }
}
