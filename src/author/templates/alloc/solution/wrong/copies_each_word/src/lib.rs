//! TODO: what this is for.

/// The sum of the numbers in a line; a word that is no number counts as nothing.
pub fn total(line: &str) -> u64 {
    let words = line.split(' ').map(str::to_owned);
    words.filter_map(|word| word.parse::<u64>().ok()).sum()
}
