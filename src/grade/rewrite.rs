//! Makes tests prove that they ended: the body of each becomes a closure that a harness of our own runs, and
//! only after it has come back is the one-time secret given out that the grader waits for.
//!
//! The text is changed in place, brace by brace, so that lines and columns in messages stay as they were.

use proc_macro2::LineColumn;
use syn::spanned::Spanned as _;
use syn::{Attribute, Expr, ItemFn, Lit, Meta};

/// The harness, appended to every test file. It needs no `unsafe`: the channel is standard input, which is
/// a socket here, and empty once the secret is read.
const HARNESS: &str = r#"
#[doc(hidden)]
#[allow(dead_code, clippy::all)]
mod __workbook_proof {
    use ::std::io::{Read as _, Write as _};
    use ::std::os::fd::AsFd as _;
    pub struct Secret(::std::string::String);
    pub fn take() -> Secret {
        let mut text = ::std::string::String::new();
        let _ = ::std::io::stdin().lock().read_to_string(&mut text);
        Secret(text)
    }
    pub fn give(secret: Secret, name: &str) {
        // A process that a test started has been told none, and its parent's is not to be spoiled.
        if secret.0.is_empty() { return; }
        if let ::std::result::Result::Ok(channel) = ::std::io::stdin().as_fd().try_clone_to_owned() {
            let mut channel = ::std::fs::File::from(channel);
            let _ = channel.write_all(::std::format!("{} {name}\n", secret.0).as_bytes());
        }
    }
    pub trait Ended { fn well(&self) -> bool; }
    impl Ended for () { fn well(&self) -> bool { true } }
    impl<T, E> Ended for ::std::result::Result<T, E> { fn well(&self) -> bool { self.is_ok() } }
    impl Ended for ::std::process::ExitCode { fn well(&self) -> bool { false } }
    pub fn prove<T: Ended>(name: &str, body: impl FnOnce() -> T) -> T {
        let secret = take();
        let ended = body();
        if ended.well() { give(secret, name); }
        ended
    }
    pub async fn prove_async<T: Ended>(name: &str, body: impl ::std::future::Future<Output = T>) -> T {
        let secret = take();
        let ended = body.await;
        if ended.well() { give(secret, name); }
        ended
    }
    pub fn prove_panic<T>(name: &str, expected: &str, body: impl FnOnce() -> T) -> T {
        let secret = take();
        match ::std::panic::catch_unwind(::std::panic::AssertUnwindSafe(body)) {
            ::std::result::Result::Ok(ended) => ended,
            ::std::result::Result::Err(payload) => {
                let said = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
                let said = said.or_else(|| payload.downcast_ref::<::std::string::String>().cloned());
                if said.unwrap_or_default().contains(expected) { give(secret, name); }
                ::std::panic::resume_unwind(payload)
            }
        }
    }
}
"#;

/// The file with proofs in its tests, and the names of the tests that have one.
///
/// # Errors
///
/// If it is not Rust.
pub fn rewrite(
    source: &str,
    target: &str,
    more: &str,
) -> Result<(String, Vec<String>), syn::Error> {
    let file = syn::parse_file(source)?;
    let mut edits = Vec::new();
    let mut names = Vec::new();
    visit(&file.items, "", target, &mut edits, &mut names);
    let starts = line_starts(source);
    let mut edits: Vec<(usize, String)> = edits
        .into_iter()
        .map(|(at, text)| (offset(source, &starts, at), text))
        .collect();
    edits.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let mut text = source.to_owned();
    for (at, insert) in edits {
        text.insert_str(at, &insert);
    }
    text.push_str(HARNESS);
    text.push_str(more);
    Ok((text, names))
}

fn visit(
    items: &[syn::Item],
    path: &str,
    target: &str,
    edits: &mut Vec<(LineColumn, String)>,
    names: &mut Vec<String>,
) {
    for item in items {
        match item {
            syn::Item::Mod(module) => {
                if let Some((_, items)) = &module.content {
                    let inner = format!("{path}{}::", module.ident);
                    visit(items, &inner, target, edits, names);
                }
            }
            syn::Item::Fn(function) if function.attrs.iter().any(is_test) => {
                let name = format!("{path}{}", function.sig.ident);
                // From inside of its modules, so that the file may be a crate's root or a module of one.
                let depth = path.matches("::").count();
                let harness = if depth == 0 {
                    "self::".to_owned()
                } else {
                    "super::".repeat(depth)
                };
                wrap(function, &format!("{target}::{name}"), &harness, edits);
                names.push(name);
            }
            _ => {}
        }
    }
}

fn wrap(function: &ItemFn, id: &str, harness: &str, edits: &mut Vec<(LineColumn, String)>) {
    let braces = function.block.brace_token.span;
    let panics = function
        .attrs
        .iter()
        .find(|attribute| attribute.path().is_ident("should_panic"));
    let (open, close) = match (panics, &function.sig.asyncness) {
        (Some(attribute), _) => {
            let expected = expected(attribute);
            (
                format!("{harness}__workbook_proof::prove_panic({id:?}, {expected:?}, move || {{"),
                "})",
            )
        }
        (None, Some(_)) => (
            format!("{harness}__workbook_proof::prove_async({id:?}, async move {{"),
            "}).await",
        ),
        (None, None) => (
            format!("{harness}__workbook_proof::prove({id:?}, move || {{"),
            "})",
        ),
    };
    // With the type that the closure returns, so that `?` and an early `return` know where they lead.
    let open = match (&function.sig.output, panics, &function.sig.asyncness) {
        (syn::ReturnType::Type(_, returned), None, None) => {
            let returned = quote::quote!(#returned).to_string();
            open.replace("move || {", &format!("move || -> {returned} {{"))
        }
        _ => open,
    };
    let mut inside = braces.open().start();
    inside.column += 1;
    edits.push((inside, open));
    let end = braces.close().start();
    edits.push((end, close.to_owned()));
    let _ = function.span();
}

/// `#[test]`, `#[tokio::test(…)]` and their like.
fn is_test(attribute: &Attribute) -> bool {
    let last = attribute.path().segments.last();
    last.is_some_and(|segment| segment.ident == "test")
}

fn expected(attribute: &Attribute) -> String {
    let text = |expression: &Expr| match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    };
    match &attribute.meta {
        Meta::NameValue(pair) => text(&pair.value),
        Meta::List(list) => list
            .parse_args::<syn::MetaNameValue>()
            .ok()
            .and_then(|pair| text(&pair.value)),
        Meta::Path(_) => None,
    }
    .unwrap_or_default()
}

fn line_starts(source: &str) -> Vec<usize> {
    let breaks = source.match_indices('\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(breaks).collect()
}

/// Columns count characters.
fn offset(source: &str, starts: &[usize], at: LineColumn) -> usize {
    let start = starts.get(at.line - 1).copied().unwrap_or(source.len());
    let line = &source[start..];
    line.char_indices()
        .nth(at.column)
        .map_or(source.len(), |(offset, _)| start + offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: &str, names: &[&str]) {
        let (text, found) = rewrite(source, "checks", "").expect("it is Rust");
        assert!(text.starts_with(expected), "{text}");
        assert_eq!(found, names);
        syn::parse_file(&text).expect("it still is");
    }

    #[test]
    fn each_body_goes_into_a_closure_and_lines_stay_where_they_are() {
        check(
            "#[test]\nfn a() {\n    let x = \"ü\"; assert!(true);\n}\nfn helper() {}\n",
            "#[test]\nfn a() {self::__workbook_proof::prove(\"checks::a\", move || {\n    let x = \"ü\"; assert!(true);\n})}\nfn helper() {}\n",
            &["a"],
        );
        check(
            "mod inner { #[tokio::test(start_paused = true)] async fn b() { f().await } }",
            "mod inner { #[tokio::test(start_paused = true)] async fn b() {super::__workbook_proof::prove_async(\"checks::inner::b\", async move { f().await }).await} }",
            &["inner::b"],
        );
        check(
            "#[test] #[should_panic(expected = \"no\")] fn c() { panic!(\"no\") }",
            "#[test] #[should_panic(expected = \"no\")] fn c() {self::__workbook_proof::prove_panic(\"checks::c\", \"no\", move || { panic!(\"no\") })}",
            &["c"],
        );
        check(
            "#[test] fn d() -> Result<(), String> { Ok(()) }",
            "#[test] fn d() -> Result<(), String> {self::__workbook_proof::prove(\"checks::d\", move || -> Result < () , String > { Ok(()) })}",
            &["d"],
        );
    }
}
