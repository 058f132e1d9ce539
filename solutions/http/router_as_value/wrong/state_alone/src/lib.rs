//! Holds seats for customers who have not paid yet.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::SystemTime;

use axum::extract::{Path, State};
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
#[derive(Clone)]
pub struct App {
    clock: Arc<dyn Clock>,
    /// Every hold that was ever made; its place is its id.
    holds: Arc<Mutex<Vec<Hold>>>,
}

impl App {
    /// A service without any hold, which takes the time from `clock`.
    pub fn new(clock: impl Clock) -> Self {
        Self {
            clock: Arc::new(clock),
            holds: Arc::default(),
        }
    }

    fn holds(&self) -> MutexGuard<'_, Vec<Hold>> {
        self.holds
            .lock()
            .expect("no handler panics while it has the list")
    }
}

/// A seat that is kept for somebody until `ends`, in seconds since the epoch.
struct Hold {
    seat: String,
    ends: u64,
}

/// Answers requests from `listener` until the process ends.
///
/// # Errors
///
/// Fails if the listener does.
pub async fn serve(listener: TcpListener, app: App) -> io::Result<()> {
    axum::serve(listener, router(app)).await
}

/// The routes of the service.
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

async fn make(State(app): State<App>, Json(wish): Json<Wish>) -> Response {
    let now = app.clock.now();
    let mut holds = app.holds();
    let held = |hold: &Hold| hold.seat == wish.seat && now < hold.ends;
    if holds.iter().any(held) {
        return refuse(StatusCode::CONFLICT, "the seat is held already");
    }
    let id = holds.len();
    let seconds_left = u64::from(wish.seconds);
    holds.push(Hold {
        seat: wish.seat.clone(),
        ends: now + seconds_left,
    });
    let location = [(header::LOCATION, format!("/holds/{id}"))];
    let view = View {
        seat: wish.seat,
        seconds_left,
    };
    (StatusCode::CREATED, location, Json(view)).into_response()
}

async fn show(State(app): State<App>, Path(id): Path<usize>) -> Response {
    let now = app.clock.now();
    let holds = app.holds();
    let hold = &holds[id];
    if now > hold.ends {
        return refuse(StatusCode::GONE, "the hold is over");
    }
    let view = View {
        seat: hold.seat.clone(),
        seconds_left: hold.ends - now,
    };
    Json(view).into_response()
}

fn refuse(status: StatusCode, why: &str) -> Response {
    (status, format!("{{\"error\":\"{why}\"}}")).into_response()
}
