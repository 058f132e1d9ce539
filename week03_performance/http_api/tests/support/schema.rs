// A place of its own on the server that DATABASE_URL names, or a word on what was not run.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::sync::atomic::{AtomicUsize, Ordering};

use http_api::Postgres;
use tokio_postgres::{Client, NoTls};

pub struct Schema {
    name: String,
    /// For connections that see this schema and no other.
    pub url: String,
    admin: Client,
}

impl Schema {
    /// `None` where there is no server; then `what` was not checked, and the test has said so.
    pub async fn make(what: &str) -> Option<Self> {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let url = std::env::var("DATABASE_URL").unwrap_or_default();
        if url.is_empty() {
            eprintln!(
                "NOT RUN: {what}. DATABASE_URL names no PostgreSQL server, so this test has checked nothing. Set \
                 it, as in postgres://user:password@127.0.0.1:5432/postgres, and run it again."
            );
            return None;
        }
        let connected = tokio_postgres::connect(&url, NoTls).await;
        let (admin, connection) = connected
            .unwrap_or_else(|error| panic!("DATABASE_URL is set, and its server says: {error}"));
        tokio::spawn(connection);
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        let name = format!("http_api_{}_{number}", std::process::id());
        let sql = format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}");
        admin
            .batch_execute(&sql)
            .await
            .expect("a schema for the test");
        let more = if url.contains('?') { '&' } else { '?' };
        let url = format!("{url}{more}application_name={name}&options=-csearch_path%3D{name}");
        Some(Self { name, url, admin })
    }

    pub async fn open(&self) -> Postgres {
        let opened = Postgres::open(&self.url).await;
        opened.unwrap_or_else(|error| panic!("Postgres::open failed: {error:?}"))
    }

    /// Ends all connections to this schema, as a restart of the server would.
    pub async fn end_connections(&self) {
        let sql =
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1";
        let ended = self
            .admin
            .query(sql, &[&self.name])
            .await
            .expect("the right to do so");
        assert!(
            !ended.is_empty(),
            "the store has a connection that can be ended"
        );
    }

    pub async fn remove(self) {
        let sql = format!("DROP SCHEMA {} CASCADE", self.name);
        self.admin
            .batch_execute(&sql)
            .await
            .expect("the test's schema");
    }
}
