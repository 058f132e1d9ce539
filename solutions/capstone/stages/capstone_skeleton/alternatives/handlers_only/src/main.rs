//! The process around the service: its log, its signals, its exit code.

use std::error::Error;
use std::io;
use std::process::ExitCode;

use axum::Router;
use capstone::{Application, Config, telemetry};
use tokio::signal::unix::{SignalKind, signal};
use tracing::error;

#[tokio::main]
async fn main() -> ExitCode {
    tracing::subscriber::set_global_default(telemetry::subscriber(io::stdout))
        .expect("nobody sets a default before main does");
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error!(error = chain(&*error), "the service failed");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    // Before anything says that the service is up: until a handler is in place, SIGTERM kills.
    let stop = stop_signal()?;
    // Nothing beside the health routes yet.
    let application = Application::build(Config::default(), Router::new()).await?;
    application.run_until_stopped(stop).await?;
    Ok(())
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
