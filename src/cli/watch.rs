//! `watch`: a save runs the exercise it is in. On a terminal it is a screen with keys; elsewhere, and
//! with `--plain`, it prints line by line.

mod lines;
mod live;
mod pages;
mod view;
mod worker;

use std::sync::mpsc::{self, Receiver, Sender};

use super::args::WatchArgs;
use super::{CliError, Config, Exit, signals};
use crate::report::Screen;
use crate::watch::{Heard, How, Saved, Saves};

/// Anything that happens while we watch.
enum News {
    /// Files were saved.
    Saved(Saved),
    /// At the keys.
    Heard(Heard),
    /// A signal came.
    Nudged(signals::Nudge),
    /// By the worker.
    Told(worker::Told),
    /// The editor was closed.
    EditorEnded,
}

/// What both ways of watching listen to.
struct Ears {
    sender: Sender<News>,
    news: Receiver<News>,
    saves: Saves,
    how: How,
}

impl Ears {
    fn new(args: &WatchArgs, config: &Config) -> Result<Self, CliError> {
        let (sender, news) = mpsc::channel();
        let how = if args.poll { How::Polling } else { How::Best };
        let nudges = sender.clone();
        // Once the receiver is gone nobody listens any more, here and below.
        signals::nudge(move |nudge| drop(nudges.send(News::Nudged(nudge))))
            .map_err(CliError::Signals)?;
        let saves = saves(config, how, &sender)?;
        Ok(Ears {
            sender,
            news,
            saves,
            how,
        })
    }

    /// Watches what there is now: the course has changed.
    fn watch_again(&mut self, config: &Config) -> Result<(), CliError> {
        self.saves = saves(config, self.how, &self.sender)?;
        Ok(())
    }

    fn worker(&self, config: &Config) -> Result<worker::Worker, CliError> {
        let told = self.sender.clone();
        worker::Worker::start(&config.stop, move |what| drop(told.send(News::Told(what))))
    }

    /// What there is to say of how saves are noticed.
    fn note(&self) -> Option<String> {
        let why = self.saves.polling.as_ref()?;
        Some(format!("Looking for saves twice a second: {why}"))
    }
}

fn saves(config: &Config, how: How, sender: &Sender<News>) -> Result<Saves, CliError> {
    let sender = sender.clone();
    let tell = move |saved| drop(sender.send(News::Saved(saved)));
    Ok(Saves::watch(&config.desk.root, &config.course, how, tell)?)
}

/// `workbook watch`
pub fn run(args: &WatchArgs, config: &mut Config, screen: &mut Screen) -> Result<Exit, CliError> {
    config.remember_starters()?;
    let exercise = config.named_or_current(args.id.as_deref(), "watch")?;
    // Before the first run, so that a save during it is not missed.
    let ears = Ears::new(args, config)?;
    if screen.is_interactive() {
        live::run(&exercise, ears, config, screen)
    } else {
        lines::run(exercise, ears, config, screen)
    }
}
