//! The use cases over HTTP.
//!
//! Architecture invariant: a handler turns a request into one call, and its answer into a response. If one compares times or
//! roles, a rule has escaped; if one asks twice, the two answers are about two moments.

mod extract;
mod problem;
mod view;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{delete, get, post, put};
use tokio::task::spawn_blocking;

use self::extract::{Caller, Numbers, Payload};
use self::problem::Problem;
use self::view::{Appointment, Draft};
use crate::desk::{Failure, UseCases};
use crate::domain::{BookingId, Event, Role, UserId};
use crate::ports::{Callers, RoomId};

type Answer = Result<Response, Problem>;

/// The routes, over any desk.
pub fn router(desk: Arc<dyn UseCases>, callers: Arc<dyn Callers>) -> Router {
    Router::new()
        .route("/rooms", post(found))
        .route("/rooms/{room}", get(bookings))
        .route("/rooms/{room}/bookings", post(book))
        .route("/rooms/{room}/bookings/{booking}", delete(cancel))
        .route("/rooms/{room}/people/{user}", put(appoint).delete(dismiss))
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .with_state(Front { desk, callers })
}

#[derive(Clone)]
struct Front {
    desk: Arc<dyn UseCases>,
    callers: Arc<dyn Callers>,
}

impl Front {
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn UseCases) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Problem> {
        let desk = Arc::clone(&self.desk);
        Ok(off_the_runtime(move || question(&*desk)).await??)
    }

    async fn who(&self, token: String) -> Result<Option<UserId>, Problem> {
        let callers = Arc::clone(&self.callers);
        Ok(off_the_runtime(move || callers.who(&token)).await??)
    }

    async fn appoint(&self, by: UserId, [room, user]: [u64; 2], role: Option<Role>) -> Answer {
        let (room, user) = (RoomId(room), UserId(user));
        let events = self.ask(move |desk| desk.appoint(by, room, user, role));
        Ok(Json(view::events(&events.await?)).into_response())
    }
}

/// The core waits for disks, and must not know that this is a runtime. What panics there is a problem of one request.
async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    spawn_blocking(work).await.map_err(|_| Problem::internal())
}

async fn found(State(front): State<Front>, Caller(by): Caller) -> Answer {
    let room = front.ask(move |desk| desk.found(by)).await?;
    let location = [(LOCATION, format!("/rooms/{}", room.0))];
    Ok((StatusCode::CREATED, location, Json(view::room(room))).into_response())
}

async fn bookings(
    State(front): State<Front>,
    Caller(by): Caller,
    Numbers([room]): Numbers<1>,
) -> Answer {
    let room = RoomId(room);
    let bookings = front.ask(move |desk| desk.bookings(by, room)).await?;
    Ok(Json(view::bookings(room, &bookings)).into_response())
}

async fn book(
    State(front): State<Front>,
    Caller(by): Caller,
    Numbers([room]): Numbers<1>,
    Payload(draft): Payload<Draft>,
) -> Answer {
    let (slot, title) = draft.parse()?;
    let events = front.ask(move |desk| desk.book(by, RoomId(room), slot, &title));
    let events = events.await?;
    let made = events.iter().find_map(|event| match event {
        Event::Booked(booking) => Some(format!("/rooms/{room}/bookings/{}", booking.id.0)),
        _ => None,
    });
    let location = made.map(|path| [(LOCATION, path)]);
    let answer = (StatusCode::CREATED, location, Json(view::events(&events)));
    Ok(answer.into_response())
}

async fn cancel(
    State(front): State<Front>,
    Caller(by): Caller,
    Numbers([room, booking]): Numbers<2>,
) -> Answer {
    let (room, booking) = (RoomId(room), BookingId(booking));
    let events = front.ask(move |desk| desk.cancel(by, room, booking));
    Ok(Json(view::events(&events.await?)).into_response())
}

async fn appoint(
    State(front): State<Front>,
    Caller(by): Caller,
    Numbers(ids): Numbers<2>,
    Payload(appointment): Payload<Appointment>,
) -> Answer {
    front.appoint(by, ids, Some(appointment.role.into())).await
}

async fn dismiss(
    State(front): State<Front>,
    Caller(by): Caller,
    Numbers(ids): Numbers<2>,
) -> Answer {
    front.appoint(by, ids, None).await
}
