//! Judges candidates: builds them, runs their tests one process each, and says what happened as a
//! stream of [`Event`]s that ends in [`Verdict`]s.
//!
//! Architecture invariant: the engine knows candidates and nothing above them. It asks no consumer
//! anything, prints nothing, and writes only below the build folder that it is given.

mod binary;
mod books;
mod build;
mod capture;
mod cargo;
mod compare;
mod dep_info;
mod event;
mod helpers;
mod interface;
mod judge;
mod linker;
mod measure;
mod messages;
mod object_cache;
mod pipeline;
mod plot;
mod process;
mod profile;
mod queue;
mod ratios;
mod ready;
mod recipe;
mod recording;
mod relink;
mod replay;
mod schemata;
mod shadow;
mod shadow_manifest;
mod shuffle;
mod stop;
mod symbols;
mod test_run;
mod trial;
mod turnstile;
mod unity;
mod variants;
mod verdict;
mod world;
mod wrapper;

pub use binary::{Binary, Module};
pub use build::{BuildError, Built, Diagnostic, PackageBuild, Way};
pub use capture::Captured;
pub use compare::{CompareError, Comparison};
pub use event::Event;
pub use interface::{Users, hollow, interface, interface_for};
pub use judge::{Engine, EngineError, batches as side_by_side};
pub use linker::{Asked, KEEP as LINKS_INTO, LINKER, stand_in_for_linker};
pub use measure::{Contender, MeasureError, in_turn};
pub use messages::read_diagnostics;
pub use plot::{Plot, Target};
pub use process::{
    End, Ended, Limit, ProcessError, adopt_orphans, run_to_end, run_with_input, share_children,
};
pub use profile::{Allocation, Function, Profile, ProfileError, Sample, Site, can_profile};
pub use recipe::no_fast_path;
pub use relink::{is_linked_as_known, is_unoptimised};
pub use shadow::{LayError, Shadow, Turn};
pub use stop::Stop;
pub use symbols::{Frame, Origin, Place};
pub use test_run::{RunTests, TestRun};
pub use verdict::{CheckResult, CheckState, Failure, FigureReading, Outcome, TestOutput, Verdict};
pub use world::{BuildProgress, RealWorld, World};
pub use wrapper::stand_in_for_rustc;
