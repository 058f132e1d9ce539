//! Pins: the reference's signatures as functions that are compiled beside the tests. A submission whose
//! function gives back a type of its own that equals everything does not compile against them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use syn::{FnArg, ImplItem, Item, ReturnType, Signature, Type, Visibility};

use super::plain::Plain;
use crate::candidate::CandidateFile;

/// A module with a pin for each public function of the crate's root whose types are plain.
pub fn of(reference: &[CandidateFile], krate: &str) -> String {
    let root = reference
        .iter()
        .find(|file| file.path == Path::new("src/lib.rs"));
    let parsed = root.and_then(|file| syn::parse_file(&String::from_utf8_lossy(&file.bytes)).ok());
    let Some(file) = parsed else {
        return String::new();
    };
    let own = own_types(&file.items);
    let krate = format!("::{krate}");
    let mut pins = String::from(
        "\n#[doc(hidden)]\n#[allow(dead_code, unused, clippy::all)]\nmod __workbook_pins {\n",
    );
    let mut count = 0;
    for item in &file.items {
        match item {
            Item::Fn(function) if is_public(&function.vis) => {
                if let Some(shape) = shape(&function.sig, None, &own, &krate) {
                    let name = &function.sig.ident;
                    let _ = writeln!(
                        pins,
                        "fn _{count}{}",
                        shape.replace("CALLED", &format!("{krate}::{name}"))
                    );
                    count += 1;
                }
            }
            Item::Impl(block) if block.trait_.is_none() && block.generics.params.is_empty() => {
                let Some(Plain::Own(of)) = Plain::read(&block.self_ty, &own) else {
                    continue;
                };
                for member in &block.items {
                    if let ImplItem::Fn(method) = member
                        && is_public(&method.vis)
                        && let Some(shape) = shape(&method.sig, Some(&of), &own, &krate)
                    {
                        let name = &method.sig.ident;
                        let called = format!("{krate}::{of}::{name}");
                        let _ = writeln!(pins, "fn _{count}{}", shape.replace("CALLED", &called));
                        count += 1;
                    }
                }
            }
            _ => {}
        }
    }
    pins.push_str("}\n");
    pins
}

/// The public types without parameters that the root declares.
pub fn own_types(items: &[Item]) -> BTreeSet<String> {
    let names = items.iter().filter_map(|item| match item {
        Item::Struct(item) if is_public(&item.vis) && item.generics.params.is_empty() => {
            Some(&item.ident)
        }
        Item::Enum(item) if is_public(&item.vis) && item.generics.params.is_empty() => {
            Some(&item.ident)
        }
        _ => None,
    });
    names.map(ToString::to_string).collect()
}

pub fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// A function of the same types that calls it, if every type is plain. Calls and not pointers, so that an answer
/// may be more generic than the reference.
fn shape(
    signature: &Signature,
    receiver: Option<&str>,
    own: &BTreeSet<String>,
    krate: &str,
) -> Option<String> {
    let is_simple = signature.generics.params.is_empty()
        && signature.asyncness.is_none()
        && matches!(
            signature.safety,
            syn::Safety::Default | syn::Safety::Safe(_)
        )
        && signature.abi.is_none();
    if !is_simple {
        return None;
    }
    let plain = |written: &Type| {
        Plain::read(&selfless(written, receiver), own).map(|plain| plain.name(krate))
    };
    let mut inputs = Vec::new();
    for input in &signature.inputs {
        inputs.push(match input {
            FnArg::Receiver(taken) => {
                let of = receiver?;
                let mark = mark(taken)?;
                format!("{mark}{krate}::{of}")
            }
            FnArg::Typed(typed) => plain(&typed.ty)?,
        });
    }
    let mut output = match &signature.output {
        ReturnType::Default => "()".to_owned(),
        ReturnType::Type(_, written) => plain(written)?,
    };
    // A function has no receiver, whose lifetime would be the answer's.
    let mut lifetimes = "";
    if output.contains('&') {
        let of_receiver = (receiver.is_some() && signature.receiver().is_some())
            .then(|| inputs.first_mut())
            .flatten()
            .filter(|first| first.starts_with('&'));
        if let Some(first) = of_receiver {
            lifetimes = "<'s>";
            first.insert_str(1, "'s ");
            output = output.replace('&', "&'s ");
        }
    }
    let named = |(at, input): (usize, &String)| format!("a{at}: {input}");
    let parameters: Vec<String> = inputs.iter().enumerate().map(named).collect();
    let arguments: Vec<String> = (0..inputs.len()).map(|at| format!("a{at}")).collect();
    Some(format!(
        "{lifetimes}({}) -> {output} {{ CALLED({}) }}",
        parameters.join(", "),
        arguments.join(", ")
    ))
}

/// How a receiver is taken: by value, `&` or `&mut `. `None` for `self: Rc<Self>` and its like.
pub fn mark(receiver: &syn::Receiver) -> Option<&'static str> {
    match &receiver.kind {
        syn::ReceiverKind::Value => Some(""),
        syn::ReceiverKind::Reference(_, None, None) => Some("&"),
        syn::ReceiverKind::Reference(_, None, Some(_)) => Some("&mut "),
        _ => None,
    }
}

/// `Self` as the type's name.
pub fn selfless(written: &Type, receiver: Option<&str>) -> Type {
    let Some(receiver) = receiver else {
        return written.clone();
    };
    let text = quote::quote!(#written).to_string();
    let words: Vec<&str> = text
        .split(' ')
        .map(|word| if word == "Self" { receiver } else { word })
        .collect();
    syn::parse_str(&words.join(" ")).unwrap_or_else(|_| written.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_of_plain_values_are_pinned_and_others_are_left_alone() {
        let source = "pub struct Price { pub cents: u64 }
            impl Price { pub fn add(&mut self, more: u64) -> Option<Self> { None } }
            pub fn sum(of: &[u64]) -> Result<Price, String> { Err(String::new()) }
            pub fn map(f: impl Fn()) {}
            impl Price { pub fn of<'a>(&'a self, name: &str) -> Option<&'a Price> { None } }
            impl Price { pub fn named(&self, name: &str) -> Option<&Price> { None } }
            pub fn first(of: &[Price]) -> Option<&Price> { of.first() }
            fn private() {}";
        let file = CandidateFile {
            path: "src/lib.rs".into(),
            bytes: source.as_bytes().to_vec(),
        };
        let pins = of(&[file], "shop");
        let lines: Vec<&str> = pins
            .lines()
            .filter(|line| line.starts_with("fn "))
            .collect();
        assert_eq!(
            lines,
            [
                "fn _0(a0: &mut ::shop::Price, a1: ::core::primitive::u64) -> ::std::option::Option<::shop::Price> { ::shop::Price::add(a0, a1) }",
                "fn _1(a0: &[::core::primitive::u64]) -> ::std::result::Result<::shop::Price, ::std::string::String> { ::shop::sum(a0) }",
                "fn _2<'s>(a0: &'s ::shop::Price, a1: &::core::primitive::str) -> ::std::option::Option<&'s ::shop::Price> { ::shop::Price::named(a0, a1) }",
                "fn _3(a0: &[::shop::Price]) -> ::std::option::Option<&::shop::Price> { ::shop::first(a0) }",
            ]
        );
    }
}
