//! What a learner may see of a result, and how what a submission printed is made harmless.

use jiff::Timestamp;

use super::policy::{Policy, Visibility};
use super::record::{Grade, GradedCheck, Kind};

/// A check as it may be shown.
pub struct Shown<'g> {
    /// The check.
    pub check: &'g GradedCheck,
    /// What it printed, harmless; empty where it may not be shown.
    pub output: String,
}

/// The checks of a result that may be shown at this time.
pub fn shown<'g>(grade: &'g Grade, policy: &Policy, now: Timestamp) -> Vec<Shown<'g>> {
    let is_past = policy.late.due.is_none_or(|due| now >= due);
    let checks = grade.checks.iter().filter_map(|check| {
        let visibility = match check.kind {
            Kind::Visible => policy.show.visible,
            Kind::Hidden => policy.show.hidden,
        };
        let output = match visibility {
            Visibility::Never => return None,
            Visibility::AfterDue if !is_past => return None,
            Visibility::NameOnly => String::new(),
            Visibility::Always | Visibility::AfterDue => harmless(&check.output),
        };
        Some(Shown { check, output })
    });
    checks.collect()
}

/// Text of a submission that steers nothing: no control characters but line breaks and tabs, nothing that
/// turns the direction of text, no command that a CI service obeys.
pub fn harmless(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let kept: String = (line.chars())
            .filter(|c| *c == '\t' || !c.is_control())
            .filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'))
            .collect();
        let kept = kept.replace("##[", "## [").replace("##vso[", "## vso[");
        let is_command = kept.trim_start().starts_with("::");
        lines.push(if is_command {
            format!("· {}", kept.trim_start())
        } else {
            kept
        });
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grade::fixture::grade;

    #[test]
    fn what_a_submission_prints_steers_nothing() {
        let check = |text: &str, expected: &str| assert_eq!(harmless(text), expected, "{text:?}");
        check("::error::x", "· ::error::x");
        check("  ::set-output name=a::b", "· ::set-output name=a::b");
        check("a ##[command]x ##vso[task]", "a ## [command]x ## vso[task]");
        check("\u{1b}[2Jgone\u{7}\r\nb\tc", "[2Jgone\nb\tc");
        check("\u{202e}desrever", "desrever");
        check("a::b", "a::b");
    }

    #[test]
    fn hidden_checks_are_shown_as_the_policy_says() {
        let result = grade(
            "ann",
            "till",
            &[
                ("checks::a", false, Kind::Visible),
                ("graded::b", false, Kind::Hidden),
            ],
        );
        let now: Timestamp = "2026-11-28T12:00:00Z".parse().expect("a time");
        let see = |policy: &str| -> Vec<(String, bool)> {
            let policy = Policy::read(policy).expect("a policy");
            let all = shown(&result, &policy, now).into_iter();
            all.map(|shown| (shown.check.id.clone(), !shown.output.is_empty()))
                .collect()
        };
        let both = |output| {
            vec![
                ("checks::a".to_owned(), true),
                ("graded::b".to_owned(), output),
            ]
        };
        assert_eq!(see(""), both(false));
        assert_eq!(see("show.hidden = \"always\""), both(true));
        assert_eq!(see("show.hidden = \"never\"").len(), 1);
        let after = "show.hidden = \"after-due\"\nlate.due = ";
        assert_eq!(see(&format!("{after}\"2026-11-28T12:00:01Z\"")).len(), 1);
        assert_eq!(see(&format!("{after}\"2026-11-28T11:59:59Z\"")), both(true));
    }
}
