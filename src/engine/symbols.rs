//! From addresses to functions and lines, by the debug information in the files that the code came from.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use addr2line::Context;
use addr2line::gimli::{Dwarf, EndianSlice, RunTimeEndian, SectionId};
use object::{Object as _, ObjectSection as _, ObjectSymbol as _, SymbolKind};

use super::recording::Module;
use crate::course::Exercise;

/// A path in the crate, and a line.
pub type Place = (String, u32);

/// A function on a stack.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Frame {
    /// Without generic arguments, and in the learner's own code without the crate.
    pub name: String,
    /// Whose it is.
    pub origin: Origin,
    /// Where in it, if that is known.
    pub place: Option<Place>,
}

impl Frame {
    /// The name for a reader who knows where it stands: see [`short`].
    pub fn short(&self) -> String {
        match self.origin {
            Origin::Own | Origin::Workload if !self.name.starts_with('<') => self.name.clone(),
            _ => short(&self.name),
        }
    }
}

/// `<a::B as c::D>::e` → `B::e`; `a::b::c` → `b::c`.
fn short(name: &str) -> String {
    let segments = |path: &str, count: usize| {
        let all: Vec<&str> = path.split("::").collect();
        all[all.len().saturating_sub(count)..].join("::")
    };
    let Some(inner) = name.strip_prefix('<') else {
        return segments(name, 2);
    };
    let mut depth = 1;
    for (at, character) in inner.char_indices() {
        match character {
            '<' => depth += 1,
            '>' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let (kind, method) = (&inner[..at], &inner[at + 1..]);
            let kind = match kind.rsplit_once(" as ") {
                Some((kind, _)) if !kind.starts_with('<') => kind,
                // A type of a type of a trait: the trait says more.
                Some((_, of)) => of,
                None => kind,
            };
            return format!("{}{method}", segments(kind, 1));
        }
    }
    name.to_owned()
}

/// Whose code something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Origin {
    /// In the exercise's crate.
    Own,
    /// In the test that is the workload.
    Workload,
    /// The standard library, a dependency, or the system's.
    Library,
    /// What measures.
    Probe,
}

/// A file of more than this is none that a course's test could be.
const FILE_BYTES: u64 = 1024 * 1024 * 1024;

/// The frames of each address, innermost first: where calls were compiled in place, there are several.
pub(super) fn resolve(
    addresses: &BTreeSet<u64>,
    modules: &[Module],
    exercise: &Exercise,
) -> HashMap<u64, Vec<Frame>> {
    let mut by_file: BTreeMap<&Path, Vec<u64>> = BTreeMap::new();
    for &address in addresses {
        let inside = |module: &&Module| (module.start..module.end).contains(&address);
        if let Some(module) = modules.iter().find(inside) {
            by_file.entry(&module.path).or_default().push(address);
        }
    }
    let mut frames = HashMap::new();
    for (path, addresses) in by_file {
        // Where the file's first byte lies, its addresses begin.
        let first = modules.iter().filter(|module| module.path == path);
        let base = first
            .filter(|module| module.offset == 0)
            .map(|module| module.start)
            .min();
        let bytes = read(path).unwrap_or_default();
        let known = base
            .and_then(|base| in_file(&bytes, base, &addresses, exercise))
            .unwrap_or_default();
        for address in addresses {
            let unknown = || vec![unknown(path)];
            let found = known.get(&address).filter(|found| !found.is_empty());
            frames.insert(address, found.cloned().unwrap_or_else(unknown));
        }
    }
    frames
}

/// The recording names the files, and what it names can be a pipe.
fn read(path: &Path) -> Option<Vec<u8>> {
    if !path.metadata().ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    let file = File::open(path).ok()?;
    file.take(FILE_BYTES).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

fn unknown(path: &Path) -> Frame {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Frame {
        name: format!("[{name}]"),
        origin: Origin::Library,
        place: None,
    }
}

fn in_file(
    bytes: &[u8],
    base: u64,
    addresses: &[u64],
    exercise: &Exercise,
) -> Option<HashMap<u64, Vec<Frame>>> {
    let file = object::File::parse(bytes).ok()?;
    let endian = if file.is_little_endian() {
        RunTimeEndian::Little
    } else {
        RunTimeEndian::Big
    };
    let section = |id: SectionId| {
        let section = file.section_by_name(id.name());
        let data = section.and_then(|section| section.data().ok());
        Ok::<_, addr2line::gimli::Error>(EndianSlice::new(data.unwrap_or_default(), endian))
    };
    let dwarf = Dwarf::load(section).ok()?;
    let context = Context::from_dwarf(dwarf).ok()?;
    let symbols = Symbols::of(&file);
    let mut all = HashMap::new();
    for &address in addresses {
        let offset = address - base;
        let mut frames = Vec::new();
        if let Ok(mut found) = context.find_frames(offset).skip_all_loads() {
            while let Ok(Some(frame)) = found.next() {
                let name = frame.function.as_ref().and_then(|f| f.raw_name().ok());
                let place = frame.location.as_ref();
                let place = place.and_then(|place| Some((place.file?, place.line?)));
                // What has a line and no name is in the function that the symbol names.
                if let Some(name) = name.as_deref().or_else(|| symbols.at(offset)) {
                    frames.push(to_frame(name, place, exercise));
                }
            }
        }
        if frames.is_empty() {
            frames.extend(
                symbols
                    .at(offset)
                    .map(|name| to_frame(name, None, exercise)),
            );
        }
        all.insert(address, frames);
    }
    Some(all)
}

/// The functions that a file's symbol table names, by address.
struct Symbols<'f>(Vec<(u64, u64, &'f str)>);

impl<'f> Symbols<'f> {
    fn of(file: &object::File<'f>) -> Self {
        let symbols = file.symbols().chain(file.dynamic_symbols());
        let functions = symbols.filter(|symbol| symbol.kind() == SymbolKind::Text);
        let mut functions: Vec<_> = functions
            .filter_map(|symbol| Some((symbol.address(), symbol.size(), symbol.name().ok()?)))
            .collect();
        functions.sort_unstable();
        Symbols(functions)
    }

    fn at(&self, address: u64) -> Option<&'f str> {
        let after = self.0.partition_point(|(start, ..)| *start <= address);
        let (start, size, name) = self.0[..after].last()?;
        (address - start < *size).then_some(*name)
    }
}

fn to_frame(symbol: &str, place: Option<(&str, u32)>, exercise: &Exercise) -> Frame {
    // `#`: without the hash that keeps crates of one name apart.
    let name = format!("{:#}", rustc_demangle::demangle(symbol));
    let library = exercise.package.replace('-', "_");
    let folder = exercise.crate_folder.to_string_lossy().replace('\\', "/");
    let inside = place.and_then(|(file, line)| {
        let (_, inside) = file.rsplit_once(&format!("/{folder}/"))?;
        Some((inside.to_owned(), line))
    });
    let of_crate = first_word(&name);
    let origin = match &inside {
        // The compiler's own functions between `alloc` and the allocator that is installed.
        _ if of_crate == "probes" || of_crate == "__rustc" => Origin::Probe,
        Some((file, _)) if file.starts_with("tests/") => Origin::Workload,
        Some(_) => Origin::Own,
        None if place.is_none() && of_crate == library => Origin::Own,
        None => Origin::Library,
    };
    let mut name = without_generics(&name);
    if matches!(origin, Origin::Own | Origin::Workload) {
        // A closure's time is that of the function that it is written in.
        name.truncate(name.find("::{").unwrap_or(name.len()));
    }
    if origin == Origin::Own {
        name = name.replace(&format!("{library}::"), "");
    }
    Frame {
        name,
        origin,
        place: inside,
    }
}

/// The crate of a path such as `<&core::str::Chars as Iterator>::next`.
fn first_word(name: &str) -> &str {
    let name = name.trim_start_matches(|c: char| !c.is_alphabetic() && c != '_');
    let name = name.strip_prefix("mut ").unwrap_or(name);
    let name = name.strip_prefix("dyn ").unwrap_or(name);
    name.split(|c: char| !c.is_alphanumeric() && c != '_')
        .next()
        .unwrap_or_default()
}

/// `a::b::<T, U>::c` → `a::b::c`; `<a::B<T> as c::D>::e` → `<a::B as c::D>::e`. A type in front of a path
/// stays, because it names the path.
fn without_generics(name: &str) -> String {
    let mut kept = String::new();
    let mut depth = 0;
    let mut previous = ' ';
    for character in name.chars() {
        match character {
            // `->` of a function type closes nothing.
            '>' if previous == '-' && depth > 0 => {}
            '<' if depth > 0 || is_argument(&kept) => {
                if depth == 0 && kept.ends_with("::") {
                    kept.truncate(kept.len() - 2);
                }
                depth += 1;
            }
            '>' if depth > 0 => depth -= 1,
            _ if depth > 0 => {}
            other => kept.push(other),
        }
        previous = character;
    }
    kept
}

/// Whether an angle bracket behind this begins a list of arguments, and not a type in front of a path.
fn is_argument(kept: &str) -> bool {
    kept.ends_with("::") || kept.ends_with(|c: char| c.is_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_arguments_and_keep_their_types() {
        let check = |name: &str, expected: &str| assert_eq!(without_generics(name), expected);
        check("a::b::<T, Vec<U>>::c", "a::b::c");
        check("<a::B<T> as c::D<E>>::e", "<a::B as c::D>::e");
        check(
            "<<a::B as c::D>::E as f::G>::h",
            "<<a::B as c::D>::E as f::G>::h",
        );
        check("a::call::<fn(u8) -> Vec<u8>, ()>", "a::call");
        check("a::b::{closure#0}", "a::b::{closure#0}");
        check("<u64>::wrapping_mul", "<u64>::wrapping_mul");
    }

    #[test]
    fn a_short_name_is_a_type_and_a_function() {
        let check = |name: &str, expected: &str| assert_eq!(short(name), expected);
        check("<a::B as c::D>::e", "B::e");
        check("<&mut a::b::C as d::E>::f", "C::f");
        check("<[u8]>::ends_with", "[u8]::ends_with");
        check("<<a::B as c::D>::E as f::G>::h", "G::h");
        check("a::b::C::d", "C::d");
        check("free", "free");
    }

    #[test]
    fn a_name_tells_its_crate() {
        let check = |name: &str, expected: &str| assert_eq!(first_word(name), expected);
        check("probes::profile::call", "probes");
        check("<&mut dyn core::fmt::Write as a::B>::c", "core");
        check("<[u8] as alloc::slice::ToOwned>::to_owned", "u8");
        check(
            "__memmove_avx_unaligned_erms",
            "__memmove_avx_unaligned_erms",
        );
    }
}
