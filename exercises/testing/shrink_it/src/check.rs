//! Property tests in a hundred lines: draws values, and makes what fails as small as it can.
//!
//! All that is drawn comes from a list of numbers. Shrinking knows nothing about dates or texts: it leaves
//! numbers out and makes others smaller, as long as the property still fails. So whatever is drawn from a
//! smaller number should be the simpler value.

use std::cell::Cell;
use std::fmt::Debug;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;

/// Where a property gets its values from.
#[derive(Debug)]
pub struct Source {
    given: Vec<u64>,
    drawn: Vec<u64>,
    random: Option<u64>,
    told: Vec<String>,
}

impl Source {
    /// A number from `least` to `most`. Shrinks towards `least`.
    pub fn number(&mut self, least: u32, most: u32) -> u32 {
        let span = u64::from(most - least) + 1;
        let next = self.given.get(self.drawn.len()).copied();
        let raw = next.unwrap_or_else(|| self.random.as_mut().map_or(0, step)) % span;
        self.drawn.push(raw);
        least + raw as u32
    }

    /// One of these. Shrinks towards the first.
    pub fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.number(0, choices.len() as u32 - 1) as usize]
    }

    /// Shows a value if the property fails.
    pub fn note(&mut self, name: &str, value: impl Debug) {
        self.told.push(format!("{name} = {value:?}"));
    }
}

/// Tries the property 2,000 times. It fails by panicking, as an `assert!` does.
///
/// # Panics
///
/// If the property failed, with the smallest values that were found for which it does.
pub fn check(property: impl Fn(&mut Source)) {
    let fails = |given: Vec<u64>, random: Option<u64>| {
        let mut source = Source {
            given,
            drawn: Vec::new(),
            random,
            told: Vec::new(),
        };
        let outcome = catch_unwind(AssertUnwindSafe(|| property(&mut source)));
        outcome.err().map(|_| source)
    };
    // Fixed, so that a run can be repeated, and a failure stays one.
    let found = quietly(|| (0..2_000).find_map(|seed| fails(Vec::new(), Some(seed))));
    let Some(mut smallest) = found else { return };
    for _ in 0..1_000 {
        let smaller = quietly(|| {
            candidates(&smallest.drawn)
                .filter_map(|numbers| fails(numbers, None))
                .find(|source| is_smaller(&source.drawn, &smallest.drawn))
        });
        match smaller {
            Some(smaller) => smallest = smaller,
            None => break,
        }
    }
    // Once more, to be heard: what the property says about the smallest case.
    fails(smallest.drawn, None);
    panic!(
        "the property fails, and the smallest case found is: {}",
        smallest.told.join(", ")
    );
}

/// Panics within `act` are not printed: there are hundreds, and one is of interest.
fn quietly<T>(act: impl FnOnce() -> T) -> T {
    thread_local! {
        static QUIET: Cell<bool> = const { Cell::new(false) };
    }
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                print(info);
            }
        }));
    });
    QUIET.set(true);
    let outcome = act();
    QUIET.set(false);
    outcome
}

fn is_smaller(left: &[u64], right: &[u64]) -> bool {
    (left.len(), left) < (right.len(), right)
}

fn candidates(numbers: &[u64]) -> impl Iterator<Item = Vec<u64>> {
    let without = (0..numbers.len()).map(move |at| {
        let mut fewer = numbers.to_vec();
        fewer.remove(at);
        fewer
    });
    let lower = (0..numbers.len()).flat_map(move |at| {
        let halves =
            std::iter::successors(Some(numbers[at]), |step| (*step > 0).then_some(step / 2));
        halves.filter(|step| *step > 0).map(move |step| {
            let mut less = numbers.to_vec();
            less[at] -= step;
            less
        })
    });
    without.chain(lower)
}

/// `SplitMix64` (Steele, Lea and Flood, 2014).
fn step(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
