//! The process: its arguments are the address to listen on and a database, as a file's path or
//! a URL, and Ctrl-C is its end.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use http_api::{Application, Config, JsonLines, Storage};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut config = Config {
        log: Arc::new(JsonLines::new(io::stdout())),
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
    let stop = async {
        // Without a handler for it there is no orderly end, and Ctrl-C ends the process as it always did.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    application.run_until_stopped(stop).await?;
    Ok(())
}
