//! The same promises at other values.

use std::fmt::Write;

use no_exceptions::{Filter, FilterError, Problem, parse};

#[test]
fn every_word_of_a_long_filter_can_be_the_wrong_one() {
    let fields = |word: &str| word.starts_with('f');
    for wrong in 0..20 {
        let mut text = String::new();
        for n in 0..20 {
            let joiner = if n == 0 { "" } else { " and " };
            let field = if n == wrong { 'g' } else { 'f' };
            write!(text, "{joiner}{field}{n} < {n}").expect("writing to a string");
        }
        assert_eq!(
            parse(&text, fields),
            Err(FilterError {
                word: 4 * wrong + 1,
                problem: Problem::UnknownField(format!("g{wrong}")),
            })
        );
    }
}

#[test]
fn depth_counts_both_kinds_of_nesting() {
    let nested = |pairs: usize| format!("{}f = 1{}", "not ( ".repeat(pairs), " )".repeat(pairs));
    let mut filter = parse(&nested(32), |_| true).expect("64 deep");
    for depth in 0..32 {
        let Filter::Not(inner) = filter else {
            panic!("a `not` at depth {depth}, not {filter:?}");
        };
        filter = *inner;
    }
    let error = parse(&nested(33), |_| true).expect_err("66 deep");
    assert_eq!(error.problem, Problem::TooDeep);
}
