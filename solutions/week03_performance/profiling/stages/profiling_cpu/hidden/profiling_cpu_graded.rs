//! The same rules, at all short names and at a long one.

use profiling::Rules;

/// What the documentation says, word by word, and as slow as that is.
fn describes(pattern: &str, name: &str) -> bool {
    let Some(first) = pattern.chars().next() else {
        return name.is_empty();
    };
    let rest = &pattern[1..];
    match first {
        '*' => (0..=name.len()).any(|end| describes(rest, &name[end..])),
        '?' => !name.is_empty() && describes(rest, &name[1..]),
        there => name.starts_with(there) && describes(rest, &name[1..]),
    }
}

/// All words of an alphabet, of up to so many characters.
fn words(alphabet: &str, longest: usize) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut from = 0;
    for _ in 0..longest {
        let to = words.len();
        for at in from..to {
            for character in alphabet.chars() {
                words.push(format!("{}{character}", words[at]));
            }
        }
        from = to;
    }
    words
}

#[test]
fn every_short_pattern_is_for_the_names_that_it_describes() {
    let names = words("ab", 5);
    for pattern in words("ab*?", 5) {
        let rules = Rules::new([(pattern.as_str(), 1)]);
        for name in &names {
            assert_eq!(
                rules.limit(name).is_some(),
                describes(&pattern, name),
                "whether the pattern `{pattern}` is for the name `{name}`"
            );
        }
    }
}

#[test]
fn no_name_takes_for_ever() {
    let rules = Rules::new([("*-*-*/*-*/*-*/*-door-*", 250), ("*", 300)]);
    let name = format!("{}door", "-/".repeat(400));
    assert_eq!(
        rules.limit(&name),
        Some(300),
        "the name has 800 places where a star could end, and no `-door-`: the last rule is for it"
    );
    let name = format!("-door-{}", "-/".repeat(400));
    assert_eq!(
        rules.limit(&name),
        Some(300),
        "the name has a `-door-`, but before the 800 places and not behind them"
    );
    let name = format!("{}-door-", "-/".repeat(400));
    assert_eq!(rules.limit(&name), Some(250), "and now it is behind them");
}
