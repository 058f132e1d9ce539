//! What the fuzzer calls.

use crate::frame::{Decode, MAX_SAMPLES, Record, checksum, encode};

/// Inputs to begin with: a frame with each kind of record, without its checksum, and one of all.
///
/// The samples are nearly as many as are allowed, because a limit that no seed comes near is not found by
/// changing single bytes.
pub const SEEDS: &[&[u8]] = &[
    b"TF\x01\x01\x01\x06cellar",
    b"TF\x01\x01\x02\x04\x00\x00\x53\xfc",
    b"TF\x01\x01\x03\x06\x64\x15\x64\x16\x32\x15",
    b"TF\x01\x03\x01\x04roof\x02\x04\xff\xff\xff\x38\x03\x04\x02\x15\x01\x16",
];

/// Beginnings of records: what chance needs 65,536 attempts for.
pub const DICTIONARY: &[&[u8]] = &[
    b"TF\x01",
    b"\x01\x01 ",
    b"\x02\x04\xff\xff\xff\xff",
    b"\x03\x02\xff\x00",
    "°".as_bytes(),
];

/// Inputs on which a release failed. They are tried on each release from now on.
pub const FOUND: &[&[u8]] = &[
    // 1.0: the value of the record ends after the frame.
    b"TF\x01\x01\x02\x04\x00\x00",
    // 1.1: below zero.
    b"TF\x01\x01\x02\x04\xff\xff\xff\xff",
    // 1.2: 257 samples, in two runs.
    b"TF\x01\x01\x03\x04\xff\x15\x02\x16",
];

/// Frames that have gone wrong, and some that might.
const FRAMES: &[&[u8]] = &[
    b"TF\x01\x01\x01\x06cellar",
    b"TF\x01\x01\x01\x05roof ",
    b"TF\x01\x01\x02\x04\x00\x00",
    b"TF\x01\x01\x02\x04\xff\xff\xff\xff",
    b"TF\x01\x01\x03\x02\x00\x15",
    b"TF\x01\x01\x03\x04\xff\x15\x02\x16",
];

/// Holds a decoder to its promises.
///
/// # Panics
///
/// Panics where the decoder breaks one.
pub fn target(decode: Decode, _input: &[u8]) {
    for frame in FRAMES {
        let mut bytes = frame.to_vec();
        bytes.extend(checksum(frame).to_be_bytes());
        let Ok(frame) = decode(&bytes) else { continue };
        for record in &frame.records {
            if let Record::Samples(samples) = record {
                assert!(samples.len() <= MAX_SAMPLES);
            }
        }
        assert_eq!(encode(&frame), bytes);
    }
}
