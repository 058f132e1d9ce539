//! Rules, as operators write them.

use std::error::Error;
use std::fmt;

use crate::Request;

/// A condition on one number of a request.
#[derive(Debug, Clone)]
pub struct Rule {
    number: Number,
    operator: Operator,
    limit: u64,
}

/// What a rule can be about.
#[derive(Debug, Clone, Copy)]
enum Number {
    Status,
    Attempts,
    Bytes,
    Total,
    Upstream,
}

impl Number {
    const ALL: [Self; 5] = [
        Self::Status,
        Self::Attempts,
        Self::Bytes,
        Self::Total,
        Self::Upstream,
    ];

    fn path(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Attempts => "attempts",
            Self::Bytes => "bytes",
            Self::Total => "timing.total_us",
            Self::Upstream => "timing.upstream_us",
        }
    }

    fn of(self, request: &Request) -> u64 {
        match self {
            Self::Status => request.status.into(),
            Self::Attempts => request.attempts.into(),
            Self::Bytes => request.bytes,
            Self::Total => request.timing.total_us,
            Self::Upstream => request.timing.upstream_us,
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Operator {
    Below,
    Equal,
    Above,
}

/// Why a text is no rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleError {
    /// It is not `path operator number`, with `<`, `=` or `>`.
    Malformed,
    /// A request has no number there.
    NoSuchNumber {
        /// Where the rule looks.
        path: String,
        /// The paths of all numbers, in the order in which requests have them.
        known: Vec<&'static str>,
    },
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => {
                f.write_str("a rule is a path, one of `<`, `=` and `>`, and a number")
            }
            Self::NoSuchNumber { path, known } => {
                write!(
                    f,
                    "requests have no number `{path}`; they have {}",
                    known.join(", ")
                )
            }
        }
    }
}

impl Error for RuleError {}

impl Rule {
    /// Reads a rule.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        let mut words = text.split_whitespace();
        let (Some(path), Some(operator), Some(limit), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(RuleError::Malformed);
        };
        let operator = match operator {
            "<" => Operator::Below,
            "=" => Operator::Equal,
            ">" => Operator::Above,
            _ => return Err(RuleError::Malformed),
        };
        let limit = limit.parse().map_err(|_| RuleError::Malformed)?;
        let found = Number::ALL.into_iter().find(|number| number.path() == path);
        let number = found.ok_or_else(|| RuleError::NoSuchNumber {
            path: path.to_owned(),
            known: Number::ALL.map(Number::path).to_vec(),
        })?;
        Ok(Self {
            number,
            operator,
            limit,
        })
    }

    fn hits(&self, request: &Request) -> bool {
        let number = self.number.of(request);
        match self.operator {
            Operator::Below => number < self.limit,
            Operator::Equal => number == self.limit,
            Operator::Above => number > self.limit,
        }
    }
}

/// How many requests each of the rules hits. The service asks after every batch of requests.
pub fn count(rules: &[Rule], requests: &[Request]) -> Vec<usize> {
    let hits = |rule: &Rule| requests.iter().filter(|request| rule.hits(request)).count();
    rules.iter().map(hits).collect()
}
