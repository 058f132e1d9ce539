//! The terminal is lent to an editor or to the shell, and taken again.

use std::path::PathBuf;

use super::super::News;
use super::Live;
use crate::cli::{CliError, Exit, editor};
use crate::engine::{CheckState, Failure};
use crate::watch::Keys;

impl Live<'_> {
    pub(super) fn listen(&mut self) -> Result<(), CliError> {
        let sender = self.ears.sender.clone();
        let keys = Keys::listen(move |heard| drop(sender.send(News::Heard(heard))));
        self.keys = Some(keys.map_err(CliError::Thread)?);
        Ok(())
    }

    fn lend(&mut self) {
        // First, so that no key of the other program's gets to us.
        self.keys = None;
        self.terminal.lend();
        self.is_lent = true;
    }

    pub(super) fn take_again(&mut self) {
        self.keys = None;
        self.is_lent = false;
        let taken = self.terminal.take_again().is_ok() && self.listen().is_ok();
        // The terminal has gone, and with it whoever watched: a hangup also says "go on".
        if !taken {
            self.exit = Some(Exit::Interrupted);
        }
    }

    /// Opens the editor. Checks go on meanwhile: a save in it runs them.
    pub(super) fn edit(&mut self) {
        let (file, line) = self.place();
        let command = editor::open(&self.editor, &file, line);
        self.lend();
        let sender = self.ears.sender.clone();
        if let Err(error) = editor::start(command, move || drop(sender.send(News::EditorEnded))) {
            self.take_again();
            let name = &self.editor[0];
            self.state.notice = Some(format!("failed to start the editor `{name}`: {error}"));
        }
    }

    /// The first error's file and line, or else the file to open first.
    fn place(&self) -> (PathBuf, Option<u32>) {
        let hand = &self.state.hand;
        let checks = self.state.verdict.iter().flat_map(|v| &v.checks);
        let mut errors = checks.filter_map(|check| match &check.state {
            CheckState::Failed {
                failure:
                    Failure::DoesNotBuild { errors }
                    | Failure::TestsDoNotBuild { errors, .. }
                    | Failure::Lint { warnings: errors },
            } => editor::place_of_error(&hand.exercise, errors),
            _ => None,
        });
        match errors.next() {
            Some((file, line)) => (self.config.desk.root.join(file), Some(line)),
            None => (hand.address.clone(), None),
        }
    }

    /// Stops, as Ctrl-Z does elsewhere, until the shell says go on.
    #[cfg(unix)]
    pub(super) fn suspend(&mut self) {
        use rustix::process::{Signal, getpid, kill_process};
        self.lend();
        // Returns when we are continued; where nobody could continue us, at once.
        let _ = kill_process(getpid(), Signal::TSTP);
        self.take_again();
    }

    #[cfg(not(unix))]
    pub(super) fn suspend(&mut self) {}
}
