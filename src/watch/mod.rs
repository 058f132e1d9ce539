//! The watch screen: noticing saves, reading keys, and what is shown.
//!
//! [`State`] takes in what is pressed and what happens and says what is to be done; [`draw`] turns it
//! into lines; [`Terminal`] shows them. `cli::watch` connects the three with the engine and the journal.
//!
//! Architecture invariant: nothing here judges or records, and only [`Terminal`] touches the terminal.

mod burst;
pub mod draw;
mod filesystem;
#[cfg(test)]
mod fixture;
mod keymap;
mod keys;
mod list;
mod overview;
mod poll;
mod questions;
mod running;
mod saves;
mod state;
pub mod terminal;
mod views;

pub use burst::Saved;
pub use keymap::help;
pub use keys::{Heard, Key, Keys};
pub use overview::{AtHand, Overview, Row, Standing};
pub use questions::{Questions, form, options};
pub use saves::{How, Saves};
pub use state::{Effect, State};
pub use terminal::Terminal;
pub use views::{Content, Page, PageKind, View};
