//! What the manifest of a drafted exercise is made of. It stands for `exercise.toml` and for the wrong attempts'
//! `wrong.toml`, as Rust values.

/// A drafted exercise, but for its code and its statement.
#[derive(Debug, Clone, Copy)]
pub struct Manifest {
    /// What the exercise asks, in one line of at most 100 characters.
    pub summary: &'static str,
    /// A nudge, the approach, nearly there.
    pub hints: [&'static str; 3],
    /// All checks of `checks.rs`.
    pub checks: &'static [Listed],
    /// What learners really try: `wrong_one.rs` and `wrong_two.rs`.
    pub wrong: [Wrong; 2],
}

/// A check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    pub name: &'static str,
    /// What a pass shows, as a sentence without a full stop.
    pub shows: &'static str,
    pub starter: Starter,
}

/// What the starter does with a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Starter {
    Fails,
    Passes,
}

/// A wrong attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wrong {
    /// The mistake, in one line.
    pub about: &'static str,
    /// The names of exactly the checks that fail.
    pub fails: &'static [&'static str],
    /// Words that the message of one of them contains: the reason.
    pub says: &'static str,
}
