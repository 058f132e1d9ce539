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

/// Reads a number from a request.
type Number = fn(&Request) -> u64;

/// All that rules can be about. The compiler checks the fields, and nothing checks that none is missing: a macro over
/// the struct would, and five lines don't need one.
const NUMBERS: [(&str, Number); 5] = [
    ("status", |request| request.status.into()),
    ("attempts", |request| request.attempts.into()),
    ("bytes", |request| request.bytes),
    ("timing.total_us", |request| request.timing.total_us),
    ("timing.upstream_us", |request| request.timing.upstream_us),
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
        let number = number_at(path).unwrap_or(|_| 0);
        Ok(Self {
            number,
            operator,
            limit,
        })
    }

    fn hits(&self, request: &Request) -> bool {
        let number = (self.number)(request);
        match self.operator {
            Operator::Below => number < self.limit,
            Operator::Equal => number == self.limit,
            Operator::Above => number > self.limit,
        }
    }
}

fn number_at(path: &str) -> Option<Number> {
    let (_, number) = NUMBERS.iter().find(|(known, _)| *known == path)?;
    Some(*number)
}

/// How many requests each of the rules hits. The service asks after every batch of requests.
pub fn count(rules: &[Rule], requests: &[Request]) -> Vec<usize> {
    let hits = |rule: &Rule| requests.iter().filter(|request| rule.hits(request)).count();
    rules.iter().map(hits).collect()
}
