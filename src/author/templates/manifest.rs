//! How every `exercise.toml` begins.

/// The manifest of a kind, by what is its own.
macro_rules! manifest {
    ($rest:expr) => {
        concat!(
            "title = \"TODO: a line that names the exercise\"\n",
            "summary = \"TODO: what the exercise asks, in one line\"\n",
            "minutes = 20\n",
            "objectives = [\"{objective}\"]\n",
            "hints = [\n",
            "  \"TODO: a nudge\",\n",
            "  \"TODO: the approach\",\n",
            "  \"TODO: nearly there\",\n",
            "]\n",
            $rest
        )
    };
}
