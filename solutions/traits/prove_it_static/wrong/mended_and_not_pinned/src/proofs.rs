//! What users of this crate rely on and no signature says. If it changes, this file should not compile.
//!
//! Names the types as `crate::Handle`, `crate::BadName` and `crate::Scope`.
