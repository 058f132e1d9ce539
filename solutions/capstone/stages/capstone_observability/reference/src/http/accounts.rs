//! Accounts and sessions over HTTP: from a request to a call of [`Accounts`], and back.

use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use axum::routing::post;
use axum::{Json, Router};
use serde::{Deserialize, Deserializer, Serialize};

use super::Api;
use super::extract::{Caller, Confidential};
use super::problem::Problem;
use crate::Secret;
use crate::accounts::{Accounts, Pass};

pub(super) fn routes(api: Api, accounts: Accounts) -> Router {
    Router::new()
        .route("/accounts", post(register))
        .route("/sessions", post(sign_in).delete(sign_out_everywhere))
        .route("/sessions/refresh", post(refresh))
        .route("/sessions/end", post(sign_out))
        .with_state(Desk { api, accounts })
}

/// What the handlers below work with.
#[derive(Clone)]
struct Desk {
    api: Api,
    accounts: Accounts,
}

impl FromRef<Desk> for Api {
    fn from_ref(desk: &Desk) -> Self {
        desk.api.clone()
    }
}

// ── what goes over the wire ────────────────────────────────────────────────────────────────────────

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CredentialsBody {
    name: String,
    #[serde(deserialize_with = "secret")]
    password: Secret,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RefreshBody {
    #[serde(deserialize_with = "secret")]
    refresh_token: Secret,
}

#[derive(Serialize)]
struct AccountBody {
    /// A text, as the ids of tasks are.
    id: String,
    name: String,
}

/// The names are those of OAuth 2.0 (RFC 6749, 5.1), which clients know.
#[derive(Serialize)]
struct PassBody<'a> {
    access_token: &'a str,
    token_type: &'a str,
    expires_in: u64,
    refresh_token: &'a str,
}

fn secret<'de, D: Deserializer<'de>>(from: D) -> Result<Secret, D::Error> {
    String::deserialize(from).map(Secret::new)
}

fn passed(pass: &Pass) -> impl IntoResponse + use<> {
    let body = Json(PassBody {
        access_token: pass.access.expose(),
        token_type: "Bearer",
        expires_in: pass.access_for.as_secs(),
        refresh_token: pass.refresh.expose(),
    });
    ([(CACHE_CONTROL, "no-store")], body).into_response()
}

// ── handlers ───────────────────────────────────────────────────────────────────────────────────────

async fn register(
    State(desk): State<Desk>,
    Confidential(body): Confidential<CredentialsBody>,
) -> Result<impl IntoResponse, Problem> {
    let (id, name) = desk.accounts.register(&body.name, body.password).await?;
    let body = AccountBody {
        id: id.get().to_string(),
        name: name.as_str().to_owned(),
    };
    Ok((StatusCode::CREATED, Json(body)))
}

async fn sign_in(
    State(desk): State<Desk>,
    Confidential(body): Confidential<CredentialsBody>,
) -> Result<impl IntoResponse, Problem> {
    let pass = desk.accounts.sign_in(&body.name, body.password).await?;
    Ok((StatusCode::CREATED, passed(&pass)))
}

async fn refresh(
    State(desk): State<Desk>,
    Confidential(body): Confidential<RefreshBody>,
) -> Result<impl IntoResponse, Problem> {
    let pass = desk.accounts.refresh(&body.refresh_token).await?;
    Ok(passed(&pass))
}

/// By the refresh token and not by the access token: who signs out has often been away for longer than that is good.
async fn sign_out(
    State(desk): State<Desk>,
    Confidential(body): Confidential<RefreshBody>,
) -> Result<StatusCode, Problem> {
    desk.accounts.sign_out(&body.refresh_token).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn sign_out_everywhere(
    Caller(user): Caller,
    State(desk): State<Desk>,
) -> Result<StatusCode, Problem> {
    desk.accounts.sign_out_everywhere(user).await?;
    Ok(StatusCode::NO_CONTENT)
}
