//! The filters that users type above a list, such as `status = open and ( age > 30 or not team = core )`.

use std::error::Error;
use std::fmt;

/// What a filter asks of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// The field has this value.
    Is(String, String),
    /// The field is a number above this one.
    Above(String, u64),
    /// The field is a number below this one.
    Below(String, u64),
    /// The filter does not hold.
    Not(Box<Filter>),
    /// Both hold.
    And(Box<Filter>, Box<Filter>),
    /// At least one holds.
    Or(Box<Filter>, Box<Filter>),
}

/// Why a text is no filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterError {
    /// Which word is at fault, counted from 1. Behind the last word, where one is missing.
    pub word: usize,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The text ends where a word is needed.
    Missing,
    /// A word that can't stand here.
    Unexpected(String),
    /// A field that the list does not have.
    UnknownField(String),
    /// A word that should be a number and is none.
    NotANumber(String),
    /// `not` and parentheses are nested more than [`DEEPEST`] deep.
    TooDeep,
}

/// How deep `not` and parentheses may be nested.
pub const DEEPEST: usize = 64;

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "word {}: {:?}", self.word, self.problem)
    }
}

impl Error for FilterError {}

/// Reads a filter. Words are separated by white space; `is_field` knows the fields of the list.
///
/// # Errors
///
/// The first word that is at fault.
///
/// # Panics
///
/// Where `is_field` does. No text makes it panic.
pub fn parse(text: &str, is_field: impl Fn(&str) -> bool) -> Result<Filter, FilterError> {
    let mut parser = Parser {
        words: text.split_whitespace().collect(),
        at: 0,
        is_field,
    };
    let filter = parser.either(0)?;
    match parser.words.get(parser.at) {
        Some(word) => Err(parser.error(Problem::Unexpected((*word).to_owned()))),
        None => Ok(filter),
    }
}

struct Parser<'t, F> {
    words: Vec<&'t str>,
    // The next word. It moves on only when a word has been found good, so that an error is always about it.
    at: usize,
    is_field: F,
}

// Each step can fail and says so. `?` costs a character where a throw cost none, and in return a reader sees every
// place where these functions end early.
impl<'t, F: Fn(&str) -> bool> Parser<'t, F> {
    /// `a or b or c`
    fn either(&mut self, depth: usize) -> Result<Filter, FilterError> {
        let mut filter = self.both(depth)?;
        while self.skip("or") {
            filter = Filter::Or(filter.into(), self.both(depth)?.into());
        }
        Ok(filter)
    }

    /// `a and b and c`
    fn both(&mut self, depth: usize) -> Result<Filter, FilterError> {
        let mut filter = self.one(depth)?;
        while self.skip("and") {
            filter = Filter::And(filter.into(), self.one(depth)?.into());
        }
        Ok(filter)
    }

    /// A comparison, or something nested.
    fn one(&mut self, depth: usize) -> Result<Filter, FilterError> {
        // A stack that overflows is no panic: it ends the process, and nothing could catch it.
        if depth > DEEPEST {
            return Err(self.error(Problem::TooDeep));
        }
        if self.skip("not") {
            return Ok(Filter::Not(self.one(depth + 1)?.into()));
        }
        if self.skip("(") {
            let filter = self.either(depth + 1)?;
            if self.skip(")") {
                return Ok(filter);
            }
            let word = self.peek()?;
            return Err(self.error(Problem::Unexpected(word.to_owned())));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Filter, FilterError> {
        let field = self.peek()?;
        if ["and", "or", ")", "=", ">", "<"].contains(&field) {
            return Err(self.error(Problem::Unexpected(field.to_owned())));
        }
        if !(self.is_field)(field) {
            return Err(self.error(Problem::UnknownField(field.to_owned())));
        }
        self.at += 1;
        let field = field.to_owned();
        if self.skip("=") {
            let value = self.peek()?.to_owned();
            self.at += 1;
            Ok(Filter::Is(field, value))
        } else if self.skip(">") {
            Ok(Filter::Above(field, self.number()?))
        } else if self.skip("<") {
            Ok(Filter::Below(field, self.number()?))
        } else {
            let word = self.peek()?;
            Err(self.error(Problem::Unexpected(word.to_owned())))
        }
    }

    fn number(&mut self) -> Result<u64, FilterError> {
        let word = self.peek()?;
        let number = word
            .parse()
            .map_err(|_| self.error(Problem::NotANumber(word.to_owned())))?;
        self.at += 1;
        Ok(number)
    }

    /// The next word, which must be there.
    fn peek(&self) -> Result<&'t str, FilterError> {
        let word = self.words.get(self.at).copied();
        word.ok_or_else(|| self.error(Problem::Missing))
    }

    /// Takes the next word if it is this one.
    fn skip(&mut self, wanted: &str) -> bool {
        let found = self.words.get(self.at) == Some(&wanted);
        self.at += usize::from(found);
        found
    }

    /// What is wrong with the next word.
    fn error(&self, problem: Problem) -> FilterError {
        FilterError {
            word: self.at + 1,
            problem,
        }
    }
}
