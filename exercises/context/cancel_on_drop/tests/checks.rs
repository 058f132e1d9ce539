//! A transaction ends in one of two ways, also when its client hangs up. The clock is paused, and nothing
//! here waits for it.

use std::future::poll_fn;
use std::panic::{self, AssertUnwindSafe};
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
async fn a_transaction_begins_and_commits_or_rolls_back() {
    let database = Database::default();
    let pool = Pool::new(vec![database.connect()]);
    assert_eq!(in_time(pool.transaction(order), "the first").await, Ok(3));
    let refused = in_time(
        pool.transaction(async |connection: &mut Conn| {
            connection.execute("line 4").await?;
            connection.execute("bad line").await
        }),
        "the second",
    )
    .await;
    assert_eq!(refused, Err(DbError("refused: bad line".to_owned())));
    let state = database.state();
    assert_eq!(
        state.log,
        [
            "BEGIN", "line 1", "line 2", "line 3", "COMMIT", "BEGIN", "line 4", "bad line",
            "ROLLBACK"
        ],
        "what the database was asked for: one order that went well, then one with an error, which is \
         rolled back before the error is returned"
    );
    assert_eq!(state.committed, ["line 1", "line 2", "line 3"]);
}

#[tokio::test(start_paused = true)]
async fn whenever_the_client_hangs_up_nothing_is_left_open() {
    for polls in 1.. {
        let database = Database::default();
        let pool = Pool::new(vec![database.connect()]);
        let ready = {
            let mut transaction = pin!(pool.transaction(order));
            poll_times(transaction.as_mut(), polls).await
        };
        let after = format!(
            "a client hung up when its transaction had been polled {polls} times, after {:?}",
            database.state().log
        );
        let_run().await;
        assert_eq!(
            database.open(),
            0,
            "{after}; a transaction is still open on the connection, with its locks, and nobody is left \
             who will end it"
        );
        let committed = database.state().committed.len();
        assert!(
            committed == 0 || committed == 3,
            "{after}; {committed} of 3 lines were committed"
        );

        let next = pool.transaction(async |connection: &mut Conn| connection.execute("next").await);
        let next = in_time(next, &format!("{after}; the next client")).await;
        assert_eq!(next, Ok(()), "{after}; the next client");
        let state = database.state();
        assert_eq!(
            state.offences, [""; 0],
            "{after}, and one more client after it"
        );
        assert_eq!(
            state.committed.len(),
            committed + 1,
            "{after}; the next client commits what it has written and nothing else: {:?}",
            state.committed
        );
        if ready {
            return;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_work_stops_where_it_is() {
    let database = Database::default();
    let pool = Pool::new(vec![database.connect()]);
    let held = Tracker::new();
    {
        let token = held.token();
        let mut transaction = pin!(pool.transaction(async move |connection: &mut Conn| {
            let _token = token;
            order(connection).await
        }));
        while !database.state().log.iter().any(|line| line == "line 2") {
            assert!(
                !poll_times(transaction.as_mut(), 1).await,
                "not before line 3"
            );
        }
    }
    assert_eq!(held.alive(), 0, "what the work held is dropped with it");
    let_run().await;
    let log = database.state().log.clone();
    assert_eq!(
        log,
        ["BEGIN", "line 1", "line 2", "ROLLBACK"],
        "a client hung up while line 2 was written: nothing of its work comes after that, but a rollback"
    );
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_was_given_up_is_used_again() {
    const CLIENTS: usize = 30;
    let database = Database::default();
    let pool = Pool::new(vec![database.connect(), database.connect()]);
    for client in 0..CLIENTS {
        let which = format!("client {client}, after each before it has hung up,");
        let mut transaction = pin!(in_time(pool.transaction(order), &which));
        while database
            .state()
            .log
            .iter()
            .filter(|line| *line == "line 1")
            .count()
            <= client
        {
            poll_times(transaction.as_mut(), 1).await;
            assert!(
                tasks::alive() <= 2,
                "client {client}: the pool has {} tasks for two connections",
                tasks::alive()
            );
        }
    }
    let_run().await;
    let rendezvous = tokio::sync::Barrier::new(2);
    let both = async |connection: &mut Conn| {
        rendezvous.wait().await;
        connection.execute("both").await
    };
    let (one, two) = in_time(
        async { tokio::join!(pool.transaction(both), pool.transaction(both)) },
        "one of two transactions side by side, after 30 clients that hung up,",
    )
    .await;
    assert_eq!(
        (one, two),
        (Ok(()), Ok(())),
        "two transactions side by side"
    );
    assert_eq!(
        database.state().offences,
        [""; 0],
        "what the database had to object to while {CLIENTS} clients hung up, each after its first line; a          connection was handed out with a transaction open on it"
    );
    drop(pool);
    assert_eq!(
        (tasks::settle(0).await, database.connections.alive()),
        (0, 0),
        "tasks and connections that are left when the pool is gone"
    );
}

#[tokio::test(start_paused = true)]
async fn work_that_panics_is_rolled_back() {
    let database = Database::default();
    let pool = Pool::new(vec![database.connect()]);
    {
        let mut transaction = pin!(pool.transaction(async |connection: &mut Conn| {
            connection.execute("half an order").await?;
            if connection.number == 0 {
                panic!("this work panics, as the test wants it to");
            }
            Ok(())
        }));
        let panicked = poll_fn(|cx| {
            match panic::catch_unwind(AssertUnwindSafe(|| transaction.as_mut().poll(cx))) {
                Ok(Poll::Pending) => Poll::Pending,
                Ok(Poll::Ready(_)) => Poll::Ready(false),
                Err(_) => Poll::Ready(true),
            }
        });
        assert!(panicked.await, "the panic of the work reaches the caller");
    }
    let_run().await;
    assert_eq!(
        database.open(),
        0,
        "the work has panicked; a transaction is still open on the connection"
    );
    let next = in_time(pool.transaction(order), "the client after the panic").await;
    assert_eq!(next, Ok(3));
    assert_eq!(database.state().committed, ["line 1", "line 2", "line 3"]);
}

#[test]
fn dropped_without_a_runtime_the_connection_is_closed() {
    let database = Database::default();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let pool = runtime.block_on(async { Pool::new(vec![database.connect()]) });
    let mut transaction = Box::pin(pool.transaction(order));
    let ready = runtime.block_on(poll_times(transaction.as_mut(), 4));
    assert!(!ready, "four polls do not make an order of three lines");
    drop(runtime);

    let dropped = panic::catch_unwind(AssertUnwindSafe(|| drop(transaction)));
    assert!(
        dropped.is_ok(),
        "the runtime is gone and a transaction is dropped; drop must not panic. A panic in a drop that \
         unwinds ends the process"
    );
    assert_eq!(
        (database.open(), database.connections.alive()),
        (0, 0),
        "transactions that are open and connections; without a runtime nobody can roll back, so the \
         connection has to be closed, that is, dropped"
    );
}
