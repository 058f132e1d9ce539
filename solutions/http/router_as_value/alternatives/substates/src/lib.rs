//! Holds seats for customers who have not paid yet.
//!
//! Everything that a router knows, the time included, and everything that it remembers comes from
//! its [`App`]. There is no static in this crate: two apps in one process are two services.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::SystemTime;

use axum::extract::{FromRef, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// Seconds since the Unix epoch.
    fn now(&self) -> u64;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> u64 {
        SystemTime::UNIX_EPOCH
            .elapsed()
            .map_or(0, |since| since.as_secs())
    }
}

/// The service. Clones are handles to the same one.
// axum clones the state for every request, so what changes has to be behind an `Arc`: a plain
// `Vec` would be copied, and each request would write to a copy of its own.
#[derive(Clone)]
pub struct App {
    clock: Arc<dyn Clock>,
    holds: SharedHolds,
}

type SharedHolds = Arc<Mutex<Holds>>;

// A handler names the parts that it uses, and can't reach the others.
impl FromRef<App> for Arc<dyn Clock> {
    fn from_ref(app: &App) -> Self {
        Arc::clone(&app.clock)
    }
}

impl FromRef<App> for SharedHolds {
    fn from_ref(app: &App) -> Self {
        Arc::clone(&app.holds)
    }
}

impl App {
    /// A service without any hold, which takes the time from `clock`.
    pub fn new(clock: impl Clock) -> Self {
        Self {
            clock: Arc::new(clock),
            holds: Arc::default(),
        }
    }
}

/// Every hold that was ever made, by id. Those that are over stay, to be told from those that never
/// were.
type Holds = HashMap<String, Hold>;

// The lock of std and not tokio's: no handler awaits while it has the holds.
fn lock(holds: &SharedHolds) -> MutexGuard<'_, Holds> {
    holds
        .lock()
        .expect("no handler panics while it has the holds")
}

/// A seat that is kept for somebody until `ends`, in seconds since the epoch.
struct Hold {
    seat: String,
    ends: u64,
}

impl Hold {
    /// `None` from the second on in which it ends. Both handlers ask here, so that a hold can't be
    /// over for the one and in force for the other.
    fn seconds_left(&self, now: u64) -> Option<u64> {
        self.ends.checked_sub(now).filter(|&left| left > 0)
    }
}

/// Answers requests from `listener` until the process ends.
///
/// # Errors
///
/// Fails if the listener does.
// All that a test without a socket leaves out is in this line, which is axum's to test.
pub async fn serve(listener: TcpListener, app: App) -> io::Result<()> {
    axum::serve(listener, router(app)).await
}

/// The routes of the service. Needs no server and no set-up: a test calls the router itself.
pub fn router(app: App) -> Router {
    Router::new()
        .route("/holds", post(make))
        .route("/holds/{id}", get(show))
        .with_state(app)
}

/// What a customer asks for.
#[derive(Deserialize)]
struct Wish {
    seat: String,
    seconds: u32,
}

/// A hold, as customers see it.
#[derive(Serialize)]
struct View {
    seat: String,
    seconds_left: u64,
}

async fn make(
    State(clock): State<Arc<dyn Clock>>,
    State(holds): State<SharedHolds>,
    Json(wish): Json<Wish>,
) -> Response {
    let now = clock.now();
    // Looking and adding under one lock: between two, somebody else could take the seat.
    let mut holds = lock(&holds);
    let held = |hold: &Hold| hold.seat == wish.seat && hold.seconds_left(now).is_some();
    if holds.values().any(held) {
        return refuse(StatusCode::CONFLICT, "the seat is held already");
    }
    let id = holds.len().to_string();
    let seconds_left = u64::from(wish.seconds);
    let location = [(header::LOCATION, format!("/holds/{id}"))];
    let hold = Hold {
        seat: wish.seat.clone(),
        ends: now + seconds_left,
    };
    holds.insert(id, hold);
    let view = View {
        seat: wish.seat,
        seconds_left,
    };
    (StatusCode::CREATED, location, Json(view)).into_response()
}

// The id is taken as text: with `Path<usize>` axum answers 400 to an id that is no number, and to a
// client that is one more id that does not exist.
async fn show(
    State(clock): State<Arc<dyn Clock>>,
    State(holds): State<SharedHolds>,
    Path(id): Path<String>,
) -> Response {
    let now = clock.now();
    let holds = lock(&holds);
    // Not `holds[&id]`: that panics with the lock in hand, and then every later request panics too.
    let Some(hold) = holds.get(&id) else {
        return refuse(StatusCode::NOT_FOUND, "there is no such hold");
    };
    let Some(seconds_left) = hold.seconds_left(now) else {
        return refuse(StatusCode::GONE, "the hold is over");
    };
    let view = View {
        seat: hold.seat.clone(),
        seconds_left,
    };
    Json(view).into_response()
}

/// Why a request was refused.
#[derive(Serialize)]
struct Refusal {
    error: &'static str,
}

// `Json` writes the content type with the body; a `String` of the same text would be `text/plain`.
fn refuse(status: StatusCode, error: &'static str) -> Response {
    (status, Json(Refusal { error })).into_response()
}
