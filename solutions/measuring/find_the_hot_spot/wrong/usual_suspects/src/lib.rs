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
    tenants: HashMap<ApiKey, Tenant>,
    routes: Routes,
}

impl Gateway {
    /// A gateway for these tenants (key and name each) and these route patterns, in order of precedence.
    pub fn new<'t>(tenants: impl IntoIterator<Item = (&'t str, &'t str)>, routes: &[&str]) -> Self {
        let tenant = |(key, name): (&str, &str)| {
            let name = name.to_owned();
            (ApiKey::new(key), Tenant { name, served: 0 })
        };
        Gateway {
            tenants: tenants.into_iter().map(tenant).collect(),
            routes: Routes::new(routes),
        }
    }

    /// The answer to a request: 401 for an unknown key, 404 for a path that no route takes, else 200.
    pub fn handle(&mut self, request: &Request<'_>) -> Response {
        let Some(tenant) = authorise(&mut self.tenants, request.key) else {
            return Response::refusal(401);
        };
        let Some(route) = self.routes.find(request.path) else {
            return Response::refusal(404);
        };
        tenant.served += 1;
        Response::of(&tenant.name, route, request.path)
    }

    /// The tenant with a key.
    pub fn tenant(&self, key: &str) -> Option<&Tenant> {
        self.tenants.get(&ApiKey::new(key))
    }
}

/// The tenant that a key belongs to.
fn authorise<'t>(tenants: &'t mut HashMap<ApiKey, Tenant>, key: &str) -> Option<&'t mut Tenant> {
    tenants.get_mut(&ApiKey::new(key))
}
