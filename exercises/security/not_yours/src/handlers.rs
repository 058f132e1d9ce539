//! What each route does.

use std::collections::BTreeSet;

use crate::router::{Call, Response};
use crate::store::{Invoice, Store};

/// One line for each: id, title, cents.
pub(crate) fn list(store: &mut Store, call: &Call<'_>) -> Response {
    let owner = call.fields.get("owner").map_or(call.user, String::as_str);
    let found = store.all();
    let found =
        found.filter(|(_, invoice)| invoice.owner == owner || invoice.readers.contains(owner));
    Response::new(200, lines(found))
}

/// From `title` and `cents`, or with those of another one from `copy_of`.
pub(crate) fn make(store: &mut Store, call: &Call<'_>) -> Response {
    let owner = call.fields.get("owner").map_or(call.user, String::as_str);
    let copied = match call.fields.get("copy_of") {
        Some(id) => {
            let id = id.parse().unwrap_or(0);
            let Some(invoice) = store.get(id) else {
                return missing();
            };
            Some((invoice.title.clone(), invoice.cents))
        }
        None => call.fields.get("title").and_then(|title| {
            let cents = call.fields.get("cents")?.parse().ok()?;
            Some((title.clone(), cents))
        }),
    };
    let Some((title, cents)) = copied else {
        return Response::new(400, "a title and cents were expected");
    };
    let id = store.insert(Invoice {
        owner: owner.to_owned(),
        title,
        cents,
        readers: BTreeSet::new(),
    });
    Response::new(201, id.to_string())
}

pub(crate) fn get(store: &mut Store, call: &Call<'_>) -> Response {
    let Some((id, invoice)) = call.id.and_then(|id| Some((id, store.get(id)?))) else {
        return missing();
    };
    if invoice.owner != call.user && !invoice.readers.contains(call.user) {
        return forbidden();
    }
    Response::new(200, lines([(id, invoice)]))
}

pub(crate) fn rename(store: &mut Store, call: &Call<'_>) -> Response {
    let Some(invoice) = call.id.and_then(|id| store.get_mut(id)) else {
        return missing();
    };
    if invoice.owner != call.user && !invoice.readers.contains(call.user) {
        return forbidden();
    }
    let Some(title) = call.fields.get("title") else {
        return Response::new(400, "a title was expected");
    };
    invoice.title.clone_from(title);
    Response::new(204, "")
}

pub(crate) fn remove(store: &mut Store, call: &Call<'_>) -> Response {
    let Some(id) = call.id.filter(|id| store.get(*id).is_some()) else {
        return missing();
    };
    store.remove(id);
    Response::new(204, "")
}

pub(crate) fn pdf(store: &mut Store, call: &Call<'_>) -> Response {
    match call.id.and_then(|id| store.get(id)) {
        Some(invoice) => Response::new(200, format!("%PDF {}", invoice.title)),
        None => missing(),
    }
}

/// Lets `user` read it.
pub(crate) fn share(store: &mut Store, call: &Call<'_>) -> Response {
    let Some(reader) = call.fields.get("user") else {
        return Response::new(400, "a user was expected");
    };
    let Some(invoice) = call.id.and_then(|id| store.get_mut(id)) else {
        return missing();
    };
    if invoice.owner != call.user {
        return forbidden();
    }
    invoice.readers.insert(reader.clone());
    Response::new(204, "")
}

/// Those with `q` in their title.
pub(crate) fn search(store: &mut Store, call: &Call<'_>) -> Response {
    let wanted = call.fields.get("q").map_or("", String::as_str);
    let found = store.all();
    let found = found.filter(|(_, invoice)| invoice.title.contains(wanted));
    Response::new(200, lines(found))
}

pub(crate) fn stats(store: &mut Store, _: &Call<'_>) -> Response {
    let cents: u64 = store.all().map(|(_, invoice)| invoice.cents).sum();
    let count = store.all().count();
    Response::new(200, format!("{count} invoices, {cents} cents"))
}

fn lines<'i>(invoices: impl IntoIterator<Item = (u64, &'i Invoice)>) -> String {
    let line =
        |(id, invoice): (u64, &Invoice)| format!("{id} {} {}\n", invoice.title, invoice.cents);
    invoices.into_iter().map(line).collect()
}

fn missing() -> Response {
    Response::new(404, "there is no such invoice")
}

fn forbidden() -> Response {
    Response::new(403, "this invoice is not yours")
}
