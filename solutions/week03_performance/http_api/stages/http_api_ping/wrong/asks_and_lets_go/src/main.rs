//! The process: the address to listen on is its argument, Ctrl-C its end.

use std::error::Error;
use std::net::SocketAddr;

use http_api::{Application, Config};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut config = Config::default();
    if let Some(address) = std::env::args().nth(1) {
        config.address = address.parse::<SocketAddr>()?;
    }
    let application = Application::build(config).await?;
    println!("listening on port {}", application.port());
    let stop = async {
        // Without a handler for it there is no orderly end, and Ctrl-C ends the process as it always did.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    application.run_until_stopped(stop).await?;
    Ok(())
}
