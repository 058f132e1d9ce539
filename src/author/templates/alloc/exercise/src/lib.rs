//! TODO: what this is for.

/// The sum of the numbers in a line; a word that is no number counts as nothing.
pub fn total(line: &str) -> u64 {
    let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    let numbers = words.iter().filter_map(|word| word.parse::<u64>().ok());
    numbers.sum()
}
