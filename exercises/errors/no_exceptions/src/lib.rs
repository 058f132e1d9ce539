//! The filters that users type above a list, such as `status = open and ( age > 30 or not team = core )`.

use std::error::Error;
use std::fmt;
use std::panic::{self, AssertUnwindSafe};

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
    /// Anything else.
    Malformed,
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
pub fn parse(text: &str, is_field: impl Fn(&str) -> bool) -> Result<Filter, FilterError> {
    let mut parser = Parser {
        words: text.split_whitespace().collect(),
        at: 0,
        is_field,
    };
    panic::catch_unwind(AssertUnwindSafe(|| parser.whole())).map_err(|thrown| {
        match thrown.downcast::<FilterError>() {
            Ok(error) => *error,
            Err(_) => FilterError {
                word: 0,
                problem: Problem::Malformed,
            },
        }
    })
}

struct Parser<'t, F> {
    words: Vec<&'t str>,
    at: usize,
    is_field: F,
}

impl<'t, F: Fn(&str) -> bool> Parser<'t, F> {
    fn whole(&mut self) -> Filter {
        let filter = self.either(0);
        if let Some(&word) = self.words.get(self.at) {
            self.throw(Problem::Unexpected(word.to_owned()));
        }
        filter
    }

    /// `a or b or c`
    fn either(&mut self, depth: usize) -> Filter {
        let mut filter = self.both(depth);
        while self.skip("or") {
            filter = Filter::Or(filter.into(), self.both(depth).into());
        }
        filter
    }

    /// `a and b and c`
    fn both(&mut self, depth: usize) -> Filter {
        let mut filter = self.one(depth);
        while self.skip("and") {
            filter = Filter::And(filter.into(), self.one(depth).into());
        }
        filter
    }

    /// A comparison, or something nested.
    fn one(&mut self, depth: usize) -> Filter {
        if depth > DEEPEST {
            panic!("nested more than {DEEPEST} deep");
        }
        if self.skip("not") {
            return Filter::Not(self.one(depth + 1).into());
        }
        if self.skip("(") {
            let filter = self.either(depth + 1);
            if !self.skip(")") {
                match self.words.get(self.at) {
                    Some(&word) => self.throw(Problem::Unexpected(word.to_owned())),
                    None => self.throw(Problem::Missing),
                }
            }
            return filter;
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Filter {
        let field = self.next();
        if ["and", "or", ")", "=", ">", "<"].contains(&field) {
            self.at -= 1;
            self.throw(Problem::Unexpected(field.to_owned()));
        }
        if !(self.is_field)(field) {
            self.at -= 1;
            self.throw(Problem::UnknownField(field.to_owned()));
        }
        let field = field.to_owned();
        match self.next() {
            "=" => Filter::Is(field, self.next().to_owned()),
            ">" => Filter::Above(field, self.next().parse().unwrap()),
            "<" => Filter::Below(field, self.next().parse().unwrap()),
            other => {
                self.at -= 1;
                self.throw(Problem::Unexpected(other.to_owned()))
            }
        }
    }

    /// The next word, which must be there.
    fn next(&mut self) -> &'t str {
        let word = self.words[self.at];
        self.at += 1;
        word
    }

    /// Takes the next word if it is this one.
    fn skip(&mut self, wanted: &str) -> bool {
        let found = self.words.get(self.at) == Some(&wanted);
        self.at += usize::from(found);
        found
    }

    /// Ends parsing with what is wrong with the next word.
    fn throw(&self, problem: Problem) -> ! {
        panic::panic_any(FilterError {
            word: self.at + 1,
            problem,
        })
    }
}
