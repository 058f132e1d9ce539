//! The same promises at values that the visible tests do not name.

use cow_normalize::{name, value};
use probes::alloc::measure;

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

/// Every text of up to five of these characters.
fn texts() -> Vec<String> {
    let mut all = vec![String::new()];
    let mut last = all.clone();
    for _ in 0..5 {
        last = last
            .iter()
            .flat_map(|text| [' ', '\t', '\n', 'a', 'é'].map(|c| format!("{text}{c}")))
            .collect();
        all.extend_from_slice(&last);
    }
    all
}

#[test]
fn every_short_value_comes_out_tidy_and_costs_what_it_must() {
    for sent in texts() {
        let trimmed = sent.trim_matches([' ', '\t', '\n']);
        let words: Vec<&str> = trimmed
            .split([' ', '\t', '\n'])
            .filter(|word| !word.is_empty())
            .collect();
        let expected = words.join(" ");
        let (tidy, tally) = measure(|| value(&sent));
        assert_eq!(&*tidy, expected, "the value {sent:?}");
        assert_eq!(
            tally.allocations,
            u64::from(expected != trimmed),
            "allocations for the value {sent:?}"
        );
        assert_eq!(&*value(&tidy), &*tidy, "a tidy value stays as it is");
    }
}

#[test]
fn every_ascii_letter_has_its_case() {
    for byte in 0..128_u8 {
        let sent = format!("x-{}-y", char::from(byte));
        let (lower, tally) = measure(|| name(&sent));
        assert_eq!(&*lower, sent.to_ascii_lowercase(), "the name {sent:?}");
        assert_eq!(
            tally.allocations,
            u64::from(byte.is_ascii_uppercase()),
            "allocations for the name {sent:?}"
        );
    }
}
