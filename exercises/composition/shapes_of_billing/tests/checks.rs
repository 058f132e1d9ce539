//! What customers, the management and the dunning run rely on, and who has to change for a new plan.

use shapes_of_billing::{Invoice, Subscription, counts, invoice, is_suspended, recurring};

fn subscription(line: &str) -> Subscription {
    Subscription::parse(line).unwrap_or_else(|| panic!("{line:?} is a subscription"))
}

fn all(lines: &[&str]) -> Vec<Subscription> {
    lines.iter().map(|line| subscription(line)).collect()
}

#[test]
fn each_plan_has_its_invoice() {
    for (line, requests, fee, usage) in [
        ("a: free", 0, 0, 0),
        ("a: free", 5_000, 0, 0),
        ("a: team 1", 10_000, 900, 0),
        ("a: team 1", 10_001, 900, 20),
        ("a: team 5", 51_001, 4_500, 40),
        ("a: enterprise 40 15", 400_000, 30_600, 0),
        ("a: enterprise 40 15", 402_000, 30_600, 40),
        ("a: enterprise 1 0", 10_000, 900, 0),
        ("a: enterprise 3 1", 0, 2_673, 0),
        ("a: metered", 0, 0, 0),
        ("a: metered", 1, 0, 30),
        ("a: metered", 5_001, 0, 180),
    ] {
        assert_eq!(
            invoice(&subscription(line), requests),
            Invoice {
                fee,
                usage,
                total: fee + usage
            },
            "{line:?} with {requests} requests"
        );
    }
}

#[test]
fn what_is_no_plan_is_no_subscription() {
    for line in [
        "",
        "a",
        "a: ",
        "a: gold",
        "a: free 1",
        "a: team",
        "a: team 0",
        "a: team 100001",
        "a: team x",
        "a: team 1 2",
        "a: enterprise 5",
        "a: enterprise 0 5",
        "a: enterprise 5 51",
        "a: enterprise 5 -1",
        "a: metered 7",
    ] {
        let parsed = Subscription::parse(line);
        assert!(parsed.is_none(), "{line:?} is no subscription: {parsed:?}");
    }
    assert_eq!(
        subscription("acme & sons: free").customer(),
        "acme & sons",
        "the customer is what stands before the colon"
    );
}

#[test]
fn recurring_revenue_is_what_is_invoiced() {
    let subscriptions = all(&[
        "a: team 5",
        "b: enterprise 40 15",
        "c: free",
        "d: metered",
        "e: enterprise 10 50",
    ]);
    let invoiced: u64 = subscriptions.iter().map(|s| invoice(s, 0).fee).sum();
    assert_eq!(
        (recurring(&subscriptions), invoiced),
        (39_600, 39_600),
        "4,500 for a, 30,600 for b and 4,500 for e: the report (left) must not count seats at full price \
         that are invoiced (right) with a discount"
    );
}

#[test]
fn subscriptions_are_counted_by_their_plan() {
    let subscriptions = all(&[
        "a: team 5",
        "b: enterprise 40 15",
        "c: free",
        "d: metered",
        "e: metered",
        "f: enterprise 1 1",
        "g: enterprise 2 1",
    ]);
    let counted: Vec<(&str, usize)> = counts(&subscriptions).into_iter().collect();
    assert_eq!(
        counted,
        [("enterprise", 3), ("free", 1), ("metered", 2), ("team", 1)],
        "a team, three enterprises, one free and two metered; there is no plan called `other`"
    );
}

#[test]
fn each_plan_has_its_days_of_grace() {
    for (line, grace) in [
        ("a: free", 0),
        ("a: team 5", 14),
        ("a: enterprise 40 15", 60),
        ("a: metered", 3),
    ] {
        let subscription = subscription(line);
        assert_eq!(
            (
                is_suspended(&subscription, grace),
                is_suspended(&subscription, grace + 1)
            ),
            (false, true),
            "{line:?} has {grace} days of grace: it is suspended after them, and not before"
        );
    }
}

/// The words of a source without its comments; those in strings are words too.
fn words(source: &str) -> Vec<String> {
    source
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_'))
        .map(str::to_owned)
        .collect()
}

#[test]
fn only_one_file_knows_which_plans_there_are() {
    let mut named = Vec::new();
    for (file, source) in [
        ("invoice.rs", include_str!("../src/invoice.rs")),
        ("report.rs", include_str!("../src/report.rs")),
    ] {
        for word in words(source) {
            let lower = word.to_lowercase();
            if ["free", "team", "enterprise", "metered"]
                .iter()
                .any(|plan| lower.contains(plan))
            {
                named.push(format!("{file}: {word}"));
            }
        }
    }
    assert!(
        named.is_empty(),
        "whoever adds a plan has to find and change each file that names the plans there are, and the \
         compiler tells of none of these: {named:?}"
    );
}

#[test]
fn no_plan_is_asked_what_it_is() {
    let sources = [
        include_str!("../src/plan.rs"),
        include_str!("../src/invoice.rs"),
        include_str!("../src/report.rs"),
    ];
    let asked: Vec<String> = sources
        .iter()
        .flat_map(|source| words(source))
        .filter(|word| {
            word == "Any" || word == "TypeId" || word.contains("downcast") || word == "type_name"
        })
        .collect();
    assert!(
        asked.is_empty(),
        "a plan should be asked what it costs, and not what it is: {asked:?}"
    );
}
