//! `grade merge`, `grade export` and `grade regrade`: from results to points and reports, without running
//! anything.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::super::args::{ExportArgs, MergeArgs, RegradeArgs, ResultsArgs};
use super::super::{CliError, Config, Exit};
use crate::grade::{self, Export, Grade, Ledger, Policy, Store, Times};
use crate::report::{self, Screen};

/// `workbook grade merge`
pub fn merge(args: &MergeArgs, from: &Path, screen: &mut Screen) -> Result<Exit, CliError> {
    let mut into = Store::open(&from.join(&args.out))?;
    let mut exit = Exit::Success;
    for folder in &args.from {
        let store = existing(&from.join(folder))?;
        for aside in &store.set_aside {
            screen.complain(format!("note: left aside {aside}"));
            exit = Exit::ChecksFailed;
        }
        let merged = grade::merge(&mut into, &store)?;
        let (taken, kept) = (merged.taken, merged.kept);
        screen.line(format!(
            "{}: {taken} taken, {kept} there already",
            folder.display()
        ));
    }
    let total = into.grades().count();
    screen.line(format!("{total} results in {}", args.out.display()));
    Ok(exit)
}

/// `workbook grade export`
pub fn export(
    args: &ExportArgs,
    from: &Path,
    config: &Config,
    screen: &mut Screen,
) -> Result<Exit, CliError> {
    let (store, policy, times) = results(&args.results, from, config)?;
    let wanted = |grade: &&Grade| {
        args.submission
            .as_ref()
            .is_none_or(|name| *name == grade.submission)
    };
    let export = Export {
        grades: store.grades().filter(wanted).collect(),
        policy: &policy,
        times: &times,
        now: Timestamp::now(),
    };
    let files = export
        .files(args.to)
        .map_err(|what| CliError::Export { what })?;
    let Some(out) = &args.out else {
        for file in files {
            screen.line(file.text.trim_end());
        }
        return Ok(Exit::Success);
    };
    for file in files {
        let path = from.join(out).join(&file.name);
        write(&path, &file.text)?;
        screen.line(path.display().to_string());
    }
    Ok(Exit::Success)
}

/// `workbook grade regrade`
pub fn regrade(
    args: &RegradeArgs,
    from: &Path,
    config: &Config,
    screen: &mut Screen,
) -> Result<Exit, CliError> {
    let (store, policy, times) = results(&args.results, from, config)?;
    let path = from.join(&args.results.from).join("scores.json");
    let before = match std::fs::read_to_string(&path) {
        Ok(text) => serde_json::from_str(&text).map_err(|source| CliError::BadLedger {
            path: path.clone(),
            source,
        })?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ledger::default(),
        Err(source) => return Err(CliError::Unreadable { path, source }),
    };
    let after = grade::ledger(store.grades(), &policy, &times);
    let moves = grade::moves(&before, &after);
    let up = moves.iter().filter(|one| one.is_up()).count();
    if args.json {
        screen.line(report::json::document(serde_json::json!({
            "version": 1,
            "up": up,
            "down": moves.len() - up,
            "applied": args.apply,
            "moves": moves,
        })));
    } else {
        let points =
            |points: Option<f64>| points.map_or("?".to_owned(), |points| points.to_string());
        for one in &moves {
            let (before, after) = (points(one.before), points(one.after));
            screen.line(format!(
                "{}/{}: {before} → {after}",
                one.submission, one.exercise
            ));
        }
        let of = after.scores.len();
        let same = of - moves.len();
        screen.line(format!(
            "{of} scores: {up} up, {} down or open, {same} as before",
            moves.len() - up
        ));
    }
    if args.apply {
        let text = serde_json::to_string_pretty(&after).map_err(|source| CliError::BadLedger {
            path: path.clone(),
            source,
        })?;
        write(&path, &(text + "\n"))?;
    } else if !args.json && !moves.is_empty() {
        screen.line("  `workbook grade regrade --apply` gives them out");
    }
    Ok(Exit::Success)
}

fn existing(folder: &Path) -> Result<Store, CliError> {
    if !folder.join("results").is_dir() {
        return Err(CliError::NoResults {
            path: folder.to_owned(),
        });
    }
    Ok(Store::open(folder)?)
}

fn results(
    args: &ResultsArgs,
    from: &Path,
    config: &Config,
) -> Result<(Store, Policy, Times), CliError> {
    let store = existing(&from.join(&args.from))?;
    let own = config.desk.course_root().join("grading.toml");
    let path = match &args.policy {
        Some(path) => Some(from.join(path)),
        None => own.is_file().then_some(own),
    };
    let policy = match path {
        None => Policy::default(),
        Some(path) => {
            Policy::read(&read(&path)?).map_err(|source| CliError::BadPolicy { path, source })?
        }
    };
    let times = match args.submitted.as_ref().map(|path| from.join(path)) {
        None => Times::new(),
        Some(path) => {
            grade::times(&read(&path)?).map_err(|what| CliError::BadTimes { path, what })?
        }
    };
    Ok((store, policy, times))
}

fn read(path: &PathBuf) -> Result<String, CliError> {
    std::fs::read_to_string(path).map_err(|source| CliError::Unreadable {
        path: path.clone(),
        source,
    })
}

fn write(path: &Path, text: &str) -> Result<(), CliError> {
    let at = |source| CliError::Unwritable {
        path: path.to_owned(),
        source,
    };
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(at)?;
    }
    std::fs::write(path, text).map_err(at)
}
