//! Keeps panics of a model for the report, and loom's own words out of it.
//!
//! A panic hook is one for the whole process. This one passes on whatever does not come from a thread that
//! explores a model at the moment, so tests beside it see no difference.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::io::Write;
use std::panic::PanicHookInfo;
use std::sync::Once;

use super::record::{self, State};
use super::steps::place_in_file;

thread_local! {
    static LISTENING: Cell<bool> = const { Cell::new(false) };
    /// Message and place of each panic of the model, caught ones included.
    static PANICS: RefCell<Vec<(String, String)>> = const { RefCell::new(Vec::new()) };
}

/// Listens for as long as it lives.
pub(super) struct Listening(());

pub(super) fn listen() -> Listening {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let next = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if LISTENING.get() {
                keep(info);
            } else {
                next(info);
            }
        }));
    });
    LISTENING.set(true);
    Listening(())
}

/// Forgets the panics so far: the next execution starts, so they were caught.
pub(super) fn forget() {
    PANICS.take();
}

impl Listening {
    /// Why the exploration ended with this panic.
    pub(super) fn reason(self, panic: &(dyn Any + Send)) -> String {
        let message = text(panic);
        match Cause::of(&message) {
            Cause::Deadlock => "a deadlock, every thread waits".to_owned(),
            Cause::Race => record::race(),
            Cause::Endless => "this execution does not end, it goes round and round".to_owned(),
            Cause::Recorder => message,
            Cause::Other => {
                let place = PANICS.with_borrow(|panics| {
                    let found = panics.iter().rev().find(|(text, _)| *text == message);
                    found.map(|(_, place)| place.clone())
                });
                match place {
                    Some(place) => format!("a panic at {place}: {message}"),
                    None => message.trim().to_owned(),
                }
            }
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        LISTENING.set(false);
    }
}

/// Where a panic comes from.
enum Cause {
    Deadlock,
    Race,
    Endless,
    /// From this module, with a message that says all.
    Recorder,
    Other,
}

impl Cause {
    fn of(message: &str) -> Self {
        // Loom has no other way to tell than by its texts.
        if message.starts_with("deadlock;") {
            Self::Deadlock
        } else if message.contains("Causality violation") {
            Self::Race
        } else if message.starts_with("Model exceeded maximum number of branches") {
            Self::Endless
        } else if message.starts_with(record::ENDLESS) {
            Self::Recorder
        } else {
            Self::Other
        }
    }
}

/// Runs in the panic hook: loom may be in the middle of something, so this must not call it.
fn keep(info: &PanicHookInfo<'_>) {
    let message = text(info.payload());
    if message == "panic in a destructor during cleanup" {
        // The process ends here. The report would be lost, and with it what came first.
        let mut report = String::from("a panic while the model was cleaned up after this:\n");
        PANICS.with_borrow(|panics| {
            for (message, place) in panics {
                report.push_str(&["  a panic at ", place, ": ", message, "\n"].concat());
            }
        });
        report.push('\n');
        report.push_str(&record::steps().to_string());
        // Not `eprintln`, which the harness may have redirected to where nobody looks any more.
        let _ = std::io::stderr().write_all(report.as_bytes());
        std::process::abort();
    }
    match Cause::of(&message) {
        Cause::Deadlock => record::stop(State::Deadlocked),
        Cause::Race | Cause::Endless | Cause::Recorder => record::stop(State::Stopped),
        Cause::Other => {}
    }
    let place = info
        .location()
        .map_or_else(|| "an unknown place".to_owned(), place_in_file);
    PANICS.with_borrow_mut(|panics| panics.push((message, place)));
}

fn text(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else {
        "no message".to_owned()
    }
}
