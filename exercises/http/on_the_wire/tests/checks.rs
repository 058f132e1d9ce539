//! Bytes of connections, and the requests or the refusal that must come out. Each is fed whole, byte by byte,
//! and cut in two at every place (long ones at 100
//! places): where a read ends must make no difference.

use on_the_wire::{Limits, Parser, Request};

const LIMITS: Limits = Limits {
    head: 512,
    fields: 16,
    body: 64,
};

/// What came out of a connection: requests, then perhaps a refusal.
type Came = (Vec<Request>, Option<u16>);

fn feed<'a>(limits: Limits, pieces: impl IntoIterator<Item = &'a [u8]>) -> Came {
    let mut parser = Parser::new(limits);
    let mut requests = Vec::new();
    for piece in pieces {
        parser.push(piece);
        loop {
            match parser.next_request() {
                Ok(Some(request)) => requests.push(request),
                Ok(None) => break,
                Err(refused) => {
                    parser.push(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                    let again = parser.next_request();
                    assert_eq!(
                        again,
                        Err(refused),
                        "a refusal is final: what follows on this connection is whatever an attacker \
                         wants it to be"
                    );
                    return (requests, Some(refused.status));
                }
            }
        }
    }
    (requests, None)
}

/// As a person reads it: a line for each request, then the refusal.
fn show((requests, status): &Came) -> Vec<String> {
    let shown = |request: &Request| {
        let mut line = format!("{} {}", request.method, request.target);
        for (name, value) in &request.fields {
            line += &format!(" | {name}: {}", value.escape_ascii());
        }
        let end = if request.keep_alive {
            "stays"
        } else {
            "closes"
        };
        format!("{line} | body \"{}\" | {end}", request.body.escape_ascii())
    };
    let mut lines: Vec<String> = requests.iter().map(shown).collect();
    lines.extend(status.map(|status| format!("refused with {status}")));
    lines
}

/// Feeds the bytes whole, and checks what comes out; then in pieces.
#[track_caller]
fn check(name: &str, bytes: &[u8], expected: &Came) {
    let expected = show(expected);
    let shown = bytes.escape_ascii().to_string();
    assert_eq!(
        show(&feed(LIMITS, [bytes])),
        expected,
        "{name}: \"{shown}\" came in one piece"
    );
    assert_eq!(
        show(&feed(LIMITS, bytes.chunks(1))),
        expected,
        "{name}: it was right in one piece, and came byte by byte: \"{shown}\""
    );
    for at in (1..bytes.len()).step_by(1 + bytes.len() / 100) {
        let (one, other) = bytes.split_at(at);
        assert_eq!(
            show(&feed(LIMITS, [one, other])),
            expected,
            "{name}: it was right in one piece, and came in two: \"{}\" and \"{}\"",
            one.escape_ascii(),
            other.escape_ascii()
        );
    }
}

#[track_caller]
fn is_refused(name: &str, bytes: &[u8], status: u16) {
    check(name, bytes, &(Vec::new(), Some(status)));
}

/// A request with a `Host: a` and these fields.
fn request(line: &str, fields: &[(&str, &str)], body: &str) -> Request {
    let (method, target) = line.split_once(' ').unwrap_or_default();
    let host = [("host", "a")];
    let fields = host.iter().chain(fields);
    Request {
        method: method.to_owned(),
        target: target.to_owned(),
        fields: fields
            .map(|&(name, value)| (name.to_owned(), value.into()))
            .collect(),
        body: body.into(),
        keep_alive: true,
    }
}

fn last(request: Request) -> Request {
    Request {
        keep_alive: false,
        ..request
    }
}

#[test]
fn a_request_that_comes_whole() {
    let came = feed(
        LIMITS,
        [b"GET /a?b=c HTTP/1.1\r\nHost: a\r\n\r\n".as_slice()],
    );
    assert_eq!(
        came,
        (vec![request("GET /a?b=c", &[], "")], None),
        "the simplest request that there is"
    );
}

#[test]
fn a_request_comes_in_any_pieces() {
    check(
        "a body with a length",
        b"POST /in HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\nab\r\n\r\nc",
        &(
            vec![request(
                "POST /in",
                &[("content-length", "7")],
                "ab\r\n\r\nc",
            )],
            None,
        ),
    );
    check(
        "fields in order, twice, with white space around values and bytes that are no UTF-8",
        b"get * HTTP/1.1\r\nHOST:a\r\nX-A: \t1 2\t \r\nx-a:\r\nX-B: \xff:\r\n\r\n",
        &(
            vec![Request {
                fields: vec![
                    ("host".to_owned(), b"a".to_vec()),
                    ("x-a".to_owned(), b"1 2".to_vec()),
                    ("x-a".to_owned(), Vec::new()),
                    ("x-b".to_owned(), b"\xff:".to_vec()),
                ],
                ..request("get *", &[], "")
            }],
            None,
        ),
    );
    for incomplete in [
        &b"GET / HTTP/1.1\r\nHost: a\r\n\r"[..],
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n",
    ] {
        check("not all of it is there", incomplete, &(Vec::new(), None));
    }
}

#[test]
fn a_connection_has_many_requests_and_an_end() {
    let post = |body: &str| request("POST /", &[("content-length", "2")], body);
    check(
        "three requests in one read",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi\
          POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nho\r\n\
          GET /3 HTTP/1.1\r\nHost: a\r\n\r\n",
        &(
            vec![post("hi"), post("ho"), request("GET /3", &[], "")],
            None,
        ),
    );
    check(
        "what follows the last request is none",
        b"GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n",
        &(
            vec![last(request("GET /", &[("connection", "x, Close")], ""))],
            None,
        ),
    );
    check(
        "HTTP/1.0 closes",
        b"GET / HTTP/1.0\r\nHost: a\r\n\r\nGET /2 HTTP/1.0\r\n\r\n",
        &(vec![last(request("GET /", &[], ""))], None),
    );
    check(
        "HTTP/1.0 does not close if it is asked not to",
        b"GET / HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\nGET /2 HTTP/1.0\r\nHost: a\r\n\r\n",
        &(
            vec![
                request("GET /", &[("connection", "Keep-Alive")], ""),
                last(request("GET /2", &[], "")),
            ],
            None,
        ),
    );
    check(
        "a good request, then a bad one",
        b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\n\r\n",
        &(vec![request("GET /1", &[], "")], Some(400)),
    );
}

#[test]
fn chunks_become_a_body() {
    let chunked = [("transfer-encoding", "Chunked")];
    check(
        "two chunks, an extension, a trailer, and the next request",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n\
          5;x=\"y\"\r\n0\r\n\r\n\r\n00B\r\n wide world\r\n0\r\nX-Sum: 1\r\n\r\n\
          GET /2 HTTP/1.1\r\nHost: a\r\n\r\n",
        &(
            vec![
                request("POST /", &chunked, "0\r\n\r\n wide world"),
                request("GET /2", &[], ""),
            ],
            None,
        ),
    );
    for (name, body) in [
        ("no number", "x\r\n"),
        ("no number at all", "\r\n"),
        ("a sign", "+1\r\na\r\n0\r\n\r\n"),
        ("a prefix", "0x1\r\na\r\n0\r\n\r\n"),
        ("white space", " 1\r\na\r\n0\r\n\r\n"),
        ("the chunk is longer than it says", "1\r\nab\r\n0\r\n\r\n"),
        ("a line feed alone after the size", "1\na\r\n0\r\n\r\n"),
        ("a line feed alone after the chunk", "1\r\na\n0\r\n\r\n"),
        ("a trailer that is no field", "0\r\nGET / HTTP/1.1\r\n\r\n"),
    ] {
        let bytes =
            format!("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{body}");
        is_refused(name, bytes.as_bytes(), 400);
    }
}

#[test]
fn a_body_has_one_end_for_everybody() {
    for (name, fields, status) in [
        (
            "a length and chunks: one of the two ends where an attacker wants it to",
            "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
            400,
        ),
        (
            "two lengths",
            "Content-Length: 4\r\nContent-Length: 5\r\n",
            400,
        ),
        (
            "one length twice",
            "Content-Length: 0\r\nContent-Length: 0\r\n",
            400,
        ),
        ("a list of lengths", "Content-Length: 0, 0\r\n", 400),
        ("a length with a sign", "Content-Length: +0\r\n", 400),
        ("a negative length", "Content-Length: -1\r\n", 400),
        ("a length that is no number", "Content-Length: 0x0\r\n", 400),
        ("a length that is empty", "Content-Length:\r\n", 400),
        (
            "chunks twice",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            400,
        ),
        (
            "a coding that hides chunks",
            "Transfer-Encoding: xchunked\r\n",
            501,
        ),
        (
            "a coding before the chunks",
            "Transfer-Encoding: gzip, chunked\r\n",
            501,
        ),
        (
            "a coding instead of chunks",
            "Transfer-Encoding: identity\r\n",
            501,
        ),
    ] {
        let bytes = format!("POST / HTTP/1.1\r\nHost: a\r\n{fields}\r\n0\r\n\r\n");
        is_refused(name, bytes.as_bytes(), status);
    }
    is_refused(
        "HTTP/1.0 has no chunks",
        b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    );
}

#[test]
fn a_head_has_one_reading() {
    for (name, head, status) in [
        ("a line feed alone", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400),
        (
            "an empty line of a line feed",
            "GET / HTTP/1.1\r\nHost: a\r\n\n",
            400,
        ),
        (
            "a carriage return in a value",
            "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n",
            400,
        ),
        (
            "a NUL in a value",
            "GET / HTTP/1.1\r\nHost: a\0\r\n\r\n",
            400,
        ),
        (
            "a name with a space behind it",
            "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
            400,
        ),
        (
            "a value that goes on",
            "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
            400,
        ),
        (
            "a first field that goes on",
            "GET / HTTP/1.1\r\n X: b\r\nHost: a\r\n\r\n",
            400,
        ),
        ("no name", "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", 400),
        ("no colon", "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", 400),
        (
            "a name that is no token",
            "GET / HTTP/1.1\r\nHost: a\r\nX(: b\r\n\r\n",
            400,
        ),
        ("two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("a tab", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("four words", "GET / x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("two words", "GET /\r\nHost: a\r\n\r\n", 400),
        (
            "a method that is no token",
            "G@T / HTTP/1.1\r\nHost: a\r\n\r\n",
            400,
        ),
        (
            "a target that is not ASCII",
            "GET /\u{e9} HTTP/1.1\r\nHost: a\r\n\r\n",
            400,
        ),
        (
            "a version in small letters",
            "GET / http/1.1\r\nHost: a\r\n\r\n",
            400,
        ),
        ("another version", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        ("no host", "GET / HTTP/1.1\r\nX: a\r\n\r\n", 400),
        (
            "two hosts",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
            400,
        ),
    ] {
        is_refused(name, head.as_bytes(), status);
    }
}

#[test]
fn limits_hold_before_memory_does() {
    let head = |size: usize| {
        let fixed = "GET / HTTP/1.1\r\nHost: a\r\nX: \r\n\r\n".len();
        format!(
            "GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n",
            "x".repeat(size - fixed)
        )
    };
    let (requests, status) = feed(LIMITS, head(512).as_bytes().chunks(1));
    assert_eq!(
        (requests.len(), status),
        (1, None),
        "a head of 512 bytes of 512"
    );
    is_refused("a head of 513 bytes of 512", head(513).as_bytes(), 431);
    is_refused("a head without an end", &head(9_000).as_bytes()[..513], 431);
    is_refused(
        "line ends without an end",
        "\r\n".repeat(257).as_bytes(),
        431,
    );

    let fields = |count: usize| {
        let more: String = (1..count).map(|n| format!("X-{n}: a\r\n")).collect();
        format!("GET / HTTP/1.1\r\nHost: a\r\n{more}\r\n")
    };
    let (requests, status) = feed(LIMITS, [fields(16).as_bytes()]);
    assert_eq!((requests.len(), status), (1, None), "16 fields of 16");
    is_refused("17 fields of 16", fields(17).as_bytes(), 431);

    for length in ["65", "99999999999999999999999999"] {
        let bytes = format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n");
        is_refused(
            "a body that was announced as too large",
            bytes.as_bytes(),
            413,
        );
    }
    let chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (name, chunks, status) in [
        ("a chunk of 65 bytes of 64", "41\r\n".to_owned(), 413),
        ("a chunk of more than 64 bits", "f".repeat(17) + "\r\n", 413),
        (
            "a chunk whose sum does not fit",
            "1\r\na\r\nffffffffffffffff\r\n".to_owned(),
            413,
        ),
        (
            "64 bytes, then one",
            format!("40\r\n{}\r\n1\r\n", "x".repeat(64)),
            413,
        ),
        (
            "an extension of 600 bytes",
            format!("1;{}", "x".repeat(600)),
            400,
        ),
        (
            "trailers of 513 bytes",
            format!("0\r\nX: {}", "x".repeat(510)),
            431,
        ),
        (
            "17 trailers",
            format!("0\r\n{}\r\n", "X: a\r\n".repeat(17)),
            431,
        ),
    ] {
        is_refused(name, format!("{chunked}{chunks}").as_bytes(), status);
    }
}
