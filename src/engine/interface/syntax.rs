//! What the parts of a library's syntax are called, and what is known of names and attributes.

use std::collections::BTreeSet;

use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::{Attribute, ImplItem, Item, ItemImpl, ItemMacro, Visibility};

use super::{Gate, words};

/// Whether what is brought by a path that begins so may be a trait, by how its name is written.
pub(super) fn may_be_trait(root: Option<&str>, name: &str) -> bool {
    let is_written_so = name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase);
    let is_known = root == Some("std") && TYPES.contains(&name);
    is_written_so && !is_known
}

/// The standard library's that are no traits, of those that are often brought.
pub(super) const TYPES: [&str; 41] = [
    "Arc",
    "AtomicBool",
    "AtomicI64",
    "AtomicU32",
    "AtomicU64",
    "AtomicUsize",
    "BTreeMap",
    "BTreeSet",
    "Barrier",
    "BinaryHeap",
    "BufReader",
    "BufWriter",
    "Cell",
    "Condvar",
    "Cow",
    "Cursor",
    "Duration",
    "Entry",
    "ExitCode",
    "File",
    "HashMap",
    "HashSet",
    "Instant",
    "LazyLock",
    "Mutex",
    "MutexGuard",
    "NonZeroUsize",
    "OnceCell",
    "OnceLock",
    "Ordering",
    "Path",
    "PathBuf",
    "PhantomData",
    "Pin",
    "Rc",
    "RefCell",
    "RwLock",
    "SystemTime",
    "TcpListener",
    "TcpStream",
    "VecDeque",
];

/// Traits that so many types have that one more changes nothing for those who do not name it.
pub(super) const TRAITS: [&str; 20] = [
    "AsRef",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Deref",
    "DerefMut",
    "Display",
    "Drop",
    "Eq",
    "Error",
    "From",
    "FromStr",
    "Hash",
    "IntoIterator",
    "Iterator",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Write",
];

/// Attributes that change nothing about who compiles a function.
pub(super) const PLAIN: [&str; 7] = [
    "cfg",
    "cold",
    "deprecated",
    "must_use",
    "track_caller",
    "diagnostic",
    "non_exhaustive",
];

/// Attributes that are for readers and for lints of the library alone.
pub(super) const FOR_READERS: [&str; 6] = ["doc", "allow", "warn", "deny", "forbid", "expect"];

pub(super) fn is_one_of(attribute: &Attribute, names: &[&str]) -> bool {
    let first = attribute.path().segments.first();
    first.is_some_and(|it| names.contains(&it.ident.to_string().as_str()))
}

pub(super) fn has_only_plain(attributes: &[Attribute]) -> bool {
    let mut all = attributes.iter();
    all.all(|it| is_one_of(it, &PLAIN) || is_one_of(it, &FOR_READERS))
}

/// Its item is not there where the library is compiled for others.
pub(super) fn is_for_unit_tests(attribute: &Attribute) -> bool {
    match &attribute.meta {
        syn::Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        _ => false,
    }
}

pub(super) fn tokens(it: &impl ToTokens) -> String {
    it.to_token_stream().to_string() + " "
}

pub(super) fn tokens_of(attributes: &[Attribute]) -> String {
    let of_account = attributes.iter().filter(|it| !is_one_of(it, &FOR_READERS));
    of_account.map(tokens).collect()
}

/// An item as its tokens, but for what stands there for readers.
pub(super) struct WithoutDocs<'i>(pub &'i Item);

impl ToTokens for WithoutDocs<'_> {
    fn to_tokens(&self, tokens: &mut proc_macro2::TokenStream) {
        let mut item = self.0.clone();
        let keep = |attributes: &mut Vec<Attribute>| {
            attributes.retain(|it| !is_one_of(it, &FOR_READERS));
        };
        match &mut item {
            Item::Struct(it) => {
                keep(&mut it.attrs);
                it.fields
                    .iter_mut()
                    .for_each(|field| keep(&mut field.attrs));
            }
            Item::Enum(it) => {
                keep(&mut it.attrs);
                for variant in &mut it.variants {
                    keep(&mut variant.attrs);
                    let fields = variant.fields.iter_mut();
                    fields.for_each(|field| keep(&mut field.attrs));
                }
            }
            _ => {}
        }
        item.to_tokens(tokens);
    }
}

pub(super) fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Counts where its own name occurs.
pub(super) fn gate(visibility: &Visibility, name: &syn::Ident) -> Vec<Gate> {
    named(&name_of(name), is_public(visibility))
}

/// Counts where this name occurs. Letters beyond ASCII may be written in more than one way.
pub(super) fn named(name: &str, is_public: bool) -> Vec<Gate> {
    let gate = name.is_ascii().then(|| Gate {
        name: name.to_owned(),
        is_public,
    });
    gate.into_iter().collect()
}

/// As [`words`] has it.
pub(super) fn name_of(ident: &syn::Ident) -> String {
    ident.unraw().to_string()
}

/// What stands before the braces.
pub(super) fn head_of(block: &ItemImpl) -> String {
    let mut head = block.clone();
    head.items.clear();
    head.attrs.retain(|it| !is_one_of(it, &FOR_READERS));
    tokens(&head)
}

/// The name of a macro that is not for other crates.
pub(super) fn local_macro(item: &ItemMacro) -> Option<String> {
    let is_exported = item
        .attrs
        .iter()
        .any(|it| is_one_of(it, &["macro_export", "macro_use"]));
    let name = item.ident.as_ref().filter(|_| !is_exported)?;
    item.mac.path.is_ident("macro_rules").then(|| name_of(name))
}

/// Types that are declared, under no name that something else has, and those of them that are private alone.
pub(super) fn own_types<'i>(
    items: impl Iterator<Item = &'i Item>,
) -> (BTreeSet<String>, BTreeSet<String>) {
    // Names that mean something without being declared.
    let mut others = BTreeSet::from(IN_SCOPE.map(str::to_owned));
    let (mut hidden, mut shown) = (BTreeSet::new(), BTreeSet::new());
    every(items, &mut |item| {
        let (visibility, name) = match item {
            Item::Struct(it) => (&it.vis, &it.ident),
            Item::Enum(it) => (&it.vis, &it.ident),
            Item::Union(it) => (&it.vis, &it.ident),
            Item::Type(it) => (&it.vis, &it.ident),
            Item::Trait(it) => (&it.vis, &it.ident),
            _ => return,
        };
        let of_its_kind = if matches!(item, Item::Type(_) | Item::Trait(_)) {
            &mut others
        } else if is_public(visibility) {
            &mut shown
        } else {
            &mut hidden
        };
        of_its_kind.insert(name_of(name));
    });
    let is_own = |name: &&String| !others.contains(*name);
    let types = hidden.union(&shown).filter(is_own).cloned().collect();
    let hidden = hidden.difference(&shown).filter(is_own).cloned().collect();
    (types, hidden)
}

/// Types that are in scope everywhere.
const IN_SCOPE: [&str; 5] = ["Box", "Option", "Result", "String", "Vec"];

/// Every trait that is declared.
pub(super) fn own_traits<'i>(items: impl Iterator<Item = &'i Item>) -> BTreeSet<String> {
    let mut traits = BTreeSet::new();
    every(items, &mut |item| {
        if let Item::Trait(it) = item {
            traits.insert(name_of(&it.ident));
        }
    });
    traits
}

/// Macros of the library that may implement a trait wherever they are used.
pub(super) fn leaky_macros<'i>(items: impl Iterator<Item = &'i Item>) -> BTreeSet<String> {
    let mut leaky = BTreeSet::new();
    every(items, &mut |item| {
        if let Item::Macro(it) = item
            && let Some(name) = &it.ident
            && words(&it.mac.tokens.to_string()).any(|word| word == "impl")
        {
            leaky.insert(name_of(name));
        }
    });
    leaky
}

pub(super) fn every<'i>(items: impl Iterator<Item = &'i Item>, on: &mut dyn FnMut(&'i Item)) {
    for item in items {
        on(item);
        if let Item::Mod(module) = item
            && let Some((_, inside)) = &module.content
        {
            every(inside.iter(), on);
        }
    }
}

pub(super) fn attributes_of(item: &Item) -> Option<&[Attribute]> {
    Some(match item {
        Item::Const(it) => &it.attrs,
        Item::Enum(it) => &it.attrs,
        Item::Fn(it) => &it.attrs,
        Item::Impl(it) => &it.attrs,
        Item::Mod(it) => &it.attrs,
        Item::Static(it) => &it.attrs,
        Item::Struct(it) => &it.attrs,
        Item::Trait(it) => &it.attrs,
        Item::Type(it) => &it.attrs,
        Item::Use(it) => &it.attrs,
        _ => return None,
    })
}

pub(super) fn attributes_of_member(item: &ImplItem) -> &[Attribute] {
    match item {
        ImplItem::Const(it) => &it.attrs,
        ImplItem::Fn(it) => &it.attrs,
        ImplItem::Type(it) => &it.attrs,
        _ => &[],
    }
}
