//! Copies in Redis, for as many processes as there are.

mod resp;

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;

use self::resp::{Connection, Reply};
use crate::config::Secret;
use crate::ports::{CacheStore, Lease, Looked, Pending, StoreError};

/// How long a load may take whose answer is to be kept. After that somebody else may have the lease.
const LEASE: &str = "10000";

/// Fills a place whose lease is still the same. A look and a write of two commands would have a gap between them,
/// which is the one that leases are there to close.
const FILL: &str = "if redis.call('GET', KEYS[1]) == ARGV[1] then \
                    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end return 0";

/// Copies in Redis 7 or later, by one connection, which is made when it is needed.
pub struct RedisCache {
    url: Url,
    /// None while somebody uses it, and after a failure.
    connection: Mutex<Option<Connection>>,
    leases: AtomicU64,
}

struct Url {
    address: String,
    user: Option<String>,
    password: Option<Secret>,
    database: u32,
}

impl RedisCache {
    /// The Redis at `redis://[[user]:password@]host[:port][/database]`. `None` if it is no such text. Nothing is
    /// connected yet: a service starts without its cache, too.
    pub fn new(url: &str) -> Option<Self> {
        // Two processes that count from the same number would take each other's leases for their own.
        let first = RandomState::new().build_hasher().finish();
        Some(Self {
            url: Url::parse(url)?,
            connection: Mutex::new(None),
            leases: AtomicU64::new(first),
        })
    }

    async fn ask(&self, command: &[&[u8]]) -> io::Result<Reply> {
        let mut place = self.connection.lock().await;
        // It is taken out, and put back with its answer read. If this future is dropped in between, the connection
        // goes with it; otherwise the answer would be there for the next one who asks, about something else.
        if let Some(mut connection) = place.take()
            && let Ok(reply) = connection.ask(command).await
        {
            *place = Some(connection);
            return reply.map_err(io::Error::other);
        }
        // There was none, or the server has closed it since. Each command can be repeated.
        let mut connection = self.connect().await?;
        let reply = connection.ask(command).await?;
        *place = Some(connection);
        reply.map_err(io::Error::other)
    }

    async fn connect(&self) -> io::Result<Connection> {
        let mut connection = Connection::open(&self.url.address).await?;
        if let Some(password) = &self.url.password {
            let user = self.url.user.as_deref().unwrap_or("default");
            let auth: [&[u8]; 3] = [b"AUTH", user.as_bytes(), password.expose().as_bytes()];
            connection.ask(&auth).await?.map_err(io::Error::other)?;
        }
        if self.url.database != 0 {
            let database = self.url.database.to_string();
            let select: [&[u8]; 2] = [b"SELECT", database.as_bytes()];
            connection.ask(&select).await?.map_err(io::Error::other)?;
        }
        Ok(connection)
    }
}

impl Url {
    fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("redis://")?;
        let (login, rest) = match rest.rsplit_once('@') {
            Some((login, rest)) => (Some(login), rest),
            None => (None, rest),
        };
        let (user, password) = match login.map(|login| login.split_once(':')) {
            None => (None, None),
            Some(Some((user, password))) => {
                let user = (!user.is_empty()).then(|| user.to_owned());
                (user, Some(Secret::new(password)))
            }
            Some(None) => return None,
        };
        let (host, database) = rest.split_once('/').unwrap_or((rest, ""));
        let database = match database {
            "" => 0,
            number => number.parse().ok()?,
        };
        let address = match host.rsplit_once(':') {
            Some((name, port)) if !name.is_empty() && port.parse::<u16>().is_ok() => {
                host.to_owned()
            }
            None if !host.is_empty() => format!("{host}:6379"),
            _ => return None,
        };
        Some(Self {
            address,
            user,
            password,
            database,
        })
    }
}

/// A place holds a lease or a copy, and its first byte says which.
fn held(lease: Lease) -> Vec<u8> {
    format!("L{:016x}", lease.0).into_bytes()
}

fn failed(action: &'static str) -> impl FnOnce(io::Error) -> StoreError {
    move |error| StoreError::new(action, error)
}

impl CacheStore for RedisCache {
    fn look<'a>(&'a self, key: &'a str) -> Pending<'a, Looked> {
        Box::pin(async move {
            let lease = Lease(self.leases.fetch_add(1, Ordering::Relaxed));
            let marker = held(lease);
            // All in one: what is there, or else our lease, which nobody has between the two.
            let command: [&[u8]; 7] = [
                b"SET",
                key.as_bytes(),
                &marker,
                b"NX",
                b"GET",
                b"PX",
                LEASE.as_bytes(),
            ];
            let reply = self
                .ask(&command)
                .await
                .map_err(failed("look for a copy"))?;
            Ok(match reply {
                Reply::Nil => Looked::Vacant(lease),
                Reply::Bulk(bytes) if bytes.first() == Some(&b'C') => {
                    Looked::Copy(bytes[1..].to_vec())
                }
                _ => Looked::Taken,
            })
        })
    }

    fn fill<'a>(
        &'a self,
        key: &'a str,
        lease: Lease,
        value: Vec<u8>,
        keep: Duration,
    ) -> Pending<'a, ()> {
        Box::pin(async move {
            let marker = held(lease);
            let copy = [b"C", value.as_slice()].concat();
            let keep = keep.as_millis().max(1).to_string();
            let command: [&[u8]; 7] = [
                b"EVAL",
                FILL.as_bytes(),
                b"1",
                key.as_bytes(),
                &marker,
                &copy,
                keep.as_bytes(),
            ];
            self.ask(&command).await.map_err(failed("keep a copy"))?;
            Ok(())
        })
    }

    fn remove<'a>(&'a self, key: &'a str) -> Pending<'a, ()> {
        Box::pin(async move {
            let command: [&[u8]; 2] = [b"DEL", key.as_bytes()];
            let removed = self.ask(&command).await;
            removed.map_err(failed("remove a copy"))?;
            Ok(())
        })
    }
}

impl fmt::Debug for RedisCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisCache")
            .field("address", &self.url.address)
            .finish_non_exhaustive()
    }
}
