//! What `probes::profile` writes down in a workload's process: addresses, and the code that lay there.

use std::path::PathBuf;

/// A recording, taken apart. The process that wrote it ran the learner's code, so nothing in it is
/// trusted: lines that can't be understood are left out.
#[derive(Debug, Default)]
pub(super) struct Recording {
    pub modules: Vec<Module>,
    pub heap: Vec<Allocations>,
    /// How often the workload was called under the clock.
    pub calls: u64,
    /// A stack each, innermost address first.
    pub cpu: Vec<Vec<u64>>,
}

/// Part of a file in memory.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Module {
    pub start: u64,
    pub end: u64,
    /// Where in the file it begins.
    pub offset: u64,
    pub path: PathBuf,
}

/// What was asked for by one stack.
#[derive(Debug)]
pub(super) struct Allocations {
    pub count: u64,
    pub bytes: u64,
    /// Innermost address first.
    pub stack: Vec<u64>,
}

impl Recording {
    pub fn parse(text: &str) -> Self {
        let mut recording = Recording::default();
        for line in text.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            // The answer says whether there was a number where one belongs.
            let _ = recording.take(&fields);
        }
        recording
    }

    fn take(&mut self, fields: &[&str]) -> Option<()> {
        match fields {
            ["module", start, end, offset, path] => self.modules.push(Module {
                start: hexadecimal(start)?,
                end: hexadecimal(end)?,
                offset: hexadecimal(offset)?,
                path: PathBuf::from(path),
            }),
            ["heap", count, bytes, frames] => self.heap.push(Allocations {
                count: count.parse().ok()?,
                bytes: bytes.parse().ok()?,
                stack: stack(frames)?,
            }),
            ["calls", calls] => self.calls = calls.parse().ok()?,
            ["cpu", frames] => self.cpu.push(stack(frames)?),
            _ => {}
        }
        Some(())
    }
}

fn hexadecimal(text: &str) -> Option<u64> {
    u64::from_str_radix(text, 16).ok()
}

fn stack(frames: &str) -> Option<Vec<u64>> {
    frames.split(' ').map(hexadecimal).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_make_no_sense_are_left_out() {
        let text = "module\t10\t2f\t0\t/a b/c\nheap\t3\t96\t12 13\nheap\t-3\t96\t12\ncalls\t7\n\
                    cpu\t1f 10\ncpu\tzz\ncpu\n\u{0}\ncalls\tmany\n";
        let recording = Recording::parse(text);
        let module = Module {
            start: 0x10,
            end: 0x2f,
            offset: 0,
            path: PathBuf::from("/a b/c"),
        };
        assert_eq!(recording.modules, [module]);
        assert_eq!(recording.heap.len(), 1);
        assert_eq!(recording.heap[0].stack, [0x12, 0x13]);
        assert_eq!(
            (recording.calls, recording.cpu),
            (7, vec![vec![0x1f, 0x10]])
        );
    }
}
