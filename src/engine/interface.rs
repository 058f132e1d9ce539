//! What of a library's sources can change what is compiled against it.
//!
//! A test's object code has in it what the library declares: layouts of types, signatures, which traits there are for what,
//! and the code that every user compiles for itself (generic, `async`, `const` and `#[inline]` functions, macros). It
//! does not have the bodies of plain functions, nor what nobody outside can name. Two libraries with the same interface can be
//! linked with the same object code.
//!
//! What decides is in words, not in types: something private counts as soon as its name occurs in anything that counts. So
//! more is taken in than need be, and never less. It holds for code that is compiled without optimisation: with it, rustc
//! also hands on small plain functions (`cross_crate_inlinable` in rustc's `rustc_mir_transform`).

mod read;
mod syntax;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use self::read::Reader;
use self::syntax::{leaky_macros, own_traits, own_types, tokens_of};
use crate::candidate::{CandidateFile, Hasher};

/// Identifies the interface of a library with these files, whose paths are relative to its crate. `None` if a file can't
/// be read for it.
pub fn interface(files: &[CandidateFile]) -> Option<String> {
    identity(files, None)
}

/// Everything that those name who use a library.
pub struct Users<'t>(BTreeSet<&'t str>);

impl<'t> Users<'t> {
    /// Whoever has these texts and no others.
    pub fn of(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let said = texts.into_iter().flat_map(words);
        Users(said.chain(UNSAID).collect())
    }
}

/// What macros from elsewhere may name where they are used: `write!` calls a method, and others say what is in scope everywhere.
const UNSAID: [&str; 10] = [
    "write_fmt",
    "Box",
    "Err",
    "None",
    "Ok",
    "Option",
    "Result",
    "Some",
    "String",
    "Vec",
];

/// The same, of what those can come upon who use it: what is public counts if they name it, or if what they come upon does.
pub fn interface_for(files: &[CandidateFile], users: &Users<'_>) -> Option<String> {
    identity(files, Some(users))
}

fn identity(files: &[CandidateFile], users: Option<&Users<'_>>) -> Option<String> {
    let (parts, _) = read(files)?;
    let mut hasher = Hasher::default();
    for part in counting(&parts, users) {
        hasher.part(&part.place, part.text.as_bytes());
    }
    Some(hasher.finish().as_str().to_owned())
}

/// The same files with bodies that end the process in place of all that are no part of the interface, and every line
/// where it was: what is compiled against it has nothing of those bodies.
pub fn hollow(files: &[CandidateFile]) -> Option<Vec<CandidateFile>> {
    let (_, mut bodies) = read(files)?;
    let mut hollow = files.to_vec();
    for file in &mut hollow {
        let Some(mut own) = bodies.remove(&file.path) else {
            continue;
        };
        let mut text = String::from_utf8(std::mem::take(&mut file.bytes)).ok()?;
        // From the end, so that places stay what they are.
        own.sort_by_key(|body| std::cmp::Reverse(body.start));
        for body in own {
            let lines = text.get(body.clone())?.matches('\n').count();
            let by = format!("{{ ::std::process::abort(){} }}", "\n".repeat(lines));
            text.replace_range(body, &by);
        }
        file.bytes = text.into_bytes();
    }
    Some(hollow)
}

/// By file, where the bodies are that are no part of the interface.
type Bodies = BTreeMap<PathBuf, Vec<Range<usize>>>;

fn read(files: &[CandidateFile]) -> Option<(Vec<Part>, Bodies)> {
    let mut parsed = Vec::new();
    for file in files.iter().filter(|file| is_of_library(&file.path)) {
        let text = std::str::from_utf8(&file.bytes).ok()?;
        // The positions of a text that begins with a mark would be those without it.
        let is_script = text.starts_with("#!") && !text.starts_with("#![");
        let is_plain = !text.starts_with('\u{feff}') && !is_script;
        if !is_plain || words(text).any(|word| ODD.contains(&word)) {
            return None;
        }
        parsed.push((file.path.as_path(), text, syn::parse_file(text).ok()?));
    }
    let all = || parsed.iter().flat_map(|(_, _, file)| &file.items);
    let (types, hidden) = own_types(all());
    let (leaky, traits) = (leaky_macros(all()), own_traits(all()));
    let (mut parts, mut bodies) = (Vec::new(), Bodies::new());
    for (path, text, file) in &parsed {
        let mut reader = Reader {
            text,
            types: &types,
            hidden: &hidden,
            leaky: &leaky,
            traits: &traits,
            place: path.display().to_string(),
            parts: &mut parts,
            bodies: Vec::new(),
        };
        reader.fixed(tokens_of(&file.attrs), false);
        reader.items(&file.items);
        bodies.insert(path.to_path_buf(), reader.bodies);
    }
    Some((parts, bodies))
}

/// Names of macros that make names out of names, and of those that write machine code.
const ODD: [&str; 4] = ["paste", "concat_idents", "global_asm", "naked_asm"];

fn is_of_library(path: &Path) -> bool {
    let is_program = path == Path::new("src/main.rs") || path.starts_with("src/bin");
    path.starts_with("src") && path.extension().is_some_and(|end| end == "rs") && !is_program
}

/// Something that counts, or may count.
struct Part {
    place: String,
    text: String,
    /// It counts if each of these is open.
    gates: Vec<Gate>,
    /// Its names may be those of traits, which change what code means that does not name them.
    is_import: bool,
    /// Users compile code of it.
    has_code: bool,
}

/// Opens if its name occurs in something that counts.
struct Gate {
    name: String,
    /// Anybody outside can name it: it is open where nobody knows what they say.
    is_public: bool,
}

/// Those that count: what is there for everybody, and what it names, and so on.
fn counting<'p>(parts: &'p [Part], users: Option<&Users<'p>>) -> Vec<&'p Part> {
    let mut known: BTreeSet<&str> = BTreeSet::new();
    // What is private can't be meant by anybody outside.
    let can_be_meant = |gate: &Gate| {
        gate.is_public && users.is_none_or(|users| users.0.contains(gate.name.as_str()))
    };
    let mut counts = vec![false; parts.len()];
    loop {
        let has_code = (parts.iter().zip(&counts)).any(|(part, &counts)| counts && part.has_code);
        let is_open = |gate: &Gate| can_be_meant(gate) || known.contains(gate.name.as_str());
        let fresh: Vec<usize> = (0..parts.len())
            .filter(|&at| !counts[at])
            .filter(|&at| {
                let part = &parts[at];
                part.gates.iter().all(is_open) || (part.is_import && has_code)
            })
            .collect();
        if fresh.is_empty() {
            break;
        }
        for at in fresh {
            counts[at] = true;
            known.extend(words(&parts[at].text));
        }
    }
    let all = parts.iter().zip(counts);
    all.filter_map(|(part, counts)| counts.then_some(part))
        .collect()
}

/// Every identifier of a text, those in its strings and comments too: attributes name functions in strings.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|it: char| !it.is_alphanumeric() && it != '_')
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(files: &[(&str, &str)]) -> Option<String> {
        let file = |&(path, text): &(&str, &str)| CandidateFile {
            path: path.into(),
            bytes: text.as_bytes().to_vec(),
        };
        interface(&files.iter().map(file).collect::<Vec<_>>())
    }

    const LIBRARY: &str = "
use std::fmt::Write as _;
pub struct Cart { lines: Vec<Line>, total: u64 }
struct Line { price: u64 }
struct Draft { note: String }
impl Draft { fn new() -> Self { Draft { note: String::new() } } }
impl Cart {
    pub fn new() -> Self { Cart { lines: Vec::new(), total: 0 } }
    pub fn add(&mut self, price: u64) { self.lines.push(Line { price }); }
    fn sum(&self) -> u64 { self.lines.iter().map(|line| line.price).sum() }
    pub fn each<F: FnMut(u64)>(&self, mut f: F) { for line in &self.lines { f(rounded(line.price)); } }
}
impl Drop for Line { fn drop(&mut self) { self.price = 0; } }
fn rounded(price: u64) -> u64 { price }
fn helper(text: &str) -> usize { text.len() }
async fn quiet() -> u64 { 1 }
async fn inner() -> u64 { 2 }
pub async fn outer() -> u64 { inner().await }
pub const LIMIT: u64 = limit();
const fn limit() -> u64 { 3 }
pub trait Shape { fn area(&self) -> u64; fn twice(&self) -> u64 { 2 * self.area() } }
";

    /// The library with one text in place of another that it has.
    fn with(old: &str, new: &str) -> Option<String> {
        assert_eq!(LIBRARY.matches(old).count(), 1, "{old}");
        of(&[("src/lib.rs", &LIBRARY.replace(old, new))])
    }

    #[test]
    fn what_a_test_does_not_compile_may_change() {
        let known = of(&[("src/lib.rs", LIBRARY)]);
        assert!(known.is_some());
        for (old, new) in [
            // Bodies of plain functions and methods, also in implementations of traits.
            (
                "Cart { lines: Vec::new(), total: 0 }",
                "let lines = Vec::with_capacity(4); Cart { lines, total: 1 }",
            ),
            ("self.lines.push(Line { price });", "todo!()"),
            ("self.price = 0;", "self.price = 1;"),
            ("-> u64 { price }", "-> u64 { price + 1 }"),
            // Names of their parameters.
            (
                "pub fn add(&mut self, price: u64) { self.lines.push(Line { price }); }",
                "pub fn add(&mut self, mut _cents: u64) {}",
            ),
            // Private functions and types that nothing of account names.
            ("fn helper(text: &str) -> usize { text.len() }", ""),
            ("fn helper(text: &str)", "fn more(text: String)"),
            ("fn sum(&self) -> u64", "fn sum(&self, _start: u64) -> u64"),
            ("{ 1 }", "{ let x = [0u8; 9]; yes(x).await }"),
            (
                "struct Draft { note: String }",
                "struct Draft { note: Vec<u8> }",
            ),
            (
                "impl Draft { fn new()",
                "impl Default for Draft { fn default() -> Self { Draft::new() } } impl Draft { fn new()",
            ),
            // What is there for readers, and for unit tests.
            (
                "pub struct Cart",
                "#[doc = \"A cart.\"] #[allow(dead_code)] pub struct Cart",
            ),
            (
                "struct Draft {",
                "#[cfg(test)] mod tests { pub fn f<T>() {} } struct Draft {",
            ),
        ] {
            assert_eq!(with(old, new), known, "{new}");
        }
    }

    #[test]
    fn what_a_test_compiles_for_itself_may_not() {
        let known = of(&[("src/lib.rs", LIBRARY)]);
        for (old, new) in [
            // Layouts, of private types inside of public ones too.
            ("total: u64 }", "total: u32 }"),
            (
                "struct Line { price: u64 }",
                "struct Line { price: u64, more: u8 }",
            ),
            // Who is dropped how.
            (
                "impl Drop for Line { fn drop(&mut self) { self.price = 0; } }",
                "",
            ),
            // Signatures, names, and who may call them.
            (
                "pub fn add(&mut self, price: u64)",
                "pub fn add(&mut self, price: u32)",
            ),
            ("pub fn new() -> Self { Cart", "fn new() -> Self { Cart"),
            // Generic code, and what it calls.
            ("f(rounded(line.price))", "f(line.price)"),
            (
                "fn rounded(price: u64) -> u64",
                "fn rounded(price: u64) -> u128",
            ),
            // Code whose state users hold.
            ("{ 2 }", "{ let x = [0u8; 9]; yes(x).await }"),
            ("{ inner().await }", "{ inner().await + 1 }"),
            // What is computed while it is compiled.
            ("{ 3 }", "{ 4 }"),
            ("2 * self.area()", "self.area() + self.area()"),
            // Traits that change what a method means.
            ("use std::fmt::Write as _;", "use std::io::Write as _;"),
            (
                "pub trait Shape",
                "#[macro_export] macro_rules! two { () => { 2 } } pub trait Shape",
            ),
            (
                "pub trait Shape",
                "impl From<Cart> for u64 { fn from(_: Cart) -> u64 { 1 } } pub trait Shape",
            ),
            // A panic in generic code tells its line.
            ("struct Draft", "\nstruct Draft"),
        ] {
            assert_ne!(with(old, new), known, "{new}");
        }
    }

    #[test]
    fn what_nobody_names_does_not_count_for_those_who_are_known() {
        let users =
            Users::of(["use carts::*; fn t() { let mut cart = Cart::new(); cart.add(1); }"]);
        let seen = |old: &str, new: &str| {
            assert_eq!(LIBRARY.matches(old).count(), 1, "{old}");
            let bytes = LIBRARY.replace(old, new).into_bytes();
            let path = "src/lib.rs".into();
            interface_for(&[CandidateFile { path, bytes }], &users)
        };
        let known = seen("fn helper(", "fn helper(");
        assert!(known.is_some());
        let end = "fn twice(&self) -> u64 { 2 * self.area() } }";
        let with = |more: &str| seen(end, &format!("{end}\n{more}"));
        for more in [
            "pub fn more() {}",
            "pub const MORE: u64 = 1;",
            "pub async fn later() -> u64 { 1 }",
            "pub struct Basket(pub u64); impl Basket { pub fn of(n: u64) -> Self { Basket(n) } }",
            "#[derive(Clone)] pub struct Basket; impl Default for Basket { fn default() -> Self { Basket } }",
            "pub use std::collections::BTreeMap;",
            "impl Cart { pub fn empty(&mut self) {} }",
        ] {
            assert_eq!(with(more), known, "{more}");
        }
        for more in [
            // What is named, or belongs to what is; and what means something without being named.
            "pub fn t() {}",
            "impl Default for Cart { fn default() -> Self { Cart::new() } }",
            "impl From<Basket> for Cart { fn from(_: Basket) -> Self { Cart::new() } } pub struct Basket;",
            "pub struct Basket; impl PartialEq<Basket> for u64 { fn eq(&self, _: &Basket) -> bool { true } }",
            "pub struct Vec; impl Vec { pub fn new() {} }",
            "pub trait Loud { fn shout(&self) {} } impl<T> Loud for T {}",
            "pub use std::fmt::Debug;",
            "pub use std::collections::*;",
            "#[macro_export] macro_rules! two { () => { 2 } }",
            "impl Cart { pub fn write_fmt(&mut self, _: std::fmt::Arguments<'_>) {} }",
            "pub struct Ok;",
        ] {
            assert_ne!(with(more), known, "{more}");
        }
        // By way of something that is named.
        assert_ne!(
            seen("struct Line { price: u64 }", "struct Line { price: u8 }"),
            known
        );
    }

    #[test]
    fn a_body_that_declares_something_for_others_counts() {
        let body = |body: &str| {
            let text = format!("pub struct S; fn f() {{ {body} }}\npub fn g() {{ {body} }}\n");
            of(&[("src/lib.rs", &text)])
        };
        assert_eq!(body("fn a() -> u8 { 1 }"), body("const A: u8 = 1;"));
        assert_ne!(
            body("impl Clone for S { fn clone(&self) -> S { S } }"),
            body("")
        );
        assert_ne!(body("#[unsafe(no_mangle)] fn a() {}"), body(""));
        assert_ne!(body("struct A; "), body(""));
        let by_macro = |uses: &str| {
            let text = format!(
                "macro_rules! m {{ () => {{ impl Copy for S {{}} }} }}\npub fn g() {{ {uses} }}\n"
            );
            of(&[("src/lib.rs", &text)])
        };
        assert_ne!(by_macro("m!();"), by_macro(""));
        assert_eq!(by_macro("println!();"), by_macro(""));
    }

    #[test]
    fn a_trait_of_the_library_s_own_is_none_of_the_known_ones() {
        let of = |more: &str| {
            let text = format!("pub trait Write {{}} struct Quiet; pub fn f() {{}} {more}");
            of(&[("src/lib.rs", &text)])
        };
        assert_eq!(of("impl Clone for Quiet {}"), of(""));
        assert_ne!(of("impl Write for Quiet {}"), of(""));
    }

    #[test]
    fn names_in_attributes_count() {
        let of = |body: &str| {
            let text = format!(
                "#[derive(serde::Deserialize)]\npub struct S {{ #[serde(default = \"port\")] port_number: u16 }}\n\
                 const fn port() -> u16 {{ {body} }}\nconst fn r#other() -> u16 {{ 1 }}\n"
            );
            of(&[("src/lib.rs", &text)])
        };
        assert_ne!(of("1"), of("2"));
    }

    #[test]
    fn what_is_imported_counts_where_it_is_named_or_may_be_a_trait() {
        let of = |uses: &str, more: &str| {
            let text = format!("{uses} pub struct S(Vec<u8>); pub fn f() {{}} {more}\n");
            of(&[("src/lib.rs", &text)])
        };
        assert_eq!(
            of("use std::collections::HashMap;", ""),
            of("use std::{io, sync::Arc};", "")
        );
        assert_eq!(of("use std::io::Write;", ""), of("", ""));
        assert_eq!(of("use std::fmt::{self};", ""), of("", ""));
        assert_ne!(of("use other::Vec;", ""), of("", ""));
        assert_ne!(of("use std::collections::*;", ""), of("", ""));
        assert_ne!(of("pub use std::io::Write;", ""), of("", ""));
        // Somebody compiles code in which its methods may be called.
        let generic = "pub fn g<T>() {}";
        assert_eq!(
            of("use std::sync::Arc;  ", generic),
            of("use std::rc::Rc;     ", generic)
        );
        assert_ne!(
            of("use std::io::Write;", generic),
            of("use std::io::Arc  ;", generic)
        );
    }

    #[test]
    fn a_hollow_library_has_the_same_interface_and_none_of_the_bodies() {
        let files = [
            CandidateFile {
                path: "src/lib.rs".into(),
                bytes: format!("// für später\n{LIBRARY}").into_bytes(),
            },
            CandidateFile {
                path: "data/no_text".into(),
                bytes: vec![0xff],
            },
        ];
        let hollowed = hollow(&files).expect("it is Rust");
        assert_eq!(interface(&hollowed), interface(&files));
        let text = String::from_utf8(hollowed[0].bytes.clone()).expect("it is text");
        let before = String::from_utf8(files[0].bytes.clone()).expect("it is text");
        assert_eq!(text.lines().count(), before.lines().count());
        for gone in [
            "Line { price });",
            "text.len()",
            "lines: Vec::new()",
            "self.price = 0",
        ] {
            assert!(
                before.contains(gone) && !text.contains(gone),
                "{gone}: {text}"
            );
        }
        for kept in [
            "f(rounded(line.price))",
            "inner().await",
            "2 * self.area()",
            "limit();",
        ] {
            assert!(text.contains(kept), "{kept}: {text}");
        }
    }

    #[test]
    fn what_can_t_be_read_has_none() {
        for text in [
            "fn f( {}",
            "\u{feff}fn f() {}",
            "#!/bin/sh\nfn f() {}",
            "paste::paste! { fn [<a b>]() {} }",
        ] {
            assert_eq!(of(&[("src/lib.rs", text)]), None, "{text}");
        }
        let only = of(&[("src/lib.rs", "")]);
        assert!(only.is_some());
        assert_eq!(
            of(&[
                ("src/lib.rs", ""),
                ("src/main.rs", "fn main( {"),
                ("tests/a.rs", "(")
            ]),
            only
        );
        assert_ne!(
            of(&[("src/lib.rs", ""), ("src/a.rs", "pub fn f() {}")]),
            only
        );
    }
}
