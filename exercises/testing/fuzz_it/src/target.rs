//! What the fuzzer calls.

use crate::frame::Decode;

/// Inputs to begin with.
pub const SEEDS: &[&[u8]] = &[];

/// Pieces that mean something to a decoder.
pub const DICTIONARY: &[&[u8]] = &[];

/// Inputs on which a release failed. They are tried on each release from now on.
pub const FOUND: &[&[u8]] = &[];

/// Holds a decoder to its promises with one input.
///
/// # Panics
///
/// Panics where the decoder breaks one.
pub fn target(decode: Decode, input: &[u8]) {
    let _ = decode(input);
}
