//! What each route does. Who may do it is asked in `store`, once for all of them.

use crate::router::{Call, Response};
use crate::store::{Denied, Invoice, Store};

/// One line for each: id, title, cents.
pub(crate) fn list(store: &mut Store, call: &Call<'_>) -> Response {
    Response::new(200, lines(store.of(call.user).readable()))
}

/// From `title` and `cents`, or with those of another one from `copy_of`.
pub(crate) fn make(store: &mut Store, call: &Call<'_>) -> Response {
    let mut mine = store.of(call.user);
    let (title, cents) = if let Some(id) = call.fields.get("copy_of") {
        // An id in a field is as much a door as one in the path.
        match mine.read(id.parse().unwrap_or(0)) {
            Ok(invoice) => (invoice.title.clone(), invoice.cents),
            Err(denied) => return refusal(denied),
        }
    } else {
        let title = call.fields.get("title");
        let cents = call
            .fields
            .get("cents")
            .and_then(|cents| cents.parse().ok());
        match (title, cents) {
            (Some(title), Some(cents)) => (title.clone(), cents),
            _ => return Response::new(400, "a title and cents were expected"),
        }
    };
    Response::new(201, mine.insert(title, cents).to_string())
}

pub(crate) fn get(store: &mut Store, call: &Call<'_>) -> Response {
    let id = id(call);
    match store.of(call.user).read(id) {
        Ok(invoice) => Response::new(200, lines([(id, invoice)])),
        Err(denied) => refusal(denied),
    }
}

pub(crate) fn rename(store: &mut Store, call: &Call<'_>) -> Response {
    match store.of(call.user).change(id(call)) {
        Ok(invoice) => {
            let Some(title) = call.fields.get("title") else {
                return Response::new(400, "a title was expected");
            };
            invoice.title.clone_from(title);
            Response::new(204, "")
        }
        Err(denied) => refusal(denied),
    }
}

pub(crate) fn remove(store: &mut Store, call: &Call<'_>) -> Response {
    match store.of(call.user).remove(id(call)) {
        Ok(()) => Response::new(204, ""),
        Err(denied) => refusal(denied),
    }
}

pub(crate) fn pdf(store: &mut Store, call: &Call<'_>) -> Response {
    match store.of(call.user).read(id(call)) {
        Ok(invoice) => Response::new(200, format!("%PDF {}", invoice.title)),
        Err(denied) => refusal(denied),
    }
}

/// Lets `user` read it.
pub(crate) fn share(store: &mut Store, call: &Call<'_>) -> Response {
    match store.of(call.user).change(id(call)) {
        Ok(invoice) => {
            let Some(reader) = call.fields.get("user") else {
                return Response::new(400, "a user was expected");
            };
            invoice.share_with(reader);
            Response::new(204, "")
        }
        Err(denied) => refusal(denied),
    }
}

/// Those with `q` in their title.
pub(crate) fn search(store: &mut Store, call: &Call<'_>) -> Response {
    let wanted = call.fields.get("q").map_or("", String::as_str);
    let mine = store.of(call.user);
    let found = mine.readable();
    let found = found.filter(|(_, invoice)| invoice.title.contains(wanted));
    Response::new(200, lines(found))
}

pub(crate) fn stats(store: &mut Store, call: &Call<'_>) -> Response {
    let mine = store.of(call.user);
    let cents: u64 = mine.owned_ones().map(|invoice| invoice.cents).sum();
    let count = mine.owned_ones().count();
    Response::new(200, format!("{count} invoices, {cents} cents"))
}

/// An id that is no number is one that no invoice has.
fn id(call: &Call<'_>) -> u64 {
    call.id.unwrap_or(0)
}

fn lines<'i>(invoices: impl IntoIterator<Item = (u64, &'i Invoice)>) -> String {
    let line =
        |(id, invoice): (u64, &Invoice)| format!("{id} {} {}\n", invoice.title, invoice.cents);
    invoices.into_iter().map(line).collect()
}

fn refusal(denied: Denied) -> Response {
    match denied {
        Denied::Missing => Response::new(404, "there is no such invoice"),
        Denied::ReadOnly => Response::new(403, "this invoice is not yours"),
    }
}
