//! A table of time limits. `mine.rs` holds it against the parser; `rows.rs` looks at the table itself.

use std::time::Duration;

use table_it::Fault;

/// One case.
pub struct Row {
    /// What this row is there to show, in words.
    pub name: &'static str,
    /// What somebody wrote into the configuration.
    pub text: &'static str,
    /// What the parser has to answer.
    pub expected: Result<Duration, Fault>,
}

/// Every case.
pub const ROWS: &[Row] = &[
    Row {
        name: "ok",
        text: "10s",
        expected: Ok(Duration::from_secs(10)),
    },
    Row {
        name: "ok",
        text: "2h",
        expected: Ok(Duration::from_secs(7_200)),
    },
    Row {
        name: "",
        text: "5x",
        expected: Err(Fault::UnknownUnit),
    },
];

/// Panics unless `parse` answers each row as it expects.
pub fn check(rows: &[Row], parse: impl Fn(&str) -> Result<Duration, Fault>) {
    for row in rows {
        assert_eq!(parse(row.text), row.expected, "{}", row.name);
    }
}
