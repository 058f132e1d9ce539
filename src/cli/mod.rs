//! From what was typed to what is done: parse, resolve, act, report, exit code.
//!
//! [`args`] is what the user typed. [`config`] is that resolved against the desk and the environment;
//! everything below sees only the latter.

mod args;
mod author;
mod bench;
mod browse;
mod config;
mod current;
mod doctor;
mod editor;
mod error;
mod exit;
mod grade;
mod header;
mod import;
mod init;
mod judge;
mod list;
mod next;
mod open;
mod profile;
mod progress;
mod prove;
mod quiz;
mod reset;
mod signals;
mod solution;
mod start;
mod track;
mod typed;
mod update;
mod verify;
mod watch;

use clap::CommandFactory as _;

use crate::engine::Stop;
use crate::report::Screen;

pub use args::{Args, AuthorCommand, Command, GradeCommand};
pub use config::Config;
pub use error::CliError;
pub use exit::Exit;

/// Does what was asked for, prints what there is to say, and returns how to exit.
pub fn run(args: Args, screen: &mut Screen) -> Exit {
    let stop = Stop::default();
    if let Err(error) = signals::listen(&stop) {
        return fail(screen, &CliError::Signals(error));
    }
    match dispatch(args, screen, &stop) {
        Ok(exit) => exit,
        Err(error) => fail(screen, &error),
    }
}

fn fail(screen: &mut Screen, error: &CliError) -> Exit {
    screen.end_progress();
    for line in error.render() {
        screen.complain(line);
    }
    error.exit()
}

fn dispatch(args: Args, screen: &mut Screen, stop: &Stop) -> Result<Exit, CliError> {
    let from = config::start_folder(args.directory.as_deref())?;
    // What needs no desk comes first.
    let command = match args.command {
        Command::Init(init) => return init::run(&init, &from, screen),
        Command::Completions(completions) => {
            let mut script = Vec::new();
            clap_complete::generate(
                completions.shell,
                &mut Args::command(),
                "workbook",
                &mut script,
            );
            screen.line(String::from_utf8_lossy(&script).trim_end());
            return Ok(Exit::Success);
        }
        Command::Author(AuthorCommand::Import(wanted)) => {
            return import::run(&wanted, &from, screen);
        }
        Command::Doctor(doctor) => return Ok(doctor::run(&doctor, &from, screen)),
        command => command,
    };
    let mut config = Config::resolve(&from, args.verbose, stop)?;
    config.report_set_aside(screen);
    let config = &mut config;
    match command {
        Command::Next(next) => next::run(&next, config, screen),
        Command::Run(run) => next::run_one(&run, config, screen),
        Command::Verify(verify) => verify::run(&verify, config, screen),
        Command::Watch(watch) => watch::run(&watch, config, screen),
        Command::List(list) => screen.at_once(|screen| list::run(&list, config, screen)),
        Command::Show(show) => browse::show(&show, config, screen),
        Command::Open(open) => open::run(&open, config, screen),
        Command::Hint(hint) => browse::hint(&hint, config, screen),
        Command::Bench(bench) => bench::run(&bench, &from, config, screen),
        Command::Profile(profile) => profile::run(&profile, &from, config, screen),
        Command::Quiz(quiz) => quiz::run(&quiz, config, screen),
        Command::Notes(notes) => browse::notes(&notes, config, screen),
        Command::Solution(solution) => solution::solution(&solution, config, screen),
        Command::Diff(diff) => solution::diff(&diff, config, screen),
        Command::Debrief(debrief) => solution::debrief(&debrief, config, screen),
        Command::Reset(reset) => reset::run(&reset, config, screen),
        Command::Start(start) => start::run(&start, config, screen),
        Command::Skip(skip) => reset::skip(&skip, config, screen),
        Command::Progress(progress) => {
            screen.at_once(|screen| progress::run(&progress, &from, config, screen))
        }
        Command::Track(track) => track::run(&track, config, screen),
        Command::Update(update) => update::run(&update, &from, config, screen),
        Command::Author(AuthorCommand::New(new)) => author::new(&new, config, screen),
        Command::Author(AuthorCommand::Prove(prove)) => prove::run(&prove, config, screen),
        Command::Author(AuthorCommand::Release(release)) => {
            author::release(&release, &from, config, screen)
        }
        Command::Author(AuthorCommand::Seal(seal)) => author::seal(&seal, config, screen),
        Command::Grade(grade) => grade::run(&grade, &from, config, screen),
        Command::Init(_)
        | Command::Completions(_)
        | Command::Doctor(_)
        | Command::Author(AuthorCommand::Import(_)) => {
            unreachable!("handled above, because they need no desk")
        }
    }
}
