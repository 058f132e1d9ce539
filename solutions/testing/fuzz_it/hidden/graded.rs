#[expect(dead_code, reason = "the faulty releases are for the visible tests")]
mod releases;

use fuzz_it::driver::{Corpus, fuzz};
use fuzz_it::{DICTIONARY, Decode, Frame, Record, Refused, SEEDS, target};

/// Panics on a run of no samples.
fn counts_down_from_nought(bytes: &[u8]) -> Result<Frame, Refused> {
    let frame = releases::right(bytes);
    // Tag and length of the first record, then its runs.
    let (head, runs) = (bytes.get(..6), bytes.get(6..bytes.len().saturating_sub(2)));
    if let (Err(Refused::Record), Some([.., 3, _]), Some(runs)) = (&frame, head, runs) {
        for run in runs.chunks_exact(2) {
            assert!(run[0] > 0, "attempt to subtract with overflow");
        }
    }
    frame
}

/// Cuts names at their end.
fn tidies_names(bytes: &[u8]) -> Result<Frame, Refused> {
    let mut frame = releases::right(bytes)?;
    for record in &mut frame.records {
        if let Record::Name(name) = record {
            *name = name.trim_end().to_owned();
        }
    }
    Ok(frame)
}

/// Has a limit, and not the one that is documented.
fn more_samples(bytes: &[u8]) -> Result<Frame, Refused> {
    releases::decode(bytes, 300)
}

/// Keeps all promises, and refuses with other words.
fn refuses_in_other_words(bytes: &[u8]) -> Result<Frame, Refused> {
    releases::right(bytes).map_err(|_| Refused::NotAFrame)
}

fn search(decode: Decode, seed: u64) -> Option<fuzz_it::driver::Crash> {
    let corpus = Corpus {
        seeds: SEEDS,
        dictionary: DICTIONARY,
    };
    fuzz(|input| target(decode, input), corpus, seed, 20_000)
}

#[test]
fn other_faults_are_found_too() {
    let faulty: [(&str, Decode); 3] = [
        ("panics on a run of no samples", counts_down_from_nought),
        ("cuts white space off the end of names", tidies_names),
        ("allows 300 samples", more_samples),
    ];
    for (what, decode) in faulty {
        assert!(
            search(decode, 11).is_some(),
            "a release that {what} went through 20,000 inputs"
        );
    }
}

#[test]
fn a_right_release_may_refuse_in_other_words() {
    let alarm = search(refuses_in_other_words, 11);
    assert_eq!(alarm, None, "which fault is told is no promise");
}
