//! Watching on a screen of its own: connects the state with the engine, the journal, the files and the
//! terminal.

mod lending;

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::super::signals::Nudge;
use super::super::{CliError, Config, Exit, editor, judge, quiz, reset};
use super::worker::{Number, Told, Worker};
use super::{Ears, News, pages, view};
use crate::course::Exercise;
use crate::course::quiz::ANSWERS;
use crate::report::Screen;
use crate::watch::draw::{self, Canvas};
use crate::watch::{Effect, Heard, Keys, PageKind, Questions, State, Terminal, View, terminal};

/// How often the screen is drawn while something runs, for the time that it tells.
const TICK: Duration = Duration::from_millis(250);

/// Watches until somebody asks to stop.
pub fn run(
    exercise: &Arc<Exercise>,
    ears: Ears,
    config: &mut Config,
    screen: &Screen,
) -> Result<Exit, CliError> {
    let words = editor::chosen();
    let mut state = State::new(
        view::overview(config),
        view::at_hand(config, exercise),
        words.is_some(),
    );
    state.standing_note = ears.note();
    let worker = ears.worker(config)?;
    let terminal = Terminal::take(screen.has_colors()).map_err(CliError::Terminal)?;
    // Declared in this order, so that what a panic drops first is what runs.
    let mut live = Live {
        worker,
        keys: None,
        terminal,
        state,
        run: 0,
        editor: words.unwrap_or_default(),
        is_lent: false,
        exit: None,
        ears,
        config,
    };
    live.listen()?;
    live.judge();
    let exit = live.watch()?;
    live.end()?;
    Ok(exit)
}

struct Live<'c> {
    worker: Worker,
    keys: Option<Keys>,
    terminal: Terminal,
    state: State,
    /// The job that the screen is about.
    run: Number,
    editor: Vec<String>,
    /// The terminal is somebody else's.
    is_lent: bool,
    exit: Option<Exit>,
    ears: Ears,
    config: &'c mut Config,
}

impl Live<'_> {
    fn watch(&mut self) -> Result<Exit, CliError> {
        loop {
            if self.config.stop.is_raised() {
                return Ok(Exit::Interrupted);
            }
            if let Some(exit) = self.exit {
                return Ok(exit);
            }
            if !self.is_lent && self.draw().is_err() {
                // The terminal has gone, and with it whoever watched.
                return Ok(Exit::Interrupted);
            }
            let first = if self.state.running.is_some() {
                self.ears.news.recv_timeout(TICK).ok()
            } else {
                self.ears.news.recv().ok()
            };
            let Some(first) = first else { continue };
            self.take(first)?;
            // All that has come by now, before it is drawn.
            while self.exit.is_none()
                && let Ok(news) = self.ears.news.try_recv()
            {
                self.take(news)?;
            }
        }
    }

    fn draw(&mut self) -> std::io::Result<()> {
        let (columns, lines) = terminal::size();
        let canvas = Canvas {
            columns,
            lines,
            now: Instant::now(),
        };
        let frame = draw::frame(&self.state, canvas);
        self.state.drawn(frame.page, frame.furthest);
        self.terminal.show(&frame.lines)
    }

    fn take(&mut self, news: News) -> Result<(), CliError> {
        match news {
            News::Saved(saved) => {
                let effects = self.state.saved(&saved);
                self.perform(effects)?;
            }
            News::Heard(Heard::Key(key)) => {
                let effects = self.state.press(key);
                self.perform(effects)?;
            }
            News::Heard(Heard::Gone) | News::Nudged(Nudge::End) => {
                self.exit = Some(Exit::Interrupted);
            }
            News::Heard(Heard::Resized) | News::Nudged(Nudge::Resized) => self.terminal.forget(),
            News::Told(told) => self.told(told),
            News::Nudged(Nudge::Continued) | News::EditorEnded => self.take_again(),
        }
        Ok(())
    }

    fn told(&mut self, told: Told) {
        match told {
            Told::Happened(number, event) if number == self.run => {
                self.state.happened(event, Instant::now());
            }
            Told::Judged(number, judged) => {
                match *judged {
                    Ok(verdict) => {
                        // Recorded before it is shown: whoever sees a pass may leave.
                        let recorded = judge::record(self.config, &verdict);
                        self.look_again();
                        if number == self.run {
                            self.state.judged(verdict);
                            self.state.is_recorded = recorded.is_ok();
                        }
                        self.note(recorded);
                    }
                    Err(error) if number == self.run => self.state.failed(error.render()),
                    Err(_) => {}
                }
            }
            Told::Written(number, written) if number == self.run => {
                self.state.running = None;
                match *written {
                    Ok(lines) => self.state.written(lines),
                    Err(error) => {
                        self.state.view = View::Exercise;
                        self.note(Err::<(), _>(error));
                    }
                }
            }
            Told::Happened(..) | Told::Written(..) => {}
            // The panic goes on in this thread when the worker is ended.
            Told::Broke => self.exit = Some(Exit::Environment),
        }
    }

    fn perform(&mut self, effects: Vec<Effect>) -> Result<(), CliError> {
        for effect in effects {
            match effect {
                Effect::GoTo(at) => self.go_to(at),
                Effect::Judge => self.judge(),
                Effect::Reload => {
                    if !self.reload()? {
                        return Ok(());
                    }
                }
                Effect::Show(kind) if kind.is_measured() => self.measure(kind),
                Effect::Show(kind) => {
                    let columns = terminal::size().0;
                    match pages::page(kind, self.config, &self.state, columns) {
                        Ok((title, content)) => self.state.show(kind, title, content),
                        Err(error) => self.note(Err::<(), _>(error)),
                    }
                    self.look_again();
                }
                Effect::Ask => self.ask(),
                Effect::Answer(at, answer) => self.answer(at, &answer),
                Effect::EndMeasuring => {
                    self.worker.cancel();
                    self.state.running = None;
                }
                Effect::Reset => {
                    let exercise = Arc::clone(&self.state.hand.exercise);
                    let done = reset::reset(self.config, &exercise);
                    self.restored(done);
                }
                Effect::Undo => {
                    let exercise = Arc::clone(&self.state.hand.exercise);
                    let done = reset::undo(self.config, &exercise);
                    self.restored(done);
                }
                Effect::Edit => self.edit(),
                Effect::Suspend => self.suspend(),
                Effect::Redraw => self.terminal.forget(),
                Effect::Quit => self.exit = Some(Exit::Success),
                Effect::Interrupt => self.exit = Some(Exit::Interrupted),
            }
        }
        Ok(())
    }

    fn judge(&mut self) {
        let exercise = &self.state.hand.exercise;
        self.run = self.worker.judge(&self.config.desk, exercise);
        self.state.begin(Instant::now());
    }

    fn go_to(&mut self, at: usize) {
        let Some(exercise) = self.config.course.exercises.get(at) else {
            return;
        };
        let exercise = Arc::new(exercise.clone());
        self.state.arrive(view::at_hand(self.config, &exercise));
        self.judge();
    }

    /// The course's manifests have changed. Returns whether there is a course to go on with.
    fn reload(&mut self) -> Result<bool, CliError> {
        if let Err(error) = self.config.reload_course() {
            self.worker.cancel();
            self.run = 0;
            self.state.failed(error.render());
            return Ok(false);
        }
        self.ears.watch_again(self.config)?;
        let id = &self.state.hand.exercise.id;
        let found = self.config.course.find(id).cloned().map(Arc::new);
        let found = match found {
            Some(exercise) => exercise,
            None => self.config.named_or_current(None, "watch")?,
        };
        let hand = view::at_hand(self.config, &found);
        self.state.overview = view::overview(self.config);
        self.state.arrive(hand);
        Ok(true)
    }

    /// Takes in what was recorded.
    fn look_again(&mut self) {
        self.state.overview = view::overview(self.config);
        let exercise = Arc::clone(&self.state.hand.exercise);
        self.state.hand = view::at_hand(self.config, &exercise);
    }

    fn restored(&mut self, done: Result<String, CliError>) {
        self.look_again();
        match done {
            Ok(_) => self.judge(),
            Err(error) => self.note(Err::<(), _>(error)),
        }
    }

    /// Says what went wrong, if anything did.
    fn note<T>(&mut self, result: Result<T, CliError>) {
        if let Err(error) = result {
            self.state.notice = Some(error.render().join(" "));
        }
    }

    fn measure(&mut self, kind: PageKind) {
        let exercise = Arc::clone(&self.state.hand.exercise);
        match pages::work(kind, self.config, &exercise, terminal::size().0) {
            Ok(work) => {
                self.run = self.worker.write(work);
                self.state.begin_measuring(Instant::now());
                let (title, content) = pages::measuring(kind, &self.state);
                self.state.show(kind, title, content);
            }
            Err(error) => self.note(Err::<(), _>(error)),
        }
    }

    fn answers(&self) -> Result<quiz::Answers, CliError> {
        let folder = &self.state.hand.exercise.crate_folder;
        quiz::Answers::read(self.config.desk.root.join(folder).join(ANSWERS))
    }

    /// Goes to the first question that is open, or to the first of all.
    fn ask(&mut self) {
        let exercise = Arc::clone(&self.state.hand.exercise);
        let Some(quiz) = &exercise.quiz else { return };
        match self.answers() {
            Ok(answers) => {
                let open = quiz.questions.iter().position(|one| !answers.has(one));
                let questions = Questions::at(open.unwrap_or(0), quiz.questions.len());
                self.state.view = View::Questions(questions);
            }
            Err(error) => self.note(Err::<(), _>(error)),
        }
    }

    fn answer(&mut self, at: usize, answer: &str) {
        let exercise = Arc::clone(&self.state.hand.exercise);
        let question = exercise
            .quiz
            .as_ref()
            .and_then(|quiz| quiz.questions.get(at));
        let Some(question) = question else { return };
        let kept = self
            .answers()
            .and_then(|mut answers| answers.keep(question, answer));
        match kept {
            // The file is a save like any other: its checks are run for it.
            Ok(true) => self.state.answered(),
            Ok(false) => self.state.refused(question),
            Err(error) => {
                self.state.view = View::Exercise;
                self.note(Err::<(), _>(error));
            }
        }
    }

    /// Ends what runs and gives the terminal back; what was found out until then is recorded.
    fn end(mut self) -> Result<(), CliError> {
        self.keys = None;
        self.terminal.lend();
        self.worker.end();
        let mut recorded = Ok(());
        for news in self.ears.news.try_iter() {
            if let News::Told(Told::Judged(_, judged)) = news
                && let Ok(verdict) = *judged
                && recorded.is_ok()
            {
                recorded = judge::record(self.config, &verdict);
            }
        }
        recorded
    }
}
