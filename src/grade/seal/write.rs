//! Writes the two sources of a seal.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use quote::ToTokens as _;
use syn::{Fields, Item};

use super::{Call, Declared, Forwarded, Seal};
use crate::grade::plain::Plain;

/// How values go from one process to the other. The stub has it as a module; answering programs, of which there is one
/// for each submission, link it as a crate that was compiled once.
pub const WIRE: &str = include_str!("wire.in");

/// The name of that crate. No exercise's begins so.
pub const WIRE_CRATE: &str = "__workbook_wire";

/// Writes and reads values with a marker that is the including crate's.
const MINE: &str = "struct __Here;\n\
fn __put<T: __wire::Put<__Here> + ?Sized>(value: &T, out: &mut ::std::vec::Vec<u8>) { value.put(out) }\n\
fn __get<T: __wire::Get<__Here>>(from: &mut &[u8]) -> Option<T> { T::get(from) }\n";

pub(super) fn seal(
    calls: &[Call],
    declared: &[Declared<'_>],
    own: &BTreeSet<String>,
    krate: &str,
) -> Seal {
    let stub = stub(calls, declared, own);
    let answers = answers(calls, declared, own, &format!("::{krate}"));
    Seal { stub, answers }
}

fn stub(calls: &[Call], declared: &[Declared<'_>], own: &BTreeSet<String>) -> String {
    let mut text =
        format!("#![allow(warnings)]\n#[doc(hidden)]\npub mod __wire {{\n{WIRE}}}\npub {MINE}");
    for one in declared {
        // With every type named in full: the original's imports are not here.
        let mut item = one.item.clone();
        let rename = |fields: &mut Fields| {
            for field in fields.iter_mut() {
                if let Some(plain) = Plain::read(&field.ty, own)
                    && let Ok(full) = syn::parse_str(&plain.name("crate"))
                {
                    field.ty = full;
                }
            }
        };
        match &mut item {
            Item::Struct(item) => rename(&mut item.fields),
            Item::Enum(item) => item
                .variants
                .iter_mut()
                .for_each(|variant| rename(&mut variant.fields)),
            _ => {}
        }
        let _ = writeln!(text, "{}", item.to_token_stream());
        wire(&mut text, one, "crate");
    }
    for (at, call) in calls.iter().enumerate() {
        let body = body(at, call);
        let parameters: Vec<String> = (call.inputs.iter().enumerate())
            .map(|(at, input)| format!("a{at}: {}", input.name("crate")))
            .collect();
        let receiver = call.receiver.map(|mark| format!("{mark}self"));
        let all: Vec<String> = receiver.into_iter().chain(parameters).collect();
        let output = call.output.name("crate");
        let function = format!(
            "fn {}({}) -> {output} {{ {body} }}",
            call.name,
            all.join(", ")
        );
        let _ = match (&call.of, call.forwarded) {
            (None, _) => writeln!(text, "pub {function}"),
            (Some(of), None) => writeln!(text, "impl {of} {{ pub {function} }}"),
            (Some(of), Some(Forwarded::Default)) => {
                writeln!(
                    text,
                    "impl ::std::default::Default for {of} {{ {function} }}"
                )
            }
            (Some(of), Some(Forwarded::Error)) => {
                writeln!(text, "impl ::std::error::Error for {of} {{}}")
            }
            (Some(of), Some(Forwarded::Display)) => writeln!(
                text,
                "impl ::std::fmt::Display for {of} {{ fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result \
                 {{ let text: ::std::string::String = {{ {body} }}; f.write_str(&text) }} }}"
            ),
        };
    }
    text
}

/// Asks, and takes the answer apart: the result, then everything that was lent to be changed.
fn body(at: usize, call: &Call) -> String {
    let mut text =
        format!("let mut question = ::std::vec::Vec::new(); __put(&{at}u32, &mut question); ");
    if call.receiver.is_some() {
        text.push_str("__put(&self, &mut question); ");
    }
    for input in 0..call.inputs.len() {
        let _ = write!(text, "__put(&a{input}, &mut question); ");
    }
    let _ = write!(
        text,
        "let answer = __wire::ask(&question); let mut from = answer.as_slice(); \
         const GARBLED: &str = \"the submission's process answered with something else\"; \
         let result: {} = __get(&mut from).expect(GARBLED); ",
        call.output.name("crate")
    );
    if call.receiver == Some("&mut ") {
        text.push_str("*self = __get(&mut from).expect(GARBLED); ");
    }
    for (at, input) in call.inputs.iter().enumerate() {
        if matches!(input, Plain::Mut(_)) {
            let _ = write!(text, "*a{at} = __get(&mut from).expect(GARBLED); ");
        }
    }
    text.push_str("result");
    text
}

fn answers(
    calls: &[Call],
    declared: &[Declared<'_>],
    _own: &BTreeSet<String>,
    krate: &str,
) -> String {
    let mut text = format!("#![allow(warnings)]\nuse ::{WIRE_CRATE} as __wire;\n{MINE}");
    for one in declared {
        wire(&mut text, one, krate);
    }
    text.push_str(
        "fn answer(question: &[u8], out: &mut ::std::vec::Vec<u8>) -> Option<()> {\n\
         let mut from = question;\nmatch __get::<u32>(&mut from)? {\n",
    );
    for (at, call) in calls.iter().enumerate() {
        if call.forwarded == Some(Forwarded::Error) {
            continue;
        }
        let _ = write!(text, "{at} => {{ ");
        if call.receiver.is_some() {
            let of = call.of.as_deref().unwrap_or_default();
            let _ = write!(text, "let mut me = __get::<{krate}::{of}>(&mut from)?; ");
        }
        let mut arguments = Vec::new();
        for (at, input) in call.inputs.iter().enumerate() {
            let (owned, argument) = match input {
                Plain::Str => (
                    "::std::string::String".to_owned(),
                    format!("a{at}.as_str()"),
                ),
                Plain::Slice(inner) if **inner == Plain::Str => (
                    "::std::vec::Vec<::std::string::String>".to_owned(),
                    format!(
                        "&a{at}.iter().map(|text| text.as_str()).collect::<::std::vec::Vec<&str>>()[..]"
                    ),
                ),
                Plain::Slice(inner) => (
                    format!("::std::vec::Vec<{}>", inner.name(krate)),
                    format!("&a{at}[..]"),
                ),
                Plain::Ref(inner) => (inner.name(krate), format!("&a{at}")),
                Plain::Mut(inner) => (inner.name(krate), format!("&mut a{at}")),
                owned => (owned.name(krate), format!("a{at}")),
            };
            let _ = write!(text, "let mut a{at} = __get::<{owned}>(&mut from)?; ");
            arguments.push(argument);
        }
        let called = match (&call.of, call.forwarded) {
            (None, _) => format!("{krate}::{}", call.name),
            (Some(of), None) => format!("{krate}::{of}::{}", call.name),
            (Some(of), Some(Forwarded::Default)) => {
                format!("<{krate}::{of} as ::std::default::Default>::default")
            }
            (Some(of), Some(Forwarded::Display | Forwarded::Error)) => {
                format!("<{krate}::{of} as ::std::string::ToString>::to_string")
            }
        };
        if let Some(mark) = call.receiver {
            arguments.insert(0, format!("{mark}me"));
        }
        let output = call.output.name(krate);
        let _ = write!(
            text,
            "let result: {output} = {called}({}); __put(&result, out); ",
            arguments.join(", ")
        );
        if call.receiver == Some("&mut ") {
            text.push_str("__put(&me, out); ");
        }
        for (at, input) in call.inputs.iter().enumerate() {
            if matches!(input, Plain::Mut(_)) {
                let _ = write!(text, "__put(&a{at}, out); ");
            }
        }
        text.push_str("}\n");
    }
    text.push_str(
        "_ => return None }\nSome(()) }\n\
         fn main() {\n\
         let mut channel = __wire::channel();\n\
         while let Some(question) = __wire::receive(&mut channel) {\n\
         let answered = ::std::panic::catch_unwind(|| { let mut out = vec![0u8]; answer(&question, &mut out).map(|()| out) });\n\
         let message = match answered {\n\
         Ok(Some(out)) => out,\n\
         Ok(None) => return,\n\
         Err(payload) => {\n\
         let said = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());\n\
         let said = said.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default();\n\
         let mut out = vec![1u8]; __put(&said, &mut out); out }\n\
         };\n\
         if !__wire::send(&mut channel, &message) { return }\n\
         } }\n",
    );
    text
}

/// How a type of the exercise is written down and read.
fn wire(text: &mut String, declared: &Declared<'_>, krate: &str) {
    let name = format!("{krate}::{}", declared.name);
    let variants: Vec<(String, &Fields)> = match declared.item {
        Item::Struct(item) => vec![(name.clone(), &item.fields)],
        Item::Enum(item) => (item.variants.iter())
            .map(|variant| (format!("{name}::{}", variant.ident), &variant.fields))
            .collect(),
        _ => Vec::new(),
    };
    let (mut put, mut get) = (String::new(), String::new());
    for (at, (path, fields)) in variants.iter().enumerate() {
        let names: Vec<String> = (fields.iter().enumerate())
            .map(|(at, field)| {
                field
                    .ident
                    .as_ref()
                    .map_or_else(|| format!("f{at}"), ToString::to_string)
            })
            .collect();
        let pattern = match fields {
            Fields::Named(_) => format!("{path} {{ {} }}", names.join(", ")),
            Fields::Unnamed(_) => format!("{path}({})", names.join(", ")),
            Fields::Unit => path.clone(),
        };
        let (mut puts, mut gets) = (String::new(), String::new());
        for name in &names {
            let _ = write!(puts, "__put({name}, out); ");
            let _ = write!(gets, "let {name} = __get(from)?; ");
        }
        let _ = write!(put, "{pattern} => {{ __put(&{at}u32, out); {puts} }} ");
        let _ = write!(get, "{at} => {{ {gets} Some({pattern}) }} ");
    }
    let _ = writeln!(
        text,
        "impl __wire::Put<__Here> for {name} {{ fn put(&self, out: &mut ::std::vec::Vec<u8>) {{ match self {{ {put} }} }} }}\n\
         impl __wire::Get<__Here> for {name} {{ fn get(from: &mut &[u8]) -> Option<Self> {{ \
         match __get::<u32>(from)? {{ {get} _ => None }} }} }}"
    );
}
