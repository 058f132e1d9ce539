//! The filters that users type above a list, such as `status = open and ( age > 30 or not team = core )`.

use std::error::Error;
use std::fmt;
use std::iter::Peekable;
use std::str::SplitWhitespace;

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
pub fn parse(text: &str, is_field: impl Fn(&str) -> bool) -> Result<Filter, FilterError> {
    let mut words = Words {
        rest: text.split_whitespace().peekable(),
        taken: 0,
    };
    // Only here is a problem given its place: no word is taken before it has been judged.
    whole(&mut words, &is_field).map_err(|problem| FilterError {
        word: words.taken + 1,
        problem,
    })
}

type Outcome = Result<Filter, Problem>;

struct Words<'t> {
    rest: Peekable<SplitWhitespace<'t>>,
    taken: usize,
}

impl<'t> Words<'t> {
    /// The next word, if it passes.
    fn take<T>(&mut self, judge: impl FnOnce(&'t str) -> Result<T, Problem>) -> Result<T, Problem> {
        let word = *self.rest.peek().ok_or(Problem::Missing)?;
        let judged = judge(word)?;
        self.rest.next();
        self.taken += 1;
        Ok(judged)
    }

    fn skip(&mut self, wanted: &str) -> bool {
        let judge = |word| {
            if word == wanted {
                Ok(())
            } else {
                unexpected(word)
            }
        };
        self.take(judge).is_ok()
    }
}

fn unexpected<T>(word: &str) -> Result<T, Problem> {
    Err(Problem::Unexpected(word.to_owned()))
}

fn number(word: &str) -> Result<u64, Problem> {
    word.parse()
        .map_err(|_| Problem::NotANumber(word.to_owned()))
}

fn whole(words: &mut Words<'_>, is_field: &dyn Fn(&str) -> bool) -> Outcome {
    let filter = either(words, is_field, 0)?;
    match words.rest.peek() {
        Some(word) => unexpected(word),
        None => Ok(filter),
    }
}

fn either(words: &mut Words<'_>, is_field: &dyn Fn(&str) -> bool, depth: usize) -> Outcome {
    let mut filter = both(words, is_field, depth)?;
    while words.skip("or") {
        filter = Filter::Or(filter.into(), both(words, is_field, depth)?.into());
    }
    Ok(filter)
}

fn both(words: &mut Words<'_>, is_field: &dyn Fn(&str) -> bool, depth: usize) -> Outcome {
    let mut filter = one(words, is_field, depth)?;
    while words.skip("and") {
        filter = Filter::And(filter.into(), one(words, is_field, depth)?.into());
    }
    Ok(filter)
}

fn one(words: &mut Words<'_>, is_field: &dyn Fn(&str) -> bool, depth: usize) -> Outcome {
    if depth > DEEPEST {
        return Err(Problem::TooDeep);
    }
    if words.skip("not") {
        return Ok(Filter::Not(one(words, is_field, depth + 1)?.into()));
    }
    if words.skip("(") {
        let filter = either(words, is_field, depth + 1)?;
        words.take(|word| {
            if word == ")" {
                Ok(())
            } else {
                unexpected(word)
            }
        })?;
        return Ok(filter);
    }
    let field = words.take(|word| match word {
        "and" | "or" | ")" | "=" | ">" | "<" => unexpected(word),
        _ if is_field(word) => Ok(word.to_owned()),
        _ => Err(Problem::UnknownField(word.to_owned())),
    })?;
    let compare = words.take(|word| match word {
        "=" | ">" | "<" => Ok(word),
        _ => unexpected(word),
    })?;
    Ok(match compare {
        ">" => Filter::Above(field, words.take(number)?),
        "<" => Filter::Below(field, words.take(number)?),
        _ => Filter::Is(field, words.take(|word| Ok(word.to_owned()))?),
    })
}
