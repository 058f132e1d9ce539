//! The changes that wait for the next release of `courier`, the job client of forty services.
//!
//! Each module is one change: `v1` is what is published, `v2` what was merged. A client sees one of the
//! two, and nothing else differs between them. One change of the ten has no module: it is in the manifest.

pub mod blanket_impl;
pub mod error_text;
pub mod generic_method;
pub mod inserted_variant;
pub mod into_argument;
pub mod off_by_one;
pub mod private_field;
pub mod provided_method;
pub mod read_write_lock;
