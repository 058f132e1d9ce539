//! The journal, `.workbook/journal.jsonl`: what was judged, shown, reset and skipped, one line an event.
//!
//! Architecture invariant: the file only ever grows. No line is changed, moved or removed, not even one
//! that can't be read: it may be from a newer workbook, or the rest of a power cut. Progress is not
//! stored anywhere; it is a fold over the entries.

mod entry;
mod progress;
mod store;

pub use entry::{Entry, Event, Outcome};
pub use progress::{ExerciseState, LastVerdict, Pass, Progress};
pub use store::{Journal, JournalError, SetAside};
