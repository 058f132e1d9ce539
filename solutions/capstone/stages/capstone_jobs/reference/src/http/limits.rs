//! Asks of each request what it costs, and of whom, before anything is done for it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};

use super::extract::{Identified, identify};
use super::problem::Problem;
use crate::limits::{Limits, Refusal, Standing};
use crate::ports::Callers;

// As in draft-ietf-httpapi-ratelimit-headers-11. Earlier drafts had three fields with other names.
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

#[derive(Clone)]
struct Gate {
    limits: Arc<Limits>,
    callers: Arc<dyn Callers>,
}

/// The routes, to each of which a caller gets only as often as `limits` allow. Health is not among them, so an
/// orchestrator is never told to come back later.
pub fn limited(routes: Router, limits: Arc<Limits>, callers: Arc<dyn Callers>) -> Router {
    routes.layer(middleware::from_fn_with_state(
        Gate { limits, callers },
        admit,
    ))
}

/// What a request costs. A change has to reach the disk, and everybody who has a copy.
fn cost(method: &Method) -> u32 {
    match *method {
        Method::GET | Method::HEAD | Method::OPTIONS => 1,
        _ => 5,
    }
}

async fn admit(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let Gate { limits, callers } = gate;
    let cost = cost(request.method());
    // The address pays first, and gets it back if somebody is identified. To look first and to charge afterwards
    // would let through all who come while the first one is still being looked at.
    let toll = match limits.charge_address(address(&request, &limits), cost) {
        Ok(toll) => toll,
        Err(refusal) => return refused(refusal),
    };
    let caller = match identify(request.headers(), &*callers).await {
        Ok(caller) => caller,
        Err(error) => return Problem::from(error).into_response(),
    };
    let standing = match caller {
        None => toll.standing,
        Some(user) => {
            // Two hundred people in one office share an address, and none of them has asked for more than their own.
            limits.give_back(toll);
            match limits.charge_user(user, cost) {
                Ok(standing) => standing,
                Err(refusal) => return refused(refusal),
            }
        }
    };
    request.extensions_mut().insert(Identified(caller));
    let mut response = next.run(request).await;
    if let Some(standing) = standing {
        tell(&standing, response.headers_mut());
    }
    response
}

fn address(request: &Request, limits: &Limits) -> IpAddr {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    // Without a socket nobody knows. All of those are one, which is no way around the limit.
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    let lines = request.headers().get_all(FORWARDED_FOR).iter();
    // A line that is no text is there all the same: to pass over it would be to believe what stands left of it.
    let lines: Vec<&str> = lines
        .map(|line| line.to_str().unwrap_or_default())
        .collect();
    limits.address(peer, lines.into_iter())
}

fn refused(refusal: Refusal) -> Response {
    let seconds = whole_seconds(refusal.retry_after);
    let mut response = Problem::too_many_requests(seconds).into_response();
    let headers = response.headers_mut();
    headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    tell(&refusal.standing, headers);
    response
}

/// Says how the caller stands. The key is not said: it may be an address that a proxy has told us.
fn tell(standing: &Standing, headers: &mut HeaderMap) {
    let Standing {
        policy, rate, left, ..
    } = standing;
    let window = whole_seconds(rate.refill());
    let next = whole_seconds(standing.next);
    let burst = rate.burst();
    for (name, value) in [
        (
            RATE_LIMIT_POLICY,
            format!("\"{policy}\";q={burst};w={window}"),
        ),
        (RATE_LIMIT, format!("\"{policy}\";r={left};t={next}")),
    ] {
        // It always is one, of letters and digits.
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
}

/// Rounded up: whoever comes back when they were told to must not be refused again.
fn whole_seconds(duration: Duration) -> u64 {
    duration.as_nanos().div_ceil(1_000_000_000).max(1) as u64
}
