//! The same promises at other values.

use not_yours::{Request, Response, Store, handle};

fn ask(
    store: &mut Store,
    user: &str,
    method: &str,
    path: &str,
    fields: &[(&str, &str)],
) -> Response {
    let fields = fields.iter();
    let request = Request {
        user: Some(user.to_owned()),
        method: method.to_owned(),
        path: path.to_owned(),
        fields: fields
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
    };
    handle(store, &request)
}

fn bill(store: &mut Store, user: &str, title: &str) -> String {
    let made = ask(
        store,
        user,
        "POST",
        "/invoices",
        &[("title", title), ("cents", "7")],
    );
    assert_eq!(made.status, 201, "{user} makes {title}");
    made.body
}

#[test]
fn nobody_lets_themselves_in() {
    let mut store = Store::default();
    let id = bill(&mut store, "cyd", "secret");
    let readers = format!("/invoices/{id}/readers");
    for user in ["dee", "eve"] {
        let answer = ask(&mut store, user, "POST", &readers, &[("user", user)]);
        assert_eq!(
            answer.status, 404,
            "{user} shares cyd's invoice with themselves"
        );
        let path = format!("/invoices/{id}");
        assert_eq!(ask(&mut store, user, "GET", &path, &[]).status, 404);
    }
    ask(&mut store, "cyd", "POST", &readers, &[("user", "dee")]);
    let on = ask(&mut store, "dee", "POST", &readers, &[("user", "eve")]);
    assert_eq!(on.status, 403, "a reader does not pass it on");
    assert_eq!(
        ask(&mut store, "eve", "GET", "/invoices", &[]),
        Response::new(200, "")
    );
}

#[test]
fn what_was_removed_is_as_if_it_had_never_been() {
    let mut store = Store::default();
    let id = bill(&mut store, "cyd", "old");
    let path = format!("/invoices/{id}");
    assert_eq!(ask(&mut store, "cyd", "DELETE", &path, &[]).status, 204);
    for (user, path) in [
        ("cyd", &path),
        ("eve", &path),
        ("cyd", &"/invoices/x".to_owned()),
    ] {
        assert_eq!(
            ask(&mut store, user, "GET", path, &[]),
            Response::new(404, "there is no such invoice"),
            "{user} asks for {path}"
        );
    }
}

#[test]
fn what_makes_no_sense_is_refused_to_an_owner_too() {
    let mut store = Store::default();
    let id = bill(&mut store, "cyd", "first");
    let path = format!("/invoices/{id}");
    let readers = format!("{path}/readers");
    for (method, path, fields, status) in [
        ("GET", "/invoices/x", &[][..], 404),
        ("POST", "/invoices", &[("copy_of", "x")], 404),
        ("POST", "/invoices", &[("title", "no cents")], 400),
        ("PATCH", &path, &[], 400),
        ("POST", &readers, &[], 400),
    ] {
        let answer = ask(&mut store, "cyd", method, path, fields);
        assert_eq!(
            answer.status, status,
            "{method} {path} with {fields:?}: {answer:?}"
        );
    }
    let listed = ask(&mut store, "cyd", "GET", "/invoices", &[]);
    assert_eq!(
        listed.body,
        format!("{id} first 7\n"),
        "nothing has changed"
    );
}
