//! The public signatures of a crate, read from its sources without compiling them.
//!
//! Good enough to tell an answer that changes the question: macros are not expanded, and types are compared
//! as they are written, without the paths before their names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use quote::ToTokens;
use syn::{Fields, FnArg, ImplItem, Item, Signature, TraitItem, UseTree, Visibility};

use crate::candidate::CandidateFile;

/// `["outer", "inner"]`; the crate's root is empty.
type ModulePath = Vec<String>;

/// Every signature that users of the library can see, one text each.
///
/// # Errors
///
/// The file that is not Rust, and why.
pub(super) fn signatures(files: &[CandidateFile]) -> Result<BTreeSet<String>, String> {
    let mut modules = BTreeMap::new();
    for file in files {
        let Some(path) = module_path(&file.path) else {
            continue;
        };
        let text = String::from_utf8_lossy(&file.bytes);
        let parsed = syn::parse_file(&text)
            .map_err(|error| format!("`{}` is not Rust: {error}", file.path.display()))?;
        add_module(path, parsed.items, &mut modules);
    }
    let mut surface = Surface {
        modules: &modules,
        visited: BTreeSet::new(),
        types: BTreeSet::new(),
        found: BTreeSet::new(),
    };
    surface.visit(&[]);
    surface.add_methods();
    Ok(surface.found)
}

/// `src/a/b.rs` and `src/a/b/mod.rs` are `a::b`. `None` for what is not in the library.
fn module_path(path: &Path) -> Option<ModulePath> {
    let inside = path.strip_prefix("src").ok()?;
    if inside == Path::new("main.rs") || inside.starts_with("bin") {
        return None;
    }
    let mut names: ModulePath = inside
        .with_extension("")
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    if path.extension().is_none_or(|extension| extension != "rs") {
        return None;
    }
    if names.last().is_some_and(|last| last == "mod") || names == ["lib"] {
        names.pop();
    }
    Some(names)
}

fn add_module(path: ModulePath, items: Vec<Item>, modules: &mut BTreeMap<ModulePath, Vec<Item>>) {
    for item in &items {
        if let Item::Mod(module) = item
            && let Some((_, inside)) = &module.content
        {
            let mut path = path.clone();
            path.push(module.ident.to_string());
            add_module(path, inside.clone(), modules);
        }
    }
    modules.entry(path).or_default().extend(items);
}

struct Surface<'m> {
    modules: &'m BTreeMap<ModulePath, Vec<Item>>,
    visited: BTreeSet<ModulePath>,
    types: BTreeSet<String>,
    found: BTreeSet<String>,
}

impl Surface<'_> {
    fn visit(&mut self, path: &[String]) {
        if !self.visited.insert(path.to_vec()) {
            return;
        }
        let Some(items) = self.modules.get(path) else {
            return;
        };
        for item in items {
            match item {
                Item::Mod(module) if is_public(&module.vis) => {
                    let mut inside = path.to_vec();
                    inside.push(module.ident.to_string());
                    self.visit(&inside);
                }
                Item::Use(import) if is_public(&import.vis) => {
                    self.visit_use(path, Vec::new(), &import.tree);
                }
                _ => self.add(item, None),
            }
        }
    }

    fn visit_use(&mut self, from: &[String], mut names: Vec<String>, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => {
                names.push(path.ident.to_string());
                self.visit_use(from, names, &path.tree);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.visit_use(from, names.clone(), tree);
                }
            }
            UseTree::Name(name) => self.export(from, &names, &name.ident.to_string()),
            UseTree::Rename(name) => self.export(from, &names, &name.ident.to_string()),
            UseTree::Glob(_) => {
                let module = resolve(from, &names);
                self.visit(&module);
            }
        }
    }

    fn export(&mut self, from: &[String], names: &[String], name: &str) {
        let mut module = resolve(from, names);
        let Some(items) = self.modules.get(&module) else {
            self.found
                .insert(format!("use {}::{name}", names.join("::")));
            return;
        };
        for item in items {
            self.add(item, Some(name));
        }
        module.push(name.to_owned());
        if self.modules.contains_key(&module) {
            self.visit(&module);
        }
    }

    /// Adds an item that is public; with a name, only if it is the one of this name.
    fn add(&mut self, item: &Item, only: Option<&str>) {
        let (visibility, name) = match item {
            Item::Fn(item) => (&item.vis, &item.sig.ident),
            Item::Struct(item) => (&item.vis, &item.ident),
            Item::Enum(item) => (&item.vis, &item.ident),
            Item::Trait(item) => (&item.vis, &item.ident),
            Item::Const(item) => (&item.vis, &item.ident),
            Item::Static(item) => (&item.vis, &item.ident),
            Item::Type(item) => (&item.vis, &item.ident),
            _ => return,
        };
        if !is_public(visibility) || only.is_some_and(|only| name != only) {
            return;
        }
        let text = match item {
            Item::Fn(item) => signature(&item.sig),
            Item::Struct(item) => {
                self.types.insert(name.to_string());
                let generics = item.generics.to_token_stream();
                format!("struct {name} {generics} {}", public_fields(&item.fields))
            }
            Item::Enum(item) => {
                self.types.insert(name.to_string());
                let variants: Vec<String> = (item.variants.iter())
                    .map(|variant| {
                        let mut variant = variant.clone();
                        variant.attrs.clear();
                        for field in &mut variant.fields {
                            field.attrs.clear();
                        }
                        variant.to_token_stream().to_string()
                    })
                    .collect();
                let generics = item.generics.to_token_stream();
                format!("enum {name} {generics} {{ {} }}", variants.join(", "))
            }
            Item::Trait(item) => {
                let members = item.items.iter().map(trait_member).collect::<Vec<_>>();
                let (generics, bounds) = (&item.generics, &item.supertraits);
                let head = format!(
                    "{} : {}",
                    generics.to_token_stream(),
                    bounds.to_token_stream()
                );
                format!("trait {name} {head} {{ {} }}", members.join("; "))
            }
            Item::Const(item) => format!("const {name} : {}", item.ty.to_token_stream()),
            Item::Static(item) => format!("static {name} : {}", item.ty.to_token_stream()),
            Item::Type(item) => {
                let generics = item.generics.to_token_stream();
                format!("type {name} {generics} = {}", item.ty.to_token_stream())
            }
            _ => return,
        };
        self.found.insert(without_paths(&text));
    }

    /// Public methods and constants of the public types, wherever the `impl` stands.
    fn add_methods(&mut self) {
        for item in self.modules.values().flatten() {
            let Item::Impl(block) = item else { continue };
            let syn::Type::Path(of) = &*block.self_ty else {
                continue;
            };
            let Some(name) = of.path.segments.last().map(|last| last.ident.to_string()) else {
                continue;
            };
            if block.trait_.is_some() || !self.types.contains(&name) {
                continue;
            }
            for member in &block.items {
                let text = match member {
                    ImplItem::Fn(item) if is_public(&item.vis) => signature(&item.sig),
                    ImplItem::Const(item) if is_public(&item.vis) => {
                        format!("const {} : {}", item.ident, item.ty.to_token_stream())
                    }
                    _ => continue,
                };
                let head = format!("{} {}", block.generics.to_token_stream(), name);
                self.found
                    .insert(without_paths(&format!("impl {head} {{ {text} }}")));
            }
        }
    }
}

fn resolve(from: &[String], names: &[String]) -> ModulePath {
    let mut path = from.to_vec();
    for (at, name) in names.iter().enumerate() {
        match name.as_str() {
            "crate" if at == 0 => path.clear(),
            "self" if at == 0 => {}
            "super" => {
                path.pop();
            }
            _ => path.push(name.clone()),
        }
    }
    path
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// A function's signature without the names of its parameters, which callers do not see.
fn signature(full: &Signature) -> String {
    let parameters: Vec<String> = (full.inputs.iter())
        .map(|input| match input {
            FnArg::Receiver(receiver) => {
                let mut receiver = receiver.clone();
                // The `mut` of `mut self` is the callee's own matter; that of `&mut self` is of its kind.
                receiver.mutability = None;
                receiver.to_token_stream().to_string()
            }
            FnArg::Typed(typed) => typed.ty.to_token_stream().to_string(),
        })
        .collect();
    let (generics, conditions) = (&full.generics, &full.generics.where_clause);
    format!(
        "{} {} {} fn {} {} ( {} ) {} {}",
        full.constness.to_token_stream(),
        full.asyncness.to_token_stream(),
        full.safety.to_token_stream(),
        full.ident,
        generics.to_token_stream(),
        parameters.join(" , "),
        full.output.to_token_stream(),
        conditions.to_token_stream(),
    )
}

fn trait_member(member: &TraitItem) -> String {
    match member {
        TraitItem::Fn(item) => {
            let default = if item.default.is_some() {
                " { .. }"
            } else {
                ""
            };
            format!("{}{default}", signature(&item.sig))
        }
        TraitItem::Const(item) => format!("const {}", item.ident),
        TraitItem::Type(item) => format!("type {} : {}", item.ident, item.bounds.to_token_stream()),
        _ => String::new(),
    }
}

fn public_fields(fields: &Fields) -> String {
    let (mut seen, mut hidden) = (Vec::new(), false);
    for (at, field) in fields.iter().enumerate() {
        if !is_public(&field.vis) {
            hidden = true;
            continue;
        }
        let name = (field.ident.as_ref()).map_or_else(|| at.to_string(), ToString::to_string);
        seen.push(format!("{name} : {}", field.ty.to_token_stream()));
    }
    if hidden {
        seen.push("..".to_owned());
    }
    format!("{{ {} }}", seen.join(" , "))
}

/// `std :: time :: Duration` → `Duration`, with single blanks.
fn without_paths(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut kept: Vec<&str> = Vec::with_capacity(words.len());
    for (at, word) in words.iter().enumerate() {
        let is_prefix = words.get(at + 1) == Some(&"::")
            && word.starts_with(|first: char| first.is_alphabetic() || first == '_');
        if *word == "::" || is_prefix {
            continue;
        }
        kept.push(word);
    }
    kept.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(files: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<CandidateFile> = files
            .iter()
            .map(|(path, text)| CandidateFile {
                path: path.into(),
                bytes: text.as_bytes().to_vec(),
            })
            .collect();
        signatures(&files).unwrap().into_iter().collect()
    }

    fn same(one: &str, other: &str) {
        assert_eq!(of(&[("src/lib.rs", one)]), of(&[("src/lib.rs", other)]));
    }

    fn differs(one: &str, other: &str) {
        assert_ne!(of(&[("src/lib.rs", one)]), of(&[("src/lib.rs", other)]));
    }

    #[test]
    fn what_callers_do_not_see_makes_no_difference() {
        same("pub fn f(a: u8) {}", "pub fn f(mut b: u8) { drop(b) }");
        same(
            "pub fn f() -> std::time::Duration { x() }",
            "use std::time::Duration; pub fn f() -> Duration { y() }",
        );
        same(
            "pub struct S { a: u8 }",
            "#[derive(Debug)] pub struct S { b: u16 }",
        );
        same(
            "pub struct S; impl S { fn hidden(&self) {} }",
            "pub struct S;",
        );
        same(
            "pub struct S; impl S { pub fn f(self) {} }",
            "pub struct S; impl S { pub fn f(mut self) {} }",
        );
        same(
            "pub struct S;",
            "pub struct S; impl Drop for S { fn drop(&mut self) {} }",
        );
        same(
            "pub fn f() {}",
            "pub fn f() {} mod private { pub fn g() {} }",
        );
    }

    #[test]
    fn what_callers_see_makes_a_difference() {
        differs("pub fn f(a: u8) {}", "pub fn f(a: u16) {}");
        differs("pub fn f() {}", "pub async fn f() {}");
        differs("pub fn f() {}", "pub fn f() {} pub fn g() {}");
        differs("pub struct S { pub a: u8 }", "pub struct S { a: u8 }");
        differs("pub enum E { A }", "pub enum E { A, B }");
        differs(
            "pub struct S; impl S { pub fn f(&self) {} }",
            "pub struct S; impl S { pub fn f(&mut self) {} }",
        );
        differs("pub trait T { fn f(); }", "pub trait T { fn f() {} }");
    }

    #[test]
    fn it_does_not_matter_in_which_private_module_an_item_is() {
        let one = of(&[(
            "src/lib.rs",
            "pub fn f() {} pub struct S; impl S { pub fn m() {} }",
        )]);
        let other = of(&[
            (
                "src/lib.rs",
                "mod a; pub use a::inner::f; pub use crate::a::{S as S};",
            ),
            (
                "src/a/mod.rs",
                "pub mod inner; pub struct S; pub fn unseen() {}",
            ),
            (
                "src/a/inner.rs",
                "use super::S; pub fn f() {} impl S { pub fn m() {} }",
            ),
        ]);
        assert_eq!(one, other);
        let glob = of(&[(
            "src/lib.rs",
            "mod a { pub fn f() {} pub struct S; impl S { pub fn m() {} } } pub use a::*;",
        )]);
        assert_eq!(one, glob);
    }
}
