//! Which handler answers what. Not yours to change: the checks go over this table.

use std::collections::BTreeMap;

use crate::handlers;
use crate::store::Store;

/// A request. Who sends it was found out before it comes here, and is true.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The caller, if it is one that we know.
    pub user: Option<String>,
    pub method: String,
    pub path: String,
    /// The fields of the query and of the body: whatever the caller likes.
    pub fields: BTreeMap<String, String>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    pub status: u16,
    pub body: String,
}

impl Response {
    pub fn new(status: u16, body: impl Into<String>) -> Self {
        Response {
            status,
            body: body.into(),
        }
    }
}

/// What a handler gets: the caller's name, the id of the path (`None` where the path has none, or where it is
/// no number), and the fields.
pub(crate) struct Call<'r> {
    pub user: &'r str,
    pub id: Option<u64>,
    pub fields: &'r BTreeMap<String, String>,
}

/// A route.
pub struct Route {
    pub method: &'static str,
    /// `{id}` stands for the number of an invoice.
    pub path: &'static str,
    handler: fn(&mut Store, &Call<'_>) -> Response,
}

const fn route(
    method: &'static str,
    path: &'static str,
    handler: fn(&mut Store, &Call<'_>) -> Response,
) -> Route {
    Route {
        method,
        path,
        handler,
    }
}

/// All that there is.
pub const ROUTES: [Route; 9] = [
    route("GET", "/invoices", handlers::list),
    route("POST", "/invoices", handlers::make),
    route("GET", "/invoices/{id}", handlers::get),
    route("PATCH", "/invoices/{id}", handlers::rename),
    route("DELETE", "/invoices/{id}", handlers::remove),
    route("GET", "/invoices/{id}/pdf", handlers::pdf),
    route("POST", "/invoices/{id}/readers", handlers::share),
    route("GET", "/search", handlers::search),
    route("GET", "/stats", handlers::stats),
];

/// Answers a request.
pub fn handle(store: &mut Store, request: &Request) -> Response {
    let Some(user) = &request.user else {
        return Response::new(401, "who are you?");
    };
    for route in ROUTES {
        if route.method == request.method
            && let Some(id) = matching(route.path, &request.path)
        {
            let call = Call {
                user,
                id,
                fields: &request.fields,
            };
            return (route.handler)(store, &call);
        }
    }
    Response::new(404, "there is no such page")
}

/// The id in a path that has the form of a pattern.
fn matching(pattern: &str, path: &str) -> Option<Option<u64>> {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    let mut id = None;
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return Some(id),
            (Some("{id}"), Some(part)) => id = part.parse().ok(),
            (Some(expected), Some(part)) if expected == part => {}
            _ => return None,
        }
    }
}
