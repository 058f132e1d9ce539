//! One connection, and how it is made.

use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_postgres::config::Host;
use tokio_postgres::{Client, Config, NoTls};

use super::error::Failure;
use crate::pool::Connect;
use crate::ports::Pending;

/// The database, and who we are there.
pub(super) struct Server {
    config: Config,
}

/// A connection. Dropped, it is closed, whatever it was doing.
pub(super) struct Connection {
    pub(super) client: Client,
    driver: Driver,
}

/// The task that moves bytes between the socket and the client. It is not let go: a client that is dropped leaves it to
/// wait for the answer to what was asked last.
struct Driver(JoinHandle<()>);

impl Server {
    pub(super) fn new(url: &str, patience: Duration) -> Option<Self> {
        // Its other form, `host=… password=…`, is nothing that anybody recognises as a URL with a secret in it.
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return None;
        }
        // The reason is dropped, because it repeats what it does not understand.
        let mut config: Config = url.parse().ok()?;
        let named = |host: &Host| match host {
            Host::Tcp(name) => !name.is_empty(),
            Host::Unix(_) => true,
        };
        if config.get_hosts().is_empty() || !config.get_hosts().iter().all(named) {
            return None;
        }
        if config.get_application_name().is_none() {
            config.application_name("capstone");
        }
        // What nobody waits for any more ends on the server, too, and so does a transaction whose client has lost its
        // power: it would keep its locks until the operating system finds out, which takes hours.
        let limit = patience.as_millis().max(1);
        let ours =
            format!("-c statement_timeout={limit} -c idle_in_transaction_session_timeout={limit}");
        let options = match config.get_options() {
            Some(theirs) => format!("{ours} {theirs}"),
            None => ours,
        };
        config.options(options);
        Some(Self { config })
    }
}

impl Connect for Server {
    type Connection = Connection;

    fn connect(&self) -> Pending<'_, Connection> {
        Box::pin(async move {
            let connected = self.config.connect(NoTls).await;
            let (client, connection) =
                connected.map_err(|error| Failure::from(error).of("connect to the database"))?;
            let driver = tokio::spawn(async move {
                // Why it has ended, whoever has asked something is told.
                let _ = connection.await;
            });
            Ok(Connection {
                client,
                driver: Driver(driver),
            })
        })
    }

    fn is_open(&self, connection: &Connection) -> bool {
        !connection.client.is_closed()
    }

    /// The driver says goodbye when its client is gone. A server to which nobody has said it writes that into its log.
    fn close(&self, connection: Connection) -> Pending<'_, ()> {
        Box::pin(async move {
            let Connection { client, mut driver } = connection;
            drop(client);
            let _ = (&mut driver.0).await;
            Ok(())
        })
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}
