//! Rules, as operators write them.

use std::error::Error;
use std::fmt;

use crate::Request;

/// A condition on one number of a request.
#[derive(Debug, Clone)]
pub struct Rule {
    path: String,
    operator: Operator,
    limit: u64,
}

const KNOWN: [&str; 5] = [
    "status",
    "attempts",
    "bytes",
    "timing.total_us",
    "timing.upstream_us",
];

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
        if !KNOWN.contains(&path) {
            return Err(RuleError::NoSuchNumber {
                path: path.to_owned(),
                known: KNOWN.to_vec(),
            });
        }
        Ok(Self {
            path: path.to_owned(),
            operator,
            limit,
        })
    }

    fn hits(&self, request: &Request) -> bool {
        let value = serde_json::to_value(request).expect("requests are plain data");
        let Some(number) = value.pointer(&format!("/{}", self.path.replace('.', "/"))) else {
            return false;
        };
        let Some(number) = number.as_u64() else {
            return false;
        };
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
