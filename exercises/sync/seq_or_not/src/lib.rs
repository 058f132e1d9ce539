//! Nothing to compile: the programs to run are in `examples/litmus.rs`, the questions in `quiz.toml`, and your
//! answers in `answers.toml`.
