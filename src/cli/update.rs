//! `update`: a new version of the course, and the learner's work stays.

use std::path::Path;

use colored::Colorize as _;
use serde_json::json;

use super::args::UpdateArgs;
use super::{CliError, Config, Exit};
use crate::desk::{CourseSource, Update};
use crate::report::{self, Screen};

/// `workbook update`
pub fn run(
    args: &UpdateArgs,
    from: &Path,
    config: &mut Config,
    screen: &mut Screen,
) -> Result<Exit, CliError> {
    let source = match &args.course {
        Some(path) => CourseSource::Folder(from.join(path)),
        None if args.built_in => CourseSource::Packed,
        None => config.desk.origin(),
    };
    let old = config.course.version.clone();
    let mut update = Update::look(&config.desk, &config.course, &source, args.course.is_some())?;
    if !args.dry_run {
        update = update.take(&config.desk)?;
        config.reload_course()?;
    }
    // By the new course: an exercise may have another id now.
    let passed = |id: &&String| config.progress.is_passed(id);
    let to_verify: Vec<&String> = update.changed.iter().filter(passed).collect();
    if args.json {
        screen.line(report::json::document(json!({
            "from": old,
            "to": update.version,
            "is_same": update.is_same,
            "dry_run": args.dry_run,
            "added": update.added,
            "removed": update.removed,
            "changed": update.changed,
            "passed_and_changed": to_verify,
            "kept_own_files": update.kept,
            "set_aside": update.set_aside,
        })));
        return Ok(Exit::Success);
    }
    if update.is_same {
        let title = &config.course.title;
        screen.prose(format!("Your desk is up to date: {title} {old}"));
        return Ok(Exit::Success);
    }
    let heading = match (args.dry_run, old == update.version) {
        (true, _) => format!("Would update from {old} to {}:", update.version),
        (false, true) => format!("Updated, still version {old}:"),
        (false, false) => format!("Updated from {old} to {}:", update.version),
    };
    screen.line(heading.bold().to_string());
    let named = |ids: &[String]| ids.join(", ");
    if !update.added.is_empty() {
        screen.prose(format!("  new: {}", named(&update.added)));
    }
    if !update.removed.is_empty() {
        let ids = named(&update.removed);
        screen.prose(format!(
            "  gone: {ids}; what you wrote there stays in its place"
        ));
    }
    let others: Vec<String> = update
        .changed
        .iter()
        .filter(|id| !to_verify.contains(id))
        .cloned()
        .collect();
    if !others.is_empty() {
        screen.prose(format!("  changed: {}", named(&others)));
    }
    if !to_verify.is_empty() {
        let ids: Vec<String> = to_verify.into_iter().cloned().collect();
        screen.prose(format!(
            "  changed since you passed them: {}; `workbook verify` checks them again",
            named(&ids)
        ));
    }
    for id in &update.kept {
        screen.prose(format!(
            "  {id} starts otherwise now; your files stay, and `workbook reset {id}` takes the new start"
        ));
    }
    for path in &update.set_aside {
        let verb = if args.dry_run { "would be" } else { "is" };
        screen.prose(format!(
            "  your change to a file of the course {verb} kept: {}",
            path.display()
        ));
    }
    Ok(Exit::Success)
}
