//! The edge of a public API: who is asking, for what, and an answer that caches can keep.

mod answer;
mod key;
mod routes;

use std::collections::HashMap;

pub use answer::Response;
pub use key::ApiKey;
use routes::Routes;

/// What a client sends.
#[derive(Debug, Clone, Copy)]
pub struct Request<'r> {
    /// The API key, as in the header.
    pub key: &'r str,
    /// The path, without the query.
    pub path: &'r str,
}

/// A customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// For people.
    pub name: String,
    /// The requests that were answered with 200.
    pub served: u64,
}

/// Answers requests.
pub struct Gateway {
    tenants: Vec<Tenant>,
    places: HashMap<ApiKey, usize>,
    routes: Routes,
    /// Clients come in bursts: the next request often has the same key.
    last: Option<(String, usize)>,
}

impl Gateway {
    /// A gateway for these tenants (key and name each) and these route patterns, in order of precedence.
    pub fn new<'t>(tenants: impl IntoIterator<Item = (&'t str, &'t str)>, routes: &[&str]) -> Self {
        let mut all = Vec::new();
        let mut places = HashMap::new();
        for (key, name) in tenants {
            places.insert(ApiKey::new(key), all.len());
            let name = name.to_owned();
            all.push(Tenant { name, served: 0 });
        }
        Gateway {
            tenants: all,
            places,
            routes: Routes::new(routes),
            last: None,
        }
    }

    /// The answer to a request: 401 for an unknown key, 404 for a path that no route takes, else 200.
    pub fn handle(&mut self, request: &Request<'_>) -> Response {
        let Some(place) = self.authorise(request.key) else {
            return Response::refusal(401);
        };
        let Some(route) = self.routes.find(request.path) else {
            return Response::refusal(404);
        };
        let tenant = &mut self.tenants[place];
        tenant.served += 1;
        Response::of(&tenant.name, route, request.path)
    }

    /// The tenant with a key.
    pub fn tenant(&self, key: &str) -> Option<&Tenant> {
        let place = self.places.get(&ApiKey::new(key))?;
        self.tenants.get(*place)
    }

    /// The place of the tenant that a key belongs to.
    fn authorise(&mut self, key: &str) -> Option<usize> {
        if let Some((last, place)) = &self.last
            && last == key
        {
            return Some(*place);
        }
        let place = *self.places.get(&ApiKey::new(key))?;
        self.last = Some((key.to_owned(), place));
        Some(place)
    }
}
