//! Looks through a submission's tokens for what reaches outside at compile time, or changes what the tests
//! mean. Tokens and not syntax, so that a macro hides nothing.

use std::collections::BTreeSet;
use std::str::FromStr as _;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::intake::printable;
use crate::candidate::CandidateFile;

/// What may be in a submission because it is in the reference.
#[derive(Debug, Clone, Default)]
pub struct Permits {
    /// `unsafe` is what the exercise is about.
    pub unsafe_code: bool,
    /// Macros that users of the crate see.
    exported_macros: BTreeSet<String>,
    /// Attributes that are refused elsewhere.
    attributes: BTreeSet<String>,
    /// Comparisons written by hand: trait and type.
    comparisons: BTreeSet<(String, String)>,
    /// Types that users of the crate see.
    types: BTreeSet<String>,
}

/// Attributes that reach the linker, the compiler's own settings, or whoever uses the crate.
const ATTRIBUTES: [&str; 17] = [
    "link",
    "link_name",
    "link_section",
    "linkage",
    "no_mangle",
    "export_name",
    "used",
    "global_allocator",
    "alloc_error_handler",
    "panic_handler",
    "naked",
    "no_main",
    "no_std",
    "feature",
    "crate_type",
    "crate_name",
    "macro_use",
];

/// Macros that read at compile time.
const READERS: [&str; 4] = [
    "include_str",
    "include_bytes",
    "option_env",
    "concat_idents",
];

const COMPARISONS: [&str; 4] = ["PartialEq", "Eq", "PartialOrd", "Ord"];

impl Permits {
    /// What the reference has. With the tests, which may need what it does not.
    pub fn of(reference: &[CandidateFile]) -> Self {
        let mut look = Look::default();
        for file in reference {
            look.file(file);
        }
        Permits {
            unsafe_code: look.has_unsafe,
            exported_macros: look.exported_macros,
            attributes: look.attributes,
            comparisons: look.comparisons,
            types: look.types,
        }
    }

    /// Whether any of these files has `unsafe` in it.
    pub fn has_unsafe(files: &[CandidateFile]) -> bool {
        let mut look = Look::default();
        for file in files {
            look.file(file);
        }
        look.has_unsafe
    }

    /// What is in a submission that must not be, in words. Empty if there is nothing.
    pub fn refuses(&self, files: &[CandidateFile]) -> Vec<String> {
        let mut refused = Vec::new();
        for file in files {
            let mut look = Look::default();
            look.file(file);
            let name = printable(&file.path.to_string_lossy());
            let mut say = |what: String| refused.push(format!("`{name}` {what}"));
            for what in &look.reaches {
                say(what.clone());
            }
            for attribute in look.attributes.difference(&self.attributes) {
                say(format!(
                    "has the attribute `{attribute}`, which the exercise does not need"
                ));
            }
            if look.has_foreign_items && !self.unsafe_code {
                say("declares foreign functions, which the exercise does not need".to_owned());
            }
            for name in look.exported_macros.difference(&self.exported_macros) {
                say(format!(
                    "exports the macro `{}`, which the exercise does not ask for",
                    printable(name)
                ));
            }
            for (of, on) in look.comparisons.difference(&self.comparisons) {
                if self.types.contains(on) {
                    say(format!(
                        "writes `{of}` for `{on}` by hand; derive it, as the starter does"
                    ));
                }
            }
        }
        refused.truncate(20);
        refused
    }
}

/// Brackets in brackets that anybody may write. Whoever reads tokens goes down with them.
const DEPTH: i32 = 200;

/// Counts in strings and comments too, where few people leave hundreds open.
fn is_deep(text: &str) -> bool {
    let mut depth = 0;
    text.bytes().any(|byte| {
        depth += match byte {
            b'(' | b'[' | b'{' => 1,
            b')' | b']' | b'}' => -1,
            _ => 0,
        };
        depth > DEPTH
    })
}

#[derive(Default)]
struct Look {
    reaches: Vec<String>,
    attributes: BTreeSet<String>,
    exported_macros: BTreeSet<String>,
    comparisons: BTreeSet<(String, String)>,
    types: BTreeSet<String>,
    has_unsafe: bool,
    has_foreign_items: bool,
}

impl Look {
    fn file(&mut self, file: &CandidateFile) {
        if file.path.extension().is_none_or(|end| end != "rs") {
            return;
        }
        let text = String::from_utf8_lossy(&file.bytes);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        if is_deep(text) {
            self.reaches
                .push(format!("nests more than {DEPTH} brackets"));
            return;
        }
        match TokenStream::from_str(text) {
            Ok(tokens) => self.tokens(tokens),
            // The compiler can't read it either, and says where.
            Err(_) => self
                .reaches
                .push("is not Rust: it can't be read even as single words".to_owned()),
        }
    }

    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut exports = false;
        for (at, token) in tokens.iter().enumerate() {
            let after = |steps: usize| tokens.get(at + steps);
            let before = at.checked_sub(1).and_then(|at| tokens.get(at));
            match token {
                TokenTree::Group(group) => {
                    let is_attribute = group.delimiter() == Delimiter::Bracket
                        && (is_punct(before, '#')
                            || (is_punct(before, '!')
                                && is_punct(at.checked_sub(2).and_then(|at| tokens.get(at)), '#')));
                    if is_attribute {
                        exports |= self.attribute(group.stream());
                    }
                    self.tokens(group.stream());
                }
                TokenTree::Ident(ident) => {
                    let name = ident.to_string();
                    let name = name.strip_prefix("r#").unwrap_or(&name);
                    let is_called = is_punct(after(1), '!');
                    let is_renamed = is_ident(after(1), "as");
                    match name {
                        "unsafe" => self.has_unsafe = true,
                        "global_asm" | "asm" | "naked_asm" if is_called || is_renamed => {
                            self.has_unsafe = true;
                            self.has_foreign_items = true;
                        }
                        "extern" => {
                            let skip = usize::from(matches!(after(1), Some(TokenTree::Literal(_))));
                            if matches!(after(1 + skip), Some(TokenTree::Group(_))) {
                                self.has_foreign_items = true;
                            }
                        }
                        "include" | "env" if is_called || is_renamed => {
                            self.reaches
                                .push(format!("uses `{name}!`, which reads at compile time"));
                        }
                        _ if READERS.contains(&name) => {
                            self.reaches
                                .push(format!("uses `{name}!`, which reads at compile time"));
                        }
                        "macro_rules" if exports => {
                            if let Some(TokenTree::Ident(name)) = after(2) {
                                self.exported_macros.insert(name.to_string());
                            }
                            exports = false;
                        }
                        "struct" | "enum" | "union" => {
                            if let Some(TokenTree::Ident(name)) = after(1) {
                                self.types.insert(name.to_string());
                            }
                        }
                        _ if COMPARISONS.contains(&name) => {
                            if let Some(on) = implemented_on(&tokens[at + 1..]) {
                                self.comparisons.insert((name.to_owned(), on));
                            }
                        }
                        _ => {}
                    }
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    /// Looks into `#[…]`; tells whether it exports a macro.
    fn attribute(&mut self, tokens: TokenStream) -> bool {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut exports = false;
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Ident(ident) => {
                    let name = ident.to_string();
                    let is_set = is_punct(tokens.get(at + 1), '=');
                    if name == "path" && is_set {
                        let value = tokens
                            .get(at + 2)
                            .map(ToString::to_string)
                            .unwrap_or_default();
                        let value = value.trim_matches(['"', '#', 'r']);
                        if value.starts_with('/') || value.contains("..") || value.contains('\\') {
                            self.reaches.push(
                                "names a module file outside of what is handed in".to_owned(),
                            );
                        }
                    }
                    exports |= name == "macro_export";
                    if ATTRIBUTES.contains(&name.as_str()) {
                        self.attributes.insert(name);
                    }
                }
                TokenTree::Group(group) => exports |= self.attribute(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
        exports
    }
}

/// `<Rhs> for path::Name …` → `Name`.
fn implemented_on(after: &[TokenTree]) -> Option<String> {
    let mut at = 0;
    let mut depth = 0_i32;
    loop {
        match after.get(at)? {
            TokenTree::Punct(punct) if punct.as_char() == '<' => depth += 1,
            TokenTree::Punct(punct) if punct.as_char() == '>' => depth -= 1,
            TokenTree::Ident(ident) if depth == 0 && ident == "for" => break,
            _ if depth > 0 => {}
            _ => return None,
        }
        at += 1;
    }
    let names = after[at + 1..].iter().map_while(|token| match token {
        TokenTree::Ident(name) => Some(Some(name.to_string())),
        TokenTree::Punct(punct) if punct.as_char() == ':' => Some(None),
        _ => None,
    });
    names.flatten().take_while(|name| name != "where").last()
}

fn is_punct(token: Option<&TokenTree>, wanted: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}

fn is_ident(token: Option<&TokenTree>, wanted: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if ident == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(text: &str) -> Vec<CandidateFile> {
        vec![CandidateFile {
            path: "src/lib.rs".into(),
            bytes: text.as_bytes().to_vec(),
        }]
    }

    fn check(text: &str, expected: Option<&str>) {
        let reference = "#[derive(PartialEq)] pub struct Price(u64); pub fn f() {}";
        let refused = Permits::of(&files(reference)).refuses(&files(text));
        match expected {
            None => assert!(refused.is_empty(), "{text}: {refused:?}"),
            Some(part) => assert!(
                refused.iter().any(|why| why.contains(part)),
                "{text}: {refused:?}"
            ),
        }
    }

    #[test]
    fn what_reads_at_compile_time_is_refused_also_in_macros_and_by_other_names() {
        check(
            "const A: &str = include_str!(\"/etc/passwd\");",
            Some("include_str"),
        );
        check(
            "macro_rules! m { () => { include_bytes!(\"x\") } }",
            Some("include_bytes"),
        );
        check("use std::include_str as words;", Some("include_str"));
        check("use core::include as take;", Some("include"));
        check("const H: &str = env!(\"HOME\");", Some("env"));
        check(
            "#[path = \"../../other/src/lib.rs\"] mod stolen;",
            Some("outside"),
        );
        check(
            "#[cfg_attr(all(), path = \"/etc/x.rs\")] mod stolen;",
            Some("outside"),
        );
        check("fn f() { let path = \"../a\"; }", None);
        check("use std::env; fn f() { env::args(); }", None);
    }

    #[test]
    fn what_reaches_the_linker_or_the_tests_is_refused() {
        check("#[unsafe(no_mangle)] fn f() {}", Some("no_mangle"));
        check("unsafe extern \"C\" { safe fn abort(); }", Some("foreign"));
        check("extern crate std as other;", None);
        check("pub extern \"C\" fn f() {}", None);
        check(
            "#[macro_export] macro_rules! assert_eq { ($($x:tt)*) => {} }",
            Some("assert_eq"),
        );
        check("macro_rules! assert_eq { ($($x:tt)*) => {} }", None);
        check(
            "#[global_allocator] static A: B = B;",
            Some("global_allocator"),
        );
    }

    #[test]
    fn a_comparison_by_hand_counts_only_on_types_that_the_tests_compare() {
        check(
            "impl PartialEq for Price { fn eq(&self, _: &Self) -> bool { true } }",
            Some("PartialEq"),
        );
        check(
            "impl<T> PartialEq<T> for crate::Price {}",
            Some("PartialEq"),
        );
        check("struct Entry; impl Ord for Entry {}", None);
        check("#[derive(PartialEq)] pub struct Price(u64);", None);
    }
}
