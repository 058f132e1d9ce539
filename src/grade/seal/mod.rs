//! Sealed grading: the tests link a stub with the exercise's API, and each call goes to another process, where
//! the submission answers. What is expected never shares memory with it.
//!
//! The stub and the answering program are written from the reference's signatures, where all of them are about
//! plain values. Where they are not, nothing is sealed, and the result says so.

mod wire;
mod write;

pub use wire::compile_wire;
pub use write::WIRE_CRATE;

use std::collections::BTreeSet;
use std::path::Path;

use syn::{FnArg, ImplItem, Item, ReturnType, Signature, Type};

use super::pins::{is_public, mark, own_types, selfless};
use super::plain::Plain;
use crate::candidate::CandidateFile;

/// The generated sources.
#[derive(Debug, Clone)]
pub struct Seal {
    /// The crate that the tests link in the submission's place.
    pub stub: String,
    /// The program that calls the submission.
    pub answers: String,
}

/// One function that tests can call.
struct Call {
    /// The type it is a method of.
    of: Option<String>,
    /// The trait it is of, for the three that are known.
    forwarded: Option<Forwarded>,
    name: String,
    /// `Some("&")` and so on for a receiver.
    receiver: Option<&'static str>,
    inputs: Vec<Plain>,
    output: Plain,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Forwarded {
    Default,
    Display,
    /// It has nothing of its own, and nothing is asked.
    Error,
}

/// A type of the exercise, as it is declared.
struct Declared<'f> {
    name: String,
    item: &'f Item,
}

impl Seal {
    /// Sources for an exercise with this reference.
    ///
    /// # Errors
    ///
    /// Why its API is not of plain values.
    pub fn of(reference: &[CandidateFile], krate: &str) -> Result<Seal, String> {
        let root = reference
            .iter()
            .find(|file| file.path == Path::new("src/lib.rs"));
        let text = root.map(|file| String::from_utf8_lossy(&file.bytes).into_owned());
        let text = text.ok_or("it has no `src/lib.rs`")?;
        let file = syn::parse_file(&text).map_err(|error| error.to_string())?;
        let own = own_types(&file.items);
        let mut calls = Vec::new();
        let mut declared = Vec::new();
        for item in &file.items {
            match item {
                Item::Fn(function) if is_public(&function.vis) => {
                    calls.push(call(&function.sig, None, &own)?);
                }
                Item::Struct(item_struct) if is_public(&item_struct.vis) => {
                    let name = item_struct.ident.to_string();
                    fields(&item_struct.fields, &own, true).ok_or_else(|| not_plain(&name))?;
                    derives(&item_struct.attrs, &name)?;
                    declared.push(Declared { name, item });
                }
                Item::Enum(item_enum) if is_public(&item_enum.vis) => {
                    let name = item_enum.ident.to_string();
                    for variant in &item_enum.variants {
                        fields(&variant.fields, &own, false).ok_or_else(|| not_plain(&name))?;
                    }
                    derives(&item_enum.attrs, &name)?;
                    declared.push(Declared { name, item });
                }
                Item::Impl(block) => block_calls(block, &own, &mut calls)?,
                Item::Const(item) if is_public(&item.vis) => return Err(not_plain(&item.ident)),
                Item::Static(item) if is_public(&item.vis) => return Err(not_plain(&item.ident)),
                Item::Trait(item) if is_public(&item.vis) => return Err(not_plain(&item.ident)),
                Item::Type(item) if is_public(&item.vis) => return Err(not_plain(&item.ident)),
                Item::Mod(item) if is_public(&item.vis) => return Err(not_plain(&item.ident)),
                Item::Use(item) if is_public(&item.vis) => {
                    return Err("it re-exports names".to_owned());
                }
                Item::Macro(item)
                    if item.attrs.iter().any(|a| a.path().is_ident("macro_export")) =>
                {
                    return Err("it exports a macro".to_owned());
                }
                _ => {}
            }
        }
        if calls.is_empty() {
            return Err("it has no function to call".to_owned());
        }
        Ok(write::seal(&calls, &declared, &own, krate))
    }
}

fn not_plain(name: &dyn ToString) -> String {
    format!("`{}` is not of plain values", name.to_string())
}

/// Only what the standard library derives: it works on the stub's copy as on the original.
fn derives(attributes: &[syn::Attribute], name: &str) -> Result<(), String> {
    const KNOWN: [&str; 9] = [
        "Debug",
        "Clone",
        "Copy",
        "PartialEq",
        "Eq",
        "PartialOrd",
        "Ord",
        "Hash",
        "Default",
    ];
    for attribute in attributes {
        if attribute.path().is_ident("doc") {
            continue;
        }
        let text = quote::quote!(#attribute).to_string();
        let is_known = attribute.path().is_ident("derive")
            && text
                .split(|c: char| !c.is_alphanumeric())
                .filter(|word| !word.is_empty() && *word != "derive")
                .all(|word| KNOWN.contains(&word));
        if !is_known
            && !attribute.path().is_ident("non_exhaustive")
            && !attribute.path().is_ident("must_use")
        {
            return Err(format!("`{name}` has an attribute that can't be copied"));
        }
    }
    Ok(())
}

/// The fields' types, if all are plain and seen by everybody.
fn fields(fields: &syn::Fields, own: &BTreeSet<String>, marked: bool) -> Option<Vec<Plain>> {
    let types = fields.iter().map(|field| {
        if marked && !is_public(&field.vis) {
            return None;
        }
        Plain::read(&field.ty, own).filter(Plain::is_owned)
    });
    types.collect()
}

fn block_calls(
    block: &syn::ItemImpl,
    own: &BTreeSet<String>,
    calls: &mut Vec<Call>,
) -> Result<(), String> {
    let of = match Plain::read(&block.self_ty, own) {
        Some(Plain::Own(of)) => of,
        // Of a private type, which nobody sees; a trait on somebody else's type is seen.
        _ if block.trait_.is_none() => return Ok(()),
        _ => {
            let written = &block.self_ty;
            let name = quote::quote!(#written).to_string();
            let is_ours = name.chars().all(|c| c.is_alphanumeric() || c == '_');
            return if is_ours && !own.contains(&name) {
                Ok(())
            } else {
                Err(not_plain(&name))
            };
        }
    };
    let forwarded = match &block.trait_ {
        None => None,
        Some((path, _)) => match path
            .segments
            .last()
            .map(|last| last.ident.to_string())
            .as_deref()
        {
            Some("Default") => Some(Forwarded::Default),
            Some("Display") => Some(Forwarded::Display),
            // Of an error: nothing but a name, as a rule.
            Some("Error") if block.items.is_empty() => Some(Forwarded::Error),
            Some(other) => return Err(format!("`{of}` has `{other}` written by hand")),
            None => return Ok(()),
        },
    };
    match forwarded {
        Some(Forwarded::Default) => calls.push(Call {
            name: "default".to_owned(),
            receiver: None,
            inputs: Vec::new(),
            output: Plain::Own(of.clone()),
            of: Some(of),
            forwarded,
        }),
        Some(Forwarded::Error) => calls.push(Call {
            name: "error".to_owned(),
            receiver: None,
            inputs: Vec::new(),
            output: Plain::Primitive("()".to_owned()),
            of: Some(of),
            forwarded,
        }),
        Some(Forwarded::Display) => calls.push(Call {
            name: "to_string".to_owned(),
            receiver: Some("&"),
            inputs: Vec::new(),
            output: Plain::Text,
            of: Some(of),
            forwarded,
        }),
        None => {
            for member in &block.items {
                match member {
                    ImplItem::Fn(method) if is_public(&method.vis) => {
                        calls.push(call(&method.sig, Some(&of), own)?);
                    }
                    ImplItem::Const(item) if is_public(&item.vis) => {
                        return Err(not_plain(&item.ident));
                    }
                    _ => {}
                }
            }
        }
    }
    Ok(())
}

fn call(signature: &Signature, of: Option<&str>, own: &BTreeSet<String>) -> Result<Call, String> {
    let name = signature.ident.to_string();
    let not = || not_plain(&name);
    let is_simple = signature.generics.params.is_empty()
        && signature.asyncness.is_none()
        && signature.constness.is_none()
        && matches!(
            signature.safety,
            syn::Safety::Default | syn::Safety::Safe(_)
        );
    if !is_simple {
        return Err(not());
    }
    let plain = |written: &Type| Plain::read(&selfless(written, of), own).ok_or_else(not);
    let mut receiver = None;
    let mut inputs = Vec::new();
    for input in &signature.inputs {
        match input {
            FnArg::Receiver(taken) => receiver = Some(mark(taken).ok_or_else(not)?),
            FnArg::Typed(typed) => {
                let input = plain(&typed.ty)?;
                let is_known = match &input {
                    Plain::Str => true,
                    Plain::Slice(inner) => **inner == Plain::Str || inner.is_owned(),
                    Plain::Ref(inner) | Plain::Mut(inner) => inner.is_owned(),
                    owned => owned.is_owned(),
                };
                if !is_known {
                    return Err(not());
                }
                inputs.push(input);
            }
        }
    }
    let output = match &signature.output {
        ReturnType::Default => Plain::Primitive("()".to_owned()),
        ReturnType::Type(_, written) => plain(written)?,
    };
    if !output.is_owned() {
        return Err(not());
    }
    Ok(Call {
        of: of.map(str::to_owned),
        forwarded: None,
        name,
        receiver,
        inputs,
        output,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal(source: &str) -> Result<Seal, String> {
        let file = CandidateFile {
            path: "src/lib.rs".into(),
            bytes: source.as_bytes().to_vec(),
        };
        Seal::of(&[file], "shop")
    }

    #[test]
    fn plain_values_are_sealed_and_both_sources_are_rust() {
        let seal = seal(
            "use std::collections::HashMap;
             #[derive(Debug, Clone, PartialEq)] pub struct Price { pub cents: u64 }
             #[derive(Debug, PartialEq)] pub enum Bad { Empty, Line(usize, String), At { line: u32 } }
             impl Default for Price { fn default() -> Self { Price { cents: 1 } } }
             impl Price { pub fn add(&mut self, more: u64) -> Option<Self> { None } pub fn new() -> Self { Price { cents: 0 } } }
             pub fn sum(of: &[&str], by: &HashMap<String, Vec<u8>>) -> Result<Price, Bad> { Err(Bad::Empty) }
             struct Hidden; impl Drop for Hidden { fn drop(&mut self) {} }",
        )
        .expect("it is plain");
        for source in [&seal.stub, &seal.answers] {
            syn::parse_file(source).unwrap_or_else(|error| panic!("{error}:\n{source}"));
        }
    }

    #[test]
    fn what_is_not_plain_is_not_sealed_and_says_why() {
        let check = |source: &str, part: &str| {
            let why = seal(source).expect_err(source);
            assert!(why.contains(part), "{source}: {why}");
        };
        check("pub fn f<T>(t: T) {}", "`f`");
        check("pub async fn f() {}", "`f`");
        check("pub fn f(a: &str) -> &str { a }", "`f`");
        check("pub struct S { a: u8 } pub fn f() {}", "`S`");
        check("pub trait T {} pub fn f() {}", "`T`");
        check("pub mod m; pub fn f() {}", "`m`");
        check(
            "#[derive(Debug)] pub struct S { pub a: u8 } impl PartialEq for S {} pub fn f() {}",
            "by hand",
        );
    }
}
