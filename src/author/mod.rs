//! For instructors: shows by running that exercises are good, and seals answers.

mod bar;
mod changed;
mod compare;
mod gather;
mod import;
mod leftover;
mod look;
mod mutate;
mod new;
mod order;
mod polish;
mod prove;
mod record;
mod release;
mod seal;
mod signatures;
mod stage;
mod survivors;
mod templates;
mod trial;
mod vacuous;
mod witness;
mod words;

pub use changed::{ChangedError, changed};
pub use gather::trials;
pub use import::{Format as ImportFormat, ImportError, Imported, Solutions, import};
pub use new::{NewError, NewExercise, new};
pub use order::by_turns;
pub use prove::{Cost, Done, ExerciseProof, How, Proofs, Told, prove};
pub use record::ProofRecord;
pub use release::{ReleaseError, release};
pub use seal::keys;
pub use survivors::{AllMutants, Mutants, Survivor, Tried, survivors};
pub use templates::NewKind;
pub use trial::{Proof, Role, Trial};
pub use witness::Witnesses;
