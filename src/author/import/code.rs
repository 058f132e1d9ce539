//! Looks at Rust sources that may not even parse: where their tests are, and what they define.
//!
//! Starters of other courses are broken on purpose, so nothing here asks a parser that gives up at the first
//! mistake, except for code that is known to be whole.

use std::fmt::Write as _;

use super::mask::{is_word, mask};

/// A `#[cfg(test)] mod name { … }` that was taken out of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TestModule {
    /// With its attributes and braces, as it stood there.
    pub text: String,
}

/// A file without its test modules, and these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Split {
    pub code: String,
    pub modules: Vec<TestModule>,
}

/// Takes the test modules out of a file.
pub(super) fn split_tests(text: &str) -> Split {
    let masked = mask(text);
    let mut code = String::new();
    let mut modules = Vec::new();
    let mut kept_to = 0;
    let mut from = 0;
    while let Some(found) = masked[from..].find("#[cfg(test)]") {
        let start = from + found;
        from = start + 1;
        let Some(end) = module_end(&masked, start) else {
            continue;
        };
        code.push_str(&text[kept_to..start]);
        modules.push(TestModule {
            text: text[start..end].to_owned(),
        });
        kept_to = end;
        from = end;
    }
    code.push_str(&text[kept_to..]);
    if !modules.is_empty() {
        code = format!("{}\n", code.trim_end());
    }
    Split { code, modules }
}

/// The place behind the module that the attribute at `start` is for, if it is one at the top of the file and
/// has its content with it.
fn module_end(masked: &str, start: usize) -> Option<usize> {
    if depth(&masked[..start]) != 0 {
        return None;
    }
    let open = start + masked[start..].find('{')?;
    let head = &masked[start..open];
    let mut words = head.split_whitespace().rev();
    let (_, keyword) = (words.next()?, words.next()?);
    if keyword != "mod" || head.contains(';') {
        return None;
    }
    let mut level = 0;
    for (at, byte) in masked.bytes().enumerate().skip(open) {
        level += match byte {
            b'{' => 1,
            b'}' => -1,
            _ => 0,
        };
        if level == 0 {
            return Some(at + 1);
        }
    }
    None
}

fn depth(masked: &str) -> i32 {
    masked.bytes().fold(0, |level, byte| match byte {
        b'{' => level + 1,
        b'}' => level - 1,
        _ => level,
    })
}

/// Whether two texts differ in no more than comments and layout.
pub(super) fn is_same_code(one: &str, other: &str) -> bool {
    let tokens = |text: &str| text.parse::<proc_macro2::TokenStream>().ok();
    match (tokens(one), tokens(other)) {
        (Some(one), Some(other)) => one.to_string() == other.to_string(),
        _ => one == other,
    }
}

/// The tests of a file by the paths that a harness lists, with what makes others unseen.
#[derive(Debug, Default)]
pub(super) struct Tests {
    pub names: Vec<String>,
    /// Macros that are called where a test could be, and attributes that may make one.
    pub macros: Vec<String>,
    /// Modules whose content is in another file.
    pub modules: Vec<Module>,
}

/// `mod name;`
#[derive(Debug)]
pub(super) struct Module {
    pub name: String,
    /// Of `#[path = "…"]`.
    pub path: Option<String>,
}

/// The tests of a file; `None` if it is no Rust.
pub(super) fn tests_of(text: &str) -> Option<Tests> {
    let file = syn::parse_file(text).ok()?;
    let mut tests = Tests::default();
    collect(&file.items, "", &mut tests);
    Some(tests)
}

fn collect(items: &[syn::Item], path: &str, tests: &mut Tests) {
    for item in items {
        match item {
            syn::Item::Fn(function) if function.attrs.iter().any(is_test) => {
                tests.names.push(format!("{path}{}", function.sig.ident));
            }
            syn::Item::Fn(function) => {
                let made = function.attrs.iter().filter_map(maker);
                tests.macros.extend(made);
            }
            syn::Item::Mod(module) => {
                if let Some((_, items)) = &module.content {
                    collect(items, &format!("{path}{}::", module.ident), tests);
                } else if path.is_empty() {
                    tests.modules.push(Module {
                        name: module.ident.to_string(),
                        path: path_of(&module.attrs),
                    });
                }
            }
            syn::Item::Macro(call) if call.ident.is_none() => {
                let name = call.mac.path.segments.last();
                tests.macros.extend(name.map(|it| format!("{}!", it.ident)));
            }
            _ => {}
        }
    }
}

fn path_of(attributes: &[syn::Attribute]) -> Option<String> {
    let path = attributes.iter().find(|it| it.path().is_ident("path"))?;
    let value = &path.meta.require_name_value().ok()?.value;
    match value {
        syn::Expr::Lit(literal) => match &literal.lit {
            syn::Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// The attribute's name, if it is one that may turn a function into tests.
fn maker(attribute: &syn::Attribute) -> Option<String> {
    let known = [
        "rstest",
        "test_case",
        "quickcheck",
        "parameterized",
        "test_matrix",
    ];
    let last = attribute.path().segments.last()?.ident.to_string();
    known.contains(&last.as_str()).then(|| format!("#[{last}]"))
}

fn is_test(attribute: &syn::Attribute) -> bool {
    let last = attribute.path().segments.last();
    last.is_some_and(|segment| segment.ident == "test")
}

/// The file with every test of it run: without `#[ignore]`. Tells how many there were.
pub(super) fn without_ignored(text: &str) -> (String, usize) {
    let Ok(file) = syn::parse_file(text) else {
        return (text.to_owned(), 0);
    };
    let mut found = Vec::new();
    ignored(&file.items, &mut found);
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut starts = vec![0];
    for line in &lines {
        starts.push(starts[starts.len() - 1] + line.len());
    }
    let offset = |at: proc_macro2::LineColumn| {
        let line = lines.get(at.line - 1).copied().unwrap_or_default();
        let column: usize = line.chars().take(at.column).map(char::len_utf8).sum();
        starts[at.line - 1] + column
    };
    let mut text = text.to_owned();
    for span in found.iter().rev() {
        let (mut start, mut end) = (offset(span.start()), offset(span.end()));
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
        let is_alone =
            text[line_start..start].trim().is_empty() && text[end..line_end].trim().is_empty();
        if is_alone {
            (start, end) = (line_start, line_end);
        }
        text.replace_range(start..end, "");
    }
    (text, found.len())
}

fn ignored(items: &[syn::Item], found: &mut Vec<proc_macro2::Span>) {
    for item in items {
        match item {
            syn::Item::Fn(function) => {
                let ignore = function.attrs.iter();
                let ignore = ignore.filter(|attribute| attribute.path().is_ident("ignore"));
                found.extend(ignore.map(syn::spanned::Spanned::span));
            }
            syn::Item::Mod(module) => {
                if let Some((_, items)) = &module.content {
                    ignored(items, found);
                }
            }
            _ => {}
        }
    }
}

/// The names that a file defines at its top, but for `main`, macros and what only tests have.
pub(super) fn items_of(text: &str) -> Option<Vec<String>> {
    let file = syn::parse_file(text).ok()?;
    let names = file.items.iter().filter_map(|item| {
        let ident = match item {
            syn::Item::Fn(it) => &it.sig.ident,
            syn::Item::Struct(it) => &it.ident,
            syn::Item::Enum(it) => &it.ident,
            syn::Item::Trait(it) => &it.ident,
            syn::Item::Type(it) => &it.ident,
            syn::Item::Const(it) => &it.ident,
            syn::Item::Static(it) => &it.ident,
            syn::Item::Mod(it) if it.attrs.is_empty() => &it.ident,
            _ => return None,
        };
        Some(ident.to_string())
    });
    Some(names.filter(|name| name != "main" && name != "_").collect())
}

/// Whether a function of this name is defined at the top.
pub(super) fn has_function(text: &str, name: &str) -> bool {
    let masked = mask(text);
    let wanted = format!("fn {name}");
    let mut found = masked.match_indices(&wanted).filter(|(at, found)| {
        let next = masked.as_bytes().get(at + found.len());
        depth(&masked[..*at]) == 0 && next.is_some_and(|&byte| !is_word(byte))
    });
    found.next().is_some()
}

/// Whether `main` does anything.
pub(super) fn main_is_empty(text: &str) -> bool {
    let masked = mask(text);
    let Some(at) = masked.find("fn main()") else {
        return true;
    };
    let body = masked[at..].split_once('{').map_or("", |(_, body)| body);
    body.trim_start().starts_with('}')
}

/// A file without the attributes and comments that are for the whole of it, and these attributes: code that is
/// taken in by `include!` may not have them.
pub(super) fn without_inner(text: &str) -> (String, Vec<String>) {
    let mut attributes = Vec::new();
    let mut code = String::with_capacity(text.len());
    let mut head = true;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        if head && trimmed.starts_with("#![") && trimmed.ends_with(']') {
            attributes.push(trimmed.to_owned());
            continue;
        }
        if head && let Some(comment) = trimmed.strip_prefix("//!") {
            let _ = writeln!(code, "//{comment}");
            continue;
        }
        head &= trimmed.is_empty() || trimmed.starts_with("//");
        code.push_str(line);
    }
    (code.trim_start_matches('\n').to_owned(), attributes)
}

/// The text of the comments that a file begins with, and of those for the whole of it.
pub(super) fn opening_comment(text: &str) -> String {
    let lines = text.lines().map(str::trim);
    let lines = lines.skip_while(|line| line.is_empty() || line.starts_with("#!["));
    let comment: Vec<&str> = lines
        .map_while(|line| line.strip_prefix("//"))
        .map(|line| line.trim_start_matches(['/', '!']))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    comment.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_found_in_code_that_is_broken() {
        let text = "fn a( -> {\n    \"}\"; '{'; let r = r#\"}\"#; // }\n}\n\n#[cfg(test)]\nmod tests {\n    const C: &'static str = \"{\";\n    #[test]\n    fn b() {}\n}\n";
        let split = split_tests(text);
        assert_eq!(split.modules.len(), 1, "{split:?}");
        assert!(split.code.ends_with("// }\n}\n"), "{}", split.code);
        assert!(
            split.modules[0]
                .text
                .starts_with("#[cfg(test)]\nmod tests {")
        );
        assert_eq!(
            tests_of(&split.modules[0].text).map(|it| it.names),
            Some(vec!["tests::b".to_owned()])
        );
    }

    #[test]
    fn what_is_not_a_module_of_tests_stays() {
        for text in [
            "#[cfg(test)]\nuse std::fmt;\nfn a() {}\n",
            "#[cfg(test)]\nmod tests;\nfn a() {}\n",
            "// #[cfg(test)] mod tests {}\n",
            "mod inner {\n    #[cfg(test)]\n    mod tests {}\n}\n",
        ] {
            let split = split_tests(text);
            assert_eq!((split.code.as_str(), split.modules.len()), (text, 0));
        }
    }

    #[test]
    fn ignored_tests_are_run() {
        let text =
            "#[test]\n#[ignore]\nfn a() {}\nmod m {\n    #[test] #[ignore = \"ü\"] fn b() {}\n}\n";
        let expected = "#[test]\nfn a() {}\nmod m {\n    #[test]  fn b() {}\n}\n";
        assert_eq!(without_ignored(text), (expected.to_owned(), 2));
    }

    #[test]
    fn attributes_and_comments_of_a_whole_file_are_taken_apart() {
        let (code, attributes) =
            without_inner("//! About.\n#![allow(dead_code)]\n\nfn a() {}\n//! b\n");
        assert_eq!(code, "// About.\n\nfn a() {}\n//! b\n");
        assert_eq!(attributes, ["#![allow(dead_code)]"]);
        assert_eq!(opening_comment("// A\n//! b\n\n// c\n"), "A\nb");
    }
}
