//! Invoices of many people in one service.

mod handlers;
mod router;
mod store;

pub use router::{ROUTES, Request, Response, Route, handle};
pub use store::Store;
