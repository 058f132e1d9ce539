//! `init`: a new desk.

use std::path::Path;

use colored::Colorize as _;

use super::args::InitArgs;
use super::{CliError, Exit};
use crate::desk::{self, CourseSource};
use crate::report::Screen;

/// `workbook init`
pub fn run(args: &InitArgs, from: &Path, screen: &mut Screen) -> Result<Exit, CliError> {
    let folder = from.join(&args.dir);
    let source = match &args.course {
        Some(path) => CourseSource::Folder(from.join(path)),
        None => CourseSource::Packed,
    };
    let (desk, course) = desk::init(&folder, &source)?;
    screen.line(format!(
        "{} {}",
        "Your desk is ready:".bold(),
        screen.path(&args.dir, &desk.root)
    ));
    screen.line(format!(
        "  {}, {} exercises",
        course.title,
        course.exercises.len()
    ));
    screen.gap();
    screen.line(format!("  cd {}", args.dir.display()));
    screen.line("  workbook next");
    Ok(Exit::Success)
}
