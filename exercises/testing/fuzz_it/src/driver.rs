//! A small fuzzer: it changes inputs blindly, and remembers nothing but the seeds it was given.
//!
//! The fuzzers of daily use (libFuzzer through `cargo fuzz`, AFL++) also watch which branches an input
//! takes, and keep the inputs that take new ones. This one has no such guide. What it has in common with
//! them is what you bring along: the target, the seeds and the dictionary.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

/// An input on which the target panicked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crash {
    /// As short as the driver could make it.
    pub input: Vec<u8>,
    /// How many inputs were tried until then.
    pub runs: usize,
    /// What the target said.
    pub message: String,
}

/// What the driver may put into an input.
#[derive(Debug, Clone, Copy)]
pub struct Corpus<'a> {
    /// Inputs to begin with. They are tried first, as they are.
    pub seeds: &'a [&'a [u8]],
    /// Pieces that mean something to the code under test.
    pub dictionary: &'a [&'a [u8]],
}

/// Calls `target` with up to `budget` inputs, and says on which it panicked first. One `seed`, one run.
pub fn fuzz(target: impl Fn(&[u8]), corpus: Corpus<'_>, seed: u64, budget: usize) -> Option<Crash> {
    let mut random = Random(seed);
    for run in 0..budget {
        let input = match corpus.seeds.get(run) {
            Some(seed) => seed.to_vec(),
            None => mutated(corpus, &mut random),
        };
        if fails(&target, &input).is_some() {
            let input = minimised(&target, input);
            let message = fails(&target, &input).expect("it was tried while it was made shorter");
            return Some(Crash {
                input,
                runs: run + 1,
                message,
            });
        }
    }
    None
}

/// What `target` says when it panics on `input`; `None` if it does not.
pub fn fails(target: impl Fn(&[u8]), input: &[u8]) -> Option<String> {
    // Thousands of panics are expected here, and the default hook would print each.
    silence_this_thread(true);
    let outcome = catch_unwind(AssertUnwindSafe(|| target(input)));
    silence_this_thread(false);
    let panic = outcome.err()?;
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    Some(text.unwrap_or("a panic without a text").to_owned())
}

fn mutated(corpus: Corpus<'_>, random: &mut Random) -> Vec<u8> {
    let mut input = random
        .pick(corpus.seeds)
        .map_or_else(Vec::new, |seed| seed.to_vec());
    for _ in 0..=random.below(3) {
        mutate(&mut input, corpus, random);
    }
    input
}

fn mutate(input: &mut Vec<u8>, corpus: Corpus<'_>, random: &mut Random) {
    const EDGES: [u8; 6] = [0x00, 0x01, 0x20, 0x7f, 0x80, 0xff];
    let at = random.below(input.len().max(1));
    let to = at + random.below(input.len().saturating_sub(at).min(8) + 1);
    match random.below(7) {
        0 if !input.is_empty() => input[at] ^= 1 << random.below(8),
        1 if !input.is_empty() => input[at] = EDGES[random.below(EDGES.len())],
        2 => {
            let byte = random.byte();
            input.insert(at, byte);
        }
        3 => drop(input.drain(at..to)),
        4 => {
            let piece = input[at..to].to_vec();
            input.splice(at..at, piece);
        }
        5 => {
            let piece = random.pick(corpus.dictionary).unwrap_or_default();
            input.splice(at..at, piece.iter().copied());
        }
        6 => {
            // In place of what is there, so that lengths go on being right.
            let piece = random.pick(corpus.dictionary).unwrap_or_default();
            let end = (at + piece.len()).min(input.len());
            input.splice(at..end, piece.iter().copied());
        }
        _ => {}
    }
}

/// Leaves out what is not needed to fail, from halves down to single bytes.
fn minimised(target: &impl Fn(&[u8]), mut input: Vec<u8>) -> Vec<u8> {
    let mut size = input.len() / 2;
    while size > 0 {
        let mut at = 0;
        while at + size <= input.len() {
            let mut shorter = input.clone();
            shorter.drain(at..at + size);
            if fails(target, &shorter).is_some() {
                input = shorter;
            } else {
                at += size;
            }
        }
        size /= 2;
    }
    input
}

/// `SplitMix64`: <https://prng.di.unimi.it/splitmix64.c>
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).expect("it is less than a usize")
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    fn pick<'a>(&mut self, from: &[&'a [u8]]) -> Option<&'a [u8]> {
        if from.is_empty() {
            return None;
        }
        from.get(self.below(from.len())).copied()
    }
}

thread_local! {
    static SILENT: Cell<bool> = const { Cell::new(false) };
}

fn silence_this_thread(silent: bool) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !SILENT.get() {
                before(info);
            }
        }));
    });
    SILENT.set(silent);
}
