//! Releases of the decoder. Do not read on before your target has found what is wrong with them.

use fuzz_it::{Frame, MAX_SAMPLES, Record, Refused, checksum};

/// The release that keeps its promises.
pub fn right(bytes: &[u8]) -> Result<Frame, Refused> {
    decode(bytes, MAX_SAMPLES)
}

/// Trusts the length of a record.
pub fn reads_past_the_end(bytes: &[u8]) -> Result<Frame, Refused> {
    let mut left = bytes
        .get(4..bytes.len().saturating_sub(2))
        .unwrap_or_default();
    let frame = right(bytes);
    while frame == Err(Refused::Length) && left.len() > 1 {
        left = &left[2 + usize::from(left[1])..];
    }
    frame
}

/// Reads a temperature below zero as one above.
pub fn loses_the_sign(bytes: &[u8]) -> Result<Frame, Refused> {
    let mut frame = right(bytes)?;
    for record in &mut frame.records {
        if let Record::Reading(reading) = record {
            *reading = reading.saturating_abs();
        }
    }
    Ok(frame)
}

/// Holds each run against the limit, and not their sum.
pub fn any_number_of_samples(bytes: &[u8]) -> Result<Frame, Refused> {
    decode(bytes, usize::MAX)
}

pub fn decode(bytes: &[u8], max_samples: usize) -> Result<Frame, Refused> {
    let body = bytes.strip_prefix(b"TF\x01").ok_or(Refused::NotAFrame)?;
    let (body, sum) = body.split_last_chunk::<2>().ok_or(Refused::Length)?;
    if checksum(&bytes[..bytes.len() - 2]) != u16::from_be_bytes(*sum) {
        return Err(Refused::Checksum);
    }
    let (count, mut rest) = body.split_first().ok_or(Refused::Length)?;
    let mut records = Vec::new();
    for _ in 0..*count {
        let ([tag, length], after) = rest.split_first_chunk::<2>().ok_or(Refused::Length)?;
        let cut = after.split_at_checked(usize::from(*length));
        let (value, after) = cut.ok_or(Refused::Length)?;
        records.push(record(*tag, value, max_samples).ok_or(Refused::Record)?);
        rest = after;
    }
    if rest.is_empty() {
        Ok(Frame { records })
    } else {
        Err(Refused::Length)
    }
}

fn record(tag: u8, value: &[u8], max_samples: usize) -> Option<Record> {
    match tag {
        1 => {
            let name = std::str::from_utf8(value).ok()?;
            (1..=32)
                .contains(&name.len())
                .then(|| Record::Name(name.to_owned()))
        }
        2 => Some(Record::Reading(i32::from_be_bytes(value.try_into().ok()?))),
        3 => samples(value, max_samples).map(Record::Samples),
        _ => None,
    }
}

fn samples(value: &[u8], max_samples: usize) -> Option<Vec<u8>> {
    let (runs, []) = value.as_chunks::<2>() else {
        return None;
    };
    let longest = |two: &[[u8; 2]]| two[0][1] != two[1][1] || two[0][0] == 255;
    if runs.is_empty() || runs.iter().any(|run| run[0] == 0) || !runs.windows(2).all(longest) {
        return None;
    }
    let mut samples = Vec::new();
    for [times, sample] in runs {
        samples.extend(std::iter::repeat_n(*sample, usize::from(*times)));
    }
    (samples.len() <= max_samples).then_some(samples)
}
