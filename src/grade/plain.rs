//! Types whose values are nothing but data: they can be written down in one process and read in another,
//! and named in full wherever they are needed.

use std::collections::BTreeSet;

use quote::ToTokens as _;
use syn::{GenericArgument, PathArguments, Type};

/// A plain type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plain {
    /// A number, `bool`, `char` or `()`.
    Primitive(String),
    /// `String`.
    Text,
    /// `&str`.
    Str,
    /// `&[T]`.
    Slice(Box<Plain>),
    /// `&T`.
    Ref(Box<Plain>),
    /// `&mut T`.
    Mut(Box<Plain>),
    /// `std::time::Duration`.
    Duration,
    /// A tuple.
    Tuple(Vec<Plain>),
    /// An array, with its length as written.
    Array(Box<Plain>, String),
    /// A generic type of the standard library: its full path, and what it is of.
    Of(&'static str, Vec<Plain>),
    /// A type of the exercise's own crate.
    Own(String),
}

const NUMBERS: [&str; 17] = [
    "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32",
    "f64", "bool", "char", "()",
];

const GENERIC: [(&str, &str, usize); 10] = [
    ("Vec", "::std::vec::Vec", 1),
    ("Option", "::std::option::Option", 1),
    ("Result", "::std::result::Result", 2),
    ("Box", "::std::boxed::Box", 1),
    ("HashMap", "::std::collections::HashMap", 2),
    ("BTreeMap", "::std::collections::BTreeMap", 2),
    ("HashSet", "::std::collections::HashSet", 1),
    ("BTreeSet", "::std::collections::BTreeSet", 1),
    ("VecDeque", "::std::collections::VecDeque", 1),
    ("Wrapping", "::std::num::Wrapping", 1),
];

impl Plain {
    /// Reads a type as it is written. `own` are the crate's types by name. `None` if it is not plain.
    pub fn read(written: &Type, own: &BTreeSet<String>) -> Option<Plain> {
        match written {
            Type::Paren(inner) => Plain::read(&inner.elem, own),
            Type::Group(inner) => Plain::read(&inner.elem, own),
            Type::Tuple(tuple) if tuple.elems.is_empty() => Some(Plain::Primitive("()".to_owned())),
            Type::Tuple(tuple) => {
                let parts = tuple.elems.iter().map(|part| Plain::read(part, own));
                Some(Plain::Tuple(parts.collect::<Option<_>>()?))
            }
            Type::Array(array) => {
                let inner = Plain::read(&array.elem, own)?;
                let length = array.len.to_token_stream().to_string();
                length.parse::<usize>().ok()?;
                Some(Plain::Array(Box::new(inner), length))
            }
            Type::Reference(reference) => {
                // A named lifetime may tie the answer to an argument; then it is no value.
                if reference.lifetime.is_some() {
                    return None;
                }
                if reference.mutability.is_some() {
                    return Some(Plain::Mut(Box::new(Plain::read(&reference.elem, own)?)));
                }
                match &*reference.elem {
                    Type::Path(path) if path.path.is_ident("str") => Some(Plain::Str),
                    Type::Slice(slice) => {
                        Some(Plain::Slice(Box::new(Plain::read(&slice.elem, own)?)))
                    }
                    inner => Some(Plain::Ref(Box::new(Plain::read(inner, own)?))),
                }
            }
            Type::Path(path) if path.qself.is_none() => {
                let last = path.path.segments.last()?;
                let name = last.ident.to_string();
                let arguments = match &last.arguments {
                    PathArguments::None => Vec::new(),
                    PathArguments::AngleBracketed(arguments) => (arguments.args.iter())
                        .map(|argument| match argument {
                            GenericArgument::Type(inner) => Plain::read(inner, own),
                            _ => None,
                        })
                        .collect::<Option<_>>()?,
                    PathArguments::Parenthesized(_) => return None,
                };
                if own.contains(&name) && arguments.is_empty() {
                    return Some(Plain::Own(name));
                }
                if NUMBERS.contains(&name.as_str()) {
                    return Some(Plain::Primitive(name));
                }
                match name.as_str() {
                    "String" => return Some(Plain::Text),
                    "Duration" => return Some(Plain::Duration),
                    _ => {}
                }
                let (_, full, count) = GENERIC.iter().find(|(known, _, _)| *known == name)?;
                (arguments.len() == *count).then_some(Plain::Of(full, arguments))
            }
            _ => None,
        }
    }

    /// The type in full, with the crate's own types below `krate`.
    pub fn name(&self, krate: &str) -> String {
        let of = |inner: &Plain| inner.name(krate);
        match self {
            Plain::Primitive(name) if name == "()" => name.clone(),
            Plain::Primitive(name) => format!("::core::primitive::{name}"),
            Plain::Text => "::std::string::String".to_owned(),
            Plain::Str => "&::core::primitive::str".to_owned(),
            Plain::Slice(inner) => format!("&[{}]", of(inner)),
            Plain::Ref(inner) => format!("&{}", of(inner)),
            Plain::Mut(inner) => format!("&mut {}", of(inner)),
            Plain::Duration => "::std::time::Duration".to_owned(),
            Plain::Tuple(parts) => {
                let parts: String = parts.iter().map(|part| of(part) + ", ").collect();
                format!("({parts})")
            }
            Plain::Array(inner, length) => format!("[{}; {length}]", of(inner)),
            Plain::Of(path, parts) => {
                let parts: Vec<String> = parts.iter().map(of).collect();
                format!("{path}<{}>", parts.join(", "))
            }
            Plain::Own(name) => format!("{krate}::{name}"),
        }
    }

    /// Whether a value of it can be given back: it borrows nothing.
    pub fn is_owned(&self) -> bool {
        match self {
            Plain::Str | Plain::Slice(_) | Plain::Ref(_) | Plain::Mut(_) => false,
            Plain::Tuple(parts) | Plain::Of(_, parts) => parts.iter().all(Plain::is_owned),
            Plain::Array(inner, _) => inner.is_owned(),
            Plain::Primitive(_) | Plain::Text | Plain::Duration | Plain::Own(_) => true,
        }
    }
}
