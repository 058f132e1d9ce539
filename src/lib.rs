//! The runner of the workbook.
//!
//! Data goes one way: [`course`] → [`candidate`] → [`engine`] → verdict → consumers ([`report`],
//! [`journal`]). [`cli`] chooses which candidates go down and who listens. `docs/ARCHITECTURE.md` has
//! the map.

pub mod author;
pub mod candidate;
pub mod checks;
pub mod cli;
pub mod course;
pub mod desk;
pub mod engine;
pub mod grade;
pub mod journal;
pub mod report;
pub mod watch;
