//! The process: its arguments are the address to listen on and a database, as a file's path or
//! a URL, and Ctrl-C or SIGTERM is its end.

use std::error::Error;
use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_api::{Application, Config, JsonLines, Storage};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut config = Config {
        log: Arc::new(JsonLines::new(io::stdout())),
        // Load balancers look every other second.
        notice: Duration::from_secs(5),
        ..Config::default()
    };
    if let Some(address) = std::env::args().nth(1) {
        config.address = address.parse::<SocketAddr>()?;
    }
    if let Some(database) = std::env::args().nth(2) {
        config.storage = match database.split_once("://") {
            Some(("postgres" | "postgresql", _)) => Storage::Postgres(database),
            _ => Storage::Sqlite(database.into()),
        };
    }
    let application = Application::build(config).await?;
    eprintln!("listening on port {}", application.port());
    application.run_until_stopped(stop()).await?;
    Ok(())
}

/// Ctrl-C, or what an orchestrator sends.
///
/// Without a handler for one there is no orderly end by it, and it ends the process as it always did.
async fn stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            pending::<()>().await;
        }
    };
    tokio::select! {
        () = interrupt => {}
        () = terminated() => {}
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};

    let Ok(mut signals) = signal(SignalKind::terminate()) else {
        return pending().await;
    };
    signals.recv().await;
}

#[cfg(not(unix))]
async fn terminated() {
    pending().await
}
