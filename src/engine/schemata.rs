//! Mutants of one exercise as one crate (*mutant schemata*: Untch, Offutt and Harrold, "Mutation analysis using mutant
//! schemata", ISSTA 1993): each function that differs has the bodies of all of them, and a variable of the test's process
//! says which one is run. So the learner's tests are compiled and linked once for all mutants, and not once for each.
//!
//! A mutant goes with the others if it differs from the true code in bodies of functions alone, and its bodies can stand
//! beside others in one function. The rest are crates of their own, and if the one crate does not compile, so are all.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use proc_macro2::TokenStream;
use syn::visit::{self, Visit};

use super::plot::Plot;
use crate::candidate::{Candidate, CandidateFile};

/// The variable that names a mutant by its number, from 1. Without it the crate is the true code.
pub(super) const VARIABLE: &str = "WORKBOOK_VARIANT";

/// Stands for all mutants in the name of the package: ids have no double underscore.
pub(super) const ALL: &str = "all__";

/// What reads the variable, in the crate's root.
const CHOICE: &str = "
#[doc(hidden)]
pub(crate) fn __workbook_variant() -> usize {
    static CHOSEN: ::std::sync::OnceLock<usize> = ::std::sync::OnceLock::new();
    *CHOSEN.get_or_init(|| {
        let number = ::std::env::var(\"WORKBOOK_VARIANT\").ok();
        number.and_then(|number| number.parse().ok()).unwrap_or(0)
    })
}
";

/// Mutants that are one crate.
pub(super) struct Schemata {
    /// The crate.
    pub plot: Plot,
    /// Their names; the first has the number 1.
    pub names: Vec<String>,
}

impl Schemata {
    /// Those of a candidate's mutants that can be one crate. `None` if they are fewer than two.
    pub fn of(candidate: &Candidate) -> Option<Self> {
        if candidate.exercise.mutants.len() < 2 || !is_fit(candidate) {
            return None;
        }
        let mut texts = Texts::default();
        let mut names = Vec::new();
        for mutant in &candidate.exercise.mutants {
            let folder = Path::new("mutants").join(&mutant.name);
            let own: Option<Vec<(&Path, &CandidateFile)>> = (candidate.files.iter())
                .filter_map(|file| Some((file.path.strip_prefix(&folder).ok()?, file)))
                .map(|(path, file)| is_source(path).then_some((path, file)))
                .collect();
            let number = names.len() + 1;
            if own.is_some_and(|own| texts.take(candidate, number, &own)) {
                names.push(mutant.name.clone());
            }
        }
        if names.len() < 2 {
            return None;
        }
        let files = texts.written(candidate)?;
        let plot = Plot::of_mutants(candidate, ALL, &files)?;
        Some(Schemata { plot, names })
    }
}

/// Whether a package is made here.
pub(super) fn is_made(package: &str) -> bool {
    package.ends_with(&format!("--{ALL}"))
}

/// What a test says that looks at more than what the code does: at its text, its place or its size, or at which mutant it
/// is.
const LOOKS: [&str; 6] = ["include", "env!", "file!", "#[path", "size_of", VARIABLE];

/// Whether nothing but its library decides what the crate does, and tests see nothing else of it.
fn is_fit(candidate: &Candidate) -> bool {
    let has = |path: &Path| candidate.files.iter().any(|file| file.path == path);
    let is_program = |file: &CandidateFile| file.path.starts_with("src/bin");
    // A program that a test starts is another process, and may not be told which mutant it is.
    let named = (candidate.files.iter())
        .filter(|file| file.path == Path::new("Cargo.toml"))
        .any(|file| String::from_utf8_lossy(&file.bytes).contains("[[bin]]"));
    let others = ["src/main.rs", "build.rs"].map(Path::new);
    let mut tests = (candidate.files.iter()).filter(|file| file.path.starts_with("tests"));
    let looks = |file: &CandidateFile| {
        let text = String::from_utf8_lossy(&file.bytes);
        LOOKS.iter().any(|sign| text.contains(sign))
    };
    has(Path::new("src/lib.rs"))
        && !others.into_iter().any(has)
        && !candidate.files.iter().any(is_program)
        && !named
        && !tests.any(looks)
}

fn is_source(path: &Path) -> bool {
    path.starts_with("src") && path.extension().is_some_and(|end| end == "rs")
}

fn true_text<'c>(candidate: &'c Candidate, path: &Path) -> Option<&'c str> {
    let file = candidate.files.iter().find(|file| file.path == path)?;
    std::str::from_utf8(&file.bytes).ok()
}

/// The bodies of mutants, by file and by the function's place in it: numbers with texts.
#[derive(Default)]
struct Texts {
    bodies: BTreeMap<PathBuf, BTreeMap<usize, Vec<(usize, String)>>>,
    known: BTreeMap<PathBuf, Option<Source>>,
}

impl Texts {
    /// Takes a mutant's files in, if it goes with the others.
    fn take(
        &mut self,
        candidate: &Candidate,
        number: usize,
        files: &[(&Path, &CandidateFile)],
    ) -> bool {
        let mut all = Vec::new();
        for (path, file) in files {
            let source = self
                .known
                .entry((*path).to_owned())
                .or_insert_with(|| Source::read(true_text(candidate, path)?));
            let other = std::str::from_utf8(&file.bytes).ok().and_then(Source::read);
            let (Some(source), Some(other)) = (source, other) else {
                return false;
            };
            let Some(bodies) = source.differing(&other) else {
                return false;
            };
            all.extend(bodies.into_iter().map(|body| ((*path).to_owned(), body)));
        }
        if all.is_empty() {
            return false;
        }
        for (path, (place, text)) in all {
            let of_file = self.bodies.entry(path).or_default();
            of_file.entry(place).or_default().push((number, text));
        }
        true
    }

    /// The files that are others than the true code's.
    fn written(&self, candidate: &Candidate) -> Option<BTreeMap<PathBuf, Vec<u8>>> {
        let root = Path::new("src/lib.rs");
        let mut files = BTreeMap::new();
        for (path, bodies) in &self.bodies {
            let source = self.known.get(path)?.as_ref()?;
            files.insert(path.clone(), source.with(bodies));
        }
        let text = match files.remove(root) {
            Some(text) => text,
            None => true_text(candidate, root)?.to_owned(),
        };
        files.insert(root.to_owned(), text + CHOICE);
        let bytes = files
            .into_iter()
            .map(|(path, text)| (path, text.into_bytes()));
        Some(bytes.collect())
    }
}

/// A source file, and the functions in it.
struct Source {
    text: String,
    functions: Vec<Function>,
    /// Its tokens without what says nothing, and without the bodies.
    skeleton: String,
}

/// A function that is in no other's body.
struct Function {
    /// Where its body is, with its braces.
    body: std::ops::Range<usize>,
    tokens: String,
    /// Another body can't stand in it beside its own: it is evaluated by the compiler, or its body decides a type.
    is_closed: bool,
}

impl Source {
    /// `None` if it is not Rust, or has no standard library.
    fn read(text: &str) -> Option<Self> {
        let file = syn::parse_file(text).ok()?;
        if file.attrs.iter().any(|it| it.path().is_ident("no_std")) {
            return None;
        }
        let mut finder = Finder::default();
        finder.visit_file(&file);
        let mut functions = Vec::new();
        for (body, is_closed) in finder.bodies {
            let inside = text.get(body.clone())?;
            let tokens = TokenStream::from_str(inside).ok()?.to_string();
            // An attribute of the whole body has no place in a part of one.
            let is_closed = is_closed || inside.contains("#![");
            functions.push(Function {
                body,
                tokens,
                is_closed,
            });
        }
        let mut cuts = finder.docs;
        cuts.extend(functions.iter().map(|it| it.body.clone()));
        cuts.sort_by_key(|cut| cut.start);
        let (mut skeleton, mut end) = (String::new(), 0);
        for cut in cuts {
            skeleton.push_str(text.get(end..cut.start)?);
            skeleton.push_str(if text.get(cut.clone())?.starts_with('{') {
                "{}"
            } else {
                "\n"
            });
            end = cut.end;
        }
        skeleton.push_str(text.get(end..)?);
        Some(Source {
            skeleton: TokenStream::from_str(&skeleton).ok()?.to_string(),
            text: text.to_owned(),
            functions,
        })
    }

    /// The places and the texts of the bodies that are others in this file. `None` if something else is, or if a body can't
    /// stand beside this one's.
    fn differing(&self, other: &Source) -> Option<Vec<(usize, String)>> {
        if self.skeleton != other.skeleton || self.functions.len() != other.functions.len() {
            return None;
        }
        let pairs = self.functions.iter().zip(&other.functions).enumerate();
        let others = pairs.filter(|(_, (own, its))| own.tokens != its.tokens);
        let text = |(place, (own, its)): (usize, (&Function, &Function))| {
            let is_closed = own.is_closed || its.is_closed;
            let text = other.text.get(its.body.clone())?.to_owned();
            (!is_closed).then_some((place, text))
        };
        others.map(text).collect()
    }

    /// The file with these bodies beside its own.
    fn with(&self, bodies: &BTreeMap<usize, Vec<(usize, String)>>) -> String {
        let mut text = self.text.clone();
        for (&place, others) in bodies.iter().rev() {
            let body = &self.functions[place].body;
            let own = &self.text[body.clone()];
            let mut arms = String::new();
            for (number, other) in others {
                // Writing to a String can't fail.
                let _ = writeln!(arms, "{number} => {other}");
            }
            let all = format!("{{ match crate::__workbook_variant() {{ {arms}_ => {own} }} }}");
            text.replace_range(body.clone(), &all);
        }
        text
    }
}

/// Bodies of functions that are in no other's, in order, and documentation.
#[derive(Default)]
struct Finder {
    /// With whether another can't stand beside it.
    bodies: Vec<(std::ops::Range<usize>, bool)>,
    docs: Vec<std::ops::Range<usize>>,
}

impl Finder {
    fn note(&mut self, signature: &syn::Signature, body: &syn::Block) {
        let returned = match &signature.output {
            syn::ReturnType::Type(_, returned) => quote::quote!(#returned).to_string(),
            syn::ReturnType::Default => String::new(),
        };
        let is_hidden = returned.split_whitespace().any(|word| word == "impl");
        let is_closed = signature.constness.is_some() || is_hidden;
        let braces = body.brace_token.span;
        let range = braces.open().byte_range().start..braces.close().byte_range().end;
        self.bodies.push((range, is_closed));
    }
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if attribute.path().is_ident("doc") {
            let start = attribute.pound_token.span.byte_range().start;
            let end = attribute.bracket_token.span.close().byte_range().end;
            self.docs.push(start..end);
        }
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        function
            .attrs
            .iter()
            .for_each(|it| self.visit_attribute(it));
        self.note(&function.sig, &function.block);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        function
            .attrs
            .iter()
            .for_each(|it| self.visit_attribute(it));
        self.note(&function.sig, &function.block);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        match &function.default {
            Some(body) => {
                function
                    .attrs
                    .iter()
                    .for_each(|it| self.visit_attribute(it));
                self.note(&function.sig, body);
            }
            None => visit::visit_trait_item_fn(self, function),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The file with the bodies of these others, if they go with it.
    fn merged(text: &str, others: &[&str]) -> Option<String> {
        let source = Source::read(text)?;
        let mut bodies: BTreeMap<usize, Vec<(usize, String)>> = BTreeMap::new();
        for (at, other) in others.iter().enumerate() {
            for (place, text) in source.differing(&Source::read(other)?)? {
                bodies.entry(place).or_default().push((at + 1, text));
            }
        }
        Some(source.with(&bodies))
    }

    #[test]
    fn a_function_has_the_bodies_of_all() {
        let text = "//! Sums.\n\n/// Adds.\npub fn add(a: u32) -> u32 {\n    a + 1\n}\n\nfn same() { add(1); }\n";
        let off = text.replace("a + 1", "a + 2");
        let more = text
            .replace("a + 1", "// None.\n    a")
            .replace("Adds", "Does nothing");
        let merged = merged(text, &[&off, &more]).expect("they differ in a body");
        let expected = "pub fn add(a: u32) -> u32 { match crate::__workbook_variant() { 1 => {\n    a + 2\n}\n\
                        2 => {\n    // None.\n    a\n}\n_ => {\n    a + 1\n} } }";
        assert_eq!(
            merged,
            text.replace("pub fn add(a: u32) -> u32 {\n    a + 1\n}", expected)
        );
        syn::parse_file(&merged).expect("it is Rust");
    }

    #[test]
    fn methods_default_methods_and_modules_count_and_inner_functions_are_a_part_of_their_body() {
        let text = "mod a { impl T for S { async fn go(&self) -> u8 { fn inner() -> u8 { 1 } inner() } } }\n\
                    trait T { async fn go(&self) -> u8; fn stop(&self) -> u8 { 1 } }\n";
        let inner = text.replace("inner() -> u8 { 1 }", "inner() -> u8 { 2 }");
        let default = text.replace("stop(&self) -> u8 { 1 }", "stop(&self) -> u8 { 3 }");
        let merged = merged(text, &[&inner, &default]).expect("they differ in bodies");
        assert_eq!(merged.matches("__workbook_variant").count(), 2, "{merged}");
        assert!(
            merged.contains("1 => { fn inner() -> u8 { 2 } inner() }"),
            "{merged}"
        );
        assert!(merged.contains("2 => { 3 }"), "{merged}");
    }

    #[test]
    fn what_differs_in_more_than_bodies_stays_apart() {
        for (one, other) in [
            ("struct A(u8);", "struct A(u16);"),
            ("const A: u8 = 1;", "const A: u8 = 2;"),
            ("fn a() {}", "fn a() {}\nfn b() {}"),
            ("fn a(x: u8) {}", "fn a(y: u8) {}"),
            ("const fn a() -> u8 { 1 }", "const fn a() -> u8 { 2 }"),
            (
                "fn a() -> impl Iterator<Item = u8> { 0..1 }",
                "fn a() -> impl Iterator<Item = u8> { 0..2 }",
            ),
            ("fn a() { b() }", "fn a() { #![allow(dead_code)] c() }"),
            ("#[inline]\nfn a() {}", "fn a() {}"),
            (
                "macro_rules! a { () => { 1 } }",
                "macro_rules! a { () => { 2 } }",
            ),
            ("fn a() {}", "fn a( {}"),
        ] {
            assert_eq!(merged(one, &[other]), None, "{other}");
        }
        assert!(Source::read("#![no_std]\nfn a() {}").is_none());
    }
}
