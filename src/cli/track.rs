//! `track`: the learner's way through the course.

use colored::Colorize as _;
use serde_json::{Value, json};

use super::args::TrackArgs;
use super::{CliError, Config, Exit};
use crate::course::Exercise;
use crate::desk::{Choice, OWN, Way};
use crate::report::{self, Screen, tables};

/// `workbook track`
pub fn run(args: &TrackArgs, config: &mut Config, screen: &mut Screen) -> Result<Exit, CliError> {
    let chosen = if args.whole {
        Some(None)
    } else if !args.own.is_empty() {
        Some(Some(Way::Own(composed(config, &args.own)?)))
    } else if let Some(id) = &args.id {
        // Also one of the learner's own, if there is one.
        config.order(Some(id))?;
        let is_course_s = config.course.tracks.iter().any(|track| track.id == *id);
        match &config.own {
            Some(own) if id == OWN && !is_course_s => Some(Some(Way::Own(own.clone()))),
            _ => Some(Some(Way::Track(id.clone()))),
        }
    } else {
        None
    };
    let is_choice = chosen.is_some();
    if let Some(way) = chosen {
        let choice = Choice {
            way: config.way.take(),
            own: config.own.take(),
        };
        let choice = choice.with(way);
        choice.write(&config.desk)?;
        Choice {
            way: config.way,
            own: config.own,
        } = choice;
    }
    let ways = ways(config);
    if args.json {
        let entries: Vec<Value> = ways.iter().map(|way| way.to_json(config)).collect();
        let current = config.current(None)?.map(|exercise| exercise.id.clone());
        screen.line(report::json::document(
            json!({ "tracks": entries, "current": current }),
        ));
        return Ok(Exit::Success);
    }
    if is_choice {
        print_choice(config, &ways, screen)?;
    } else {
        for way in &ways {
            way.print(config, screen);
        }
        screen.gap();
        screen.prose("`workbook track ID` follows one, `workbook track --own ID…` composes one, `workbook list --track ID` shows what is in it");
    }
    Ok(Exit::Success)
}

/// A way through the course, as it is shown.
struct Shown<'c> {
    /// What to type; `None` for the whole course.
    id: Option<&'c str>,
    title: &'c str,
    about: &'c str,
    exercises: Vec<&'c Exercise>,
    is_chosen: bool,
}

/// The whole course, its tracks, and the learner's own.
fn ways(config: &Config) -> Vec<Shown<'_>> {
    let course = &config.course;
    let known = |id: &str| course.tracks.iter().any(|track| track.id == id);
    let chosen = match &config.way {
        Some(Way::Track(id)) => Some(id.as_str()).filter(|id| known(id)),
        Some(Way::Own(_)) => Some(OWN),
        None => None,
    };
    let mut ways = vec![Shown {
        id: None,
        title: &course.title,
        about: "The whole course",
        exercises: course.exercises.iter().collect(),
        is_chosen: chosen.is_none(),
    }];
    ways.extend(course.tracks.iter().map(|track| Shown {
        id: Some(&track.id),
        title: &track.title,
        about: &track.about,
        exercises: config.order(Some(&track.id)).unwrap_or_default(),
        is_chosen: chosen == Some(&track.id) && !matches!(config.way, Some(Way::Own(_))),
    }));
    if config.own.is_some() {
        ways.push(Shown {
            id: Some(OWN),
            title: "Your own",
            about: "As you composed it",
            exercises: config.order(Some(OWN)).unwrap_or_default(),
            is_chosen: chosen == Some(OWN) && matches!(config.way, Some(Way::Own(_))),
        });
    }
    ways
}

impl Shown<'_> {
    fn passed(&self, config: &Config) -> usize {
        let done = self.exercises.iter().filter(|one| !config.is_open(one));
        done.count()
    }

    fn to_json(&self, config: &Config) -> Value {
        let ids: Vec<&String> = self.exercises.iter().map(|one| &one.id).collect();
        json!({
            "id": self.id,
            "title": self.title,
            "about": self.about,
            "chosen": self.is_chosen,
            "passed": self.passed(config),
            "total": self.exercises.len(),
            "exercises": ids,
        })
    }

    fn print(&self, config: &Config, screen: &mut Screen) {
        let mark = if self.is_chosen {
            screen.mark("▸", "chosen:").green().bold().to_string()
        } else {
            screen.mark("·", "").dimmed().to_string()
        };
        let count = format!("{} of {}", self.passed(config), self.exercises.len());
        let id = match self.id {
            Some(id) => id.cyan().bold().to_string(),
            None => "--whole".bold().to_string(),
        };
        let head = format!("{mark} {id}").trim().to_owned();
        let line = format!("{head}  {}  {}", self.title, count.dimmed());
        if tables::shown(&line) > screen.width {
            screen.line(head);
            screen.prose(format!("    {}  {}", self.title, count.dimmed()));
        } else {
            screen.line(line);
        }
        screen.prose(format!("    {}", self.about.dimmed()));
    }
}

fn print_choice(config: &Config, ways: &[Shown<'_>], screen: &mut Screen) -> Result<(), CliError> {
    for way in ways.iter().filter(|way| way.is_chosen) {
        let minutes: u32 = (way.exercises.iter())
            .filter(|one| config.is_open(one))
            .map(|one| one.minutes)
            .sum();
        screen.prose(format!(
            "You follow {}: {} of {} exercises passed, about {} left",
            way.title.bold(),
            way.passed(config),
            way.exercises.len(),
            super::progress::hours(minutes)
        ));
        if way.id == Some(OWN) {
            let ids: Vec<&str> = way.exercises.iter().map(|one| one.id.as_str()).collect();
            screen.prose(format!("  {}", ids.join(", ")));
        }
    }
    if let Some(following) = config.current(None)? {
        screen.prose(format!(
            "  `workbook next`: {} — {}",
            following.id.cyan(),
            following.title
        ));
    }
    Ok(())
}

/// The exercises that these words mean, each once, with what an exercise needs and is not passed yet before it.
fn composed(config: &Config, words: &[String]) -> Result<Vec<String>, CliError> {
    let course = &config.course;
    let mut ids: Vec<String> = Vec::new();
    for word in words {
        let meant: Vec<&str> = if let Some(exercise) = course.find(word) {
            vec![&exercise.id]
        } else if let Some((at, _)) = course.find_week(word) {
            let of_week = course.exercises.iter().filter(|one| one.week == at);
            of_week.map(|one| one.id.as_str()).collect()
        } else {
            let mut parts = course.weeks.iter().flat_map(|week| &week.parts);
            let part = parts.find(|part| part.id == *word);
            let part = part.ok_or_else(|| CliError::UnknownPart { name: word.clone() })?;
            part.exercises.iter().map(String::as_str).collect()
        };
        for id in meant {
            add(config, id, &mut ids);
        }
    }
    Ok(ids)
}

fn add(config: &Config, id: &str, ids: &mut Vec<String>) {
    let Some(exercise) = config.course.find(id) else {
        return;
    };
    // The loader refuses circles.
    for need in &exercise.needs {
        if config
            .course
            .find(need)
            .is_some_and(|need| config.is_open(need))
        {
            add(config, need, ids);
        }
    }
    if !ids.contains(&exercise.id) {
        ids.push(exercise.id.clone());
    }
}
