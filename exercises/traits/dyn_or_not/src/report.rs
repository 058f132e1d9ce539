//! What a job writes at its end.

use crate::Sink;

/// Writes a title, and a line for each step's name and milliseconds.
pub fn report<S: Sink>(sink: &mut S, steps: &[(&str, u64)]) {
    let title = format!("report for {}", sink.name());
    sink.write_line(&title);
    sink.write_all(steps.iter().map(|(step, ms)| format!("{step}: {ms} ms")));
}
