//! What sensors send.
//!
//! ```text
//! frame   = "TF" version count record* checksum
//! record  = tag length value
//! ```
//!
//! `version` is 1. `count`, `tag` and `length` are a byte each; a length is of the value alone. The
//! checksum is two bytes, high byte first: [`checksum`] of all that comes before it. The values:
//!
//! | tag | record | value |
//! |---|---|---|
//! | 1 | name | UTF-8, of 1 to 32 bytes |
//! | 2 | reading | four bytes: an `i32`, high byte first |
//! | 3 | samples | runs of two bytes: how often (from 1), and the sample |
//!
//! A run is as long as it can be: two runs beside each other have different samples, or the first is of
//! 255. So each frame has one encoding.

/// No record has more samples than this.
pub const MAX_SAMPLES: usize = 256;

/// What was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// In the order of the frame.
    pub records: Vec<Record>,
}

/// One part of a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// What the sensor calls itself.
    Name(String),
    /// Thousandths of a degree.
    Reading(i32),
    /// At least one, and at most [`MAX_SAMPLES`].
    Samples(Vec<u8>),
}

/// Why bytes are no frame. Bytes with several faults are refused for any of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// They do not begin as a frame of version 1 does.
    NotAFrame,
    /// They end in the middle, or go on after the last record.
    Length,
    /// The checksum is another.
    Checksum,
    /// A record has no such tag, or its value is none of its kind.
    Record,
}

/// A release of the decoder.
///
/// All of them promise the same: for any bytes they return, within the limits of this module; and what
/// they accept is exactly what [`encode`] makes of the frame that they return.
pub type Decode = fn(&[u8]) -> Result<Frame, Refused>;

/// The sum that ends a frame: Fletcher's, with two sums of a byte each.
#[must_use]
pub fn checksum(bytes: &[u8]) -> u16 {
    let (mut plain, mut weighted) = (0_u16, 0_u16);
    for byte in bytes {
        plain = (plain + u16::from(*byte)) % 255;
        weighted = (weighted + plain) % 255;
    }
    weighted << 8 | plain
}

/// The bytes of a frame.
///
/// # Panics
///
/// Panics on a frame that has no encoding, such as one of 256 records.
#[must_use]
pub fn encode(frame: &Frame) -> Vec<u8> {
    let mut bytes = b"TF\x01".to_vec();
    bytes.push(length(frame.records.len()));
    for record in &frame.records {
        let (tag, value) = match record {
            Record::Name(name) => (1, name.as_bytes().to_vec()),
            Record::Reading(reading) => (2, reading.to_be_bytes().to_vec()),
            Record::Samples(samples) => (3, runs(samples)),
        };
        bytes.extend([tag, length(value.len())]);
        bytes.extend(value);
    }
    bytes.extend(checksum(&bytes).to_be_bytes());
    bytes
}

fn length(length: usize) -> u8 {
    u8::try_from(length).expect("a frame has at most 255 records, and a value at most 255 bytes")
}

fn runs(samples: &[u8]) -> Vec<u8> {
    let mut runs = Vec::new();
    for same in samples.chunk_by(|a, b| a == b) {
        for run in same.chunks(255) {
            runs.extend([length(run.len()), run[0]]);
        }
    }
    runs
}
