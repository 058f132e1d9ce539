//! A verdict for the terminal.

use std::fmt::Write as _;
use std::time::Duration;

use colored::Colorize as _;

use super::Screen;
use crate::course::Exercise;
use crate::engine::{
    CheckResult, CheckState, Failure, FigureReading, Outcome, TestOutput, Verdict,
};

/// Lines of an output shown before the rest is left out.
const OUTPUT_LINES: usize = 40;

/// Prints a verdict: every check, then the first failure in full.
pub fn print(screen: &mut Screen, exercise: &Exercise, verdict: &Verdict, verbose: bool) {
    match &verdict.outcome {
        Outcome::NotRun { why } => {
            let mark = screen.mark("•", "not run:").yellow();
            screen.prose(format!("{mark} {why}"));
            return;
        }
        Outcome::CouldNotJudge { why } => {
            let mark = screen.mark("?", "could not judge:").yellow();
            screen.prose(format!("{mark} {why}"));
            return;
        }
        Outcome::Passed | Outcome::Failed => {}
    }
    let build_failed = verdict
        .checks
        .iter()
        .any(|c| c.id == "build" && c.state != CheckState::Passed);
    for check in &verdict.checks {
        if check.id != "build" && !build_failed {
            screen.prose(check_line(screen, check));
        }
    }
    print_first_failure(screen, exercise, verdict);
    if verbose {
        for warning in &verdict.warnings {
            screen.line(warning.trim_end());
        }
    } else if !verdict.warnings.is_empty() && verdict.outcome == Outcome::Passed {
        let count = verdict.warnings.len();
        let noun = if count == 1 { "warning" } else { "warnings" };
        screen.line(
            format!(
                "{count} compiler {noun}; see `workbook run {} --verbose`",
                exercise.id
            )
            .dimmed()
            .to_string(),
        );
    }
}

/// The first failure in full, below it what else fails, and then what passes: for where there is not room for all.
pub fn print_failures_first(screen: &mut Screen, exercise: &Exercise, verdict: &Verdict) {
    let checks = || verdict.checks.iter().filter(|check| check.id != "build");
    let first = checks().position(|check| matches!(check.state, CheckState::Failed { .. }));
    if let Some(check) = first.and_then(|at| checks().nth(at)) {
        screen.prose(check_line(screen, check));
    }
    print_first_failure(screen, exercise, verdict);
    screen.gap();
    for wanted in [false, true] {
        for (at, check) in checks().enumerate() {
            if Some(at) != first && (check.state == CheckState::Passed) == wanted {
                screen.prose(check_line(screen, check));
            }
        }
    }
}

fn print_first_failure(screen: &mut Screen, exercise: &Exercise, verdict: &Verdict) {
    let mut checks = verdict.checks.iter();
    let Some(first) = checks.find(|check| matches!(check.state, CheckState::Failed { .. })) else {
        return;
    };
    screen.gap();
    // The first line is a sentence; the rest is what a compiler or a test printed.
    let mut lines = explain(exercise, first).into_iter();
    if let Some(sentence) = lines.next() {
        screen.prose(sentence);
    }
    for line in lines {
        screen.line(line);
    }
}

/// One line for a check: mark, what a pass shows, and the figure if there is one.
pub fn check_line(screen: &Screen, check: &CheckResult) -> String {
    let mark = match &check.state {
        CheckState::Passed => screen.mark("✓", "passed:").green().bold(),
        CheckState::Failed { .. } => screen.mark("✗", "failed:").red().bold(),
        CheckState::NotRun { .. } => screen.mark("•", "not run:").yellow(),
        CheckState::CouldNotJudge { .. } => screen.mark("?", "could not judge:").yellow(),
    };
    let mut line = format!("{mark} {}", check.shows);
    if let Some(figure) = &check.figure {
        line.push_str("  ");
        line.push_str(&figure_text(figure).dimmed().to_string());
    }
    line
}

fn figure_text(figure: &FigureReading) -> String {
    let mine = figure
        .mine
        .map_or_else(|| "none reported".to_owned(), number);
    let mut text = format!("{mine} {}", figure.unit);
    if let Some(noise) = figure.noise {
        // Writing to a String can't fail.
        let _ = write!(text, " ± {:.0} %", noise * 100.0);
    }
    let mut beside = Vec::new();
    let mut add = |name: &str, value: Option<f64>| {
        beside.extend(value.map(|value| format!("{name} {}", number(value))));
    };
    add("budget", figure.at_most);
    add("at least", figure.at_least);
    add("starter", figure.starter);
    add("reference", figure.reference);
    format!("{text}; {}", beside.join(", "))
}

/// A figure with its thousands set apart; fractions to two places.
pub fn number(value: f64) -> String {
    if value.fract() != 0.0 {
        return format!("{value:.2}");
    }
    let digits = format!("{value:.0}");
    let (sign, digits) = digits
        .strip_prefix('-')
        .map_or(("", digits.as_str()), |rest| ("-", rest));
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}")
}

/// A failed check in full: what happened in plain words, then what was printed.
pub fn explain(exercise: &Exercise, check: &CheckResult) -> Vec<String> {
    let CheckState::Failed { failure } = &check.state else {
        return Vec::new();
    };
    let (what, output) = describe(exercise, check, failure);
    let mut lines = vec![what.bold().to_string()];
    match failure {
        Failure::DoesNotBuild { errors }
        | Failure::TestsDoNotBuild { errors, .. }
        | Failure::OtherError { errors, .. }
        | Failure::Lint { warnings: errors } => {
            if let Some(first) = errors.first() {
                lines.extend(first.trim_end().lines().map(str::to_owned));
            }
            if errors.len() > 1 {
                let more = errors.len() - 1;
                let noun = if more == 1 { "error" } else { "errors" };
                lines.push(
                    format!("{more} more {noun} after this one")
                        .dimmed()
                        .to_string(),
                );
            }
        }
        _ => {}
    }
    if let Some(output) = output {
        lines.extend(output_lines(output));
    }
    lines
}

/// A failed check in one line: what happened, and the first line of the message if there is one.
pub fn in_a_line(exercise: &Exercise, check: &CheckResult) -> String {
    let lines = explain(exercise, check);
    let plain = |line: &String| anstream::adapter::strip_str(line).to_string();
    let mut rest = lines.iter().skip(1).map(plain);
    let message = rest.find(|line| !line.trim().is_empty() && !line.trim().starts_with("at "));
    let what = lines.first().cloned().unwrap_or_default();
    match message {
        // Only a sentence that announces something is followed by it.
        Some(message) if plain(&what).ends_with(':') => format!("{what} {}", message.trim()),
        _ => what,
    }
}

/// What happened, in a sentence. The ways to fail call for looking in different places.
#[expect(clippy::too_many_lines, reason = "one arm for each way to fail")]
fn describe<'f>(
    exercise: &Exercise,
    check: &CheckResult,
    failure: &'f Failure,
) -> (String, Option<&'f TestOutput>) {
    let name = check.id.as_str();
    let name = name.strip_prefix("checks::").unwrap_or(name);
    match failure {
        Failure::DoesNotBuild { .. } if check.id == "build" => {
            ("The code does not build:".to_owned(), None)
        }
        Failure::DoesNotBuild { .. } => (
            format!(
                "`compile/{}.rs` has to build against your code, and does not:",
                plain_name(name)
            ),
            None,
        ),
        // Those are the learner's own, and the code is the course's.
        Failure::TestsDoNotBuild { target, .. } if check.id == "suite::passes" => {
            (format!("`tests/{target}.rs` does not build:"), None)
        }
        Failure::TestsDoNotBuild { target, .. } => (
            format!(
                "`tests/{target}.rs` no longer builds against your code: a public name or signature that it \
                 uses has changed:"
            ),
            None,
        ),
        Failure::Assertion { output } => (format!("{name} failed:"), Some(output)),
        Failure::TimedOut { after, output } => (
            format!(
                "{name} had not ended after {}: likely a deadlock, an endless loop, or a task or thread that \
                 never ends. Look for what it waits for, and who should have woken it.",
                seconds(*after)
            ),
            Some(output),
        ),
        Failure::Crashed { signal, output } => (
            format!("{name} crashed: {}.", crash(*signal, output)),
            Some(output),
        ),
        Failure::EarlyExit { code, output } => (
            format!(
                "{name}: the process ended before the test did (exit code {code}). Something called \
                 `std::process::exit`."
            ),
            Some(output),
        ),
        Failure::Ignored => (
            format!("{name} is marked #[ignore]; an ignored test shows nothing."),
            None,
        ),
        Failure::Missing => (
            format!(
                "{name} is expected by the course and is not there. In a clone, `git checkout -- {}` \
                 brings the course's own tests back.",
                exercise.crate_folder.join("tests").display()
            ),
            None,
        ),
        Failure::OverBudget => (over_budget(check), None),
        Failure::NeverReported => (
            format!(
                "No test reported a figure for `{}`.",
                name.trim_start_matches("budget::")
            ),
            None,
        ),
        Failure::TooSlow => (too_slow(check), None),
        Failure::Builds => (
            format!(
                "`compile/{}.rs` builds, and must not: {}.",
                plain_name(name),
                check.shows
            ),
            None,
        ),
        Failure::OtherError { expected, errors } => (
            if errors.is_empty() {
                format!("`compile/{}.rs` was not built.", plain_name(name))
            } else {
                format!(
                    "`compile/{}.rs` must not build because of {expected}, and fails for another reason:",
                    plain_name(name)
                )
            },
            None,
        ),
        Failure::Lint { .. } => (format!("{name} fires:"), None),
        Failure::Survives { behaviour } => (
            format!("Your tests do not notice when this goes wrong: {behaviour}."),
            None,
        ),
        Failure::RejectsCorrect { behaviour, output } => (
            format!(
                "Your tests refuse code that is right ({behaviour}); they ask for more than the statement promises."
            ),
            Some(output),
        ),
        Failure::NotAnswered => (
            format!(
                "{} is not answered yet: write it into `answers.toml`, as the statement shows.",
                plain_name(name)
            ),
            None,
        ),
        Failure::WrongAnswer => (
            format!("The answer to {} is not right.", plain_name(name)),
            None,
        ),
        Failure::BadAnswers { why } => (why.clone(), None),
        Failure::Score {
            found,
            defects,
            false_alarms,
            at_least,
        } => (
            format!(
                "You found {found} of {defects} defects, and {false_alarms} of your findings are none. \
                 The score is {}, and {at_least} are needed.",
                found.saturating_sub(*false_alarms)
            ),
            None,
        ),
    }
}

/// `compile::right_order` → `right_order`.
fn plain_name(id: &str) -> &str {
    id.rsplit_once("::").map_or(id, |(_, name)| name)
}

fn too_slow(check: &CheckResult) -> String {
    let Some(reading) = &check.figure else {
        return "Too slow.".to_owned();
    };
    format!(
        "Too slow: {} times as fast as the starter, measured in turn with it, and {} times is asked for.",
        number(reading.mine.unwrap_or_default()),
        number(reading.at_least.unwrap_or_default())
    )
}

fn over_budget(check: &CheckResult) -> String {
    let Some(reading) = &check.figure else {
        return "Over the budget.".to_owned();
    };
    let reference = reading.reference.map(number).unwrap_or_default();
    format!(
        "Over the budget: {} {}, and at most {} are allowed. The reference needs {reference}.",
        number(reading.mine.unwrap_or_default()),
        reading.unit,
        number(reading.at_most.unwrap_or_default()),
    )
}

fn crash(signal: i32, output: &TestOutput) -> String {
    let stderr = output.stderr.text();
    if stderr.contains("has overflowed its stack") {
        return "the stack overflowed; look for recursion without an end".to_owned();
    }
    if stderr.contains("memory allocation of") {
        return "it asked for more memory than there is".to_owned();
    }
    match signal {
        4 => "illegal instruction (signal 4)".to_owned(),
        6 => "it aborted (signal 6); a panic while panicking, or in a destructor, does that"
            .to_owned(),
        7 | 11 => format!(
            "it touched memory that is not its own (signal {signal}); look at `unsafe` code"
        ),
        8 => "arithmetic error (signal 8)".to_owned(),
        9 => "it was killed (signal 9), perhaps because memory ran out".to_owned(),
        other => format!("signal {other}"),
    }
}

fn output_lines(output: &TestOutput) -> Vec<String> {
    let mut lines = Vec::new();
    for (stream, heading) in [
        (&output.stderr, None),
        (&output.stdout, Some("it printed:")),
    ] {
        if stream.is_blank() {
            continue;
        }
        lines.extend(heading.map(|heading| format!("  {}", heading.dimmed())));
        let text = stream.text();
        let all: Vec<&str> = text
            .trim_end()
            .lines()
            .skip_while(|line| line.trim().is_empty())
            .collect();
        // Terminal escapes in a test's output must not reach the terminal.
        let shown = all
            .iter()
            .take(OUTPUT_LINES)
            .map(|line| format!("  {}", place_of_panic(&without_controls(line))));
        lines.extend(shown);
        if all.len() > OUTPUT_LINES {
            lines.push(
                format!("  … {} more lines", all.len() - OUTPUT_LINES)
                    .dimmed()
                    .to_string(),
            );
        }
    }
    if output.left_behind > 0 {
        let noun = if output.left_behind == 1 {
            "process"
        } else {
            "processes"
        };
        lines.push(format!(
            "  {} {noun} it had started and left behind; ended now",
            output.left_behind
        ));
    }
    lines
}

/// `thread 'name' (7) panicked at tests/checks.rs:3:5:` → `at tests/checks.rs:3:5`. The thread has the
/// test's name, and the number means nothing to anybody.
fn place_of_panic(line: &str) -> String {
    match line.split_once(" panicked at ") {
        Some((thread, place)) if thread.starts_with("thread '") && place.ends_with(':') => {
            format!("at {}", place.trim_end_matches(':'))
                .dimmed()
                .to_string()
        }
        _ => line.to_owned(),
    }
}

/// A line without ANSI sequences and other control characters.
fn without_controls(line: &str) -> String {
    let stripped = anstream::adapter::strip_str(line).to_string();
    stripped
        .chars()
        .filter(|c| !c.is_control() || *c == '\t')
        .collect()
}

/// `10 s`, `250 ms`.
pub fn seconds(duration: Duration) -> String {
    if duration.subsec_millis() == 0 && duration.as_secs() > 0 {
        return format!("{} s", duration.as_secs());
    }
    if duration.as_secs() >= 1 {
        return format!("{:.1} s", duration.as_secs_f64());
    }
    format!("{} ms", duration.as_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (value, expected) in [
            (0.0, "0"),
            (999.0, "999"),
            (1000.0, "1,000"),
            (1_234_567.0, "1,234,567"),
            (1.5, "1.50"),
            (-1000.0, "-1,000"),
        ] {
            assert_eq!(number(value), expected);
        }
    }

    #[test]
    fn durations_read_as_people_say_them() {
        for (millis, expected) in [(10_000, "10 s"), (1_500, "1.5 s"), (250, "250 ms")] {
            assert_eq!(seconds(Duration::from_millis(millis)), expected);
        }
    }

    #[test]
    fn escapes_in_a_test_s_output_do_not_reach_the_terminal() {
        assert_eq!(without_controls("a\x1b[2Jb\x07\tc"), "ab\tc");
    }
}
