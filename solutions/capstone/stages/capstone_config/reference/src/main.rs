//! The process around the service: its flags, its environment, its log, its signals, its exit code.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::process::ExitCode;

use axum::Router;
use capstone::{Application, Config, ConfigErrors, telemetry};
use tokio::signal::unix::{SignalKind, signal};
use tracing::error;

/// Another exit code than that of a failure: to start again will not help.
const WRONG_CONFIGURATION: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    tracing::subscriber::set_global_default(telemetry::subscriber(io::stdout))
        .expect("nobody sets a default before main does");
    let config = match configuration() {
        Ok(config) => config,
        Err(errors) => {
            // A line for each, so that whoever mends them sees all of them at the first attempt.
            for error in errors.iter() {
                error!(error = %error, "the configuration is wrong");
            }
            return ExitCode::from(WRONG_CONFIGURATION);
        }
    };
    match run(config).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error!(error = chain(&*error), "the service failed");
            ExitCode::FAILURE
        }
    }
}

async fn run(config: Config) -> Result<(), Box<dyn Error>> {
    // Before anything says that the service is up: until a handler is in place, SIGTERM kills.
    let stop = stop_signal()?;
    // Nothing beside the health routes yet.
    let application = Application::build(config, Router::new()).await?;
    application.run_until_stopped(stop).await?;
    Ok(())
}

fn configuration() -> Result<Config, ConfigErrors> {
    let flags: Vec<String> = env::args_os().skip(1).map(lossy).collect();
    let env: Vec<_> = env::vars_os()
        .map(|(name, value)| (lossy(name), lossy(value)))
        .collect();
    Config::load(&flags, &env, |path| fs::read_to_string(path))
}

/// `env::args` and `env::vars` panic at the first name or value of anybody's that is not UTF-8.
fn lossy(text: OsString) -> String {
    text.to_string_lossy().into_owned()
}

/// Completes when the process is asked to stop, by its supervisor or from a terminal.
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// The error and its causes in one text. "Cannot listen" alone would send somebody guessing.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
