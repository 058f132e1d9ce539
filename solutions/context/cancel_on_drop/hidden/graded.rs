//! The same promises with several connections, with waiting clients, and with errors of the statements
//! around the work.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Poll;
use std::time::Duration;

use cancel_on_drop::{Connection, DbError, Pool};
use probes::live::{Counted, Tracker};
use probes::tasks;
use tokio::task::yield_now;
use tokio::time::timeout;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// What the database knows.
#[derive(Debug, Default)]
struct State {
    committed: Vec<String>,
    /// What each connection has written in a transaction that is open.
    open: Vec<Option<Vec<String>>>,
    log: Vec<String>,
    /// What no client should ever ask for.
    offences: Vec<String>,
}

#[derive(Clone, Default)]
struct Database {
    state: Arc<Mutex<State>>,
    connections: Tracker,
}

struct Conn {
    state: Arc<Mutex<State>>,
    number: usize,
    _alive: Counted,
}

impl Database {
    fn connect(&self) -> Conn {
        let mut state = self.state();
        state.open.push(None);
        Conn {
            state: Arc::clone(&self.state),
            number: state.open.len() - 1,
            _alive: self.connections.token(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic under the lock")
    }

    fn open(&self) -> usize {
        self.state().open.iter().flatten().count()
    }
}

impl Connection for Conn {
    /// A statement takes effect when it is sent, at the first poll. The answer is a while on its way.
    async fn execute(&mut self, statement: &str) -> Result<(), DbError> {
        let answer = {
            let mut state = self.state.lock().expect("no panic under the lock");
            let (number, state) = (self.number, &mut *state);
            state.log.push(statement.to_owned());
            match (statement, state.open[number].take()) {
                ("BEGIN", None) => state.open[number] = Some(vec![]),
                ("COMMIT", Some(written)) => state.committed.extend(written),
                ("ROLLBACK", _) => {}
                ("BEGIN" | "COMMIT", open) => {
                    let where_ = if open.is_some() { "in" } else { "outside of" };
                    state
                        .offences
                        .push(format!("{statement} {where_} a transaction"));
                    state.open[number] = open;
                }
                (_, Some(mut written)) => {
                    written.push(statement.to_owned());
                    state.open[number] = Some(written);
                }
                (_, None) => state
                    .offences
                    .push(format!("{statement} outside of a transaction")),
            }
            if statement.contains("bad") {
                Err(DbError(format!("refused: {statement}")))
            } else {
                Ok(())
            }
        };
        yield_now().await;
        yield_now().await;
        answer
    }
}

impl Drop for Conn {
    /// A server rolls back what a closed connection had open.
    fn drop(&mut self) {
        if let Ok(mut state) = self.state.lock() {
            state.open[self.number] = None;
        }
    }
}

/// Lets every task run until it waits, without time passing.
async fn let_run() {
    for _ in 0..50 {
        yield_now().await;
    }
}

/// Polls the future so many times at most. `true` if it was ready.
async fn poll_times(mut future: Pin<&mut impl Future>, polls: usize) -> bool {
    for _ in 0..polls {
        if poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_ready())).await {
            return true;
        }
        yield_now().await;
    }
    false
}

/// Writes three lines of an order.
async fn order(connection: &mut Conn) -> Result<u32, DbError> {
    for line in ["line 1", "line 2", "line 3"] {
        connection.execute(line).await?;
    }
    Ok(3)
}

/// A transaction, or a message if none comes about.
async fn in_time<T>(work: impl Future<Output = T>, which: &str) -> T {
    timeout(DAY, work)
        .await
        .unwrap_or_else(|_| panic!("{which} waits for ever for a connection; none is free again"))
}

#[tokio::test(start_paused = true)]
async fn a_client_that_waits_gets_a_clean_connection() {
    for polls in 1..11 {
        let database = Database::default();
        let pool = Pool::new(vec![database.connect()]);
        let mut waiting = pin!(in_time(pool.transaction(order), "the waiting client"));
        {
            let mut first = pin!(pool.transaction(order));
            assert!(!poll_times(first.as_mut(), polls).await);
            assert!(!poll_times(waiting.as_mut(), 3).await);
        }
        assert_eq!(waiting.await, Ok(3));
        let state = database.state();
        assert_eq!(
            state.offences, [""; 0],
            "hung up after {polls} polls: {:?}",
            state.log
        );
        assert!(state.committed.len() % 3 == 0, "{:?}", state.committed);
    }
}

#[tokio::test(start_paused = true)]
async fn clients_that_only_waited_leave_no_trace() {
    let database = Database::default();
    let pool = Pool::new(vec![database.connect()]);
    let mut first = pin!(pool.transaction(order));
    assert!(!poll_times(first.as_mut(), 2).await);
    for _ in 0..20 {
        let mut waiting = pin!(pool.transaction(order));
        assert!(!poll_times(waiting.as_mut(), 2).await);
    }
    assert_eq!(in_time(first, "the first client").await, Ok(3));
    assert_eq!(
        in_time(pool.transaction(order), "the last client").await,
        Ok(3)
    );
    let log = database.state().log.join(" ");
    let once = "BEGIN line 1 line 2 line 3 COMMIT";
    assert_eq!(
        log,
        format!("{once} {once}"),
        "what the database was asked for"
    );
}

#[tokio::test(start_paused = true)]
async fn forty_clients_hang_up_at_every_point() {
    let database = Database::default();
    let pool = Pool::new((0..4).map(|_| database.connect()).collect());
    let mut kept = 0;
    for round in 0..10 {
        let mut clients = [
            Box::pin(pool.transaction(order)),
            Box::pin(pool.transaction(order)),
            Box::pin(pool.transaction(order)),
            Box::pin(pool.transaction(order)),
        ];
        let mut ready = 0;
        for (number, client) in clients.iter_mut().enumerate() {
            ready += usize::from(poll_times(client.as_mut(), 1 + round + number).await);
        }
        drop(clients);
        let_run().await;
        let committed = database.state().committed.len();
        assert_eq!(committed % 3, 0, "whole orders only");
        assert!(
            committed >= kept + 3 * ready,
            "an order that was confirmed is committed"
        );
        kept = committed;
        assert_eq!(database.open(), 0, "round {round}");
    }
    assert_eq!(database.state().offences, [""; 0]);
    assert_eq!(database.connections.alive(), 4, "no connection is lost");
    drop(pool);
    assert_eq!(
        (tasks::settle(0).await, database.connections.alive()),
        (0, 0)
    );
}
