//! `progress`: by week, by objective and by day.

use std::collections::BTreeMap;
use std::path::Path;

use colored::Colorize as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;

use super::args::ProgressArgs;
use super::{CliError, Config, Exit, list};
use crate::course::Exercise;
use crate::desk::{OWN, Way};
use crate::report::progress::{Page, Reach, Week, page};
use crate::report::{self, Screen, tables};

/// Days shown.
const DAYS: usize = 7;

/// `workbook progress`
pub fn run(
    args: &ProgressArgs,
    from: &Path,
    config: &Config,
    screen: &mut Screen,
) -> Result<Exit, CliError> {
    let summary = Summary::of(config);
    if let Some(path) = &args.html {
        let target = from.join(path);
        std::fs::write(&target, summary.page(config)).map_err(|source| CliError::Unwritable {
            path: target.clone(),
            source,
        })?;
        if !args.json {
            screen.line(format!("shown in {}", screen.path(path, &target)));
            return Ok(Exit::Success);
        }
    }
    if args.json {
        screen.line(report::json::document(summary.to_json()));
    } else {
        summary.print(&config.course.title, screen);
    }
    Ok(Exit::Success)
}

/// Everything that is shown, counted.
struct Summary<'c> {
    passed: usize,
    total: usize,
    minutes: u32,
    minutes_left: u32,
    /// Objectives of passed exercises.
    reached: usize,
    /// Objectives that some exercise teaches.
    taught: usize,
    weeks: Vec<WeekSummary<'c>>,
    days: BTreeMap<Date, u32>,
    /// Passed once, failing since.
    broken: Vec<&'c str>,
    /// The way that the learner has chosen, and how far that is.
    way: Option<(String, usize, usize)>,
}

struct WeekSummary<'c> {
    id: &'c str,
    title: &'c str,
    passed: usize,
    total: usize,
}

impl<'c> Summary<'c> {
    fn of(config: &'c Config) -> Self {
        let exercises = &config.course.exercises;
        let is_done = |exercise: &&Exercise| !config.is_open(exercise);
        let done: Vec<&Exercise> = exercises.iter().filter(is_done).collect();
        let taught_by =
            |list: &[&Exercise], id: &String| list.iter().any(|e| e.objectives.contains(id));
        let all: Vec<&Exercise> = exercises.iter().collect();
        let objectives = || {
            config
                .course
                .objectives
                .iter()
                .map(|objective| &objective.id)
        };
        let weeks = config.course.weeks.iter().enumerate().map(|(at, week)| {
            let of_week = |exercise: &&&Exercise| exercise.week == at;
            WeekSummary {
                id: &week.id,
                title: &week.title,
                passed: done.iter().filter(of_week).count(),
                total: all.iter().filter(of_week).count(),
            }
        });
        let way = config.way.as_ref().map(|way| {
            let name = match way {
                Way::Track(id) => id.clone(),
                Way::Own(_) => OWN.to_owned(),
            };
            let order = config.chosen_order();
            let passed = order.iter().filter(|one| !config.is_open(one)).count();
            (name, passed, order.len())
        });
        Summary {
            way,
            passed: done.len(),
            total: exercises.len(),
            minutes: done.iter().map(|exercise| exercise.minutes).sum(),
            minutes_left: exercises
                .iter()
                .filter(|e| !is_done(e))
                .map(|e| e.minutes)
                .sum(),
            reached: objectives().filter(|id| taught_by(&done, id)).count(),
            taught: objectives().filter(|id| taught_by(&all, id)).count(),
            weeks: weeks.collect(),
            days: config.progress.passes_by_day(&TimeZone::system()),
            broken: exercises
                .iter()
                .filter(|e| config.progress.broken(&e.id))
                .map(|e| e.id.as_str())
                .collect(),
        }
    }

    fn to_json(&self) -> serde_json::Value {
        let weeks: Vec<_> = self
            .weeks
            .iter()
            .map(|week| json!({ "week": week.id, "passed": week.passed, "total": week.total }))
            .collect();
        let days = self.days.iter();
        let days: Vec<_> = days
            .map(|(day, count)| json!({ "day": day.to_string(), "passed": count }))
            .collect();
        json!({
            "passed": self.passed,
            "total": self.total,
            "minutes": self.minutes,
            "minutes_left": self.minutes_left,
            "objectives": { "reached": self.reached, "taught": self.taught },
            "weeks": weeks,
            "days": days,
            "broken": self.broken,
            "track": self.way.as_ref().map(|(track, passed, total)| json!({
                "track": track,
                "passed": passed,
                "total": total,
            })),
        })
    }

    /// The same in full, as a page.
    fn page(&self, config: &Config) -> String {
        let course = &config.course;
        let state = |id: &String| {
            let exercise = course.find(id)?;
            let state = list::name(list::state_of(config, exercise));
            Some((exercise.id.as_str(), exercise.title.as_str(), state))
        };
        let weeks = course.weeks.iter().map(|week| {
            let parts = week.parts.iter();
            let parts = parts.map(|part| {
                let exercises = part.exercises.iter().filter_map(state).collect();
                (part.title.as_str(), exercises)
            });
            Week {
                title: &week.title,
                parts: parts.collect(),
            }
        });
        let reaches = list::reaches(config);
        let objectives = course.objectives.iter().zip(reaches);
        let mut days = Vec::new();
        if let (Some((first, _)), Some((last, _))) =
            (self.days.first_key_value(), self.days.last_key_value())
        {
            let every = first.series(jiff::Span::new().days(1));
            let every = every.take_while(|day| day <= last);
            days.extend(every.map(|day| {
                let count = self.days.get(&day).copied().unwrap_or(0);
                (day.to_string(), count)
            }));
        }
        page(&Page {
            title: &course.title,
            facts: vec![
                format!("{} of {} exercises", self.passed, self.total),
                format!("{} of {} objectives", self.reached, self.taught),
                format!("about {} done", hours(self.minutes)),
                format!("about {} left", hours(self.minutes_left)),
            ],
            weeks: weeks.collect(),
            objectives: objectives
                .map(|(one, reach)| (one.id.as_str(), one.text.as_str(), reach))
                .collect::<Vec<(&str, &str, Reach)>>(),
            days,
        })
    }

    /// A line for each week; where that is wider than the screen, its title above its bar.
    fn week_lines(&self, screen: &Screen) -> Vec<String> {
        let bar_cells = if screen.width < 60 { 8 } else { 20 };
        let rows: Vec<Vec<String>> = self
            .weeks
            .iter()
            .map(|week| {
                let bar = tables::bar(week.passed, week.total, bar_cells);
                let bar = if screen.plain { String::new() } else { bar };
                vec![
                    format!("  {}", week.title),
                    bar,
                    format!("{} of {}", week.passed, week.total),
                ]
            })
            .collect();
        let lines = tables::columns(&rows);
        if lines.iter().all(|line| tables::shown(line) <= screen.width) {
            return lines;
        }
        let halves = |row: &Vec<String>| [row[0].clone(), format!("    {}", row[1..].join("  "))];
        rows.iter().flat_map(halves).collect()
    }

    fn print(&self, title: &str, screen: &mut Screen) {
        let count = format!("{} of {} exercises", self.passed, self.total);
        let heading = format!("{}: {count}", title.bold());
        if tables::shown(&heading) > screen.width {
            screen.line(title.bold().to_string());
            screen.line(format!("  {count}"));
        } else {
            screen.line(heading);
        }
        screen.gap();
        for line in self.week_lines(screen) {
            screen.line(line);
        }
        screen.gap();
        screen.line(format!(
            "  objectives reached: {} of {} taught",
            self.reached, self.taught
        ));
        screen.line(format!("  work done: about {}", hours(self.minutes)));
        screen.line(format!("  work left: about {}", hours(self.minutes_left)));
        if let Some((track, passed, total)) = &self.way {
            screen.line(format!("  track {track}: {passed} of {total}"));
        }
        if !self.days.is_empty() {
            screen.gap();
            for (day, count) in self.days.iter().rev().take(DAYS) {
                let squares = "■"
                    .repeat(usize::try_from(*count).unwrap_or(0).min(40))
                    .green()
                    .to_string()
                    + " ";
                let squares = if screen.plain { String::new() } else { squares };
                screen.line(format!("  {day}  {squares}{count}"));
            }
        }
        if !self.broken.is_empty() {
            screen.gap();
            screen.line(format!(
                "{} {}",
                "Passed once, failing now:".yellow(),
                self.broken.join(", ")
            ));
        }
    }
}

/// So many minutes, as people say it.
pub fn hours(minutes: u32) -> String {
    if minutes < 60 {
        format!("{minutes} min")
    } else {
        format!("{} h {:02} min", minutes / 60, minutes % 60)
    }
}
