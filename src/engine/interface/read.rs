//! Takes a library's items apart into what counts for whoever compiles against it, and what only may.

use std::collections::BTreeSet;
use std::ops::Range;

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Block, ImplItem, Item, ItemFn, ItemImpl, Signature, Type, UseTree, Visibility};

use super::syntax::{
    TRAITS, WithoutDocs, attributes_of, attributes_of_member, gate, has_only_plain, head_of,
    is_for_unit_tests, is_public, local_macro, may_be_trait, name_of, named, tokens, tokens_of,
};
use super::{Gate, Part, words};

pub(super) struct Reader<'a> {
    pub text: &'a str,
    /// Types that the library declares.
    pub types: &'a BTreeSet<String>,
    /// Those of them that nobody outside can name.
    pub hidden: &'a BTreeSet<String>,
    /// Macros whose use in a body may declare something for everybody.
    pub leaky: &'a BTreeSet<String>,
    /// The library's own traits.
    pub traits: &'a BTreeSet<String>,
    /// The file and the module.
    pub place: String,
    pub parts: &'a mut Vec<Part>,
    /// Where bodies are that nobody else compiles.
    pub bodies: Vec<Range<usize>>,
}

impl Reader<'_> {
    pub fn items(&mut self, items: &[Item]) {
        for item in items {
            if !attributes_of(item).is_some_and(|all| all.iter().any(is_for_unit_tests)) {
                self.item(item);
            }
        }
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Fn(function) => self.function(function),
            Item::Impl(block) => self.implementation(block),
            Item::Use(item) => {
                let path = Imported {
                    text: tokens_of(&item.attrs) + &tokens(&item.vis),
                    root: None,
                    last: "",
                    is_public: is_public(&item.vis),
                };
                self.imports(&path, &item.tree);
            }
            Item::Mod(module) => match &module.content {
                Some((_, items)) if has_only_plain(&module.attrs) => {
                    let outer = self.place.clone();
                    self.place = format!("{outer}::{}", module.ident);
                    self.fixed(tokens_of(&module.attrs) + &tokens(&module.vis), false);
                    self.items(items);
                    self.place = outer;
                }
                Some(_) => self.raw(item.span(), Vec::new()),
                None => self.fixed(
                    tokens_of(&module.attrs) + &tokens(&module.vis) + &module.ident.to_string(),
                    false,
                ),
            },
            Item::Struct(it) => self.type_of(&it.vis, &it.ident, item),
            Item::Enum(it) => self.type_of(&it.vis, &it.ident, item),
            Item::Union(it) => self.type_of(&it.vis, &it.ident, item),
            Item::Type(it) => self.type_of(&it.vis, &it.ident, item),
            Item::Const(it) => self.raw(item.span(), gate(&it.vis, &it.ident)),
            Item::Static(it) => self.raw(item.span(), gate(&it.vis, &it.ident)),
            Item::Macro(it) => {
                let gates = local_macro(it).map_or_else(Vec::new, |name| named(&name, false));
                self.raw(item.span(), gates);
            }
            _ => self.raw(item.span(), Vec::new()),
        }
    }

    fn add(&mut self, text: String, gates: Vec<Gate>, has_code: bool) {
        self.parts.push(Part {
            place: self.place.clone(),
            text,
            gates,
            is_import: false,
            has_code,
        });
    }

    pub fn fixed(&mut self, text: String, has_code: bool) {
        self.add(text, Vec::new(), has_code);
    }

    /// Code as it stands, and where: a panic in it tells.
    fn raw(&mut self, span: Span, gates: Vec<Gate>) {
        let text = self.code(span);
        self.add(text, gates, true);
    }

    fn code(&self, span: Span) -> String {
        let start = span.start();
        let text = self.text.get(span.byte_range()).unwrap_or_default();
        format!("{}:{} {text}", start.line, start.column)
    }

    fn type_of(&mut self, visibility: &Visibility, name: &syn::Ident, item: &Item) {
        // The length of an array may be computed, and a macro may stand for a type.
        let text = tokens(&WithoutDocs(item));
        let has_code = text.contains('!');
        self.add(text, gate(visibility, name), has_code);
    }

    fn function(&mut self, function: &ItemFn) {
        let gates = gate(&function.vis, &function.sig.ident);
        if !has_only_plain(&function.attrs) {
            self.raw(function.span(), Vec::new());
        } else if self.is_plain(&function.sig, &function.block, false) {
            let text = tokens_of(&function.attrs) + &tokens(&function.vis);
            self.add(text + &signature_of(&function.sig), gates, false);
        } else {
            self.raw(function.span(), gates);
        }
    }

    /// Whether users call a function where its library has it, and never compile it themselves.
    fn is_plain(&mut self, signature: &Signature, body: &Block, of_generic: bool) -> bool {
        let mut parameters = signature.generics.params.iter();
        let is_generic = of_generic
            || !parameters.all(|it| matches!(it, syn::GenericParam::Lifetime(_)))
            || words(&tokens(signature)).any(|word| word == "impl");
        let is_of_rust = signature.abi.is_none() && signature.variadic.is_none();
        let mut declares = Declares(false);
        declares.visit_block(body);
        let range = body.span().byte_range();
        let text = self.text.get(range.clone()).unwrap_or_default();
        let is_plain = !is_generic
            && is_of_rust
            && signature.constness.is_none()
            && signature.asyncness.is_none()
            && !declares.0
            && !words(text).any(|word| self.leaky.contains(word));
        if is_plain {
            self.bodies.push(range);
        }
        is_plain
    }

    fn implementation(&mut self, block: &ItemImpl) {
        if !has_only_plain(&block.attrs) {
            self.raw(block.span(), Vec::new());
            return;
        }
        let known = block.trait_.as_ref().is_none_or(|(path, _)| {
            let last = path.segments.last().map(|last| name_of(&last.ident));
            last.is_some_and(|last| TRAITS.contains(&last.as_str()) && !self.traits.contains(&last))
        });
        let name = match &*block.self_ty {
            Type::Path(path) => path.path.segments.last().map(|last| name_of(&last.ident)),
            _ => None,
        };
        let own = name.filter(|name| known && self.types.contains(name));
        // For each part anew.
        let of_type = || {
            let name = own.as_deref().into_iter();
            let gates = name.flat_map(|name| named(name, !self.hidden.contains(name)));
            gates.collect::<Vec<Gate>>()
        };
        let parameters = block.generics.params.iter();
        let of_generic = parameters
            .clone()
            .any(|it| !matches!(it, syn::GenericParam::Lifetime(_)));
        let head = head_of(block);
        let mut whole = head.clone();
        let mut has_code = false;
        for item in &block.items {
            let attributes = attributes_of_member(item);
            if attributes.iter().any(is_for_unit_tests) {
                continue;
            }
            let (text, is_code) = match item {
                ImplItem::Fn(it)
                    if has_only_plain(&it.attrs)
                        && self.is_plain(&it.sig, &it.block, of_generic) =>
                {
                    let text = tokens_of(&it.attrs) + &tokens(&it.vis);
                    (text + &signature_of(&it.sig), false)
                }
                _ => (self.code(item.span()), true),
            };
            if block.trait_.is_some() {
                whole.push_str(&text);
                has_code |= is_code;
                continue;
            }
            let mut gates = of_type();
            if let ImplItem::Fn(it) = item {
                gates.extend(gate(&it.vis, &it.sig.ident));
            }
            self.add(format!("{head}{text}"), gates, is_code);
        }
        if block.trait_.is_some() {
            self.add(whole, of_type(), has_code);
        }
    }

    /// Each name that a `use` brings, by itself.
    fn imports(&mut self, path: &Imported<'_>, tree: &UseTree) {
        match tree {
            UseTree::Path(inner) => {
                let name = name_of(&inner.ident);
                let inside = Imported {
                    text: format!("{} {name}::", path.text),
                    root: Some(path.root.unwrap_or(&name)),
                    last: &name,
                    is_public: path.is_public,
                };
                self.imports(&inside, &inner.tree);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.imports(path, tree);
                }
            }
            UseTree::Name(it) => {
                let own = name_of(&it.ident);
                let name = if own == "self" { path.last } else { &own };
                self.import(path, (name, name), format!("{} {own}", path.text));
            }
            UseTree::Rename(it) => {
                let (name, known_as) = (name_of(&it.ident), name_of(&it.rename));
                let text = format!("{} {name} as {known_as}", path.text);
                self.import(path, (&name, &known_as), text);
            }
            UseTree::Glob(_) => self.fixed(format!("{} *", path.text), false),
        }
    }

    fn import(&mut self, path: &Imported<'_>, (name, known_as): (&str, &str), text: String) {
        let is_import = may_be_trait(path.root, name);
        // Who takes all names of a module takes traits too, and calls their methods without naming them.
        let gates = if path.is_public && is_import {
            Vec::new()
        } else {
            named(known_as, path.is_public)
        };
        self.parts.push(Part {
            place: self.place.clone(),
            text,
            gates,
            is_import,
            has_code: false,
        });
    }
}

/// What others see of a function that they do not compile: its parameters have no names.
fn signature_of(signature: &Signature) -> String {
    let mut signature = signature.clone();
    for parameter in &mut signature.inputs {
        if let syn::FnArg::Typed(parameter) = parameter {
            *parameter.pat = syn::Pat::Wild(syn::PatWild {
                attrs: Vec::new(),
                underscore_token: <syn::Token![_]>::default(),
            });
        }
    }
    tokens(&signature)
}

/// A part of a `use`.
struct Imported<'a> {
    /// All that stands before what is brought.
    text: String,
    /// The first name of the path, and the last.
    root: Option<&'a str>,
    last: &'a str,
    is_public: bool,
}

/// Whether a body declares what others may see without naming it.
struct Declares(bool);

impl Visit<'_> for Declares {
    fn visit_item(&mut self, item: &Item) {
        let is_own = matches!(
            item,
            Item::Fn(_) | Item::Const(_) | Item::Static(_) | Item::Use(_) | Item::Type(_)
        );
        let is_plain = attributes_of(item).is_some_and(has_only_plain);
        self.0 |= !is_own || !is_plain;
        visit::visit_item(self, item);
    }
}
