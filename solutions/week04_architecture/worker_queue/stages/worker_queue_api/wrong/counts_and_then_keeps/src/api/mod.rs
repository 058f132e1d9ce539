//! The queue over HTTP.
//!
//! Architecture invariant: an answer is made of what the store has said, and of nothing else. Where the store has said
//! nothing, nothing is acknowledged.

mod job;
mod problem;
mod query;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use tokio::task::spawn_blocking;

use self::problem::Problem;
use self::query::Page;
use crate::clock::Clock;
use crate::job::{Change, Job, JobId};
use crate::store::{Enqueued, Full, Intake, StoreError};
use crate::time::Timestamp;

/// The largest body, in bytes. Larger things belong into a store of their own, and their address into the payload.
const BODY: usize = 64 * 1024;

/// What the API needs.
#[derive(Clone)]
pub struct Api {
    store: Arc<dyn Intake>,
    clock: Arc<dyn Clock>,
    room: u64,
    retry_after: Duration,
}

type Answer = Result<Response, Problem>;
type Id = Result<Path<u64>, PathRejection>;

impl Api {
    pub fn new(store: Arc<dyn Intake>, clock: Arc<dyn Clock>) -> Self {
        Self {
            store,
            clock,
            room: 10_000,
            retry_after: Duration::from_secs(5),
        }
    }

    /// So many jobs are open at most. 10,000, if nobody says.
    pub fn room(self, room: u64) -> Self {
        Self { room, ..self }
    }

    /// What is told to whoever comes at a bad time, in seconds, rounded up. 5 s, if nobody says.
    pub fn retry_after(self, retry_after: Duration) -> Self {
        Self {
            retry_after,
            ..self
        }
    }

    pub fn router(self) -> Router {
        Router::new()
            .route("/jobs", post(enqueue))
            .route("/jobs/{id}", get(look))
            .route("/jobs/{id}/cancel", post(cancel))
            .route("/jobs/{id}/revive", post(revive))
            .route("/dead-letters", get(dead))
            .fallback(async || Problem::plain(StatusCode::NOT_FOUND))
            .method_not_allowed_fallback(async || Problem::plain(StatusCode::METHOD_NOT_ALLOWED))
            .layer(DefaultBodyLimit::max(BODY))
            .with_state(self)
    }

    /// Asks the store on a thread that may block, also when nobody waits for the answer any more.
    async fn ask<T: Send + 'static>(
        &self,
        now: Timestamp,
        question: impl FnOnce(&dyn Intake, Timestamp) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Problem> {
        let store = Arc::clone(&self.store);
        match spawn_blocking(move || question(&*store, now)).await {
            Ok(Ok(answer)) => Ok(answer),
            // Why is nobody's business outside. A service would log it here.
            Ok(Err(_)) | Err(_) => Err(Problem::store_away().retry_after(self.retry_after)),
        }
    }

    async fn change(&self, id: Id, change: Change) -> Answer {
        let id = id.map(|Path(id)| JobId::new(id));
        let id = id.map_err(|_| Problem::no_such_job())?;
        let now = self.clock.now();
        let changed = self.ask(now, move |store, now| store.change(id, &change, now));
        let job = changed.await?.map_err(Problem::refused)?;
        Ok(Json(job::view(&job, now)).into_response())
    }
}

async fn enqueue(
    State(api): State<Api>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Answer {
    let key = query::key(&headers).ok_or_else(Problem::invalid_key)?;
    let body = body.map_err(|rejection| Problem::plain(rejection.status()))?;
    let work = job::work(&body)?;
    let (now, room) = (api.clock.now(), api.room);
    let asked = work.clone();
    let admitted = api
        .ask(now, move |store, now| {
            let census = store.census(now)?;
            if census.ready + census.waiting + census.leased >= room {
                return Ok(Err(Full));
            }
            store.enqueue(asked, key.as_deref(), now).map(Ok)
        })
        .await?;
    match admitted {
        Ok(Enqueued::New(id)) => {
            // Known without another call: after one that failed, what is kept would not be acknowledged.
            let job = Job::new(id, work, now);
            let location = [(LOCATION, format!("/jobs/{}", id.get()))];
            let answer = (StatusCode::CREATED, location, Json(job::view(&job, now)));
            Ok(answer.into_response())
        }
        Ok(Enqueued::Again(id)) => found(&api, id).await,
        Ok(Enqueued::KeyReused) => Err(Problem::key_reused()),
        Err(Full) => Err(Problem::queue_full().retry_after(api.retry_after)),
    }
}

async fn look(State(api): State<Api>, id: Id) -> Answer {
    let Path(id) = id.map_err(|_| Problem::no_such_job())?;
    found(&api, JobId::new(id)).await
}

async fn found(api: &Api, id: JobId) -> Answer {
    let now = api.clock.now();
    let job = api.ask(now, move |store, _| store.find(id)).await?;
    let job = job.ok_or_else(Problem::no_such_job)?;
    Ok(Json(job::view(&job, now)).into_response())
}

async fn cancel(State(api): State<Api>, id: Id) -> Answer {
    api.change(id, Change::Cancel).await
}

async fn revive(State(api): State<Api>, id: Id) -> Answer {
    api.change(id, Change::Revive).await
}

async fn dead(State(api): State<Api>, RawQuery(query): RawQuery) -> Answer {
    let page = Page::of(query.as_deref()).ok_or_else(Problem::invalid_query)?;
    let now = api.clock.now();
    let (after, limit) = (page.after.map(JobId::new), page.limit);
    // One more than asked for tells whether there are more.
    let asked = api.ask(now, move |store, now| store.dead(now, after, limit + 1));
    let mut jobs = asked.await?;
    let more = jobs.len() > limit;
    jobs.truncate(limit);
    let next = jobs.last().filter(|_| more).map(|job| page.next(job.id()));
    Ok(Json(job::list(&jobs, next, now)).into_response())
}
