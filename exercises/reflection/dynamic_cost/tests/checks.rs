//! What rules mean.

use dynamic_cost::{Request, Rule, RuleError, Timing, count};

fn request(status: u16, total_us: u64) -> Request {
    Request {
        route: "/orders".to_owned(),
        tenant: "acme".to_owned(),
        status,
        attempts: 2,
        bytes: 70_000,
        timing: Timing {
            total_us,
            upstream_us: total_us / 2,
        },
    }
}

fn rule(text: &str) -> Rule {
    Rule::parse(text)
        .unwrap_or_else(|error| panic!("`{text}` is a rule, and the answer is: {error}"))
}

#[test]
fn each_rule_counts_what_it_hits() {
    let requests = [
        request(200, 1_000),
        request(503, 1_000),
        request(200, 300_000),
    ];
    let texts = [
        ("status = 503", 1, "one of three failed"),
        ("timing.total_us > 250000", 1, "one was slow"),
        (
            "timing.upstream_us < 501",
            2,
            "two took 500 in the services behind",
        ),
        ("bytes > 69999", 3, "each has 70000"),
        ("bytes > 70000", 0, "none has more"),
        ("attempts = 2", 3, "each was tried twice"),
        ("attempts = 258", 0, "258 is 2 in eight bits, and not here"),
    ];
    let rules: Vec<Rule> = texts.iter().map(|(text, ..)| rule(text)).collect();
    for ((text, hits, why), counted) in texts.iter().zip(count(&rules, &requests)) {
        assert_eq!(counted, *hits, "`{text}`: {why}");
    }
    assert_eq!(count(&rules[..2], &[]), [0, 0], "two rules and no requests");
}

#[test]
fn a_text_that_is_no_rule_is_refused() {
    for text in [
        "",
        "status",
        "status = ",
        "status >= 500",
        "status = 5 0",
        "status = -1",
        "status = many",
    ] {
        assert_eq!(
            Rule::parse(text).err(),
            Some(RuleError::Malformed),
            "`{text}` is not a path, an operator and a number"
        );
    }
}

#[test]
fn a_rule_about_nothing_is_refused_when_it_is_read() {
    let known = vec![
        "status",
        "attempts",
        "bytes",
        "timing.total_us",
        "timing.upstream_us",
    ];
    for path in [
        "timing.totl_us",
        "total_us",
        "timing",
        "route",
        "status.",
        "timing/total_us",
    ] {
        assert_eq!(
            Rule::parse(&format!("{path} < 10")).err(),
            Some(RuleError::NoSuchNumber {
                path: path.to_owned(),
                known: known.clone(),
            }),
            "`{path}` is no number of a request: the operator is told when the rule is read, and not by an alert that \
             never comes"
        );
    }
}
