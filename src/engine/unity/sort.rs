//! What is seen in the text of a test file: whether it is the same in a module as at the root of a crate, and beside what.

use std::collections::BTreeMap;
use std::path::Path;

use super::member::variable_of;
use crate::candidate::CandidateFile;

/// What tests of one crate have in common beyond what cargo is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sort {
    /// Nothing.
    Plain,
    /// They count allocations, with the same allocator.
    Counts,
    /// They take in files that are the learner's, so an edit of one has all of them compiled. Each by itself would be
    /// compiled then too.
    TakesIn,
}

/// The sort of a test with these texts, its root first. `None` if it is not the same in a module.
pub(super) fn sort_of(texts: &[&str], programs: &[String]) -> Option<Sort> {
    let texts: Vec<String> = (texts.iter())
        .map(|text| without_programs(text, programs))
        .collect();
    if texts.iter().all(|text| means_the_same_in_a_module(text)) {
        return Some(Sort::Plain);
    }
    let (root, others) = texts.split_first()?;
    if let Some(root) = without_allocator(root)
        && means_the_same_in_a_module(&root)
        && others.iter().all(|text| means_the_same_in_a_module(text))
    {
        // It would be looked for beside the copy.
        let takes_in = texts.iter().any(|text| text.contains("include"));
        return (!takes_in).then_some(Sort::Counts);
    }
    let is_same = |text: &String| {
        // Not code, which may name itself by a path from the root.
        let texts = TAKE_IN[1..].iter();
        let without = texts.fold(text.clone(), |text, sign| text.replace(sign, ""));
        means_the_same_in_a_module(&without)
    };
    texts.iter().all(is_same).then_some(Sort::TakesIn)
}

/// The allocator that is the same in all crates that count.
pub(super) const COUNTING: &str =
    "#[global_allocator]\nstatic ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;";

/// The text with a static that is no allocator in the place of the one that counts, on the same lines.
fn without_allocator(text: &str) -> Option<String> {
    let short = COUNTING.replace("probes::", "");
    let is_there = |declared: &str| text.contains(&format!("{declared}\n"));
    let names_it = || {
        let mut uses = text.lines().filter(|line| line.starts_with("use probes::"));
        !text.contains("mod alloc") && uses.any(|line| line.contains("alloc"))
    };
    let is_ours = is_there(COUNTING) || (is_there(&short) && names_it());
    let text = text.replace("#[global_allocator]\n", "#[allow(dead_code)]\n");
    is_ours.then_some(text)
}

/// The test files for a crate of their own.
pub(super) fn copies(texts: &BTreeMap<&Path, &str>) -> Vec<CandidateFile> {
    let of_tests = texts.iter().filter(|(path, _)| path.starts_with("tests"));
    let copies = of_tests.map(|(path, text)| CandidateFile {
        path: path.to_path_buf(),
        bytes: without_allocator(text)
            .unwrap_or_else(|| (*text).to_owned())
            .into_bytes(),
    });
    copies.collect()
}

fn without_programs(text: &str, programs: &[String]) -> String {
    let place = |program: &String| format!("env!(\"{}\")", variable_of(program));
    let places = programs.iter().map(place);
    places.fold(text.to_owned(), |text, place| text.replace(&place, ""))
}

/// Whether a test file, or a module of one, is the same in a module as at the root of a crate.
fn means_the_same_in_a_module(text: &str) -> bool {
    /// Paths from the root; what there is once in a program; what is told of a crate, of its place or of its name;
    /// what looks at its own program or its own thread from outside; and what takes in files beside the tests, which are
    /// the learner's, so that an edit of them would have all tests of the crate compiled.
    const SIGNS: [&str; 19] = [
        "crate::",
        "$crate",
        "extern crate",
        "macro_export",
        "macro_use",
        "global_allocator",
        "no_mangle",
        "export_name",
        "link_section",
        "panic_handler",
        "env!",
        "cfg(feature",
        "module_path!",
        "file!",
        "type_name",
        "current_exe",
        "args()",
        "proc/self",
        "thread::current",
    ];
    let mut signs = SIGNS.iter().chain(&TAKE_IN);
    !signs.any(|sign| text.contains(sign)) && has_only_levels(text)
}

/// What takes in files beside the tests.
const TAKE_IN: [&str; 3] = ["include!(\"..", "include_str!(\"..", "include_bytes!(\".."];

/// Whether the attributes of the whole file are levels of lints, which a module may have too.
fn has_only_levels(text: &str) -> bool {
    let mut attributes = text.split("#![").skip(1);
    attributes.all(|rest| {
        ["allow(", "expect(", "warn(", "deny("]
            .iter()
            .any(|level| rest.starts_with(level))
    })
}

/// Whether other libraries can be in a program with this one.
pub(super) fn is_alone(text: &str) -> bool {
    const SIGNS: [&str; 5] = [
        "global_allocator",
        "no_mangle",
        "export_name",
        "link_section",
        "#[link",
    ];
    !SIGNS.iter().any(|sign| text.contains(sign))
}
