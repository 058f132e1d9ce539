//! The articles of a shop, over HTTP.

mod store;

use axum::extract::{Path, State};
use axum::http::Uri;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use serde_json::{Value, json};

pub use store::{Article, Put, Store, StoreError};

/// The routes of the service.
pub fn router(store: Store) -> Router {
    Router::new()
        .route("/articles", get(list).post(add))
        .route("/articles/{sku}", get(show).put(replace).delete(remove))
        .fallback(nowhere)
        .with_state(store)
}

async fn list(State(store): State<Store>) -> Json<Value> {
    answer(store.all())
}

async fn add(State(store): State<Store>, body: String) -> Json<Value> {
    let article = match read(&body) {
        Ok(article) => article,
        Err(why) => return failure(&why),
    };
    answer(store.add(article.clone()).map(|()| article))
}

async fn show(State(store): State<Store>, Path(sku): Path<String>) -> Json<Value> {
    answer(store.get(&sku))
}

async fn replace(State(store): State<Store>, Path(sku): Path<String>, body: String) -> Json<Value> {
    let article = match read(&body) {
        Ok(article) => article,
        Err(why) => return failure(&why),
    };
    if article.sku != sku {
        return failure("the body is another article");
    }
    answer(store.put(article.clone()).map(|_| article))
}

async fn remove(State(store): State<Store>, Path(sku): Path<String>) -> Json<Value> {
    answer(store.remove(&sku))
}

async fn nowhere(uri: Uri) -> Json<Value> {
    failure(&format!("nothing is at {uri}"))
}

fn read(body: &str) -> Result<Article, String> {
    let article: Article = serde_json::from_str(body).map_err(|error| error.to_string())?;
    check(&article)?;
    Ok(article)
}

/// An article that can be sold has an SKU that fits into a path, a name and a price.
fn check(article: &Article) -> Result<(), &'static str> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if article.sku.is_empty() || !article.sku.bytes().all(fits) {
        return Err("`sku` is not of letters, digits and `-`");
    }
    if article.name.trim().is_empty() {
        return Err("`name` is empty");
    }
    if article.cents == 0 {
        return Err("`cents` is 0");
    }
    Ok(())
}

fn answer<T: Serialize>(result: Result<T, StoreError>) -> Json<Value> {
    match result {
        Ok(data) => Json(json!({ "ok": true, "data": data })),
        Err(error) => failure(&error.to_string()),
    }
}

fn failure(error: &str) -> Json<Value> {
    Json(json!({ "ok": false, "error": error }))
}
