//! The library without a program.

use lay_it_out::report;
use lay_it_out::stock::{Problem, Stock};

#[test]
fn problems_are_data() {
    for (movements, problem, text) in [
        (
            "\n# x\n ,3\n",
            Problem::NotAMovement {
                line: 3,
                text: ",3".to_owned(),
            },
            "line 3: `,3` is no movement",
        ),
        (
            "bolt,2\nbolt,-2\nbolt,-1",
            Problem::TooFew {
                line: 3,
                sku: "bolt".to_owned(),
                went: 1,
                there: 0,
            },
            "line 3: 1 of bolt went, and 0 were there",
        ),
        (
            "nut,9223372036854775807\nnut,9223372036854775807\nnut,2\n",
            Problem::TooMany {
                line: 3,
                sku: "nut".to_owned(),
            },
            "line 3: there is no room for so many of nut",
        ),
    ] {
        let found = Stock::read(movements).expect_err("the last line is wrong");
        assert_eq!(found, problem, "of {movements:?}");
        assert_eq!(found.to_string(), text, "the sentence about it");
    }
}

#[test]
fn a_report_is_a_text() {
    let stock = Stock::read("b , 5\r\na,1\nb,-5").expect("three movements");
    let amounts: Vec<(&str, u64)> = stock.amounts().collect();
    assert_eq!(
        amounts,
        [("a", 1), ("b", 0)],
        "what was there and is gone is listed, with nought"
    );
    assert_eq!(
        report::csv(&stock, Some(1)),
        "sku,amount,reorder\na,1,no\nb,0,yes\n",
        "one is not below one, and nought is"
    );
    assert_eq!(
        report::table(&stock, Some(2)),
        "a                 1  reorder\nb                 0  reorder\n",
        "both are below two"
    );
    assert_eq!(
        report::table(&Stock::read("").expect("nothing"), None),
        "",
        "an empty stock"
    );
}
