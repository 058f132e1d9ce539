//! All test files of an exercise as modules of one crate: for each submission one call of the compiler and of the
//! linker, in place of one for each file.
//!
//! Whether that works is tried with the reference. Files that have to be crates of their own, with a name from
//! `crate::` or an allocator each, stay what they are; so do they for a submission that not all of them build against.

use super::bench::TestBench;

/// The crate's target. No test file of a course begins so.
const NAME: &str = "__together";

/// The crate, unless there is nothing to put together.
pub fn together(tests: &[TestBench]) -> Option<TestBench> {
    let [first, _, ..] = tests else { return None };
    let is_fit = |test: &TestBench| {
        syn::parse_str::<syn::Ident>(&test.target).is_ok() && test.unsafe_code == first.unsafe_code
    };
    if !tests.iter().all(is_fit) {
        return None;
    }
    let modules = tests
        .iter()
        .map(|test| format!("#[path = \"{0}.rs\"]\nmod {0};\n", test.target));
    let source: String = modules.collect();
    Some(TestBench {
        target: NAME.to_owned(),
        call: first.call.clone(),
        pristine: source.clone(),
        source,
        unsafe_code: first.unsafe_code,
    })
}
