//! What the screen is about: a state, changed by what is pressed and by what happens.
//!
//! Architecture invariant: nothing here draws, reads, writes or waits. What has to be done outside is
//! asked for as [`Effect`]s.

use std::time::Instant;

use super::burst::Saved;
use super::keymap::{self, Action};
use super::keys::Key;
use super::list::{self, List};
use super::overview::{AtHand, Overview};
use super::questions;
use super::running::{Phase, Running};
use super::views::{Content, Page, PageKind, View};
use crate::course::quiz::Question;
use crate::engine::{Event, Outcome, Verdict};

/// Everything that is shown.
#[derive(Debug, Clone)]
pub struct State {
    /// The course and how far the learner is.
    pub overview: Overview,
    /// The exercise at hand.
    pub hand: AtHand,
    /// The latest verdict on it.
    pub verdict: Option<Verdict>,
    /// Why there is no verdict: what is wrong here.
    pub trouble: Vec<String>,
    /// The verdict is in the journal.
    pub is_recorded: bool,
    /// The run that goes on.
    pub running: Option<Running>,
    /// What is looked at.
    pub view: View,
    /// Lines of the verdict that are scrolled past.
    pub scroll: usize,
    /// Something to know, until the next key.
    pub notice: Option<String>,
    /// Something to know all the time.
    pub standing_note: Option<String>,
    /// There is an editor to open.
    pub has_editor: bool,
    /// Lines that a page of the screen has.
    pub page: usize,
}

/// What has to be done outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Make the exercise with this index the one at hand, and judge it.
    GoTo(usize),
    /// Judge the exercise at hand; whatever runs is ended.
    Judge,
    /// Read the course's manifests again, then judge.
    Reload,
    /// Show a page.
    Show(PageKind),
    /// Go to the quiz.
    Ask,
    /// Keep an answer to the question with this index.
    Answer(usize, String),
    /// End a measurement.
    EndMeasuring,
    /// Put the starter back.
    Reset,
    /// Bring back what was there before the reset.
    Undo,
    /// Open the editor.
    Edit,
    /// Stop until the shell says go on.
    Suspend,
    /// Draw everything anew.
    Redraw,
    /// End.
    Quit,
    /// End, as by a signal.
    Interrupt,
}

impl State {
    /// At the start: nothing is known of this exercise.
    pub fn new(overview: Overview, hand: AtHand, has_editor: bool) -> Self {
        State {
            overview,
            hand,
            verdict: None,
            trouble: Vec::new(),
            is_recorded: true,
            running: None,
            view: View::Exercise,
            scroll: 0,
            notice: None,
            standing_note: None,
            has_editor,
            page: 10,
        }
    }

    /// The index of the exercise at hand.
    pub fn place(&self) -> usize {
        self.overview.place(&self.hand.exercise.id).unwrap_or(0)
    }

    /// The index of the exercise to go on to.
    pub fn following(&self) -> Option<usize> {
        let next = self.overview.following?;
        (next != self.place()).then_some(next)
    }

    /// Another exercise is at hand.
    pub fn arrive(&mut self, hand: AtHand) {
        if self.hand.exercise.id != hand.exercise.id {
            self.verdict = None;
            self.trouble.clear();
            self.scroll = 0;
            self.view = View::Exercise;
        }
        self.hand = hand;
    }

    /// A run begins.
    pub fn begin(&mut self, now: Instant) {
        self.trouble.clear();
        self.running = Some(Running::begin(&self.hand.exercise, now));
    }

    /// A measurement begins.
    pub fn begin_measuring(&mut self, now: Instant) {
        let mut running = Running::begin(&self.hand.exercise, now);
        running.phase = Phase::Measuring;
        self.running = Some(running);
    }

    /// Something happened in the run.
    pub fn happened(&mut self, event: Event, now: Instant) {
        if let Some(running) = &mut self.running {
            running.take(event, now);
            if running.has_news() {
                // Where it was scrolled to was a place in another text.
                self.scroll = 0;
            }
        }
    }

    /// The run is over, with a verdict.
    pub fn judged(&mut self, verdict: Verdict) {
        self.running = None;
        self.scroll = 0;
        if verdict.outcome == Outcome::Passed
            && matches!(
                &self.view,
                View::Page(Page {
                    kind: PageKind::Hint,
                    ..
                })
            )
        {
            self.view = View::Exercise;
        }
        self.verdict = Some(verdict);
    }

    /// The run is over, and nothing could be judged.
    pub fn failed(&mut self, lines: Vec<String>) {
        self.running = None;
        self.verdict = None;
        self.scroll = 0;
        self.trouble = lines;
    }

    /// Files were saved.
    pub fn saved(&mut self, saved: &Saved) -> Vec<Effect> {
        let mut effects = Vec::new();
        if saved.course {
            effects.push(Effect::Reload);
        }
        match self.overview.aim(self.place(), &saved.crates) {
            Some(at) if at == self.place() => effects.push(Effect::Judge),
            Some(at) => effects.push(Effect::GoTo(at)),
            None if saved.crates.len() > 1 => {
                self.notice = Some(format!(
                    "{} other exercises changed; `workbook verify` checks them",
                    saved.crates.len()
                ));
            }
            None => {}
        }
        effects
    }

    /// The answer to the question on the screen was kept.
    pub fn answered(&mut self) {
        if let View::Questions(questions) = &mut self.view
            && questions.go_on() == questions::Step::Back
        {
            self.view = View::Exercise;
        }
    }

    /// The answer to the question on the screen was none.
    pub fn refused(&mut self, question: &Question) {
        if let View::Questions(questions) = &mut self.view {
            questions.refuse(question);
        }
    }

    /// What was drawn: how many lines fit, and how far the text can be scrolled.
    pub fn drawn(&mut self, page: usize, furthest: usize) {
        self.page = page;
        let scroll = match &mut self.view {
            View::Page(page) => &mut page.scroll,
            View::Questions(questions) => &mut questions.scroll,
            View::Exercise | View::Resetting => &mut self.scroll,
            View::List(_) => return,
        };
        *scroll = (*scroll).min(furthest);
    }

    /// A page is there to be shown.
    pub fn show(&mut self, kind: PageKind, title: String, content: Content) {
        let scroll = match kind {
            // The newest hint is at the end.
            PageKind::Hint => usize::MAX,
            _ => 0,
        };
        self.view = View::Page(Page {
            kind,
            title,
            content,
            scroll,
        });
    }

    /// What a page of measurements was waiting for.
    pub fn written(&mut self, lines: Vec<String>) {
        if let View::Page(page) = &mut self.view
            && page.kind.is_measured()
        {
            page.content = Content::Lines(lines);
        }
    }

    /// A key was pressed.
    pub fn press(&mut self, key: Key) -> Vec<Effect> {
        match key {
            Key::Interrupt => return vec![Effect::Interrupt],
            Key::Suspend => return vec![Effect::Suspend],
            Key::Redraw => return vec![Effect::Redraw],
            _ => {}
        }
        self.notice = None;
        match &mut self.view {
            View::Exercise => self.press_in_exercise(key),
            View::Page(_) => self.press_in_page(key),
            View::List(list) => match list.press(key, &self.overview, self.page) {
                list::Step::Stay => Vec::new(),
                list::Step::Back => self.back(),
                list::Step::Quit => vec![Effect::Quit],
                list::Step::Go(at) => {
                    self.view = View::Exercise;
                    vec![Effect::GoTo(at)]
                }
            },
            View::Questions(questions) => match questions.press(key) {
                questions::Step::Stay => Vec::new(),
                questions::Step::Back => self.back(),
                questions::Step::Answer(answer) => vec![Effect::Answer(questions.at, answer)],
            },
            View::Resetting => match key {
                Key::Char('y') => {
                    self.view = View::Exercise;
                    vec![Effect::Reset]
                }
                Key::Char('q') => vec![Effect::Quit],
                _ => self.back(),
            },
        }
    }

    fn back(&mut self) -> Vec<Effect> {
        self.view = View::Exercise;
        Vec::new()
    }

    fn press_in_exercise(&mut self, key: Key) -> Vec<Effect> {
        if let Some(scroll) = scrolled(key, self.scroll, self.page) {
            self.scroll = scroll;
            return Vec::new();
        }
        let known = keymap::bindings(self);
        match known.into_iter().find(|binding| binding.key == key) {
            Some(binding) => self.act(binding.action),
            None => Vec::new(),
        }
    }

    fn act(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::Next => self.following().map(Effect::GoTo).into_iter().collect(),
            Action::List => {
                self.view = View::List(List::at(self.place()));
                Vec::new()
            }
            Action::Reset => {
                self.view = View::Resetting;
                Vec::new()
            }
            Action::Hint => vec![Effect::Show(PageKind::Hint)],
            Action::Statement => vec![Effect::Show(PageKind::Statement)],
            Action::Notes => vec![Effect::Show(PageKind::Notes)],
            Action::Diff => vec![Effect::Show(PageKind::Diff)],
            Action::DiffReference => vec![Effect::Show(PageKind::DiffReference)],
            Action::Debrief => vec![Effect::Show(PageKind::Debrief)],
            Action::Bench => vec![Effect::Show(PageKind::Bench)],
            Action::Profile => vec![Effect::Show(PageKind::Profile)],
            Action::Help => vec![Effect::Show(PageKind::Help)],
            Action::Quiz => vec![Effect::Ask],
            Action::Undo => vec![Effect::Undo],
            Action::Edit => vec![Effect::Edit],
            Action::Again => vec![Effect::Judge],
            Action::Quit => vec![Effect::Quit],
        }
    }

    fn press_in_page(&mut self, key: Key) -> Vec<Effect> {
        let View::Page(page) = &mut self.view else {
            return Vec::new();
        };
        if let Some(scroll) = scrolled(key, page.scroll, self.page) {
            page.scroll = scroll;
            return Vec::new();
        }
        match (key, page.kind) {
            (Key::Char('q'), _) => vec![Effect::Quit],
            (Key::Char('h'), PageKind::Hint) => vec![Effect::Show(PageKind::Hint)],
            (Key::Char('o'), _) if self.has_editor => vec![Effect::Edit],
            (Key::Esc | Key::Enter | Key::Backspace, kind) if kind.is_measured() => {
                self.view = View::Exercise;
                vec![Effect::EndMeasuring]
            }
            (Key::Esc | Key::Enter | Key::Backspace, _) => self.back(),
            _ => Vec::new(),
        }
    }
}

/// Where a key scrolls to; what is past the end is put right when the text is drawn.
fn scrolled(key: Key, now: usize, page: usize) -> Option<usize> {
    Some(match key {
        Key::Up | Key::Char('k') => now.saturating_sub(1),
        Key::Down | Key::Char('j') => now.saturating_add(1),
        Key::PageUp => now.saturating_sub(page),
        Key::PageDown | Key::Char(' ') => now.saturating_add(page),
        Key::Home | Key::Char('g') => 0,
        Key::End | Key::Char('G') => usize::MAX,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
