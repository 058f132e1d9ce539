//! Live updates over HTTP: who may have a socket, and where it begins. What is said over it is in [`live`](crate::live).

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{FromRef, FromRequestParts, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::get;

use super::Api;
use super::extract::{Caller, authorization, canonical};
use super::problem::Problem;
use crate::Secret;
use crate::live::{Door, Shut};

/// What we speak over a socket. A browser that has offered protocols wants one of them chosen, and must not be given the
/// one that is its token.
const PROTOCOL: &str = "tasks.v1";
/// The largest message that is read, in bytes. All that a client has to say is a token.
const LARGEST_MESSAGE: usize = 4 * 1024;

pub(super) fn routes(api: Api, door: Door) -> Router {
    Router::new()
        .route("/updates", get(open))
        .with_state(Desk { api, door })
}

/// What the handler below works with.
#[derive(Clone)]
struct Desk {
    api: Api,
    door: Door,
}

impl FromRef<Desk> for Api {
    fn from_ref(desk: &Desk) -> Self {
        desk.api.clone()
    }
}

/// The number of the last update that the caller has seen.
struct After(Option<u64>);

impl<S: Sync> FromRequestParts<S> for After {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut after = None;
        let query = parts.uri.query().unwrap_or_default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let number = pair.strip_prefix("after=").and_then(canonical);
            // Tokens least of all: what is in a query is in the logs of everybody on the way.
            let wrong = || Problem::bad_request("the query can have `after` and a number");
            after = Some(number.ok_or_else(wrong)?);
        }
        Ok(Self(after))
    }
}

/// Everything that can be refused is refused here, where a client can read why: once a socket is open, all that is left is
/// a close code.
async fn open(
    Caller(user): Caller,
    State(desk): State<Desk>,
    After(after): After,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let upgrade = upgrade.map_err(|_| Problem::upgrade_required())?;
    let admission = desk.door.admit(user).map_err(|shut| match shut {
        Shut::Full => Problem::too_many_sockets(),
        Shut::Stopping => Problem::stopping(),
    })?;
    let authorization = authorization(&headers).map(Secret::new);
    Ok(upgrade
        .protocols([PROTOCOL])
        .max_message_size(LARGEST_MESSAGE)
        .max_frame_size(LARGEST_MESSAGE)
        // It is there for as long as the socket is, and by default it has 128 KiB.
        .read_buffer_size(LARGEST_MESSAGE)
        // The task that calls this is axum's own, and nobody can end it. So it is over at once.
        .on_upgrade(async move |socket| admission.enter(socket, authorization, after)))
}
