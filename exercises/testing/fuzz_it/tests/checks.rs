mod releases;

use fuzz_it::driver::{Corpus, Crash, fails, fuzz};
use fuzz_it::{DICTIONARY, Decode, FOUND, SEEDS, target};

const BUDGET: usize = 4_000;

const FAULTY: [(&str, Decode); 3] = [
    ("1.0", releases::reads_past_the_end),
    ("1.1", releases::loses_the_sign),
    ("1.2", releases::any_number_of_samples),
];

fn search(decode: Decode, seed: u64) -> Option<Crash> {
    let corpus = Corpus {
        seeds: SEEDS,
        dictionary: DICTIONARY,
    };
    fuzz(|input| target(decode, input), corpus, seed, BUDGET)
}

fn found(name: &str, decode: Decode) {
    for seed in 1..=5 {
        assert!(
            search(decode, seed).is_some(),
            "release {name} breaks a promise, and {BUDGET} inputs with your target, seeds and dictionary \
             did not show it (the driver's seed was {seed}). Either no input got as far as the fault, or \
             one did and the target asks for less than the documentation of `Decode` promises."
        );
    }
}

#[test]
fn what_is_wrong_with_release_1_0_is_found() {
    found("1.0", releases::reads_past_the_end);
}

#[test]
fn what_is_wrong_with_release_1_1_is_found() {
    found("1.1", releases::loses_the_sign);
}

#[test]
fn what_is_wrong_with_release_1_2_is_found() {
    found("1.2", releases::any_number_of_samples);
}

#[test]
fn a_release_that_keeps_its_promises_is_left_alone() {
    for seed in 1..=3 {
        let alarm = search(releases::right, seed);
        assert!(
            alarm.is_none(),
            "release 1.3 keeps all its promises, and your target fails on it (the driver's seed was \
             {seed}). After two such nights nobody reads the fuzzer's reports: {alarm:?}"
        );
    }
}

#[test]
fn what_is_reported_is_in_the_input() {
    for (name, decode) in &FAULTY[1..] {
        let alarm = fails(|input| target(*decode, input), b"");
        assert_eq!(
            alarm, None,
            "your target fails on release {name} with no input at all, which has neither a reading nor samples. Either \
             it takes a refusal for a failure, or it tries something of its own: then it finds what you knew already, \
             and the driver may change inputs as it likes"
        );
    }
}

#[test]
fn what_was_found_is_kept() {
    for input in FOUND {
        let alarm = fails(|input| target(releases::right, input), input);
        assert_eq!(
            alarm, None,
            "{input:?} is in `FOUND`, and fails on release 1.3, which is right"
        );
    }
    for (name, decode) in FAULTY {
        let again = |input: &&&[u8]| fails(|input| target(decode, input), input).is_some();
        assert!(
            FOUND.iter().any(|input| again(&input)),
            "no input in `FOUND` fails on release {name}: if its fault comes back, it is up to chance \
             whether it is found again. The driver found this one; keep its input: {:?}",
            search(decode, 1)
        );
    }
}
