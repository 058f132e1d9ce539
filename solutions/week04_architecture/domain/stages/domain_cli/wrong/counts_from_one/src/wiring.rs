//! Where the parts are put together: the one place that knows which stores there are and which ways in.
//!
//! Architecture invariant: everything else is handed what it needs. If another file names a store or reads the environment, there
//! are two places.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::cli::{self, Streams};
use crate::desk::{Desk, UseCases};
use crate::http;
use crate::machine::{Counted, SystemClock};
use crate::people::People;
use crate::ports::{Callers, Clock, Ids};
use crate::stores::{Log, Memory, Sqlite};

/// Not configured: `EX_CONFIG` of `sysexits.h`.
const CONFIG: u8 = 78;
const UNAVAILABLE: u8 = 69;

/// Where rooms are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Memory,
    Log(PathBuf),
    Sqlite(PathBuf),
}

/// What somebody has decided about this process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    pub place: Place,
    /// A file, see [`People`].
    pub people: PathBuf,
    /// Of whoever gives a command. Not an argument: every user of a machine can list those.
    pub token: Option<String>,
}

impl Config {
    /// Reads variables by name: `ROOMS_STORE`, `ROOMS_PEOPLE`, `ROOMS_TOKEN`.
    ///
    /// # Errors
    ///
    /// All mistakes, each with the name of its variable.
    pub fn read(look: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<String>> {
        let mut mistakes = Vec::new();
        let place = look("ROOMS_STORE").as_deref().and_then(place);
        if place.is_none() {
            let forms = "`memory`, `log:PATH` or `sqlite:PATH`";
            mistakes.push(format!("ROOMS_STORE is expected to be {forms}"));
        }
        let people = look("ROOMS_PEOPLE").filter(|path| !path.is_empty());
        if people.is_none() {
            mistakes.push("ROOMS_PEOPLE is expected to name a file".to_owned());
        }
        match (place, people) {
            (Some(place), Some(people)) => Ok(Self {
                place,
                people: people.into(),
                token: look("ROOMS_TOKEN"),
            }),
            _ => Err(mistakes),
        }
    }
}

fn place(text: &str) -> Option<Place> {
    match text.split_once(':') {
        None if text == "memory" => Some(Place::Memory),
        Some(("log", path)) if !path.is_empty() => Some(Place::Log(path.into())),
        Some(("sqlite", path)) if !path.is_empty() => Some(Place::Sqlite(path.into())),
        _ => None,
    }
}

/// A desk over the store that is at that place. What is behind it can't be seen from here on.
///
/// # Errors
///
/// If the store can't be opened.
pub fn desk<C, I>(place: &Place, clock: C, ids: I) -> io::Result<Arc<dyn UseCases>>
where
    C: Clock + Send + Sync + 'static,
    I: Ids + Send + Sync + 'static,
{
    Ok(match place {
        Place::Memory => Arc::new(Desk::new(Memory::new(), clock, ids)),
        Place::Log(path) => Arc::new(Desk::new(Log::open(path)?, clock, ids)),
        Place::Sqlite(path) => {
            let store = Sqlite::open(path).map_err(io::Error::other)?;
            Arc::new(Desk::new(store, clock, ids))
        }
    })
}

/// The program: reads its configuration, puts the parts together, and lets one of the two ways in drive. Returns the exit code.
pub fn start(args: &[String], look: impl Fn(&str) -> Option<String>, streams: Streams<'_>) -> u8 {
    let config = match Config::read(look) {
        Ok(config) => config,
        Err(mistakes) => return stop(streams, CONFIG, "config", &mistakes),
    };
    let address = match args {
        [serve, address] if serve == "serve" => Some(address),
        _ => None,
    };
    if config.place == Place::Memory && address.is_none() {
        // It would say `booked`, and end.
        let why = "ROOMS_STORE is `memory`, which keeps nothing beyond this command";
        return stop(streams, CONFIG, "config", &[why]);
    }
    let people = match people(&config) {
        Ok(people) => people,
        Err(why) => return stop(streams, CONFIG, "config", &[why]),
    };
    let desk = match desk(&config.place, SystemClock, Counted::default()) {
        Ok(desk) => desk,
        Err(why) => return stop(streams, UNAVAILABLE, "unavailable", &[why.to_string()]),
    };
    match address {
        None => cli::run(args, config.token.as_deref(), &*desk, &people, streams),
        Some(address) => match serve(address, desk, Arc::new(people), streams.out) {
            Ok(()) => 0,
            Err(why) => stop(streams, UNAVAILABLE, "unavailable", &[why.to_string()]),
        },
    }
}

fn people(config: &Config) -> Result<People, String> {
    let file = config.people.display();
    let text = fs::read_to_string(&config.people);
    let text = text.map_err(|why| format!("ROOMS_PEOPLE, {file}: {why}"))?;
    People::parse(&text).map_err(|line| format!("ROOMS_PEOPLE, {file}: line {line} is nobody"))
}

/// Serves until the process is ended. A port that was asked for as 0 is told.
fn serve(
    address: &str,
    desk: Arc<dyn UseCases>,
    callers: Arc<dyn Callers>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    Runtime::new()?.block_on(async {
        let listener = TcpListener::bind(address).await?;
        writeln!(out, "listening on http://{}", listener.local_addr()?)?;
        out.flush()?;
        axum::serve(listener, http::router(desk, callers)).await
    })
}

/// One line for each reason. The operator of the machine reads them, so they may name what it has.
fn stop(streams: Streams<'_>, code: u8, word: &str, reasons: &[impl AsRef<str>]) -> u8 {
    for reason in reasons {
        let _ = writeln!(streams.err, "rooms: {word}: {}", reason.as_ref());
    }
    code
}
