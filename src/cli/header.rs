//! Where the learner is: the lines above every verdict.

use colored::Colorize as _;

use super::Config;
use crate::course::Exercise;
use crate::report::{Screen, tables};

/// Prints week, topic, place and bar, then the exercise's title and what it asks.
pub fn print(screen: &mut Screen, config: &Config, exercise: &Exercise) {
    let course = &config.course;
    let week = course.week_of(exercise);
    let part = course.part_of(exercise);
    let done = course
        .exercises
        .iter()
        .filter(|e| !config.is_open(e))
        .count();
    let total = course.exercises.len();
    let place = course.position(&exercise.id).map_or(0, |at| at + 1);
    let where_am_i = format!("{} · {} · {place} of {total}", week.title, part.title);
    if screen.plain {
        screen.line(format!("{where_am_i}, {done} passed"));
    } else {
        let bar = tables::bar(done, total, 10);
        screen.line(format!("{}  {bar} {done}/{total}", where_am_i.dimmed()));
    }
    screen.line(format!(
        "{} — {}",
        exercise.id.cyan().bold(),
        exercise.title.bold()
    ));
    screen.prose(&exercise.summary);
}

/// Prints where the files are.
pub fn print_files(screen: &mut Screen, config: &Config, exercise: &Exercise) {
    let file = exercise.main_file();
    let path = screen.path(&file, &config.desk.root.join(&file));
    screen.line(format!("  {} {path}", "edit".dimmed()));
    let statement = exercise.folder.join("README.md");
    let path = screen.path(&statement, &config.desk.course_root().join(&statement));
    screen.line(format!("  {} `workbook show`, or {path}", "read".dimmed()));
    screen.line(format!(
        "  {} about {} minutes",
        "time".dimmed(),
        exercise.minutes
    ));
}
