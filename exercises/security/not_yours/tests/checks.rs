//! What each of three people gets from each of the routes: the owner, a reader, and a stranger.

use std::collections::BTreeMap;

use not_yours::{ROUTES, Request, Response, Route, Store, handle};

/// In the title of what is Ada's and of nobody else's. It must not be in any answer to a stranger.
const CANARY: &str = "canary";

fn ask(store: &mut Store, user: &str, route: (&str, &str), fields: &[(&str, &str)]) -> Response {
    let fields = fields.iter();
    let fields: BTreeMap<String, String> = fields
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let request = Request {
        user: Some(user.to_owned()),
        method: route.0.to_owned(),
        path: route.1.to_owned(),
        fields,
    };
    handle(store, &request)
}

fn ok(body: &str) -> Response {
    Response::new(200, body)
}

/// Ada has 1 and 2, and lets Rob read 2. Mallory has 3.
fn store() -> Store {
    let mut store = Store::default();
    for (user, title, cents) in [
        ("ada", "canary roof", "410000"),
        ("ada", "canary well", "99"),
        ("mallory", "hammer", "1250"),
    ] {
        let made = ask(
            &mut store,
            user,
            ("POST", "/invoices"),
            &[("title", title), ("cents", cents)],
        );
        assert_eq!(made.status, 201, "{user} makes {title}");
    }
    let shared = ask(
        &mut store,
        "ada",
        ("POST", "/invoices/2/readers"),
        &[("user", "rob")],
    );
    assert_eq!(shared.status, 204, "ada lets rob read the second one");
    store
}

/// What Ada sees of hers.
fn adas(store: &mut Store) -> [Response; 4] {
    [
        ask(store, "ada", ("GET", "/invoices"), &[]),
        ask(store, "ada", ("GET", "/invoices/1/pdf"), &[]),
        ask(store, "ada", ("GET", "/search"), &[("q", "well")]),
        ask(store, "ada", ("GET", "/stats"), &[]),
    ]
}

/// A route with fields for whatever it may look at, for an invoice of this id.
fn try_route(store: &mut Store, user: &str, route: &Route, id: &str) -> Response {
    let path = route.path.replace("{id}", id);
    let fields = [
        ("owner", "ada"),
        ("title", "mine now"),
        ("cents", "1"),
        ("q", ""),
        ("user", user),
    ];
    ask(store, user, (route.method, &path), &fields)
}

#[test]
fn an_owner_does_everything() {
    let mut store = store();
    let line = ok("1 canary roof 410000\n");
    assert_eq!(ask(&mut store, "ada", ("GET", "/invoices/1"), &[]), line);
    let renamed = ask(
        &mut store,
        "ada",
        ("PATCH", "/invoices/1"),
        &[("title", "roof")],
    );
    assert_eq!(renamed.status, 204);
    assert_eq!(
        ask(&mut store, "ada", ("GET", "/invoices/1/pdf"), &[]),
        ok("%PDF roof")
    );
    let copied = ask(
        &mut store,
        "ada",
        ("POST", "/invoices"),
        &[("copy_of", "1")],
    );
    assert_eq!(copied, Response::new(201, "4"));
    assert_eq!(
        ask(&mut store, "ada", ("DELETE", "/invoices/1"), &[]).status,
        204
    );
    assert_eq!(
        ask(&mut store, "ada", ("GET", "/invoices"), &[]),
        ok("2 canary well 99\n4 roof 410000\n")
    );
}

#[test]
fn no_route_tells_a_stranger_anything() {
    for route in &ROUTES {
        let name = format!("{} {}", route.method, route.path);
        let answer = try_route(&mut store(), "mallory", route, "1");
        assert!(
            !answer.body.contains(CANARY),
            "{name} shows mallory what is ada's: {answer:?}"
        );
        if route.path.contains("{id}") {
            let never = try_route(&mut store(), "mallory", route, "77");
            assert_eq!(
                never.status, 404,
                "{name} of an invoice that there never was"
            );
            assert_eq!(
                answer, never,
                "{name}: left, to mallory of ada's invoice; right, of one that there never was. Whoever can tell them apart knows which numbers are in use"
            );
        }
    }
}

#[test]
fn no_route_lets_a_stranger_change_anything() {
    for route in &ROUTES {
        let mut store = store();
        let before = adas(&mut store);
        try_route(&mut store, "mallory", route, "1");
        assert_eq!(
            adas(&mut store),
            before,
            "{} {}, sent by mallory about ada's invoice, changes what ada sees",
            route.method,
            route.path
        );
    }
}

#[test]
fn a_reader_reads_and_is_refused_the_rest() {
    let mut store = store();
    let line = ok("2 canary well 99\n");
    assert_eq!(ask(&mut store, "rob", ("GET", "/invoices/2"), &[]), line);
    assert_eq!(ask(&mut store, "rob", ("GET", "/invoices"), &[]), line);
    assert_eq!(
        ask(&mut store, "rob", ("GET", "/search"), &[("q", "can")]),
        line
    );
    assert_eq!(
        ask(&mut store, "rob", ("GET", "/invoices/2/pdf"), &[]),
        ok("%PDF canary well")
    );
    let before = adas(&mut store);
    for route in &ROUTES[3..7] {
        if route.method == "GET" {
            continue;
        }
        assert_eq!(
            try_route(&mut store, "rob", route, "2"),
            Response::new(403, "this invoice is not yours"),
            "{} {}: rob may read it, so he knows that it is there, and is told why not",
            route.method,
            route.path
        );
    }
    assert_eq!(
        adas(&mut store),
        before,
        "rob has changed something of ada's"
    );
    assert_eq!(
        ask(&mut store, "rob", ("GET", "/invoices/1"), &[]).status,
        404,
        "the other one was not shared"
    );
}

#[test]
fn what_is_made_is_the_callers_whatever_the_fields_say() {
    let mut store = store();
    let fields = [("owner", "ada"), ("title", "bill to ada"), ("cents", "5")];
    assert_eq!(
        ask(&mut store, "mallory", ("POST", "/invoices"), &fields).status,
        201
    );
    assert_eq!(
        ask(&mut store, "ada", ("GET", "/stats"), &[]),
        ok("2 invoices, 410099 cents"),
        "a field called `owner` put something into ada's books"
    );
    let listed = ask(
        &mut store,
        "mallory",
        ("GET", "/invoices"),
        &[("owner", "ada")],
    );
    assert_eq!(
        listed,
        ok("3 hammer 1250\n4 bill to ada 5\n"),
        "a list is of the caller's, whatever a field says"
    );
}

#[test]
fn an_id_in_a_field_is_a_door_too() {
    let mut store = store();
    let of_adas = ask(
        &mut store,
        "mallory",
        ("POST", "/invoices"),
        &[("copy_of", "1")],
    );
    let of_none = ask(
        &mut store,
        "mallory",
        ("POST", "/invoices"),
        &[("copy_of", "77")],
    );
    assert_eq!(of_none.status, 404);
    assert_eq!(
        of_adas, of_none,
        "left, a copy of ada's invoice; right, of one that there never was"
    );
    let read = ask(
        &mut store,
        "rob",
        ("POST", "/invoices"),
        &[("copy_of", "2")],
    );
    assert_eq!(
        read.status, 201,
        "rob may read it, so he may copy what he reads"
    );
}

#[test]
fn numbers_are_of_ones_own() {
    let mut store = store();
    for (user, text) in [
        ("ada", "2 invoices, 410099 cents"),
        ("rob", "0 invoices, 0 cents"),
        ("mallory", "1 invoices, 1250 cents"),
    ] {
        assert_eq!(
            ask(&mut store, user, ("GET", "/stats"), &[]),
            ok(text),
            "sums tell of others as well as titles do; for {user}"
        );
    }
}
