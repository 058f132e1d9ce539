//! What each route does.

use std::collections::BTreeSet;

use crate::router::{Call, Response};
use crate::store::{Invoice, Store};

/// One line for each: id, title, cents.
pub(crate) fn list(store: &mut Store, call: &Call<'_>) -> Response {
    let found = store
        .all()
        .filter(|(_, invoice)| may_read(invoice, call.user));
    Response::new(200, lines(found))
}

/// From `title` and `cents`, or with those of another one from `copy_of`.
pub(crate) fn make(store: &mut Store, call: &Call<'_>) -> Response {
    let copied = match call.fields.get("copy_of") {
        Some(id) => {
            let id = id.parse().unwrap_or(0);
            let Some(invoice) = store.get(id).filter(|invoice| may_read(invoice, call.user)) else {
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
        owner: call.user.to_owned(),
        title,
        cents,
        readers: BTreeSet::new(),
    });
    Response::new(201, id.to_string())
}

pub(crate) fn get(store: &mut Store, call: &Call<'_>) -> Response {
    match readable(store, call) {
        Ok((id, invoice)) => Response::new(200, lines([(id, invoice)])),
        Err(refusal) => refusal,
    }
}

pub(crate) fn rename(store: &mut Store, call: &Call<'_>) -> Response {
    let Some(title) = call.fields.get("title") else {
        return Response::new(400, "a title was expected");
    };
    match changeable(store, call) {
        Ok((_, invoice)) => {
            invoice.title.clone_from(title);
            Response::new(204, "")
        }
        Err(refusal) => refusal,
    }
}

pub(crate) fn remove(store: &mut Store, call: &Call<'_>) -> Response {
    match changeable(store, call).map(|(id, _)| id) {
        Ok(id) => {
            store.remove(id);
            Response::new(204, "")
        }
        Err(refusal) => refusal,
    }
}

pub(crate) fn pdf(store: &mut Store, call: &Call<'_>) -> Response {
    match readable(store, call) {
        Ok((_, invoice)) => Response::new(200, format!("%PDF {}", invoice.title)),
        Err(refusal) => refusal,
    }
}

/// Lets `user` read it.
pub(crate) fn share(store: &mut Store, call: &Call<'_>) -> Response {
    let Some(reader) = call.fields.get("user") else {
        return Response::new(400, "a user was expected");
    };
    match changeable(store, call) {
        Ok((_, invoice)) => {
            invoice.readers.insert(reader.clone());
            Response::new(204, "")
        }
        Err(refusal) => refusal,
    }
}

/// Those with `q` in their title.
pub(crate) fn search(store: &mut Store, call: &Call<'_>) -> Response {
    let wanted = call.fields.get("q").map_or("", String::as_str);
    let found = store.all();
    let found =
        found.filter(|(_, invoice)| may_read(invoice, call.user) && invoice.title.contains(wanted));
    Response::new(200, lines(found))
}

pub(crate) fn stats(store: &mut Store, call: &Call<'_>) -> Response {
    let own = store
        .all()
        .filter(|(_, invoice)| invoice.owner == call.user);
    let (count, cents) = own.fold((0, 0), |(count, cents), (_, invoice)| {
        (count + 1, cents + invoice.cents)
    });
    Response::new(200, format!("{count} invoices, {cents} cents"))
}

fn may_read(invoice: &Invoice, user: &str) -> bool {
    invoice.owner == user || invoice.readers.contains(user)
}

/// The invoice of the path, if the caller may read it.
fn readable<'s>(store: &'s Store, call: &Call<'_>) -> Result<(u64, &'s Invoice), Response> {
    let found = call.id.and_then(|id| Some((id, store.get(id)?)));
    found
        .filter(|(_, invoice)| may_read(invoice, call.user))
        .ok_or_else(missing)
}

/// The invoice of the path, if the caller may change it.
fn changeable<'s>(
    store: &'s mut Store,
    call: &Call<'_>,
) -> Result<(u64, &'s mut Invoice), Response> {
    let (id, invoice) = readable(store, call)?;
    if invoice.owner != call.user {
        return Err(forbidden());
    }
    store
        .get_mut(id)
        .map(|invoice| (id, invoice))
        .ok_or_else(missing)
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
