//! Runs a workload and writes down what was seen of it.
//!
//! The file has a line for each thing, its fields apart by tabs:
//!
//! ```text
//! module  START  END  OFFSET  PATH     a piece of code in memory, from /proc/self/maps
//! heap    COUNT  BYTES  FRAMES         one allocation site, of one call of the workload
//! calls   COUNT                        how often the workload was called under the clock
//! cpu     FRAMES                       one sample
//! ```
//!
//! Addresses are hexadecimal; frames are separated by blanks, innermost first.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use super::clock::{self, Clock};
use super::heap;
use crate::alloc;

/// A share of a half is known to within 4 points with as many (two standard errors).
const ENOUGH_SAMPLES: usize = 600;

/// When to stop with fewer. The engine's limit on a test is above it.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long to call the workload before looking at the time.
const BATCH: Duration = Duration::from_millis(1);

pub(super) fn to(file: &Path, work: &mut dyn FnMut()) {
    let counts = alloc::is_installed();
    if counts {
        heap::while_running(&mut *work);
    }
    let calls = repeat(work);
    // Now, when all code that ran is in memory.
    let mut text = modules();
    if counts {
        heap::each(|frames, count, bytes| {
            let _ = writeln!(text, "heap\t{count}\t{bytes}\t{}", hexadecimal(frames));
        });
    }
    let _ = writeln!(text, "calls\t{calls}");
    clock::each(|frames| {
        let _ = writeln!(text, "cpu\t{}", hexadecimal(frames));
    });
    std::fs::write(file, text)
        .unwrap_or_else(|e| panic!("could not write the profile to {}: {e}", file.display()));
}

/// Calls the workload under the clock until there are enough samples.
fn repeat(work: &mut dyn FnMut()) -> u64 {
    let clock = Clock::start();
    let start = Instant::now();
    let (mut batch, mut calls) = (1_u64, 0);
    while start.elapsed() < PATIENCE && Clock::samples() < ENOUGH_SAMPLES {
        let before = Instant::now();
        for _ in 0..batch {
            work();
        }
        calls += batch;
        // A workload of nanoseconds would be lost between two looks at the time.
        if before.elapsed() < BATCH {
            batch *= 2;
        }
    }
    drop(clock);
    calls
}

fn modules() -> String {
    let mut text = String::new();
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap_or_default();
    for line in maps.lines() {
        // `55d0c0a5e000-55d0c0a80000 r-xp 00002000 fe:01 1234  /path/to/program`
        let mut fields = line.split_ascii_whitespace();
        let (Some(range), Some(_), Some(offset), Some(path)) =
            (fields.next(), fields.next(), fields.next(), fields.nth(2))
        else {
            continue;
        };
        // A path with blanks in it is what comes after the fifth field.
        let path = line.find(path).map_or(path, |at| &line[at..]);
        if let Some((start, end)) = range.split_once('-')
            && path.starts_with('/')
        {
            let _ = writeln!(text, "module\t{start}\t{end}\t{offset}\t{path}");
        }
    }
    text
}

fn hexadecimal(frames: &[usize]) -> String {
    let words: Vec<String> = frames.iter().map(|frame| format!("{frame:x}")).collect();
    words.join(" ")
}
