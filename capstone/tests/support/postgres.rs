// PostgreSQL for tests: a schema of a test's own on the server that DATABASE_URL names, or a word on what was not run; a
// way to it that can be closed; and servers that are none.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::env;
use std::io;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use capstone::adapters::{PostgresSettings, PostgresTasks};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio_postgres::{Client, NoTls};

/// Longer than anything here takes, on any machine.
pub const LONG: Duration = Duration::from_secs(30);

pub async fn in_time<F: Future>(what: &str, future: F) -> F::Output {
    match tokio::time::timeout(LONG, future).await {
        Ok(output) => output,
        Err(_) => panic!("waited {LONG:?} for {what}"),
    }
}

pub fn settings() -> PostgresSettings {
    PostgresSettings {
        connections: 3,
        patience: LONG,
    }
}

/// At this URL, with connections to nobody.
pub fn at(url: &str, settings: PostgresSettings) -> PostgresTasks {
    PostgresTasks::new(url, settings).unwrap_or_else(|| panic!("the test's URL is one"))
}

// ── a real one ─────────────────────────────────────────────────────────────────────────────────────

pub struct Schema {
    pub name: String,
    /// For connections that see this schema and no other.
    pub url: String,
    server: String,
    pub admin: Client,
}

impl Schema {
    /// `None` where there is no server; then `what` was not checked, and the test has said so.
    pub async fn make(what: &str) -> Option<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let server = env::var("DATABASE_URL").unwrap_or_default();
        if server.is_empty() {
            eprintln!(
                "NOT RUN: {what}. DATABASE_URL names no PostgreSQL, so this test has checked nothing. Set it, as in \
                 postgres://user:password@127.0.0.1:5432/postgres, and run it again."
            );
            return None;
        }
        let admin = connected(&server).await;
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        let name = format!("capstone_{}_{number}", process::id());
        let fresh = format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}");
        admin.batch_execute(&fresh).await.expect("a schema of ours");
        let ours = format!("SET search_path = {name}");
        admin.batch_execute(&ours).await.expect("it is there");
        let separator = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{separator}options=-csearch_path%3D{name}");
        Some(Self {
            name,
            url,
            server,
            admin,
        })
    }

    /// A store in this schema, with its tables.
    pub async fn open(&self) -> PostgresTasks {
        let store = at(&self.url, settings());
        prepared(&store).await;
        store
    }

    /// Somebody else in the same schema.
    pub async fn other(&self) -> Client {
        let other = connected(&self.server).await;
        let ours = format!("SET search_path = {}", self.name);
        other.batch_execute(&ours).await.expect("it is there");
        other
    }

    pub async fn tables(&self) -> Vec<String> {
        let all = "SELECT tablename::text FROM pg_tables WHERE schemaname = $1 ORDER BY 1";
        let rows = self.admin.query(all, &[&self.name]).await.expect("SQL");
        rows.iter().map(|row| row.get(0)).collect()
    }

    pub async fn sql(&self, text: &str) {
        let done = self.admin.batch_execute(text).await;
        done.unwrap_or_else(|error| panic!("{text}: {error:?}"));
    }

    pub async fn remove(self) {
        let gone = format!("DROP SCHEMA {} CASCADE", self.name);
        self.sql(&gone).await;
    }
}

async fn connected(server: &str) -> Client {
    let (client, connection) = match tokio_postgres::connect(server, NoTls).await {
        Ok(connected) => connected,
        Err(error) => panic!("DATABASE_URL is set, and its server says {error:?}"),
    };
    tokio::spawn(connection);
    client
}

pub async fn prepared(store: &PostgresTasks) {
    let outcome = in_time("`prepare`", store.prepare()).await;
    outcome.unwrap_or_else(|error| panic!("`prepare` says {}", capstone::telemetry::chain(&error)));
}

/// A way to the server that can be closed and opened again.
pub struct Door {
    pub url: String,
    open: watch::Sender<bool>,
    keeper: JoinHandle<()>,
}

impl Door {
    pub async fn to(url: &str) -> Self {
        // As in postgres://user:password@host:port/database?more
        let (scheme, rest) = url.split_once("://").expect("it is a URL");
        let (authority, path) = rest.split_once('/').expect("it names a database");
        let (login, server) = authority.rsplit_once('@').expect("it has a user");
        let server = match server.contains(':') {
            true => server.to_owned(),
            false => format!("{server}:5432"),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let here = listener.local_addr().expect("it is bound");
        let (open, state) = watch::channel(true);
        let keeper = tokio::spawn(async move {
            let mut through = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                through.spawn(pass(client, server.clone(), state.clone()));
            }
        });
        Self {
            url: format!("{scheme}://{login}@{here}/{path}"),
            open,
            keeper,
        }
    }

    /// Ends all connections, and hangs up on those who come.
    pub fn close(&self) {
        self.open.send_replace(false);
    }

    pub fn open(&self) {
        self.open.send_replace(true);
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

async fn pass(mut client: TcpStream, server: String, mut open: watch::Receiver<bool>) {
    let through = async {
        let mut server = TcpStream::connect(server).await?;
        copy_bidirectional(&mut client, &mut server).await
    };
    // A closed door is closed from before the first byte on.
    tokio::select! {
        biased;
        _ = open.wait_for(|open| !open) => {}
        _ = through => {}
    }
}

// ── none ───────────────────────────────────────────────────────────────────────────────────────────

/// What somebody at a port does who should be PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// Takes the connection, and says nothing.
    Nothing,
    HangsUp,
    /// Lets nobody in, with this SQLSTATE.
    Refuses(&'static str),
    /// Lets everybody in, and then says nothing any more.
    LetsIn,
    /// Lets everybody in, and answers every statement with this SQLSTATE.
    Fails(&'static str),
}

/// The port at which somebody does so, for as long as the runtime lives.
pub async fn somebody_who(does: Does) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    tokio::spawn(async move {
        let mut talks = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            talks.spawn(talk(stream, does));
        }
    });
    port
}

/// A port at which there is nobody.
pub async fn nobody() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    listener.local_addr().expect("it was bound").port()
}

/// The server's half of the protocol: PostgreSQL, "Frontend/Backend Protocol", "Message Formats".
async fn talk(mut stream: TcpStream, does: Does) -> io::Result<()> {
    const ENCRYPTED: u32 = 80_877_103;
    if does == Does::HangsUp {
        return Ok(());
    }
    if does == Does::Nothing {
        return silence(&mut stream).await;
    }
    // The first message has no type. It may ask for encryption, which there is none of, and then comes once more.
    loop {
        let length = stream.read_u32().await?;
        let code = stream.read_u32().await?;
        let rest = length.saturating_sub(8) as usize;
        stream.read_exact(&mut vec![0; rest]).await?;
        if code != ENCRYPTED {
            break;
        }
        stream.write_all(b"N").await?;
    }
    if let Does::Refuses(state) = does {
        return stream.write_all(&complaint("FATAL", state)).await;
    }
    stream.write_all(b"R\0\0\0\x08\0\0\0\0").await?;
    stream.write_all(b"Z\0\0\0\x05I").await?;
    let Does::Fails(state) = does else {
        return silence(&mut stream).await;
    };
    let mut complained = false;
    loop {
        let kind = stream.read_u8().await?;
        let length = stream.read_u32().await?.saturating_sub(4) as usize;
        stream.read_exact(&mut vec![0; length]).await?;
        // A statement, whole or in parts. What comes after the first part is passed over until the end, `S`.
        if matches!(kind, b'Q' | b'P' | b'B' | b'E') && !complained {
            stream.write_all(&complaint("ERROR", state)).await?;
            complained = true;
        }
        if matches!(kind, b'Q' | b'S') {
            stream.write_all(b"Z\0\0\0\x05I").await?;
            complained = false;
        }
        if kind == b'X' {
            return Ok(());
        }
    }
}

fn complaint(severity: &str, state: &str) -> Vec<u8> {
    let fields = format!("S{severity}\0V{severity}\0C{state}\0Mthe test says so\0\0");
    let length = fields.len() as u32 + 4;
    [b"E".as_slice(), &length.to_be_bytes(), fields.as_bytes()].concat()
}

/// Until the other side hangs up.
async fn silence(stream: &mut TcpStream) -> io::Result<()> {
    while stream.read(&mut [0; 512]).await? > 0 {}
    Ok(())
}
