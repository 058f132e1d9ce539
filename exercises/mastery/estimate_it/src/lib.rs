//! Nothing to build: the questions are in `quiz.toml`, the answers go into `answers.toml`.
