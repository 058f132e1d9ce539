//! From requests to calls of the store, and from what they return to answers.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{ETAG, IF_MATCH, IF_NONE_MATCH, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::body::Body;
use super::etag;
use super::page::Wanted;
use super::problem::Problem;
use crate::parcel::{Kept, Only, Parcel};
use crate::store::Store;

type Parcels = State<Arc<dyn Store>>;

#[derive(Serialize)]
pub(super) struct Page {
    parcels: Vec<Parcel>,
    next: Option<String>,
}

pub(super) async fn list(
    State(store): Parcels,
    RawQuery(query): RawQuery,
) -> Result<Json<Page>, Problem> {
    let wanted = Wanted::of(query.as_deref().unwrap_or(""))?;
    // One more than asked for tells whether there is a next page, without counting them all.
    let mut found = store.page(wanted.above, wanted.limit + 1).await?;
    let more = found.len() > wanted.limit;
    found.truncate(wanted.limit);
    let parcels: Vec<Parcel> = found.into_iter().map(|kept| kept.parcel).collect();
    let next = parcels.last().filter(|_| more);
    let next = next.map(|last| Wanted::cursor_behind(last.id));
    Ok(Json(Page { parcels, next }))
}

pub(super) async fn add(State(store): Parcels, Body(draft): Body) -> Result<Response, Problem> {
    let kept = store.add(draft).await?;
    let location = format!("/parcels/{}", kept.parcel.id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], whole(kept)).into_response())
}

pub(super) async fn get(
    State(store): Parcels,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let kept = store
        .get(number(&id)?)
        .await?
        .ok_or_else(Problem::no_such_parcel)?;
    if etag::is_known(headers.get_all(IF_NONE_MATCH), kept.revision) {
        let tag = [(ETAG, etag::of(kept.revision))];
        return Ok((StatusCode::NOT_MODIFIED, tag).into_response());
    }
    Ok(whole(kept).into_response())
}

pub(super) async fn replace(
    State(store): Parcels,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(draft): Body,
) -> Result<Response, Problem> {
    let id = number(&id)?;
    let Some(only) = etag::only(headers.get_all(IF_MATCH)) else {
        // What is missing altogether is told as missing: a condition would not help.
        store.get(id).await?.ok_or_else(Problem::no_such_parcel)?;
        return Err(Problem::unconditional());
    };
    Ok(whole(store.replace(id, draft, only).await?).into_response())
}

pub(super) async fn remove(
    State(store): Parcels,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let only = etag::only(headers.get_all(IF_MATCH)).unwrap_or(Only::Any);
    store.remove(number(&id)?, only).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn whole(kept: Kept) -> impl IntoResponse {
    ([(ETAG, etag::of(kept.revision))], Json(kept.parcel))
}

/// A text that is no id is the name of nothing, which is no worse a question than that of an id without a parcel.
fn number(id: &str) -> Result<u64, Problem> {
    id.parse().map_err(|_| Problem::no_such_parcel())
}
